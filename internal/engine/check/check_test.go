package check

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/source"
	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
)

// session checks cells one after the other.
type session struct {
	*Session
	sources source.Sources
	count   int
}

func newSession(opts Options) *session {
	if opts.Candidates == nil {
		opts.Candidates = stdlib.ByName
	}
	return &session{Session: New(stdlib.Import, opts)}
}

// check parses and checks a cell.
func (s *session) check(code string) (*Unit, []string) {
	s.count++
	c, errs := s.sources.Parse(fmt.Sprintf("cell %d", s.count), code)
	var u *Unit
	if len(errs) == 0 {
		u, errs = s.Check(c)
	}
	var told []string
	for _, e := range errs {
		p := s.sources.Position(e.Pos)
		told = append(told, fmt.Sprintf("%d:%d: %s", p.Line, p.Column, e.Msg))
	}
	return u, told
}

// run checks a cell and commits it, and describes the unit or the errors.
func (s *session) run(code string) string {
	u, errs := s.check(code)
	if len(errs) > 0 {
		return strings.Join(errs, "\n")
	}
	text := describe(u)
	u.Commit()
	return text
}

// describe is what a unit says, one thing a line.
func describe(u *Unit) string {
	var lines []string
	line := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, t := range u.Types {
		line("type %s", t.Name())
	}
	for _, f := range u.Funcs {
		text := "func " + functionName(f.Decl)
		if f.Replaces != nil {
			text += " replaces"
		}
		line("%s", text)
	}
	for _, g := range u.Globals {
		kind := "new"
		if u.Cell.Offset(g.Obj.Pos()) < 0 {
			kind = "old"
		}
		line("%s %s %s", kind, g.Obj.Name(), types.TypeString(g.Obj.Type(), types.RelativeTo(u.Pkg)))
	}
	for _, s := range u.Steps {
		line("> %s", stepText(u, s))
	}
	if u.Last != nil {
		line("shows %s", types.TypeString(u.Info.TypeOf(u.Last), types.RelativeTo(u.Pkg)))
	}
	for _, w := range u.Waiting {
		line("%s waits for %s", w.Func.Name(), strings.Join(w.Names, ", "))
	}
	for _, n := range u.Late {
		line("late %s", n.Obj().Name())
	}
	for _, n := range u.Notes {
		line("note: %s", n)
	}
	return strings.Join(lines, "\n")
}

func stepText(u *Unit, s Step) string {
	switch {
	case s.Func != nil:
		return s.Func.Obj.Name() + "()"
	case s.Stmt != nil:
		return sourceOf(s.Stmt)
	}
	var names []string
	for _, v := range s.Vars {
		names = append(names, v.Name())
	}
	if s.Init == nil {
		return "var " + strings.Join(names, ", ")
	}
	return "var " + strings.Join(names, ", ") + " = " + sourceOf(s.Init)
}

// sourceOf is n as text, on one line.
func sourceOf(n ast.Node) string {
	var b bytes.Buffer
	printer.Fprint(&b, token.NewFileSet(), n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// row is a session: cells, and what the last of them comes to.
type row struct {
	name  string
	cells []string
	want  []string
}

func testRows(t *testing.T, opts Options, rows []row) {
	t.Helper()
	for _, tc := range rows {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(opts)
			last := len(tc.cells) - 1
			for i, code := range tc.cells[:last] {
				if _, errs := s.check(code); len(errs) > 0 {
					t.Fatalf("cell %d: %q", i+1, errs)
				}
				s.count--
				s.run(code)
			}
			if got := strings.Split(s.run(tc.cells[last]), "\n"); !slices.Equal(got, tc.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(tc.want, "\n\t"))
			}
		})
	}
}

