package assist_test

import (
	"go/types"
	"reflect"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/assist"
	"github.com/ipyauth/ipyauth/kernel/display"
)

func TestInspect(t *testing.T) {
	s := newSession(t, setup)
	for _, tc := range []struct{ name, code, want string }{
		{"function", "mk|", "func mk(n int) *Thing"},
		{"before the name", "|mk", "func mk(n int) *Thing"},
		{"generic function", "Map|", "func Map[T, U any](s []T, f func(T) U) []U"},
		{"in a call", "mk(|", "func mk(n int) *Thing"},
		{"in a call with type arguments", "Map[Thing, int](list, |)", "func Map[T, U any](s []T, f func(T) U) []U"},
		{"in a string in a call", "mk(len(`a|`))", "func len(v Type) int // builtin\n\nlen is the number of elements of a slice, array, map or channel, or the number\nof bytes of a string."},
		{"in a call, behind a name nobody knows", "mk(nothing|)", "func mk(n int) *Thing"},
		{"in a closure in a call", "Map(list, func(t Thing) int {\n\t|\n})", "func Map[T, U any](s []T, f func(T) U) []U"},
		{"method", "thing.Change|", "func (t *Thing) Change(to string) (n int, err error)"},
		{"method of an instance", "pair.Swap(|", "func (p Pair[string, Inner2]) Swap(v Inner2) (string, error)"},
		{"promoted method", "thing.Other.Len|", "func (i Inner2) Len() int"},
		{"method of an interface", "face.Do|", "func Do(int) string"},
		{"method that the type cannot have", "Thing{}.Change|", "func (t *Thing) Change(to string) (n int, err error)"},
		{"method of this cell", "func (t Thing) Fresh(x int) {}\nthing.Fresh|", "func (t Thing) Fresh(x int)"},
		{"method where it is declared", "func (t Thing) Fr|esh(x int) {}", "func (t Thing) Fresh(x int)"},
		{"field", "thing.Name|", "field Name string"},
		{"promoted field", "thing.Deep|", "field Deep int"},
		{"field of a call's result", "mk(1).Get().X|", "field X int"},
		{"key of a literal", "Thing{Na|me: `a`}", "field Name string"},
		{"key of a literal without its value", "Thing{Name|", "field Name string"},
		{"key of a literal that is not closed", "x := Thing{Na|me: `a`, 1 2", "field Name string"},
		{"field where it is declared", "type X struct { A|, B int }", "field A int"},
		{"hidden field", "builder.buf|", ""},
		{"variable", "table|", "var table map[string]*Thing"},
		{"variable of a type", "thing|", "var thing Thing"},
		{"constant", "Answer|", "const Answer = 42"},
		{"constant of this cell", "const X uint8 = 1 << 3\nX|", "const X uint8 = 8"},
		{"constant of a package", "http.MethodGet|", "const http.MethodGet = \"GET\"\n\nCommon HTTP methods.\n\nUnless otherwise noted, these are defined in RFC 7231 section 4.3."},
		{"type", "Inner2|", "type Inner2 struct {\n\tX int\n\tY int\n}"},
		{"type with an embedded one", "Thing|", "type Thing struct {\n\tInner\n\tName string\n\thidden int\n\tBuf *bytes.Buffer\n}"},
		{"generic type", "Pair|", "type Pair[K comparable, V any] struct {\n\tKey K\n\tValue V\n}"},
		{"type of functions", "type F func(n int) error\nF|", "type F func(n int) error"},
		{"alias", "type A = []Thing\nA|", "type A = []Thing"},
		{"empty interface", "type E interface{}\nE|", "type E interface {}"},
		{"constraint", "type N interface { ~int; String() string }\nN|", "type N interface {\n\t~int\n\tString() string\n}"},
		{"type parameter", "func f[Elem fmt.Stringer](x E|lem) {}", "type Elem fmt.Stringer"},
		{"predeclared type", "uint8|", "type uint8 // builtin\n\nuint8 is an unsigned integer of 8 bits, from 0 to 255."},
		{"error", "error|", "type error interface {\n\tError() string\n}\n\nerror is what functions return that can fail; nil means that they did not."},
		{"any", "any|", "type any interface {}\n\nany is an interface without methods: every value fits."},
		{"builtin", "panic|", "func panic(v any) // builtin\n\npanic ends the function, runs what it deferred, and goes on like this in its\ncallers until one recovers."},
		{"true", "true|", "const true = true"},
		{"nil", "nil|", "nil // builtin\n\nnil is the zero value of pointers, functions, interfaces, slices, channels and\nmaps."},
		{"keyword", "go|to", "keyword goto\n\ngoto continues at a label of the same function."},
		{"declared on this line", "fresh|Name := thing.Get()", "var freshName Inner2"},
		{"declared below", "la|ter()\nfunc later() error { return nil }", "func later() error"},
		{"parameter", "func f(b *Inner2) { b|", "var b *Inner2"},
		{"local", "func f() {\n\tv := thing.Get()\n\tif v|", "var v Inner2"},
		{"type switch", "switch v := any(thing).(type) {\ncase Thing:\n\tv|", "var v Thing"},
		{"rest does not parse", "mk|(1\nfunc (", "func mk(n int) *Thing"},
		{"before does not parse", "x := 1 2\nv := thing.Get()\nv|", "var v Inner2"},
		{"deferred", "defer thing.Change|", "func (t *Thing) Change(to string) (n int, err error)"},
		{"shadowed", "thing := 1.5\nthing|", "var thing float64"},
		{"unexported in a package", "strings.explode|", ""},
		{"unknown", "nothing|", ""},
		{"nothing", "|", ""},
		{"in a string", "\"mk|\"", ""},
		{"in a comment", "// mk|", ""},
		{"command", "%cd mk|", ""},
		{"below a command", "%cd x\nmk|", "func mk(n int) *Thing"},
		{"label", "again|:\nfor { continue again }", ""},
		{"packages of one name", "rand|", "package rand // import \"crypto/rand\"\npackage rand // import \"math/rand\"\npackage rand // import \"math/rand/v2\""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := s.inspect(t, tc.code, 0); got != tc.want {
				t.Errorf("%q\ngot  %q\nwant %q", tc.code, got, tc.want)
			}
		})
	}
}

