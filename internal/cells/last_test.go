package cells_test

import (
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
)

// Each row is a session of its own: cells, and what the last one shows.
func TestCells(t *testing.T) { eachEngine(t, testCells) }

func testCells(t *testing.T, o cells.Options) {
	for _, tc := range []struct {
		name  string
		cells []string
		want  want
	}{
		{"expression", []string{`1 + 1`}, both("2")},
		{"string", []string{`"a" + "b"`}, both("ab")},
		{"empty", []string{``}, both("")},
		{"blank", []string{" \n\t\n"}, both("")},
		{"comment", []string{`// nothing`}, both("")},
		{"semicolons", []string{`;;;`}, both("")},
		{"nil", []string{`nil`}, both("")},
		{"nil error", []string{"var err error\nerr"}, both("")},
		{"nil pointer", []string{"var p *int\np"}, both("<nil>")},
		{"last expression counts", []string{"1\n2\n3"}, both("3")},
		{"statement shows nothing", []string{"x := 1"}, both("")},
		{"expression then statement", []string{"1\nx := 2"}, both("")},
		{"expression in a block", []string{"if 1 < 2 {\n\t3\n}"}, both("")},
		{"increment", []string{"d := 10\nd++"}, both("")},
		{"declaration", []string{"func f() int { return 1 }"}, both("")},
		{"variable lives on", []string{`a := 1`, `a = 2`, `a + 3`}, both("5")},
		{"function lives on", []string{`func f(x int) int { return x + 1 }`, `f(1)`}, both("2")},
		{"several values", []string{"func f(b int) (int, int) { return 2 + b, b }\nf(10)"}, both("12 10")},
		{"several strings", []string{"func f() (string, string) { return `a`, `b` }\nf()"}, both("a b")},
		{"nil among values", []string{"import `errors`\nfunc f() (interface{}, error) { return nil, errors.New(`To err is human`) }\nf()"}, both("<nil> To err is human")},
		{"only nil values", []string{"func f() (interface{}, error) { return nil, nil }\nf()"}, both("")},
		{"map element", []string{"m := map[string]int{`a`: 10}\nm[`a`]"}, both("10 true")},
		{"receive", []string{"out := make(chan int)\ngo func() { out <- 123 }()\n<-out"}, both("123 true")},
		{"struct", []string{"type R struct{ W, H int }\nR{10, 30}"}, both("{10 30}")},
		{"struct pointer", []string{"type R struct{ W, H int }\n&R{10, 30}"}, both("&{10 30}")},
		{"type redefined", []string{"type R struct{ W int }\nr := R{1}", "type R struct{ S string }\nR{`s`}"}, both("{s}")},
		{"variable redefined", []string{`x := 3`, `x := "s"`, `x`}, both("s")},
		{"slice", []string{"c := []string{`a`, `b`, `c`}\nc[:2]"}, both("[a b]")},
		{"package clause is ignored", []string{"package main\n\nfunc main() {}\n", `1`}, both("1")},
		{"program as a cell", []string{"package main\n\nimport `strings`\n\nfunc main() { s = helper(`x`) }\n\nvar s string\n\nfunc helper(s string) string { return strings.ToUpper(s) }\n\nmain()\ns"}, both("X")},
		{"functions call each other", []string{"func even(n int) bool { if n == 0 { return true }; return odd(n-1) }\nfunc odd(n int) bool { if n == 0 { return false }; return even(n-1) }\neven(10)"}, both("true")},
		{"method used before it is declared", []string{"type A struct{ X int }\nfunc use() int { var a A; return a.Get() }\nfunc (a A) Get() int { return a.X + 1 }\nuse()"}, both("1")},
		{"variable depends on a later one", []string{"var z = w + 1\nvar w = 2\nz"}, both("3")},
		{"iota", []string{"type Color int\nconst (\n\tRed Color = iota\n\tGreen\n)\nGreen"}, both("1")},
		{"package name", []string{"import `fmt`\nfmt"}, want{"CompileError: cell 1:2:1: use of package fmt not in selector", `package fmt "fmt"`}},
		{"defer of close", []string{"c := make(chan int)\nfunc f() { defer close(c) }\nf()\n<-c"}, both("0 false")},
		{"defer of delete", []string{"m := map[string]int{`a`: 1}\nfunc f() { defer delete(m, `a`) }\nf()\nlen(m)"}, both("0")},
		{"defer of a close of one's own", []string{"func close(s string) { t = s }\nvar t string\nfunc f() { defer close(`mine`) }\nf()\nt"}, both("mine")},
		{"recover", []string{"func f() (s string) { defer func() { s = recover().(string) }(); panic(`p`) }\nf()"}, both("p")},
		{"Display is a function value", []string{"var d func(interface{}) error = Display\nd != nil"}, both("true")},
		{"map that contains itself", []string{"m := map[string]interface{}{}\nm[`m`] = m\nm"}, both("(map[string]interface {} that contains itself)")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, o)
			if got := s.last(t, tc.cells); got != tc.want.of(o.Engine) {
				t.Errorf("shows %q, want %q", got, tc.want.of(o.Engine))
			}
		})
	}
}

func TestPrintsShowNothing(t *testing.T) { eachEngine(t, testPrintsShowNothing) }

func testPrintsShowNothing(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	s.must(t, "import (\n\"fmt\"\n\"io\"\n)\nfunc two() (int, error) { return 2, nil }\nvar out = io.Discard")
	for code, want := range map[string]string{
		`fmt.Print("")`:                    "",
		`fmt.Printf("")`:                   "",
		`fmt.Fprintln(out, "x")`:           "",
		`fmt.Sprint("x")`:                  "x",
		`fmt.Sscan("5", new(int))`:         "1 <nil>",
		`two()`:                            "2 <nil>",
		`fmt.Fprint(&failing{}, "x")`:      "0 EOF",
		`f := fmt.Sprintln; f("x") == "x"`: "false",
	} {
		if code == `fmt.Fprint(&failing{}, "x")` {
			s.must(t, "type failing struct{}\nfunc (f *failing) Write(p []byte) (int, error) { return 0, io.EOF }")
		}
		if got := s.shows(code); got != want {
			t.Errorf("%s shows %q, want %q", code, got, want)
		}
	}
}