func TestCells(t *testing.T) {
	testRows(t, Options{}, []row{
		{"nothing", []string{""}, []string{""}},
		{"expression", []string{"1 + 1"}, []string{"> 1 + 1", "shows int"}},
		{"expression of a variable", []string{"x := 1", "x"}, []string{"> x", "shows int"}},
		{"only the last expression", []string{"1\n\"a\""}, []string{"> 1", "> \"a\"", "shows string"}},
		{"declaration behind the expression", []string{"1\nfunc f() {}"}, []string{"func f", "> 1"}},
		{"statement behind the expression", []string{"1\nx := 2"}, []string{"new x int", "> 1", "> x := 2"}},
		{"call without a result", []string{"func f() {}\nf()"}, []string{"func f", "> f()", "shows ()"}},
		{"call with results", []string{"func f() (int, error) { return 0, nil }\nf()"}, []string{"func f", "> f()", "shows (int, error)"}},
		{"untyped builtin", []string{"min(1, 2)"}, []string{"> min(1, 2)", "shows int"}},
		{"untyped float", []string{"max(1, 2.5)"}, []string{"> max(1, 2.5)", "shows float64"}},
		{"nil", []string{"nil"}, []string{"> nil", "shows untyped nil"}},
		{"comparison", []string{"1 < 2"}, []string{"> 1 < 2", "shows bool"}},
		{"conversion", []string{"int8(3)"}, []string{"> int8(3)", "shows int8"}},
		{"receive", []string{"c := make(chan int, 1)", "<-c"}, []string{"> <-c", "shows int"}},
		{"composite literal", []string{"type T struct{ a int }\nT{1}"}, []string{"type T", "> T{1}", "shows T"}},
		{"unused variable", []string{"x := 1"}, []string{"new x int", "> x := 1"}},
		{"unused in a function", []string{"func f() { x := 1 }"}, []string{"func f"}},
		{"declarations in any order", []string{"var a = b + c\nvar b = f()\nconst c = 2\nfunc f() int { return c }"}, []string{"func f", "new a int", "new b int", "> var b = f()", "> var a = b + c"}},
		{"declarations in any order, with a statement", []string{"var a = b + 1\nvar b = 2\na"}, []string{"new b int", "new a int", "> var b = 2", "> var a = b + 1", "> a", "shows int"}},
		{"variables without values", []string{"var a, b int\nvar c = a"}, []string{"new a int", "new b int", "new c int", "> var a", "> var b", "> var c = a"}},
		{"several values", []string{"func f() (int, string) { return 1, `` }\nvar a, b = f()"}, []string{"func f", "new a int", "new b string", "> var a, b = f()"}},
		{"init functions run in order", []string{"func init() { x = 1 }\nvar x int\nfunc init() { x = 2 }"}, []string{"func init", "func init", "new x int", "> var x", "> init()", "> init()"}},
		{"init function among statements", []string{"println(1)\nfunc init() {}\nprintln(2)"}, []string{"func init", "> println(1)", "> init()", "> println(2)", "shows ()"}},
		{"program", []string{"package main\nimport \"fmt\"\nfunc main() { fmt.Println() }"}, []string{"func main"}},
		{"main again", []string{"func main() {}", "func main() {}"}, []string{"func main replaces"}},
		{"defer, labels and goto at the top", []string{"defer println()\nL:\nfor {\n\tbreak L\n}"}, []string{"> defer println()", "> L: for { break L }"}},
		{"generic function", []string{"func Map[T, U any](x []T, f func(T) U) []U { return nil }\nMap([]int{1}, func(i int) string { return `` })"}, []string{"func Map", "> Map([]int{1}, func(i int) string { return `` })", "shows []string"}},
		{"unexported fields of an earlier cell", []string{"type T struct{ a int }", "T{1}.a"}, []string{"> T{1}.a", "shows int"}},
		{"constants", []string{"const (\n\ta = iota + 1\n\tb\n)", "[b]int{}"}, []string{"> [b]int{}", "shows [2]int"}},
	})
}

