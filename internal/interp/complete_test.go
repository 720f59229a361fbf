package interp_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/internal/interp"
	"github.com/ipyauth/ipyauth/kernel"
)

// complete asks for completions at the bar in code.
func (s *session) complete(t testing.TB, code string) (c kernel.Completion) {
	t.Helper()
	before, after, ok := strings.Cut(code, "|")
	if !ok {
		t.Fatalf("no cursor in %q", code)
	}
	s.do(func() {
		c = s.interpreter.(kernel.Completer).Complete(before+after, utf8.RuneCountInString(before))
	})
	return c
}

// texts are the completions' texts.
func texts(c kernel.Completion) string {
	var all []string
	for _, i := range c.Items {
		all = append(all, i.Text)
	}
	return strings.Join(all, " ")
}

const completeSetup = `import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"ipyauth"
)
type Inner struct { Deep int; Other *Inner2 }
type Inner2 struct { X, Y int }
func (i Inner2) Len() int { return 0 }
type Thing struct { Inner; Name string; hidden int; Buf *bytes.Buffer }
func (t *Thing) Change(to string) (n int, err error) { calls++; return 0, nil }
func (t Thing) Get() Inner2 { calls++; return Inner2{} }
var calls = 0
var thing Thing
var ptr = &thing
var list []Thing
var table map[string]*Thing
func mk(n int) *Thing { calls++; return nil }
func two() (Thing, error) { calls++; return thing, nil }
var face interface{ Do(int) string; Undo() }
const Answer = 42
var request *http.Request
var builder strings.Builder
var fn = mk
var ch chan Thing`

const (
	thingMembers = "Buf Change Deep Get Inner Name Other hidden"
	inner2       = "Len X Y"
)

func TestComplete(t *testing.T) {
	s := newSession(t, interp.Options{})
	s.must(t, completeSetup)
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
	if got := s.shows("calls"); got != "0" {
		t.Errorf("completion called functions %s times", got)
	}
	for _, name := range []string{"v", "New", "strconv", "g"} {
		if got := s.shows(name); !strings.Contains(got, "undefined identifier") {
			t.Errorf("%s is left over: %s", name, got)
		}
	}
	if got := s.shows("len(list) + Answer"); got != "42" {
		t.Errorf("afterwards: %s", got)
	}
}

// A type that is declared again below the cursor's cell must not change.
func TestCompleteChangesNoType(t *testing.T) {
	s := newSession(t, interp.Options{})
	s.must(t, "type T struct { A int }\nfunc (t T) M() string { return `old` }\nt := T{1}")
	if got := texts(s.complete(t, "type T struct { B string; C int }\nfunc (t T) M() int { return 1 }\nfunc (t T) N() {}\nt.|")); got != "A M" {
		t.Errorf("completes %q", got)
	}
	if got := s.shows("t.M() + fmt.Sprint(t)"); !strings.Contains(got, "undefined identifier: fmt") {
		t.Errorf("shows %q", got)
	}
	if got := s.shows("import `fmt`\nt.M() + fmt.Sprint(t)"); got != "old{1}" {
		t.Errorf("shows %q", got)
	}
}

// A variable that the cell below would replace keeps its value.
func TestCompleteChangesNoVariable(t *testing.T) {
	s := newSession(t, interp.Options{})
	s.must(t, "ToUpper := func() int { return 5 }\nn := 3\nvar f func() int = ToUpper")
	for code, want := range map[string]string{
		"import . \"strings\"\nToU|":                                "ToUpper ToUpperSpecial",
		"n := `text`\nvar ToUpper = 1.5\nfunc f(x string) {}\nToU|": "ToUpper",
	} {
		if got := texts(s.complete(t, code)); got != want {
			t.Errorf("%q completes %q", code, got)
		}
	}
	if got := s.shows("ToUpper() + n + f()"); got != "13" {
		t.Errorf("shows %q", got)
	}
}

func TestCompletionItems(t *testing.T) {
	s := newSession(t, interp.Options{})
	s.must(t, completeSetup+"\na := ipyauth.NewAuth")
	for code, want := range map[string]string{
		"thing.Chan|":          "Change method (string) (int, error)",
		"thing.Nam|":           "Name field string",
		"strings.ToLo|":        "ToLower function (string) string",
		"strings.Buil|":        "Builder type struct",
		"http.MethodGe|":       `MethodGet constant "GET"`,
		"http.DefaultCli|":     "DefaultClient variable *http.Client",
		"thin|":                "thing variable Thing",
		"Answe|":               "Answer constant 42",
		"byte|":                "bytes package bytes",
		"mk|":                  "mk function (int) *Thing",
		"retur|":               "return keyword ",
		"pani|":                "panic function ",
		"ipyauth.NewAut|":      "NewAuth function (p ipyauth.Params) *ipyauth.Auth",
		"a(nil).AccessT|":      "AccessToken method () string",
		"import \"encoding/j|": "encoding/json package ",
	} {
		c := s.complete(t, code)
		found := false
		for _, i := range c.Items {
			got := fmt.Sprintf("%s %s %s", i.Text, i.Type, i.Signature)
			found = found || got == want
		}
		if !found {
			t.Errorf("%s: got %v, want %s", code, c.Items, want)
		}
	}
}

// Offsets count code points, of the whole cell.
func TestCompletionOffsets(t *testing.T) {
	s := newSession(t, interp.Options{})
	s.must(t, completeSetup)
	for _, tc := range []struct {
		code       string
		start, end int
	}{
		{"thing.Na|", 6, 8},
		{"thing.|", 6, 6},
		{"é := \"日本語\"; thi|", 12, 15},
		{"import \"ö/|", 8, 10},
		{"ünknown|", 0, 7},
		{"|", 0, 0},
	} {
		if c := s.complete(t, tc.code); c.Start != tc.start || c.End != tc.end {
			t.Errorf("%q: %d to %d, want %d to %d", tc.code, c.Start, c.End, tc.start, tc.end)
		}
	}
}

func TestCompleteOnOtherGoroutine(t *testing.T) {
	s := newSession(t, interp.Options{})
	if c := s.interpreter.(kernel.Completer).Complete("pani", 4); len(c.Items) > 0 {
		t.Errorf("got %v", c.Items)
	}
}

func BenchmarkComplete(b *testing.B) {
	s := newSession(b, interp.Options{})
	s.must(b, completeSetup)
	for b.Loop() {
		s.complete(b, "func f(b *Inner2) {\n\tv := thing.Get()\n\tv.|")
	}
}
