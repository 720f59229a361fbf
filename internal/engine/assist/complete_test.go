package assist_test

import "testing"

const (
	thingMembers = "Buf Change Deep Get Inner Name Other hidden"
	thingValue   = "Buf Deep Get Inner Name Other hidden"
	inner2       = "Len X Y"
)

func TestComplete(t *testing.T) {
	s := newSession(t, setup)
	for _, tc := range []struct{ name, code, want string }{
		{"variable", "thing.|", thingMembers},
		{"prefix", "thing.C|", "Change"},
		{"pointer", "ptr.|", thingMembers},
		{"nothing", "thing.Zz|", ""},
		{"blanks and lines", "thing .\n\t|", thingMembers},
		{"chain of fields", "thing.Inner.Other.|", inner2},
		{"promoted field", "thing.Other.|", inner2},
		{"method's result", "thing.Get().|", inner2},
		{"function's result", "mk(1 + 2).|", thingMembers},
		{"function variable's result", "fn(2).|", thingMembers},
		{"argument with a call", "mk(len(fmt.Sprint(1, `)`))).Inner.|", "Deep Other"},
		{"two results", "two().|", ""},
		{"two results in a chain", "two().Inner.|", ""},
		{"two results in an argument", "fmt.Sprint(two()).|", ""},
		{"index", "list[0].|", thingMembers},
		{"map index", "table[`a`].Other.|", inner2},
		{"slice", "list[1:][0].Get().|", inner2},
		{"address", "(&thing).|", thingMembers},
		{"dereference", "(*ptr).|", thingMembers},
		{"receive", "(<-ch).Inner.|", "Deep Other"},
		{"composite literal", "Thing{Name: `a`}.Inner.|", "Deep Other"},
		{"pointer literal", "(&Thing{}).Inner.|", "Deep Other"},
		{"slice literal", "[]Thing{{}}[0].Inner.|", "Deep Other"},
		{"pointers literal", "[]*Thing{{}}[0].Inner.|", "Deep Other"},
		{"map literal", "map[string]Inner2{}[`a`].|", inner2},
		{"conversion", "Inner2(x).|", ""},
		{"type assertion", "face.(interface{ Do(int) string }).|", "Do"},
		{"interface", "face.|", "Do Undo"},
		{"type", "Thing.|", "Change Get"},
		{"compiled type, embedded", "thing.Buf.Write|", "Write WriteByte WriteRune WriteString WriteTo"},
		{"unexported of others hidden", "builder.|", "Cap Grow Len Reset String Write WriteByte WriteRune WriteString"},
		{"field of compiled", "request.URL.Ho|", "Host Hostname"},
		{"function in package", "strings.ToU|", "ToUpper ToUpperSpecial"},
		{"type in package", "bytes.Buf|", "Buffer"},
		{"number", "1.|", ""},
		{"string", "\"a\".|", ""},
		{"ellipsis", "f(a...|", ""},

		{"in an argument", "fmt.Println(1, thing.Inner.|", "Deep Other"},
		{"in the middle", "fmt.Println(1, thing.Na|, 2)", "Name"},
		{"in an index", "list[thing.|", thingMembers},
		{"after an operator", "x := 1 + thing.|", thingMembers},
		{"assigned", "x, y := thing.Inner.|", "Deep Other"},
		{"returned", "func f() int { return thing.Inner.|", "Deep Other"},
		{"in if", "if thing.Inner.|", "Deep Other"},
		{"in else if", "if true { } else if thing.Inner.|", "Deep Other"},
		{"in for", "for thing.Inner.|", "Deep Other"},
		{"in for's condition", "for i := 0; i < thing.Inner.|", "Deep Other"},
		{"in for's step", "for i := 0; i < 2; thing.Inner.|", "Deep Other"},
		{"in range", "for i := range thing.Inner.|", "Deep Other"},
		{"in switch", "switch thing.Inner.|", "Deep Other"},
		{"in case", "switch 1 {\ncase thing.Inner.|", "Deep Other"},
		{"in go", "go thing.Inner.|", "Deep Other"},
		{"in defer", "func f() { defer thing.Inner.|", "Deep Other"},

		{"variable of this cell", "v := thing.Get()\nv.|", inner2},
		{"import of this cell", "import \"strconv\"\nstrconv.Ito|", "Itoa"},
		{"function of this cell", "func g() *Inner2 { return nil }\ng().|", inner2},
		{"type of this cell", "type New struct { A, B int }\nvar n New\nn.|", "A B"},
		{"method of this cell", "type New struct { A int }\nfunc (n New) M() {}\nNew{}.|", "A M"},
		{"parameter", "func f(a int, b *Inner2) { b.|", inner2},
		{"receiver", "func (t *Thing) More() { t.Inner.|", "Deep Other"},
		{"receiver of this cell's type", "type New struct { A int }\nfunc (n New) M() { n.|", "A M"},
		{"local variable", "func f() {\n\tv := thing.Get()\n\tif true {\n\t\tv.|", inner2},
		{"range variable", "for _, v := range list {\n\tv.Inner.|", "Deep Other"},
		{"closure's parameter", "g := func(b *Inner2) {\n\tb.|", inner2},
		{"goroutine's local", "go func() {\n\tv := thing.Get()\n\tv.|", inner2},
		{"if's variable", "if v := thing.Get(); v.|", inner2},
		{"type switch", "switch v := interface{}(thing).(type) {\ncase Thing:\n\tv.Inner.|", "Deep Other"},
		{"below an error", "a := nothing + 1\nv := thing.Get()\nv.|", inner2},
		{"behind an error in the statement", "fmt.Println(nothing, thing.Inner.|", "Deep Other"},
		{"rest of the cell is ignored", "thing.Inner.|\nfunc (", "Deep Other"},

		{"type of a variable", "var x bytes.Rea|", "Reader"},
		{"type of a parameter", "func f(x *bytes.Rea|", "Reader"},
		{"type of a field", "type X struct {\n\tA bytes.Rea|", "Reader"},

		{"fields of a literal", "Thing{|", "Buf Inner Name hidden"},
		{"fields of a literal, prefix", "Thing{Na|", "Name"},
		{"fields of a compiled literal", "http.Cookie{Max|", "MaxAge"},
		{"fields of our params", "ipyauth.ParamsSgConnect{Mo|", "Mode"},
		{"fields, second", "x := &Thing{Name: `a`,\n\tB|", "Buf"},
		{"fields of an inner literal", "[]Inner2{{X: 1}, {|", "X Y"},
		{"fields of a map's literal", "map[string]*Inner2{`a`: {|", "X Y"},
		{"value of a field", "Thing{Name: Ans|", "Answer"},
		{"in a block", "if true {|", ""},

		{"identifier", "thi|", "thing"},
		{"constant", "Ans|", "Answer"},
		{"package", "htt|", "http"},
		{"type name", "Inn|", "Inner Inner2"},
		{"builtin", "pani|", "panic"},
		{"keyword", "fallth|", "fallthrough"},
		{"predeclared type", "complex12|", "complex128"},
		{"local", "func f(local int) {\n\tloc|", "local"},
		{"in an expression", "x := 1 + Ans|", "Answer"},
		{"gomacro's own builtins are not there", "Ev|", ""},
		{"the guards are not there", "go g|", "go goto"},
		{"Display", "Disp|", "Display"},
		{"nothing at all", "|", ""},
		{"after a blank", "x := |", ""},
		{"name of one's own", "func thi|", ""},
		{"variable of one's own", "var thi|", ""},
		{"no such", "nothingStartsLikeThis|", ""},

		{"in a string", "\"thing.|\"", ""},
		{"in a raw string", "`thing.|", ""},
		{"in a comment", "// thing.|", ""},
		{"in a long comment", "/* thing.|", ""},
		{"after a comment", "/* x */ thing.Inner.|", "Deep Other"},
		{"after a string with a quote", `"a\"b" + thing.Inner.|`, "Deep Other"},

		{"import path", "import \"net/ht|\"", "net/http net/http/cgi net/http/cookiejar net/http/fcgi net/http/httptest net/http/httptrace net/http/httputil net/http/pprof"},
		{"import group", "import (\n\t\"fmt\"\n\tx \"encoding/js|", "encoding/json"},
		{"import, ours", "import . \"ipya|", "ipyauth ipyauth/cell ipyauth/params ipyauth/sgid"},
		{"import, raw", "import `encoding/js|", "encoding/json"},
		{"not an import", "x := \"net/ht|", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := texts(s.complete(t, tc.code)); got != tc.want {
				t.Errorf("%q\ngot  %s\nwant %s", tc.code, got, tc.want)
			}
		})
	}
}
