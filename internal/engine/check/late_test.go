package check

import (
	"go/types"
	"slices"
	"testing"
)

func TestLateMethods(t *testing.T) {
	const stack = "type Stack[T any] struct{ items []T }\nfunc (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }"
	testRows(t, Options{}, []row{
		{"of a struct", []string{"type T struct{ a int }", "func (t T) Get() int { return t.a }"}, []string{"func T.Get", "late T"}},
		{"used in a later cell", []string{"type T struct{ a int }", "func (t *T) Get() int { return t.a }", "v := T{}\nv.Get()"}, []string{"new v T", "> v := T{}", "> v.Get()", "shows int"}},
		{"used in the same cell", []string{"type T struct{ a int }", "func (t T) Get() int { return t.more() }\nfunc (t T) more() int { return 1 }\nT{}.Get()"}, []string{"func T.Get", "func T.more", "> T{}.Get()", "shows int", "late T"}},
		{"with a type of the same cell", []string{"type T struct{ a int }", "type U struct{}\nfunc (U) Name() string { return `` }\nfunc (t T) Make(u U) U { return u }\nfunc use(u U) U { return T{}.Make(u) }\nuse(U{}).Name()"}, []string{"type U", "func U.Name", "func T.Make", "func use", "> use(U{}).Name()", "shows string", "late T"}},
		{"in the value of a variable", []string{"type T int", "var v = T(1).Get()\nfunc (t T) Get() int { return 1 }"}, []string{"func T.Get", "new v int", "> var v = T(1).Get()", "late T"}},
		{"with a constant of the same cell", []string{"type T int", "const n = 3\nfunc (t T) Get() [n]int { return [n]int{} }"}, []string{"func T.Get", "late T"}},
		{"satisfies an interface", []string{"type T int", "func (t T) String() string { return `` }\nvar s interface{ String() string } = T(1)"}, []string{"func T.String", "new s interface{String() string}", "> var s = T(1)", "late T"}},
		{"through an alias of an earlier cell", []string{"type T int\ntype A = T", "func (a A) M() {}"}, []string{"func A.M", "late T"}},
		{"through an alias of the same cell", []string{"type T int", "type A = T\nfunc (a A) M() {}"}, []string{"2:6: the receiver has to be T by this name"}},
		{"of two types", []string{"type T int\ntype U int", "func (U) M() {}\nfunc (T) M() {}"}, []string{"func U.M", "func T.M", "late U", "late T"}},
		{"again", []string{"type T int\nfunc (t T) M() int { return 1 }", "func (t T) M() int { return 2 }"}, []string{"func T.M replaces"}},
		{"again, and one that is new", []string{"type T int\nfunc (t T) M() int { return 1 }", "func (t T) M() int { return t.N() }\nfunc (t T) N() int { return t.M() }"}, []string{"func T.M replaces", "func T.N", "late T"}},
		{"again with another type", []string{"type T int\nfunc (t T) M() int { return 1 }", "func (t T) M() string { return `` }"}, []string{"1:12: method T.M had another type before: declare T again together with its methods"}},
		{"again with another receiver", []string{"type T int\nfunc (t T) M() {}", "func (t *T) M() {}"}, []string{"1:13: method T.M had another type before: declare T again together with its methods"}},
		{"twice in a cell", []string{"type T int", "func (t T) M() {}\nfunc (t T) M() {}"}, []string{"2:12: method T.M already declared in this cell"}},
		{"named like a field", []string{"type T struct{ M int }", "func (t T) M() {}"}, []string{"1:12: field and method with the same name M"}},
		{"of a type of a package", []string{"import \"time\"\ntype D = time.Duration", "func (d D) M() {}"}, []string{"1:9: cannot define new methods on non-local type D"}},
		{"of an interface", []string{"type I interface{ A() }", "func (i I) M() {}"}, []string{"1:9: invalid receiver type I (pointer or interface type)"}},
		{"of nothing", []string{"func (t T) M() {}"}, []string{"1:9: undefined: T"}},
		{"of a type declared again", []string{"type T int\nfunc (T) M() {}", "type T string", "func (T) M() {}"}, []string{"func T.M", "late T"}},
		{"with a missing import in its type", []string{"type H struct{}", "func (H) ServeHTTP(w http.ResponseWriter, r *http.Request) { w.Write(nil) }\nvar h http.Handler = H{}"}, []string{"func H.ServeHTTP", "new h net/http.Handler", "> var h = H{}", "late H"}},

		{"generic", []string{stack, "func (s *Stack[E]) Pop() E { return s.items[0] }"}, []string{"func Stack.Pop", "late Stack"}},
		{"generic, used before and after", []string{stack, "var s Stack[int]\ns.Push(1)", "func (s *Stack[E]) Pop() E { return s.items[0] }\ns.Pop()", "s.Push(s.Pop())\ns.Pop()"}, []string{"> s.Push(s.Pop())", "> s.Pop()", "shows int"}},
		{"generic, without methods before", []string{"type L[T any] struct{ next *L[T]; v T }\nvar l L[string]\nl.next", "func (l *L[T]) Value() T { return l.v }", "l.next.Value() + l.Value()"}, []string{"> l.next.Value() + l.Value()", "shows string"}},
		{"generic, again", []string{stack, "func (s *Stack[E]) Push(y E) {}"}, []string{"func Stack.Push replaces"}},
		{"generic, again with another type", []string{stack, "func (s *Stack[E]) Push(y []E) {}"}, []string{"1:20: method Stack.Push had another type before: declare Stack again together with its methods"}},
		{"generic, named inside of itself", []string{"type L[T any] struct{ v T }\nfunc (l L[T]) A() T { return l.v }", "l := L[L[int]]{}\nl.A().A()\nl.v.v", "func (l L[T]) Value() T { return l.v }", "l.Value().Value() + l.A().Value()"}, []string{"> l.Value().Value() + l.A().Value()", "shows int"}},
		{"generic, infinite", []string{"type L[T any] struct{ v T }\nfunc (l L[T]) Wrap() L[L[T]] { return L[L[T]]{l} }"}, []string{"1:8: instantiation cycle: T instantiated as L[T]"}},
	})
}