// What packages export comes with its doc comments.
func TestInspectLibrary(t *testing.T) {
	s := newSession(t, setup)
	for _, tc := range []struct{ code, declaration, about string }{
		{"strings.To|Upper", "func strings.ToUpper(s string) string", "ToUpper returns s with all Unicode letters mapped to their upper case."},
		{"strings.ToUpper(|", "func strings.ToUpper(s string) string", "ToUpper returns s"},
		{"strings.Repeat(`a`, 1 + |)", "func strings.Repeat(s string, count int) string", "Repeat returns"},
		{"fmt.Println(strings.ToUpper(`a`), |", "func fmt.Println(a ...any) (n int, err error)", "Println formats"},
		{"slices.Sort(|", "func slices.Sort[S ~[]E, E cmp.Ordered](x S)", "Sort sorts"},
		{"strconv.Atoi(|", "func strconv.Atoi(s string) (int, error)", "Atoi is equivalent"},
		{"rand.NewPCG(|", "func rand.NewPCG(seed1 uint64, seed2 uint64) *rand.PCG", "NewPCG returns"},
		{"thing.Buf.Write(|", "func (b *bytes.Buffer) Write(p []byte) (n int, err error)", "Write appends"},
		{"request.URL.Host|", "field Host string", "\"host\" or"},
		{"http.Client{Time|out: 1}", "field Timeout time.Duration", "Timeout specifies"},
		{"http.DefaultClient|", "var http.DefaultClient *http.Client", "DefaultClient is the default"},
		{"request|", "var request *http.Request", "A Request represents"},
		{"fmt.Stringer|", "type fmt.Stringer interface {\n\tString() string\n}", "Stringer is implemented"},
		{"strings.Builder|", "type strings.Builder struct {\n\t// unexported fields\n}", "A Builder is used"},
		{"sync.Once|", "type sync.Once struct {\n\t// unexported fields\n}", "Once is an object"},
		{"atomic.Pointer|", "type atomic.Pointer[T any] struct {\n\t// unexported fields\n}", "A Pointer is"},
		{"time.Second|", "const time.Second time.Duration = 1000000000", "Common durations."},
		{"str|ings.ToUpper", `package strings // import "strings"`, "Package strings implements simple functions"},
		{"strconv|", `package strconv // import "strconv"`, "Package strconv implements"},
		{"unsafe.Sizeof(|", "func unsafe.Sizeof(x Type) uintptr // builtin", "Sizeof is the size"},
		{"import . \"strings\"\nToUpper|", "func strings.ToUpper(s string) string", "ToUpper returns"},
		{"ipyauth.NewAuth(|", "func ipyauth.NewAuth(p ipyauth.Params) *ipyauth.Auth", "NewAuth returns an Auth for a cell."},
		{"ipyauth.NewAuth(nil).AccessToken|", "func (a *widget.Auth) AccessToken() string", "AccessToken "},
		{"display.HTML(|", "func display.HTML(html string) display.Data", "HTML shows a fragment of HTML."},
	} {
		text := s.inspect(t, tc.code, 0)
		declaration, about, _ := strings.Cut(text, "\n\n")
		if declaration != tc.declaration || !strings.HasPrefix(about, tc.about) {
			t.Errorf("%s:\n%s", tc.code, text)
		}
	}
}

