package assist_test

import (
	"fmt"
	"testing"
)

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
		{"type", "Thing.|", "Get"},
		{"pointer type", "(*Thing).|", "Change Get"},
		{"not addressable", "table[`a`].Get().|", inner2},
		{"value that has no address", "Thing{}.|", thingValue},
		{"interface type", "fmt.Stringer.|", "String"},
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
		{"package, imported or not", "htt|", "http httptest httptrace httputil"},
		{"type name", "Inn|", "Inner Inner2"},
		{"builtin", "pani|", "panic"},
		{"keyword", "swi|", "switch"},
		{"predeclared type", "complex12|", "complex128"},
		{"local", "func f(local int) {\n\tloc|", "local"},
		{"in an expression", "x := 1 + Ans|", "Answer"},
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

		{"not imported", "strconv.Ito|", "Itoa"},
		{"not imported, in a path", "rand.Per|", "Perm"},
		{"not imported, one of several packages", "template.JSE|", "JSEscape JSEscapeString JSEscaper"},
		{"value of a package that is not imported", "d := time.Second\nd.Hou|", "Hours"},
		{"value of one of several packages", "r := rand.NewPCG(1, 2)\nr.Ui|", "Uint64"},
		{"package that is a variable here", "strconv := thing.Inner\nstrconv.|", "Deep Other"},
		{"no package of a made-up name", "nothing.|", ""},
		{"unsafe", "unsafe.Si|", "Sizeof"},
		{"import with another name", "import str \"strconv\"\nstr.Ito|", "Itoa"},
		{"dot import of this cell", "import . \"strconv\"\nIto|", "Itoa"},

		{"generic instance", "pair.|", "Key Swap Value"},
		{"field of an instance", "pair.Value.|", inner2},
		{"generic call", "Map(list, func(t Thing) Inner2 { return t.Get() })[0].|", inner2},
		{"literal of an instance", "Pair[string, int]{K|", "Key"},
		{"constraint's methods", "func f[T fmt.Stringer](x T) { x.|", "String"},
		{"type parameter", "func f[Element any](x Elem|", "Element"},
		{"type parameter of a type", "type Set[Element comparable] map[Elem|", "Element"},
		{"generic type of a function", "func f() {\n\ttype Set[E comparable] struct { All map[E]bool }\n\tvar s Set[int]\n\ts.|", "All"},
		{"endless generic type", "type G[T any] struct { *G[G[T]] }\nvar g G[int]\ng.|", ""},
		{"generic receiver", "func (p Pair[K, V]) More() { p.|", "Key More Swap Value"},
		{"alias", "type A = Thing\nvar a A\na.Inner.|", "Deep Other"},
		{"defined pointer type", "type P *Inner2\nvar p P\np.|", "X Y"},
		{"embedded interface", "type E struct { fmt.Stringer; n int }\nvar e E\ne.|", "String Stringer n"},
		{"ambiguous", "type E struct { Inner2; Pair[int, int] }\ntype F struct { Inner2; E2 }\ntype E2 struct { X int; Z int }\nvar f F\nf.|", "E2 Inner2 Len Y Z"},
		{"nearer one hides", "type E struct { Inner2; X string }\nvar e E\nstrings.ToUpper(e.X|)", "X"},
		{"struct without a name", "var v struct { A, B int }\nv.|", "A B"},
		{"recursive type", "type R struct { *R; N int }\nvar r R\nr.|", "N R"},

		{"variable of this cell in a function of it", "v := thing.Get()\nfunc f() { v.|", inner2},
		{"package-level variable of this cell", "var v = thing.Get()\nfunc f() { v.|", inner2},
		{"variable of this cell in a method of it", "v := thing.Get()\ntype New struct { A int }\nfunc (n New) M() { v.|", inner2},
		{"receiver beside variables of this cell", "v := thing.Get()\ntype New struct { A int }\nfunc (n New) M() { n.|", "A M"},
		{"declared again with another type", "v := 1\nv := thing.Get()\nv.|", inner2},
		{"declared again, twice", "v := 1\nvar v string\nv := thing.Get()\nv.|", inner2},
		{"declared above with another type", "thing := Inner2{}\nthing.|", inner2},
		{"new method of an old type", "func (t Thing) Fresh() {}\nthing.Fr|", "Fresh"},
		{"function below", "below(1).|\nfunc below(n int) *Inner2 { return nil }", inner2},
		{"type below", "var b Below\nb.|\n\ntype Below struct { A, B int }\nx := 1", "A B"},
		{"name below", "belo|\nfunc below() {}", "below"},
		{"variable below is not there", "lat|\nlater := 1", ""},
		{"local behind the cursor is not there", "func f() { loc|\nlocal := 1 }", ""},
		{"its own value", "local := loc|", ""},
		{"result with a name", "func f() (result int) { res|", "result"},
		{"shadowed", "func f(thing *Inner2) { thing.|", inner2},
		{"select's variable", "select {\ncase v := <-ch:\n\tv.Inner.|", "Deep Other"},
		{"range over a function", "for k := range func(yield func(Inner2) bool) {} {\n\tk.|", inner2},
		{"method value's result", "g := thing.Get\ng().|", inner2},
		{"result of a closure", "func() Inner2 { return Inner2{} }().|", inner2},

		{"call that is not closed above", "x := len(fmt.Sprint(1\nv := thing.Get()\nv.|", inner2},
		{"index that is not closed above", "x := list[0\nv := thing.Get()\nv.|", inner2},
		{"function that is not closed above", "func f() {\n\tif true {\n\nfunc g(v Inner2) { v.|", inner2},
		{"bracket too many above", "f := 1)\nv := thing.Get()\nv.|", inner2},
		{"brackets crossed above", "x := list[(0]\nv := thing.Get()\nv.|", inner2},
		{"statement that does not parse above", "x := 1 2\nv := thing.Get()\nv.|", inner2},
		{"statement that does not parse above, in a function", "func f() {\n\tx := 1 2\n\tv := thing.Get()\n\tv.|", inner2},
		{"several that do not parse", "func g() { 1 2 }\nx := ) ]\ntype ( A B C\nfunc f(v Inner2) {\n\t1 2; 3 4\n\tv.|", inner2},
		{"words before", "some words thing.Inner.|", "Deep Other"},
		{"words before a call", "some words mk(1).Inner.|", "Deep Other"},
		{"words before an index", "some words list[0].Get().|", inner2},
		{"words before a conversion", "some words 1 + (&thing).Inner.|", "Deep Other"},
		{"words before an assertion", "some words face.(interface{ Do(int) string }).|", "Do"},
		{"words before a number", "some words 1 .|", ""},
		{"words before in a block", "if true {\n\tv := thing.Get()\n\tsome words v.|", inner2},
		{"illegal characters before", "# thing.Inner.|", "Deep Other"},
		{"comment behind an import", "import \"strconv\" // numbers\nstrconv.Ito|", "Itoa"},
		{"package clause", "package main\nfunc main() { thing.Inner.|", "Deep Other"},
		{"goroutine's call", "go thing.Chan|", "Change"},
		{"deferred call's argument", "defer fmt.Println(thing.Inner.|", "Deep Other"},
		{"deferred function", "defer func() {\n\tv := thing.Get()\n\tv.|", inner2},
		{"case clause", "switch v := thing.Get(); {\ncase v.|", inner2},
		{"sent value", "ch <- thing.Buf.Gr|", "Grow"},
		{"labelled", "again:\nfor {\n\tv := thing.Get()\n\tv.|", inner2},

		{"fields that are set are left out", "Thing{Name: `a`, |", "Buf Inner hidden"},
		{"fields with values after the cursor", "Thing{Na|}", "Name"},
		{"no keys beside values", "Inner2{1, |", ""},
		{"field of another package's struct that is hidden", "bytes.Buffer{|", ""},
		{"key of a map", "map[string]int{Ans|", "Answer"},
		{"fields of a returned literal", "func f() Inner2 { return Inner2{|", "X Y"},

		{"keyword in an expression", "x := str|", "strconv string strings struct structs"},
		{"keyword in a loop", "for { conti|", "continue"},
		{"keyword outside of a loop", "conti|", ""},
		{"keyword in a function in a loop", "for { func() { conti|", ""},
		{"keyword in a switch", "switch 1 {\nca|", "calls cap case"},
		{"keyword in a case", "switch 1 {\ncase 1:\n\tfallth|", "fallthrough"},
		{"keyword outside of a switch", "fallth|", ""},
		{"else", "if true { } el|", "else"},
		{"else alone", "els|", ""},
		{"else if", "if true { } else i|", "if"},
		{"range", "for i := ran|", "rand range"},
		{"import at the top", "impor|", "import importer"},
		{"import in a block", "if true { impor|", "importer"},
		{"import in a function", "func f() { impor|", "importer"},
		{"package at the top", "packag|", "package"},
		{"label", "goto thi|", ""},
		{"label of a loop", "for { break thi|", ""},
		{"generic type", "Pair.|", ""},
		{"generic function", "Map.|", ""},
		{"function", "mk.|", ""},
		{"pointer to an interface", "(&face).|", ""},
		{"pointer to a pointer", "(&ptr).|", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := texts(s.complete(t, tc.code)); got != tc.want {
				t.Errorf("%q\ngot  %s\nwant %s", tc.code, got, tc.want)
			}
		})
	}
}

