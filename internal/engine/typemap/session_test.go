package typemap_test

import (
	"fmt"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
	"github.com/ipyauth/ipyauth/internal/engine/typemap"
)

// TestForget adds a method to a type that was used.
func TestForget(t *testing.T) {
	w := check(t, `
type Dog struct{ Name string }
type Kennel struct { Dogs []*Dog }
type Cat struct{ N int }
func (c Cat) Chases() func(Dog) { panic(0) }
type Fish int
type Box[T any] struct { v T }
type DogBox = Box[Dog]
type FishBox = Box[Fish]
var list []map[string]Kennel
`, map[string]body{"Dog.String": func(r reflect.Value, _ []reflect.Value) []any { return []any{"dog"} }})
	all := []string{"Dog", "Kennel", "Cat", "DogBox", "[]map[string]Kennel", "func(*Cat)", "Fish", "FishBox", "[]Fish"}
	before := map[string]reflect.Type{}
	for _, name := range all {
		before[name] = w.of(name)
	}
	old := w.zero("Dog")
	dog := w.named("Dog")
	recv := types.NewParam(token.NoPos, w.pkg, "d", dog)
	result := types.NewTuple(types.NewParam(token.NoPos, w.pkg, "", types.Typ[types.String]))
	dog.AddMethod(types.NewFunc(token.NoPos, w.pkg, "String", types.NewSignatureType(recv, nil, nil, nil, result, false)))
	equal(t, "not yet", w.of("Dog"), before["Dog"])
	w.m.Forget(dog)
	for i, name := range all {
		if same := w.of(name) == before[name]; same != (i >= 6) {
			t.Errorf("%s: the same type: %v", name, same)
		}
	}
	equal(t, "new and old", fmt.Sprint(w.zero("Dog"), old, w.zero("Kennel").Type().Field(0).Type.Elem() == w.of("*Dog")), "dog {} true")
	equal(t, "old type", w.m.TypeOf(old.Type()), types.Type(dog))
}

func TestTypeOf(t *testing.T) {
	w := check(t, `
type Dog struct{ Name string }
func (d Dog) Bark() { panic(0) }
`, nil)
	dog := w.of("Dog")
	for _, rt := range []reflect.Type{
		dog, reflect.PointerTo(dog), reflect.SliceOf(dog), reflect.ArrayOf(3, dog), reflect.MapOf(dog, reflect.TypeFor[int]()), reflect.ChanOf(reflect.SendDir, dog),
		reflect.FuncOf([]reflect.Type{dog, reflect.SliceOf(dog)}, []reflect.Type{reflect.TypeFor[error]()}, true), reflect.TypeFor[*[]string](), w.of("struct{ D Dog }"),
	} {
		typ := w.m.TypeOf(rt)
		if typ == nil {
			t.Errorf("%v is not known", rt)
			continue
		}
		equal(t, typ.String(), w.m.Of(typ), rt)
	}
	if typ := w.m.TypeOf(reflect.TypeFor[[]testing.T]()); typ != nil {
		t.Errorf("got %v", typ)
	}
}

// TestSameNames declares a type again, and types inside functions.
func TestSameNames(t *testing.T) {
	w := check(t, `
func f() { type T struct{ A int } ; var x T; _ = x }
func g() { type T struct{ B []T } ; var x T; _ = x }
type T int
`, nil)
	seen := map[reflect.Type]bool{w.of("T"): true}
	for _, name := range []string{"f", "g"} {
		scope := w.pkg.Scope().Lookup(name).(*types.Func).Scope()
		rt := w.m.Of(scope.Lookup("T").Type())
		equal(t, name, rt.String(), "main.T")
		seen[rt] = true
	}
	equal(t, "different types", len(seen), 3)
}

// TestPanic has a hook fail in the middle of a group.
func TestPanic(t *testing.T) {
	w := check(t, `
type A struct { B *B }
type B struct { A *A }
func (B) M() { panic(0) }
`, nil)
	fail := true
	m := typemap.New(typemap.Hooks{Method: func(*types.Named, *types.Selection) rtype.Body {
		if fail {
			panic("hook")
		}
		return nil
	}})
	func() {
		defer func() { equal(t, "panic", recover(), any("hook")) }()
		m.Of(w.typ("A"))
	}()
	fail = false
	a := m.Of(w.typ("A"))
	equal(t, "complete", a.Field(0).Type.Elem().Field(0).Type, reflect.PointerTo(a))
	equal(t, "with methods", a.Field(0).Type.NumMethod(), 1)
}

// TestOutOfStubs uses up the stubs of a process.
func TestOutOfStubs(t *testing.T) {
	if os.Getenv("TYPEMAP_EXHAUST") == "" {
		again(t, "^TestOutOfStubs$", "TYPEMAP_EXHAUST=1")
		return
	}
	w := check(t, `
type T struct { N int }
func (T) String() string { panic(0) }
`, nil)
	for len(w.failed) == 0 {
		w.m.Forget(w.named("T"))
		w.of("T")
	}
	equal(t, "told", w.failed[0], "main.T: "+rtype.ErrNoStubs.Error())
	equal(t, "usable", fmt.Sprint(w.zero("T")), "{0}")
}

// TestUnderStress runs tests with memory that is freed early and overwritten.
func TestUnderStress(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	again(t, "^Test(Rec|Fmt|Enc|Inter|Prom|Conc|Generic|Forget)", "GOGC=1", "GODEBUG=clobberfree=1,invalidptr=1")
}

func again(t *testing.T, run string, env ...string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run="+run)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "no tests") {
		t.Fatalf("%v\n%s", err, out)
	}
}

func BenchmarkOf(b *testing.B) {
	w := check(&testing.T{}, consumers, nil)
	list := types.NewSlice(w.named("Kennel"))
	w.m.Of(list)
	b.Run("known", func(b *testing.B) {
		for b.Loop() {
			w.m.Of(list)
		}
	})
	b.Run("made anew", func(b *testing.B) {
		for b.Loop() {
			w.m.Forget(w.named("Kennel"))
			w.m.Of(list)
		}
	})
	runtime.KeepAlive(w)
}