func TestInspectDetail(t *testing.T) {
	s := newSession(t, setup)
	for code, want := range map[string]string{
		"Inner2|": "type Inner2 struct {\n\tX int\n\tY int\n}\nfunc (i Inner2) Len() int",
		"Thing|":  "type Thing struct {\n\tInner\n\tName string\n\thidden int\n\tBuf *bytes.Buffer\n}\nfunc (t *Thing) Change(to string) (n int, err error)\nfunc (t Thing) Get() Inner2",
		"fmt.Stringer|": "type fmt.Stringer interface {\n\tString() string\n}\n\nStringer is implemented by any value that has a String method, which defines the\n" +
			"“native” format for that value. The String method is used to print values passed\nas an operand to any format that accepts a string or to an unformatted printer\nsuch as Print.",
	} {
		if got := s.inspect(t, code, 1); got != want {
			t.Errorf("%s: got %q", code, got)
		}
	}
	if short, long := s.inspect(t, "fmt|", 0), s.inspect(t, "fmt|", 1); short != "package fmt // import \"fmt\"\n\nPackage fmt implements formatted I/O with functions analogous to C's printf and\nscanf. The format 'verbs' are derived from C's but are simpler." || !strings.HasPrefix(long, short+"\n\n") {
		t.Errorf("short %q, long %.200q", short, long)
	}
}

