package typemap_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"iter"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
	"github.com/ipyauth/ipyauth/internal/engine/typemap"
)

// Pair and box have the names that the compiler gives to instances.
type Pair[A, B any] struct {
	a A
	b B
}

type box struct{}

// TestInstanceNames compares the names of instances with the compiler's.
func TestInstanceNames(t *testing.T) {
	w := check(t, `
import ("bytes"; "unsafe")
type Pair[A, B any] struct { a A; b B }
type box struct{}
type P1 = Pair[int, string]
type P2 = Pair[Pair[byte, rune], []bytes.Buffer]
type P3 = Pair[map[box]*box, func(int, ...string) (error, bool)]
type P4 = Pair[any, interface{ M(int) string; N() }]
type P5 = Pair[struct{}, struct{ A int `+"`x:\"y\"`"+`; B []box }]
type P6 = Pair[chan (<-chan int), chan<- [3]unsafe.Pointer]
type P7 = Pair[func(), error]
`, nil)
	const here = "github.com/ipyauth/ipyauth/internal/engine/typemap_test"
	for name, want := range map[string]reflect.Type{
		"P1": reflect.TypeFor[Pair[int, string]](),
		"P2": reflect.TypeFor[Pair[Pair[byte, rune], []bytes.Buffer]](),
		"P3": reflect.TypeFor[Pair[map[box]*box, func(int, ...string) (error, bool)]](),
		"P4": reflect.TypeFor[Pair[any, interface {
			M(int) string
			N()
		}]](),
		"P5": reflect.TypeFor[Pair[struct{}, struct {
			A int `x:"y"`
			B []box
		}]](),
		"P6": reflect.TypeFor[Pair[chan (<-chan int), chan<- [3]pointer]](),
		"P7": reflect.TypeFor[Pair[func(), error]](),
	} {
		got := w.of(name)
		equal(t, name, got.Name(), strings.ReplaceAll(want.Name(), here, "main"))
		equal(t, name+" string", got.String(), "main."+got.Name())
	}
	if w.of("P1") != w.of("Pair[int, string]") {
		t.Error("identical instances have different types")
	}
}

func TestGenericTypes(t *testing.T) {
	w := check(t, `
type Number interface{ ~int | ~float64 }
type List[T any] struct { head *node[T]; size int }
type node[T any] struct { v T; next *node[T]; list *List[T] }
func (l *List[T]) Push(v T) *List[T] { panic(0) }
func (l List[T]) Len() int { panic(0) }
type Tree[K, V comparable] map[K]*Tree[V, V]
type Seq[T any] func(yield func(T) bool)
func (s Seq[T]) Collect() []T { panic(0) }
type Set[T comparable] interface { Add(T) Set[T] }
type Ints = List[int]
type Strings struct { List[string] }
`, map[string]body{
		"List.Len":  func(r reflect.Value, _ []reflect.Value) []any { return []any{int(r.Field(1).Int())} },
		"List.Push": func(r reflect.Value, a []reflect.Value) []any { return []any{r} },
		"Seq.Collect": func(r reflect.Value, a []reflect.Value) []any {
			return []any{reflect.Zero(r.Type().Method(0).Type.Out(0))}
		},
	})
	ints, texts := w.of("Ints"), w.of("List[string]")
	push, _ := reflect.PointerTo(ints).MethodByName("Push")
	equal(t, "method", push.Type.String(), "func(*main.List[int], int) *main.List[int]")
	equal(t, "promoted", w.zero("Strings").Interface().(interface{ Len() int }).Len(), 0)
	equal(t, "promoted type", w.zero("Strings").Addr().MethodByName("Push").Type().Out(0), reflect.PointerTo(texts))
	equal(t, "tree", w.of("Tree[string, int]").Elem().Elem().String(), "main.Tree[int,int]")
	equal(t, "func", w.of("Seq[error]").Method(0).Type.Out(0), reflect.TypeFor[[]error]())
	set := w.of("Set[int]")
	equal(t, "interface", set.Method(0).Type, reflect.FuncOf([]reflect.Type{reflect.TypeFor[int]()}, []reflect.Type{set}, false))
}

