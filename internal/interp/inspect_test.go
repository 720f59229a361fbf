package interp_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/internal/interp"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// inspect is the plain text about the name at the bar in code, "" for none.
func (s *session) inspect(t testing.TB, code string, detail int) (text string, data *display.Data) {
	t.Helper()
	before, after, ok := strings.Cut(code, "|")
	if !ok {
		t.Fatalf("no cursor in %q", code)
	}
	found := false
	s.do(func() {
		data, found = s.interpreter.(kernel.Inspector).Inspect(before+after, utf8.RuneCountInString(before), detail)
	})
	if !found {
		return "", nil
	}
	return data.Data[display.MIMETypeText].(string), data
}

func TestInspect(t *testing.T) {
	s := newSession(t, interp.Options{})
	s.must(t, completeSetup)
	for _, tc := range []struct{ name, code, want string }{
		{"function", "mk|", "func mk(int) *Thing"},
		{"before the name", "|mk", "func mk(int) *Thing"},
		{"in the name", "strings.To|Upper", "func strings.ToUpper(string) string"},
		{"in the package's name", "str|ings.ToUpper", `package strings // import "strings"`},
		{"in a call", "strings.ToUpper(|", "func strings.ToUpper(string) string"},
		{"in a call's second argument", "strings.Repeat(`a`, 1 + |)", "func strings.Repeat(string, int) string"},
		{"in a nested call", "fmt.Println(strings.ToUpper(`a`), |", "func fmt.Println(...any) (int, error)"},
		{"method", "thing.Change|", "func (Thing) Change(string) (int, error)"},
		{"promoted method", "thing.Other.Len|", "func (Inner2) Len() int"},
		{"field", "thing.Name|", "field Name string"},
		{"promoted field", "thing.Deep|", "field Deep int"},
		{"field of a call's result", "mk(1).Get().X|", "field X int"},
		{"key of a literal", "Thing{Na|me: `a`}", "field Name string"},
		{"hidden field", "builder.buf|", ""},
		{"variable", "table|", "var table map[string]*Thing"},
		{"constant", "Answer|", "const Answer = 42"},
		{"constant of a package", "http.MethodGet|", `const http.MethodGet = "GET"`},
		{"variable of a package", "http.DefaultClient|", "var http.DefaultClient *http.Client"},
		{"type", "Inner2|", "type Inner2 struct {\n\tX int\n\tY int\n}"},
		{"type of a package", "fmt.Stringer|", "type fmt.Stringer interface {\n\tString() string\n}"},
		{"builtin", "panic|", "func panic // builtin"},
		{"predeclared type", "uint8|", "type uint8 uint8"},
		{"true", "true|", "const true = true"},
		{"declared on this line", "fresh|Name := thing.Get()", "var freshName Inner2"},
		{"declared below", "la|ter()\nfunc later() error { return nil }", "func later() error"},
		{"parameter", "func f(b *Inner2) { b|", "var b *Inner2"},
		{"unexported in a package", "strings.explode|", ""},
		{"unknown", "nothing|", ""},
		{"keyword", "func|", ""},
		{"nothing", "|", ""},
		{"in a string", "\"mk|\"", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got, _ := s.inspect(t, tc.code, 0); got != tc.want {
				t.Errorf("%q\ngot  %q\nwant %q", tc.code, got, tc.want)
			}
		})
	}
	if got := s.shows("calls"); got != "0" {
		t.Errorf("inspection called functions %s times", got)
	}
}

func TestInspectDetail(t *testing.T) {
	s := newSession(t, interp.Options{})
	s.must(t, completeSetup)
	want := "type Inner2 struct {\n\tX int\n\tY int\n}\nfunc (Inner2) Len() int"
	if got, _ := s.inspect(t, "Inner2|", 1); got != want {
		t.Errorf("got %q", got)
	}
}

// Our own API comes with its doc comments and the names of parameters.
func TestInspectDocs(t *testing.T) {
	s := newSession(t, interp.Options{})
	s.must(t, "import (\n`ipyauth`\n`display`\n)\nvar a *ipyauth.Auth")
	for _, tc := range []struct{ code, declaration, about string }{
		{"ipyauth.NewAuth(|", "func ipyauth.NewAuth(p ipyauth.Params) *ipyauth.Auth", "NewAuth returns an Auth for a cell."},
		{"ipyauth.Auth|", "type ipyauth.Auth struct", "Auth is one sign-in with one provider"},
		{"ipyauth.ErrExpired|", "var ipyauth.ErrExpired error", ""},
		{"a|", "var a *widget.Auth", "Auth is"},
		{"a.Wait(|", "func (widget.Auth) Wait(", "Wait "},
		{"a.AccessToken|", "func (widget.Auth) AccessToken() string", "AccessToken "},
		{"ipyauth.ParamsSgConnect{Mode|", "field Mode string", ""},
		{"display.HTML(|", "func display.HTML(html string) display.Data", "HTML shows a fragment of HTML."},
	} {
		text, data := s.inspect(t, tc.code, 0)
		declaration, about, found := strings.Cut(text, "\n\n")
		if !found || !strings.HasPrefix(declaration, tc.declaration) || !strings.HasPrefix(about, tc.about) || about == "" || strings.Contains(text, "seed:") {
			t.Errorf("%s:\n%s", tc.code, text)
			continue
		}
		if markdown := data.Data[display.MIMETypeMarkdown].(string); !strings.HasPrefix(markdown, "```go\n"+declaration+"\n```\n\n") {
			t.Errorf("%s:\n%s", tc.code, markdown)
		}
	}
}

func TestInspectOnOtherGoroutine(t *testing.T) {
	s := newSession(t, interp.Options{})
	if _, found := s.interpreter.(kernel.Inspector).Inspect("panic", 2, 0); found {
		t.Error("found")
	}
}

// Whatever the code and the cursor, completion and inspection answer, and leave
// the interpreter as it was.
func FuzzComplete(f *testing.F) {
	for _, seed := range []string{
		"thing.", "mk(1).Get().X", "import (\n\"net/", "Thing{Inner: Inner{Deep: ", "func f(a int) { for i := range thing.",
		"%cd ", "$ls ", "switch x := thing.(type) {\ncase ", "type T struct { *T }\nvar t T\nt.", "go func() { defer thing.",
		"a[", "map[string]func(){", "é.", "x := `", "[]*T{{{", "f(g(h(", "}", ".", "\u01c3cursor(thing.", "//", "const ( a = iota; ",
		"type Thing int\nfunc (t Thing) M() { t.", "import . \"strings\"\nToU", "func (", "interface{ X", "chan<- ", "label: goto ", "~'a.",
	} {
		f.Add(seed, 1000)
		f.Add(seed, len(seed)/2)
	}
	s := newSession(f, interp.Options{})
	s.must(f, completeSetup)
	f.Fuzz(func(t *testing.T, code string, cursor int) {
		length := utf8.RuneCountInString(code)
		s.do(func() {
			c := s.interpreter.(kernel.Completer).Complete(code, cursor)
			if c.Start < 0 || c.Start > c.End || c.End > length {
				t.Errorf("from %d to %d of %d", c.Start, c.End, length)
			}
			s.interpreter.(kernel.Inspector).Inspect(code, cursor, 1)
			s.interpreter.(kernel.Checker).IsComplete(code)
		})
		if got := s.shows("calls + len(thing.Name) + Answer"); got != "42" {
			t.Fatalf("afterwards: %s", got)
		}
	})
}