// What cells declare comes with the comments of its cell.
func TestInspectComments(t *testing.T) {
	s := newSession(t,
		"// Dog is a dog.\ntype Dog struct {\n\t// Name is what it hears.\n\tName string\n\tAge int // in years\n\t*Tail\n}\n\n// Bark makes noise.\nfunc (d Dog) Bark(times int) {}\n\n"+
			"// Tail wags.\ntype Tail struct {\n\t// Length is in cm.\n\tLength int\n}\n\n// Barker barks.\ntype Barker interface {\n\t// Bark is loud.\n\tBark(times int)\n}",
		"// rex is mine.\nvar rex Dog\n\nconst (\n\t// A is one.\n\tA = 1\n\tB = 2 // two\n)\n\n/*\nwalk goes out.\n\n\twalk(rex)\n*/\nfunc walk(d Dog) {}\nvar other Dog\nvar b Barker",
		"// Fetch came later.\nfunc (d *Dog) Fetch() {}\n\n// sum is of a cell with statements.\nvar sum = 1\nsum++",
		"// old was replaced.\nfunc old() {}\n// gone was a variable.\nvar gone int",
		"func old(n int) {}",
		"gone := `now`",
	)
	for _, tc := range []struct{ code, want string }{
		{"Dog|", "type Dog struct {\n\tName string\n\tAge int\n\t*Tail\n}\n\nDog is a dog."},
		{"rex|", "var rex Dog\n\nrex is mine."},
		{"other|", "var other Dog\n\nDog is a dog."},
		{"rex.Name|", "field Name string\n\nName is what it hears."},
		{"rex.Age|", "field Age int\n\nin years"},
		{"rex.Tail|", "field Tail *Tail\n\nTail wags."},
		{"rex.Length|", "field Length int\n\nLength is in cm."},
		{"Dog{Na|me: `a`}", "field Name string\n\nName is what it hears."},
		{"rex.Bark(|", "func (d Dog) Bark(times int)\n\nBark makes noise."},
		{"b.Bark(|", "func (Barker) Bark(times int)\n\nBark is loud."},
		{"rex.Fetch(|", "func (d *Dog) Fetch()\n\nFetch came later."},
		{"A|", "const A = 1\n\nA is one."},
		{"B|", "const B = 2\n\ntwo"},
		{"walk(|", "func walk(d Dog)\n\nwalk goes out.\n\n\twalk(rex)"},
		{"sum|", "var sum int\n\nsum is of a cell with statements."},
		{"old|", "func old(n int)"},
		{"gone|", "var gone string"},
		{"// here is in this cell.\nfunc here() {}\nhere|()", "func here()\n\nhere is in this cell."},
		{"here|()\n\n// here is below.\nfunc here() {}", "func here()\n\nhere is below."},
		{"// Cat is new.\ntype Cat struct {\n\t// Lives are nine.\n\tLives int\n}\nvar c Cat\nc.Lives|", "field Lives int\n\nLives are nine."},
		{"// Sit is new.\nfunc (d Dog) Sit() {}\nrex.Sit|()", "func (d Dog) Sit()\n\nSit is new."},
		{"x := 1 // not about f\nfunc f() {}\nf|", "func f()"},
		{"func f() {\n\t// Dog is local.\n\ttype Dog int\n\tvar d Dog|", "type Dog int"},
	} {
		if got := s.inspect(t, tc.code, 0); got != tc.want {
			t.Errorf("%q\ngot  %q\nwant %q", tc.code, got, tc.want)
		}
	}
	data, _ := s.Inspect("walk", 4, 0)
	if got, want := data.Data[display.MIMETypeMarkdown], "```go\nfunc walk(d Dog)\n```\n\nwalk goes out.\n\n\twalk(rex)"; got != want {
		t.Errorf("markdown is %q", got)
	}
}

// Variables of the session are shown with their values, others are not.
func TestInspectValues(t *testing.T) {
	s := newSession(t, "var v []string\nvar hidden int")
	s.Value = func(v *types.Var) (reflect.Value, bool) { return reflect.ValueOf([]string{"a", "b"}), v.Name() == "v" }
	for code, want := range map[string]string{
		"v|":                 "var v []string = {\"a\", \"b\"}",
		"hidden|":            "var hidden int",
		"func f(v int) { v|": "var v int",
		"v := 1\nv|":         "var v int",
	} {
		if got := s.inspect(t, code, 0); got != want {
			t.Errorf("%s: %s", code, got)
		}
	}
}

// Objects that the data of the standard library does not know may have comments
// from elsewhere.
func TestInspectOtherDocs(t *testing.T) {
	s := newSession(t, "func f() {}")
	s.Docs = func(obj types.Object) string { return "About " + obj.Name() + "." }
	if got, want := s.inspect(t, "f|", 0), "func f()\n\nAbout f."; got != want {
		t.Errorf("got %q", got)
	}
}

// An Assistant needs no more than a session.
func TestZeroAssistant(t *testing.T) {
	a := assist.Assistant{Session: newSession(t).Session}
	if c := a.Complete("strings.ToUpperS", 16); len(c.Items) != 1 || c.Items[0].Text != "ToUpperSpecial" {
		t.Errorf("completes %v", c.Items)
	}
	if _, found := a.Inspect("strings", 3, 1); !found {
		t.Error("strings is not found")
	}
}