// Names that packages export with a dot import of an earlier cell.
func TestCompleteDotImport(t *testing.T) {
	s := newSession(t, "import . `strings`\nimport . `strconv`\nToUpper := 5")
	for code, want := range map[string]string{
		"ToU|":       "ToUpper ToUpperSpecial",
		"Ito|":       "Itoa",
		"NewRepl|":   "NewReplacer",
		"Builder{}|": "",
	} {
		if got := texts(s.complete(t, code)); got != want {
			t.Errorf("%q: got %s, want %s", code, got, want)
		}
	}
	if c := s.complete(t, "ToUppe|"); len(c.Items) == 0 || c.Items[0].Type != "variable" {
		t.Errorf("ToUpper is %v", c.Items)
	}
}

// What is asked leaves the session as it was.
func TestSessionStays(t *testing.T) {
	s := newSession(t, "type T struct { A int }\nfunc (t T) M() string { return `old` }\nt := T{1}\nn := 3")
	names := fmt.Sprint(s.Session.Names())
	for _, code := range []string{
		"type T struct { B string; C int }\nfunc (t T) M() int { return 1 }\nfunc (t T) N() {}\nt.|",
		"func (t T) N() {}\nt.|",
		"n := `text`\nimport \"strings\"\nstrings.ToU|",
		"import . \"strings\"\nToU|",
		"strconv.Ito|",
	} {
		s.complete(t, code)
		s.inspect(t, code, 1)
	}
	if got := fmt.Sprint(s.Session.Names()); got != names {
		t.Errorf("names are %s, were %s", got, names)
	}
	if got := texts(s.complete(t, "t.|")); got != "A M" {
		t.Errorf("t has %s", got)
	}
	for code, ok := range map[string]bool{"var s string = t.M()": true, "t.N()": false, "n + t.A": true, "ToUpper": false} {
		if errs := s.try(code); (len(errs) == 0) != ok {
			t.Errorf("%s: %v", code, errs)
		}
	}
}

