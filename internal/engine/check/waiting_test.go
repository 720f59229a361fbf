package check

import "testing"

func TestWaiting(t *testing.T) {
	testRows(t, Options{}, []row{
		{"function", []string{"func a() int { return b() + 1 }"}, []string{"a waits for b"}},
		{"called meanwhile", []string{"func a() int { return b() + 1 }", "a()"}, []string{"> a()", "shows int"}},
		{"declared", []string{"func a() int { return b() + 1 }", "func b() int { return 41 }"}, []string{"func b", "func a replaces"}},
		{"declared among statements", []string{"func a() int { return b() + 1 }", "func b() int { return 41 }\na()"}, []string{"func b", "func a replaces", "> a()", "shows int"}},
		{"for a variable", []string{"func a() int { return x }", "x := 1\na()"}, []string{"func a replaces", "new x int", "> var x = 1", "> a()", "shows int"}},
		{"for a type", []string{"func a() { var q Queue; q.Push() }", "type Queue struct{}\nfunc (Queue) Push() {}"}, []string{"type Queue", "func Queue.Push", "func a replaces"}},
		{"for two names", []string{"func a() { b(); c() }", "func b() {}"}, []string{"func b"}},
		{"for two names, both there", []string{"func a() { b(); c() }", "func b() {}", "func c() {}"}, []string{"func c", "func a replaces"}},
		{"method", []string{"type T int\nfunc (t T) M() { later(t) }", "func later(T) {}"}, []string{"func later", "func T.M replaces"}},
		{"method of a type declared again", []string{"type T int\nfunc (t T) M() { later(t) }", "type T int", "func later(T) {}"}, []string{"func later"}},
		{"late method", []string{"type T int", "func (t T) M() { later(t) }", "func later(T) {}", "T(1).M()"}, []string{"> T(1).M()", "shows ()"}},
		{"one function among others", []string{"func a() { b() }\nfunc c() {}\nvar v = 1"}, []string{"func c", "new v int", "> var v = 1", "a waits for b"}},
		{"for each other", []string{"func even(n int) bool { return n == 0 || odd(n-1) }", "func odd(n int) bool { return n != 0 && even(n-1) }"}, []string{"func odd", "func even replaces"}},
		{"still wrong", []string{"func a() int { return b() }", "func b() string { return `` }"}, []string{"func b", "note: a cannot run: cannot use b() (value of type string) as int value in return statement"}},
		{"still wrong, then right", []string{"func a() int { return b() }", "func b() string { return `` }", "func b() int { return 1 }"}, []string{"func b", "func a replaces"}},
		{"still wrong, then a method comes", []string{"func a() interface{ M() } { return T(1) }", "type T int", "func (t T) M() {}"}, []string{"func T.M", "func a replaces", "late T"}},
		{"declared again itself", []string{"func a() int { return b() }", "func a() int { return 1 }", "func b() int { return 1 }"}, []string{"func b"}},
		{"for an import", []string{"func a() { r.Int() }", "import r \"math/rand\""}, []string{"func a replaces"}},
		{"no waiting in statements", []string{"func a() { b() }\na()"}, []string{"1:12: undefined: b"}},
		{"no waiting of values", []string{"var v = b()"}, []string{"1:9: undefined: b"}},
		{"no waiting of types", []string{"func a(b B) {}"}, []string{"1:10: undefined: B"}},
		{"no waiting of init", []string{"func init() { b() }"}, []string{"1:15: undefined: b"}},
		{"other errors too", []string{"func a() { b() }\nfunc c() int { return `` }"}, []string{"1:12: undefined: b", "2:23: cannot use `` (untyped string constant \"\") as int value in return statement"}},
		{"members of a package", []string{"func a() { fmt.Printn() }"}, []string{"1:16: undefined: fmt.Printn"}},
	})
}