func TestRedeclared(t *testing.T) {
	testRows(t, Options{}, []row{
		{"variable, same type", []string{"x := 1", "x := 2"}, []string{"old x int", "> x := 2"}},
		{"variable, its old value", []string{"x := 1", "x := x + 1\nx"}, []string{"old x int", "> x := x + 1", "> x", "shows int"}},
		{"variable, other type", []string{"x := 1", "x := `s`"}, []string{"new x string", "> x := `s`"}},
		{"variable, other type by its old value", []string{"x := 1", "x := string(rune(x))"}, []string{"new x string", "> x := string(rune(x))"}},
		{"by var", []string{"var x = 1", "var x int"}, []string{"old x int", "> var x"}},
		{"variable of an identical type", []string{"x := []func(int) error{}", "var x []func(a int) error\nx"}, []string{"old x []func(int) error", "> var x []func(a int) error", "> x", "shows []func(a int) error"}},
		{"twice in a cell, same type", []string{"x := 1\nx := 2"}, []string{"new x int", "> x := 1", "> x := 2"}},
		{"twice in a cell, other type", []string{"x := 1\nx := `s`\nx"}, []string{"new x int", "new x string", "> x := 1", "> x := `s`", "> x", "shows string"}},
		{"three times in a cell", []string{"x := 1\nx := `s`\nx := 2.5", "x"}, []string{"> x", "shows float64"}},
		{"twice in a cell by var", []string{"var x = 1\nvar x = `s`\nx"}, []string{"new x int", "new x string", "> var x = 1", "> var x = `s`", "> x", "shows string"}},
		{"partly new", []string{"a, err := 1, error(nil)\nb, err := 2, error(nil)\nb"}, []string{"new a int", "new err error", "new b int", "> a, err := 1, error(nil)", "> b, err := 2, error(nil)", "> b", "shows int"}},
		{"function", []string{"func f() int { return 1 }", "func f() int { return 2 }"}, []string{"func f replaces"}},
		{"generic function", []string{"func f[T any](x T) T { return x }", "func f[U any](y U) U { return y }"}, []string{"func f replaces"}},
		{"function becomes a variable", []string{"func f() {}", "f := 1", "f"}, []string{"> f", "shows int"}},
		{"type and values of the old one", []string{"type T struct{ a int }\nvar v T", "type T struct{ b string }", "v.a"}, []string{"> v.a", "shows int"}},
		{"type and values of the new one", []string{"type T struct{ a int }\nfunc (T) M() {}", "type T struct{ b string }", "T{}.M()"}, []string{"1:5: T{}.M undefined (type T has no field or method M)"}},
		{"old value for the new type", []string{"type T struct{ a int }\nv := T{}", "type T struct{ b int }", "var w T = v"}, []string{"1:11: cannot use v (variable of struct type T) as T value in variable declaration: T was declared again, and values made before keep the old type"}},
		{"function named like an import", []string{"import \"fmt\"", "func fmt() {}\nfmt()"}, []string{"func fmt", "> fmt()", "shows ()"}},
		{"builtin", []string{"len := 3", "len"}, []string{"> len", "shows int"}},
	})
}

// Functions find a variable of an earlier cell by its own object.
func TestSharedVariable(t *testing.T) {
	for _, code := range []string{"var x = 2\nfunc f() int { return x }", "x := 2\nfunc f() int { return x }\nf()"} {
		s := newSession(Options{})
		s.run("var x = 1")
		old := s.Lookup("x")
		u, errs := s.check(code)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		for id, obj := range u.Info.Uses {
			if id.Name == "x" && obj != old {
				t.Errorf("%q: the function uses another variable", code)
			}
		}
		if v := u.Steps[0].Vars; len(v) != 1 || v[0] != old || u.Globals[0].Local != old || u.Globals[0].Obj != old {
			t.Errorf("%q: another variable is set", code)
		}
		u.Commit()
		if s.Lookup("x") != old {
			t.Errorf("%q: x is another variable", code)
		}
	}
}

func TestNotes(t *testing.T) {
	testRows(t, Options{}, []row{
		{"variable", []string{"x := 1", "func f() int { return x }\nfunc g() int { return x }", "x := `s`"}, []string{"new x string", "> x := `s`", "note: x was declared with another type: f and g still use the old one"}},
		{"variable of the same type", []string{"x := 1", "func f() int { return x }", "x := 2"}, []string{"old x int", "> x := 2"}},
		{"variable, told once", []string{"x := 1", "func f() int { return x }", "x := `s`", "x := 1.5"}, []string{"new x float64", "> x := 1.5"}},
		{"user is declared again", []string{"x := 1", "func f() int { return x }", "x := `s`\nfunc f() string { return x }"}, []string{"func f", "new x string", "> var x = `s`"}},
		{"user was declared again", []string{"x := 1", "func f() int { return x }", "func f() {}", "x := `s`"}, []string{"new x string", "> x := `s`"}},
		{"type", []string{"type T int\ntype U int\nfunc (u U) M(t T) {}", "type T int"}, []string{"type T", "note: T was declared again: U.M still uses the old one"}},
		{"type with its methods", []string{"type T int\nfunc (t T) M() {}", "type T int\nfunc (t T) M() {}"}, []string{"type T", "func T.M"}},
		{"constant", []string{"const c = 1\nfunc f() int { return c }", "const c = 2"}, []string{"note: c was declared with another value: f still uses the old one"}},
		{"same constant", []string{"const c = 1\nfunc f() int { return c }", "const c = 1"}, []string{""}},
		{"function", []string{"func f() {}\nfunc g() { f() }", "func f() int { return 1 }"}, []string{"func f", "note: f was declared with another type: g still uses the old one"}},
		{"function of the same type, then of another", []string{"func f() {}\nfunc g() { f() }", "func f() {}", "func f() int { return 1 }"}, []string{"func f", "note: f was declared with another type: g still uses the old one"}},
		{"recursive function", []string{"func f() { f() }", "func f(int) { f(1) }"}, []string{"func f"}},
	})
}

