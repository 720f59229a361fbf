package check

import (
	"slices"
	"strings"
	"testing"
)

// The first cell of a fresh session, and its errors.
func TestErrors(t *testing.T) {
	testRows(t, Options{}, []row{
		{"undefined", []string{"y := 1\ny + undefined"}, []string{"2:5: undefined: undefined"}},
		{"columns are characters", []string{`"é" + y`}, []string{"1:7: undefined: y"}},
		{"all of them", []string{"a\nb\nfunc f() { c }"}, []string{"1:1: undefined: a", "2:1: undefined: b", "3:12: undefined: c"}},
		{"ten at most", []string{strings.Repeat("a\n", 20)}, []string{"1:1: undefined: a", "2:1: undefined: a", "3:1: undefined: a", "4:1: undefined: a", "5:1: undefined: a", "6:1: undefined: a", "7:1: undefined: a", "8:1: undefined: a", "9:1: undefined: a", "10:1: undefined: a"}},
		{"in the order of the cell", []string{"a\nfunc f() int { return `` }\nb"}, []string{"1:1: undefined: a", "2:23: cannot use `` (untyped string constant \"\") as int value in return statement", "3:1: undefined: b"}},
		{"overflow", []string{"var u uint8 = 300"}, []string{"1:15: cannot use 300 (untyped int constant) as uint8 value in variable declaration (overflows)"}},
		{"overflow of a shown value", []string{"1 << 70"}, []string{"1:1: cannot use 1 << 70 (untyped int constant 1180591620717411303424) as int value (overflows)"}},
		{"overflow of a shown call", []string{"min(1<<70, 1<<71)"}, []string{"1:1: cannot use min(1 << 70, 1 << 71) as int value (overflows)"}},
		{"nil", []string{"x := nil"}, []string{"1:6: use of untyped nil in assignment"}},
		{"mismatch", []string{"x := 1\nx = `s`"}, []string{"2:5: cannot use `s` (untyped string constant \"s\") as int value in assignment"}},
		{"constant mismatch", []string{`"a" + 1`}, []string{`1:1: invalid operation: "a" + 1 (mismatched types untyped string and untyped int)`}},
		{"value count", []string{"x, y := 1"}, []string{"1:9: assignment mismatch: 2 variables but 1 value"}},
		{"argument count", []string{"strings.ToUpper()"}, []string{"1:17: not enough arguments in call to strings.ToUpper: have (), want (string)"}},
		{"no such method", []string{"type T struct{}\nT{}.Foo()"}, []string{"2:5: T{}.Foo undefined (type T has no field or method Foo)"}},
		{"missing return", []string{"func f() int { }"}, []string{"1:16: missing return"}},
		{"missing body", []string{"func f() int"}, []string{"1:6: missing function body"}},
		{"a struct that holds itself", []string{"type N struct{ n N }"}, []string{"1:6: invalid recursive type: N refers to itself"}},
		{"return", []string{"return 3"}, []string{"1:8: too many return values: have (number), want ()"}},
		{"type that needs itself for ever", []string{"type G[T any] struct{ *G[G[T]] }\nvar g G[int]\nvar x = g.x"}, []string{"1:8: instantiation cycle: T instantiated as G[T]"}},
		{"unused value in a function", []string{"func f() { 1 }"}, []string{"1:12: 1 (untyped int constant) is not used"}},
		{"unused value in a function", []string{"f := func() {\n\t1\n}"}, []string{"2:2: 1 (untyped int constant) is not used"}},
		{"no new variables in a function", []string{"func f() { x := 1; x := 2; _ = x }"}, []string{"1:22: no new variables on left side of :="}},
		{"type as a value", []string{"int"}, []string{"1:1: int (type) is not an expression"}},
		{"package as a value", []string{"import \"fmt\"\nfmt"}, []string{"2:1: use of package fmt not in selector"}},
		{"main with arguments", []string{"func main(x int) {}"}, []string{"1:6: func main must have no arguments and no return values"}},
		{"redeclared", []string{"func f() {}\nfunc f() {}"}, []string{"2:6: f redeclared in this block"}},
		{"generic without arguments", []string{"func f[T any]() {}\nf()"}, []string{"2:1: in call to f, cannot infer T (declared at cell 1:1:8)"}},
		{"generic of an earlier cell without arguments", []string{"func f[T any]() {}", "f()"}, []string{"1:1: in call to f, cannot infer T"}},
		{"constraint", []string{"func f[T ~int](x T) {}\nf(`s`)"}, []string{"2:1: string does not satisfy ~int (string missing in ~int)"}},
		{"label", []string{"goto L"}, []string{"1:6: label L not declared"}},
		{"jump over a variable", []string{"goto L\nx := 1\nL:\nprintln(x)"}, []string{"1:6: goto L jumps over variable declaration at line 2"}},
	})
}

func TestStrict(t *testing.T) {
	testRows(t, Options{Strict: true}, []row{
		{"variable", []string{"func f() { x := 1 }"}, []string{"1:12: declared and not used: x"}},
		{"label", []string{"func f() { L: }"}, []string{"1:12: label L declared and not used"}},
		{"import", []string{"import \"fmt\"\nimport s \"strings\"\nimport \"os\"\nvar _ = os.Args"}, []string{"1:8: \"fmt\" imported and not used", "2:8: \"strings\" imported as s and not used"}},
		{"variable of the top level", []string{"x := 1"}, []string{"new x int", "> x := 1"}},
	})
}

// What names stand for after a cell failed or was not committed.
func TestNamesStay(t *testing.T) {
	for _, tc := range []struct {
		name         string
		before, cell string
		after        map[string]string // a cell to its description
	}{
		{"new names", "", "x := 1\nvar s = `s`\nfunc f() int { return 1 }\nnothing", map[string]string{"x": "1:1: undefined: x", "f()": "1:1: undefined: f"}},
		{"old names", "x := 1\nfunc f() int { return 1 }", "x := `s`\nfunc f() string { return `f` }\nnothing", map[string]string{"x": "> x\nshows int", "f()": "> f()\nshows int"}},
		{"old names of a cell that is right", "x := 1\nfunc f() int { return 1 }", "x := `s`\nfunc f() string { return `f` }", map[string]string{"x": "> x\nshows int", "f()": "> f()\nshows int"}},
		{"type", "type T int", "type T string\nnothing", map[string]string{"T(1)": "> T(1)\nshows T"}},
		{"import", "", "import f \"fmt\"\nnothing", map[string]string{"f": "1:1: undefined: f"}},
		{"declared twice", "x := 1", "x := `s`\nx := 2.5\nnothing", map[string]string{"x": "> x\nshows int"}},
		{"waiting", "func a() { b() }", "func b() {}\nnothing", map[string]string{"func b() {}": "func b\nfunc a replaces"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(Options{})
			s.run(tc.before)
			names := s.Names()
			s.check(tc.cell)
			if got := s.Names(); !slices.Equal(got, names) {
				t.Errorf("names are %q, were %q", got, names)
			}
			for cell, want := range tc.after {
				if got := s.run(cell); got != want {
					t.Errorf("%s: got %q, want %q", cell, got, want)
				}
			}
		})
	}
}