func TestImports(t *testing.T) {
	testRows(t, Options{}, []row{
		{"visible later", []string{"import \"fmt\"", "fmt.Sprint(1)"}, []string{"> fmt.Sprint(1)", "shows string"}},
		{"again", []string{"import \"fmt\"", "import \"fmt\"\nfmt.Sprint(1)"}, []string{"> fmt.Sprint(1)", "shows string"}},
		{"twice in a cell", []string{"import (\"fmt\"; \"fmt\")"}, []string{""}},
		{"renamed", []string{"import f \"fmt\"", "f.Sprint(1)"}, []string{"> f.Sprint(1)", "shows string"}},
		{"another package by the same name", []string{"import \"math/rand\"", "import \"crypto/rand\"", "rand.Text()"}, []string{"> rand.Text()", "shows string"}},
		{"two packages by one name", []string{"import (\"math/rand\"; \"crypto/rand\")"}, []string{"1:22: rand redeclared in this block"}},
		{"with a dot", []string{"import . \"strings\"", "ToUpper(`a`)"}, []string{"> ToUpper(`a`)", "shows string"}},
		{"with a dot, in its cell", []string{"import . \"strings\"\nToUpper(`a`)"}, []string{"> ToUpper(`a`)", "shows string"}},
		{"with a dot, hidden", []string{"import . \"strings\"\nfunc ToUpper() int { return 1 }", "ToUpper()"}, []string{"> ToUpper()", "shows int"}},
		{"with a dot, hides", []string{"func ToUpper() int { return 1 }", "import . \"strings\"", "ToUpper(`a`)"}, []string{"> ToUpper(`a`)", "shows string"}},
		{"blank", []string{"import _ \"embed\"\n1"}, []string{"> 1", "shows int"}},
		{"hides a variable", []string{"fmt := 1", "import \"fmt\"", "fmt.Sprint(1)"}, []string{"> fmt.Sprint(1)", "shows string"}},
		{"unsafe", []string{"import \"unsafe\"\nunsafe.Sizeof(int32(1))"}, []string{"> unsafe.Sizeof(int32(1))", "shows uintptr"}},
		{"unknown", []string{"import \"no/such\"\nimport \"fmt\""}, []string{"1:8: import \"no/such\": package is not compiled in"}},
		{"unexported", []string{"import \"strings\"\nstrings.explode(`a`, 1)"}, []string{"2:9: undefined: strings.explode"}},

		{"by itself", []string{"fmt.Sprint(1)"}, []string{"> fmt.Sprint(1)", "shows string"}},
		{"by itself, stays", []string{"fmt.Sprint(1)", "func f() { fmt.Println() }"}, []string{"func f"}},
		{"by itself, two", []string{"strings.ToUpper(fmt.Sprint(1))"}, []string{"> strings.ToUpper(fmt.Sprint(1))", "shows string"}},
		{"by itself, inside of a function", []string{"func f(fmt int) {}\nfunc g() { fmt.Println() }"}, []string{"func f", "func g"}},
		{"by itself, hidden by a variable", []string{"fmt := struct{ A int }{}\nfmt.A"}, []string{"new fmt struct{A int}", "> fmt := struct{ A int }{}", "> fmt.A", "shows int"}},
		{"by itself, unclear", []string{"rand.Int()"}, []string{"1:1: undefined: rand (import \"crypto/rand\", \"math/rand\" or \"math/rand/v2\")"}},
		{"by itself, unclear in a function", []string{"func f() { rand.Int() }"}, []string{"1:12: undefined: rand (import \"crypto/rand\", \"math/rand\" or \"math/rand/v2\")"}},
		{"by itself, no such function", []string{"fmt.Printn()"}, []string{"1:5: undefined: fmt.Printn"}},
		{"by itself, none", []string{"nosuch.Thing()"}, []string{"1:1: undefined: nosuch"}},
	})
	s := newSession(Options{})
	if _, errs := s.check("fmt.Println(undefinedThing)"); len(errs) != 1 {
		t.Error(errs)
	}
	if s.Lookup("fmt") != nil {
		t.Error("a failed cell left its import")
	}
	u, _ := s.check("import _ \"embed\"\nimport . \"math\"\nfmt.Sprint(1)")
	var paths []string
	for _, p := range u.Imports {
		paths = append(paths, p.Path())
	}
	if got := listed(paths, "and"); got != "embed, math and fmt" {
		t.Errorf("imports %s", got)
	}
}
