package interp_test

import (
	"testing"

	"github.com/ipyauth/ipyauth/internal/interp"
)

// Each row is a session of its own: cells, and what the last one shows.
func TestCells(t *testing.T) {
	for _, tc := range []struct {
		name  string
		cells []string
		want  string
	}{
		{"expression", []string{`1 + 1`}, "2"},
		{"string", []string{`"a" + "b"`}, "ab"},
		{"empty", []string{``}, ""},
		{"blank", []string{" \n\t\n"}, ""},
		{"comment", []string{`// nothing`}, ""},
		{"semicolons", []string{`;;;`}, ""},
		{"nil", []string{`nil`}, ""},
		{"nil error", []string{"var err error\nerr"}, ""},
		{"nil pointer", []string{"var p *int\np"}, "<nil>"},
		{"last expression counts", []string{"1\n2\n3"}, "3"},
		{"statement shows nothing", []string{"x := 1"}, ""},
		{"expression then statement", []string{"1\nx := 2"}, ""},
		{"expression in a block", []string{"if 1 < 2 {\n\t3\n}"}, ""},
		{"increment", []string{"d := 10\nd++"}, ""},
		{"declaration", []string{"func f() int { return 1 }"}, ""},
		{"variable lives on", []string{`a := 1`, `a = 2`, `a + 3`}, "5"},
		{"function lives on", []string{`func f(x int) int { return x + 1 }`, `f(1)`}, "2"},
		{"several values", []string{"func f(b int) (int, int) { return 2 + b, b }\nf(10)"}, "12 10"},
		{"several strings", []string{"func f() (string, string) { return `a`, `b` }\nf()"}, "a b"},
		{"nil among values", []string{"import `errors`\nfunc f() (interface{}, error) { return nil, errors.New(`To err is human`) }\nf()"}, "<nil> To err is human"},
		{"only nil values", []string{"func f() (interface{}, error) { return nil, nil }\nf()"}, ""},
		{"map element", []string{"m := map[string]int{`a`: 10}\nm[`a`]"}, "10 true"},
		{"receive", []string{"out := make(chan int)\ngo func() { out <- 123 }()\n<-out"}, "123 true"},
		{"struct", []string{"type R struct{ W, H int }\nR{10, 30}"}, "{10 30}"},
		{"struct pointer", []string{"type R struct{ W, H int }\n&R{10, 30}"}, "&{10 30}"},
		{"type redefined", []string{"type R struct{ W int }\nr := R{1}", "type R struct{ S string }\nR{`s`}"}, "{s}"},
		{"variable redefined", []string{`x := 3`, `x := "s"`, `x`}, "s"},
		{"slice", []string{"c := []string{`a`, `b`, `c`}\nc[:2]"}, "[a b]"},
		{"package clause is ignored", []string{"package main\n\nfunc main() {}\n", `1`}, "1"},
		{"program as a cell", []string{"package main\n\nimport `strings`\n\nfunc main() string { return helper(`x`) }\n\nfunc helper(s string) string { return strings.ToUpper(s) }\n\nmain()"}, "X"},
		{"functions call each other", []string{"func even(n int) bool { if n == 0 { return true }; return odd(n-1) }\nfunc odd(n int) bool { if n == 0 { return false }; return even(n-1) }\neven(10)"}, "true"},
		{"method used before it is declared", []string{"type A struct{ X int }\nfunc use() int { var a A; return a.Get() }\nfunc (a A) Get() int { return a.X + 1 }\nuse()"}, "1"},
		{"variable depends on a later one", []string{"var z = w + 1\nvar w = 2\nz"}, "3"},
		{"iota", []string{"type Color int\nconst (\n\tRed Color = iota\n\tGreen\n)\nGreen"}, "1"},
		{"package name", []string{"import `fmt`\nfmt"}, `package fmt "fmt"`},
		{"defer of close", []string{"c := make(chan int)\nfunc f() { defer close(c) }\nf()\n<-c"}, "0 false"},
		{"defer of delete", []string{"m := map[string]int{`a`: 1}\nfunc f() { defer delete(m, `a`) }\nf()\nlen(m)"}, "0"},
		{"defer of a close of one's own", []string{"func close(s string) { t = s }\nvar t string\nfunc f() { defer close(`mine`) }\nf()\nt"}, "mine"},
		{"recover", []string{"func f() (s string) { defer func() { s = recover().(string) }(); panic(`p`) }\nf()"}, "p"},
		{"Display is a function value", []string{"var d func(interface{}) error = Display\nd != nil"}, "true"},
		{"map that contains itself", []string{"m := map[string]interface{}{}\nm[`m`] = m\nm"}, "(map[string]interface {} that contains itself)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, interp.Options{})
			last := len(tc.cells) - 1
			for _, c := range tc.cells[:last] {
				s.must(t, c)
			}
			if got := s.shows(tc.cells[last]); got != tc.want {
				t.Errorf("shows %q, want %q", got, tc.want)
			}
		})
	}
}

func TestPrintsShowNothing(t *testing.T) {
	s := newSession(t, interp.Options{})
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