func TestMoved(t *testing.T) {
	testRows(t, Options{}, []row{
		{"function uses a variable", []string{"x := 1\nfunc f() int { return x }\nf()"}, []string{"func f", "new x int", "> var x = 1", "> f()", "shows int"}},
		{"initialised at its place", []string{"println(1)\nx := 1\nfunc f() int { return x }"}, []string{"func f", "new x int", "> println(1)", "> var x = 1"}},
		{"what its value needs", []string{"a := 1\nx := a + 1\nfunc f() int { return x }"}, []string{"func f", "new a int", "new x int", "> var a = 1", "> var x = a + 1"}},
		{"several names", []string{"func g() (int, error) { return 0, err }\na, err := g()"}, []string{"func g", "new a int", "new err error", "> var a, err = g()"}},
		{"names that exist", []string{"func g() (int, error) { return 0, err }\na, err := g()\nb, err := g()\nb"}, []string{"func g", "new a int", "new err error", "new b int", "new err·57 error", "> var a, err = g()", "> var b, err·57 = g()", "> err = err·57", "> b", "shows int"}},
		{"assigned again", []string{"x := 1\nx := 2\nfunc f() int { return x }"}, []string{"func f", "new x int", "> var x = 1", "> x = 2"}},
		{"declared again with another type", []string{"x := 1\nx := `s`\nfunc f() int { return x }\nx", "x"}, []string{"> x", "shows string"}},
		{"declared again with other types", []string{"x := 1\nx := `s`\nx := 2.5\nfunc f() int { return x }"}, []string{"func f", "new x int", "new x string", "new x float64", "> var x = 1", "> x := `s`", "> x := 2.5"}},
		{"declared twice by var", []string{"x := 1\nvar x int\nfunc f() int { return x }"}, []string{"2:5: x redeclared in this cell"}},
		{"same type as before", []string{"x := 1", "x := 2\nfunc f() int { return x }"}, []string{"func f", "old x int", "> var x = 2"}},
		{"its old value", []string{"x := 1", "x := x + 1\nfunc f() int { return x }"}, []string{"func f", "old x int", "> x := x + 1"}},
		{"its old value in a statement before", []string{"x := 1", "println(x)\nx := 2\nfunc f() int { return x }"}, []string{"func f", "old x int", "> println(x)", "> x := 2"}},
		{"only a local name of the function", []string{"x := 1\nfunc f() int { x := `s`; return len(x) }\nx := `s`\nx"}, []string{"func f", "new x int", "new x string", "> x := 1", "> x := `s`", "> x", "shows string"}},
		{"only a parameter, by the name of an earlier cell's variable", []string{"x := 1", "x := 2\nfunc f(x int) int { return x }"}, []string{"func f", "old x int", "> x := 2"}},
		{"named like a package", []string{"list := struct{ Len int }{1}\nfunc f() int { return list.Len }"}, []string{"func f", "new list struct{Len int}", "> var list = struct{ Len int }{1}"}},
		{"used before it is declared by var", []string{"for range all {\n}\nvar all = some\nvar some = []int{n}\nconst n = 1"}, []string{"new all []int", "new some []int", "> var some = []int{n}", "> var all = some", "> for range all { }"}},
		{"used before it is declared by :=", []string{"println(x)\nx := 1"}, []string{"1:9: undefined: x"}},
		{"used before it is declared by var, but needs a statement", []string{"println(x)\ny := 1\nvar x = y"}, []string{"1:9: undefined: x"}},
		{"initialisation cycle", []string{"f := func() { g() }\nfunc g() { f() }"}, []string{"func g", "new f func()", "> var f = func() { g() }"}},
		{"initialisation cycle of declarations", []string{"var f = func() { g() }\nfunc g() { f() }"}, []string{"1:5: initialization cycle for f: f refers to g, g refers to f"}},
		{"declared twice at package level", []string{"x := 1\nfunc x() {}"}, []string{"1:1: x redeclared in this cell"}},
		{"part of a group", []string{"var (\n\ta = 1\n\tb = 2\n)\nfunc f() int { return a }\nb"}, []string{"func f", "new a int", "new b int", "> var a = 1", "> var b = 2", "> b", "shows int"}},
		{"comma ok", []string{"m := map[int]int{}\nv, ok := m[1]\nfunc f() bool { return ok }"}, []string{"func f", "new m map[int]int", "new v int", "new ok bool", "> var m = map[int]int{}", "> var v, ok = m[1]"}},
	})
}