func TestCompletionItems(t *testing.T) {
	s := newSession(t, setup)
	for code, want := range map[string]string{
		"thing.Chan|":            "Change method (to string) (n int, err error)",
		"thing.Nam|":             "Name field string",
		"thing.Othe|":            "Other field *Inner2",
		"pair.Swa|":              "Swap method (v Inner2) (string, error)",
		"face.D|":                "Do method (int) string",
		"strings.ToLo|":          "ToLower function (s string) string",
		"strings.Buil|":          "Builder type struct",
		"http.MethodGe|":         `MethodGet constant "GET"`,
		"http.DefaultCli|":       "DefaultClient variable *http.Client",
		"time.Secon|":            "Second constant 1000000000",
		"thin|":                  "thing variable Thing",
		"f|":                     "fn variable func(n int) *Thing",
		"Answe|":                 "Answer constant 42",
		"byte|":                  "bytes package bytes",
		"stri|":                  "string type string",
		"err|":                   "error type interface",
		"Inner|":                 "Inner2 type struct",
		"math|":                  "math package math",
		"rand|":                  "rand package crypto/rand or math/rand or math/rand/v2",
		"mk|":                    "mk function (n int) *Thing",
		"Ma|":                    "Map function [T, U any](s []T, f func(T) U) []U",
		"slices.Sor|":            "Sort function [S ~[]E, E cmp.Ordered](x S)",
		"retur|":                 "return keyword ",
		"pani|":                  "panic function (v any)",
		"ni|":                    "nil constant ",
		"tru|":                   "true constant true",
		"ipyauth.NewAut|":        "NewAuth function (p ipyauth.Params) *ipyauth.Auth",
		"Thing{Bu|":              "Buf field *bytes.Buffer",
		"func f(n int) { n|":     "n variable int",
		"import \"encoding/j|":   "encoding/json package ",
		"%c|":                    "%cd keyword ",
		"import m \"math\"\nm|":  "m package math",
		"unsafe.Sizeo|":          "Sizeof function (x Type) uintptr",
		"func f[T any](x T) {T|": "T type any",
	} {
		c := s.complete(t, code)
		found := false
		for _, i := range c.Items {
			found = found || fmt.Sprintf("%s %s %s", i.Text, i.Type, i.Signature) == want
		}
		if !found {
			t.Errorf("%s: got %v, want %s", code, c.Items, want)
		}
	}
}

// Offsets count code points, of the whole cell.
func TestCompletionOffsets(t *testing.T) {
	s := newSession(t, setup)
	for _, tc := range []struct {
		code       string
		start, end int
	}{
		{"thing.Na|", 6, 8},
		{"thing.Na|me", 6, 8},
		{"thing.|", 6, 6},
		{"é := \"日本語\"; thi|", 12, 15},
		{"%cd ö\nthing.Na|", 12, 14},
		{"import \"ö/|", 8, 10},
		{"ünknown|", 0, 7},
		{"|", 0, 0},
	} {
		if c := s.complete(t, tc.code); c.Start != tc.start || c.End != tc.end {
			t.Errorf("%q: %d to %d, want %d to %d", tc.code, c.Start, c.End, tc.start, tc.end)
		}
	}
}