// TestShadow makes instances of a compiled generic type from a package of the same names.
func TestShadow(t *testing.T) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "shadow.go", `package atomic
type Pointer[T any] struct { _ [0]*T; v *T; same *Pointer[T] }
func (p *Pointer[T]) Load() *T { return p.v }
func (p *Pointer[T]) Store(v *T) { p.v = v }
`, 0)
	if err != nil {
		t.Fatal(err)
	}
	shadow, err := new(types.Config).Check("sync/atomic", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := check(t, `
import "sync/atomic"
type Dog struct{ P atomic.Pointer[Dog]; Q *atomic.Pointer[int] }
type Direct = atomic.Pointer[string]
`, nil)
	var receivers []string
	w.m = typemap.New(typemap.Hooks{
		Generic: func(obj *types.TypeName) *types.TypeName {
			if obj.Pkg().Path() == "sync/atomic" && obj.Pkg() != shadow {
				return shadow.Scope().Lookup(obj.Name()).(*types.TypeName)
			}
			return nil
		},
		Method: func(recv *types.Named, sel *types.Selection) rtype.Body {
			if recv.Obj().Pkg() != shadow || sel.Obj().Pkg() != shadow {
				t.Errorf("asked for %v of %v", sel, recv)
			}
			receivers = append(receivers, fmt.Sprint(recv.Obj().Name(), " ", sel.Obj().Name()))
			return nil
		},
	})
	dog := w.of("Dog")
	p := dog.Field(0).Type
	equal(t, "string", p.String(), reflect.TypeFor[atomic.Pointer[int]]().String()[:len("atomic.Pointer[")]+"main.Dog]")
	equal(t, "path", p.PkgPath(), "sync/atomic")
	equal(t, "recursive", p.Field(2).Type, reflect.PointerTo(p))
	load, _ := reflect.PointerTo(p).MethodByName("Load")
	equal(t, "method", load.Type.Out(0), reflect.PointerTo(dog))
	equal(t, "asked", strings.Join(receivers, ", "), "Pointer Load, Pointer Store, Pointer Load, Pointer Store")
	instance, err := types.Instantiate(nil, shadow.Scope().Lookup("Pointer").Type(), []types.Type{w.named("Dog")}, true)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the shadow's own", w.m.Of(instance), p)
	equal(t, "back", types.TypeString(w.m.TypeOf(p), nil), "sync/atomic.Pointer[main.Dog]")
	if w.m.TypeOf(p).(*types.Named).Obj().Pkg() == shadow {
		t.Error("the shadow is shown")
	}
	direct := w.of("Direct")
	w.m.Note(w.typ("Direct"), reflect.TypeFor[atomic.Pointer[string]]())
	equal(t, "noted too late", w.of("Direct"), direct)
}

// TestNote tells of compiled types first.
func TestNote(t *testing.T) {
	w := check(t, `
import ("strings"; "sync/atomic")
var lines = strings.SplitSeq
type Seq = func() []string
var point atomic.Pointer[int]
var reader = strings.NewReader
var replacer = strings.NewReplacer
type MyReplacer strings.Replacer
type MyReader strings.Reader
`, nil)
	lines := w.pkg.Scope().Lookup("lines").Type()
	w.m.Note(lines, reflect.TypeOf(strings.SplitSeq))
	equal(t, "func", w.m.Of(lines), reflect.TypeOf(strings.SplitSeq))
	seq := lines.(*types.Signature).Results().At(0).Type()
	equal(t, "instance", w.m.Of(seq), reflect.TypeFor[iter.Seq[string]]())
	w.m.Note(w.pkg.Scope().Lookup("point").Type(), reflect.TypeFor[atomic.Pointer[int]]())
	equal(t, "compiled instance", w.m.Of(w.pkg.Scope().Lookup("point").Type()), reflect.TypeFor[atomic.Pointer[int]]())
	w.m.Note(w.pkg.Scope().Lookup("replacer").Type(), reflect.TypeOf(strings.NewReplacer))
	// Its fields have types that only the package can name.
	mine, theirs := w.of("MyReplacer"), reflect.TypeFor[strings.Replacer]()
	for i := range theirs.NumField() {
		equal(t, "field of a compiled type", mine.Field(i).Type, theirs.Field(i).Type)
	}
	equal(t, "convertible", theirs.ConvertibleTo(mine), true)
	equal(t, "named", mine.String(), "main.MyReplacer")
}