// A method that is not committed is not there, and the type has what it had.
func TestLateMethodIsTakenBack(t *testing.T) {
	s := newSession(Options{})
	s.run("type T int\nfunc (t T) A() {}\ntype L[P any] struct{ v P }\nfunc (l L[P]) A() {}\nvar l L[int]\nl.A()")
	for _, code := range []string{
		"func (t T) B() {}\nfunc (l L[P]) B() P { return l.v }\nl.B()",
		"func (t T) B() {}\nfunc (l L[P]) B() P { return l.v }\nl.B()\nnothing",
		"func (t T) B() { nothing }\nfunc (l L[P]) B() P { return l.v }",
	} {
		if u, _ := s.check(code); u != nil {
			if n := s.Lookup("T").Type().(*types.Named).NumMethods(); n != 2 {
				t.Errorf("%q: T has %d methods before it is taken back", code, n)
			}
			u.Discard()
			u.Commit()
		}
		for _, name := range []string{"T", "L"} {
			if n := s.Lookup(name).Type().(*types.Named).NumMethods(); n != 1 {
				t.Errorf("%q: %s has %d methods", code, name, n)
			}
		}
		for code, want := range map[string][]string{
			"T(1).B()": {"1:6: T(1).B undefined (type T has no field or method B)"},
			"l.B()":    {"1:3: l.B undefined (type L[int] has no field or method B)"},
			"l.A()":    nil,
		} {
			if _, errs := s.check(code); !slices.Equal(errs, want) {
				t.Errorf("%s: %q", code, errs)
			}
		}
	}
	if got := s.run("func (l L[P]) B() P { return l.v }\nl.B()"); got != "func L.B\n> l.B()\nshows int\nlate L" {
		t.Error(got)
	}
	if got := s.run("l.B()"); got != "> l.B()\nshows int" {
		t.Error(got)
	}
}

// The next check takes back what was not committed.
func TestLateMethodIsDiscarded(t *testing.T) {
	s := newSession(Options{})
	s.run("type T int")
	u, _ := s.check("func (t T) B() {}")
	if _, errs := s.check("T(1).B()"); len(errs) != 1 {
		t.Errorf("the next cell finds the method: %q", errs)
	}
	u.Commit()
	if n := s.Lookup("T").Type().(*types.Named).NumMethods(); n != 0 {
		t.Errorf("a discarded unit was committed: T has %d methods", n)
	}
}

// What a selection finds is the function that the unit delivers.
func TestMethodObjects(t *testing.T) {
	s := newSession(Options{})
	s.run("type T int\nfunc (t T) Old() {}")
	u, errs := s.check("type U int\nfunc (u U) M() { T(1).New(u) }\nfunc (t T) New(u U) { t.Old(); u.M() }\nfunc (t T) Old() {}")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	u.Commit()
	objects := map[types.Object]*Func{}
	for _, f := range u.Funcs {
		objects[f.Obj] = f
	}
	for sel, s := range u.Info.Selections {
		if f := objects[s.Obj()]; f == nil || f.Decl.Name.Name != sel.Sel.Name {
			t.Errorf("%s is another method than the unit's", sel.Sel.Name)
		}
	}
	for _, f := range u.Funcs {
		for id, obj := range u.Info.Uses {
			if f.Decl.Body.Pos() <= id.Pos() && id.Pos() < f.Decl.Body.End() && id.Name == f.Recv.Name() && obj != types.Object(f.Recv) {
				t.Errorf("%s uses another receiver", f.Obj.Name())
			}
		}
	}
	old := s.Lookup("T").Type().(*types.Named)
	if old.NumMethods() != 2 || methodOf(old, "Old") == nil || methodOf(old, "New") == nil {
		t.Errorf("T has %d methods", old.NumMethods())
	}
}

func TestPatch(t *testing.T) {
	if !patchWorks() {
		t.Fatal("the fields of go/types are not what scope.go takes them for")
	}
	s := newSession(Options{})
	s.patch = false
	s.run("type T int\nfunc (t T) A() {}")
	if got := s.run("func (t T) A() {}"); got != "func T.A replaces" {
		t.Error(got)
	}
	if got, want := s.run("func (t T) B() {}"), "1:12: a method has to be in the cell of its type: declare T again together with its methods"; got != want {
		t.Error(got)
	}
}
