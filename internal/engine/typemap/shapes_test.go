package typemap_test

import (
	"fmt"
	"io"
	"net/http"
	"reflect"
	"testing"
	"time"
	"unsafe"
)

var _ = []struct{}{compile[time.Duration](), compile[time.Time](), compile[io.Reader](), compile[io.Writer](), compile[http.Request](), compile[http.HandlerFunc]()}

// TestUnnamed compares with the compiler's types.
func TestUnnamed(t *testing.T) {
	wants := map[string]reflect.Type{
		"bool": reflect.TypeFor[bool](), "byte": reflect.TypeFor[byte](), "rune": reflect.TypeFor[rune](), "uintptr": reflect.TypeFor[uintptr](),
		"complex64": reflect.TypeFor[complex64](), "string": reflect.TypeFor[string](), "unsafe.Pointer": reflect.TypeFor[unsafe.Pointer](),
		"error": reflect.TypeFor[error](), "any": reflect.TypeFor[any](), "interface{}": reflect.TypeFor[any](),
		"*int": reflect.TypeFor[*int](), "[]string": reflect.TypeFor[[]string](), "[3][]int": reflect.TypeFor[[3][]int](),
		"chan int": reflect.TypeFor[chan int](), "<-chan int": reflect.TypeFor[<-chan int](), "chan<- (<-chan int)": reflect.TypeFor[chan<- (<-chan int)](),
		"map[string][]byte": reflect.TypeFor[map[string][]byte](), "func(int, ...string) (bool, error)": reflect.TypeFor[func(int, ...string) (bool, error)](),
		"struct{ A, B int; C string `json:\"c\"` }": reflect.TypeFor[struct {
			A, B int
			C    string `json:"c"`
		}](),
		"Alias": reflect.TypeFor[map[string]*int](), "Generic[string]": reflect.TypeFor[[]string](),
		"Deep": reflect.TypeFor[struct {
			A map[string]*int
			G []int8
		}](),
		"time.Duration": reflect.TypeFor[time.Duration](), "[]io.Reader": reflect.TypeFor[[]io.Reader](), "func(*http.Request) io.Writer": reflect.TypeFor[func(*http.Request) io.Writer](),
	}
	source, exprs := `
import ("io"; "net/http"; "time"; "unsafe")
type Alias = map[string]*int
type Generic[T any] = []T
type Deep = struct{ A Alias; G Generic[int8] }
`, []string(nil)
	for expr := range wants {
		source += fmt.Sprintf("type t%d = %s\n", len(exprs), expr)
		exprs = append(exprs, expr)
	}
	w := check(t, source, nil)
	for i, expr := range exprs {
		equal(t, expr, w.of(fmt.Sprint("t", i)), wants[expr])
	}
	for expr, want := range map[string]reflect.Type{"nil": nil, "1": reflect.TypeFor[int](), "'a'": reflect.TypeFor[rune](), "1.5": reflect.TypeFor[float64](), "1i": reflect.TypeFor[complex128](), `"a"`: reflect.TypeFor[string](), "1 == 1": reflect.TypeFor[bool]()} {
		equal(t, expr, w.of(expr), want)
	}
}

// TestRecursive makes every type that Go can name itself in, and uses it.
func TestRecursive(t *testing.T) {
	w := check(t, `
type List struct { Next *List; V int }
type Tree struct { Kids []Tree; By map[string]Tree; Up chan Tree; F func(Tree) Tree; I interface{ M(Tree) }; P *[4]Tree; S *struct{ T Tree }; K map[[2]*Tree]struct{ T Tree } }
type Slice []Slice
type Func func(Func) Func
type Map map[string]Map
type Chan chan Chan
type Ptr *Ptr
type Array [2]*Array
type Iface interface { Self() Iface; Of(...Iface) ([]Iface, map[Iface][2]Iface) }
type A struct { B *B; C C; D [2]D }
type B struct { A A; C *C }
type C struct { D D; Bs [2][]B }
type D struct { A func(A) [3]B; X int8 }
type Method struct { N int }
func (m Method) With(Method, [2]Method, map[string]Method) (*Method, struct{ M Method }) { panic(0) }
type Emb struct { *Emb; Inner }
type Inner struct { E *Emb; X int }
type Cmp struct { L *List; _ int; S string }
type Keys map[Cmp]map[Cmp]Keys


type Late struct { M map[Key]Key }
type Key struct { A [100]string; P *map[Key2]int }
type Key2 struct { L *Late; K [2]Key }
`, nil)
	size := map[string]uintptr{"List": 16, "Tree": 88, "Slice": 24, "Array": 16, "Emb": 24, "D": 16, "C": 16 + 48, "Cmp": 32}
	for _, name := range w.pkg.Scope().Names() {
		rt := w.of(name)
		equal(t, name+" string", rt.String(), "main."+name)
		equal(t, name+" path", rt.PkgPath(), "main")
		if want := size[name]; want != 0 {
			equal(t, name+" size", rt.Size(), want)
		}
		equal(t, name+" again", w.of(name), rt)
		equal(t, name+" pointer", w.of("*"+name), reflect.PointerTo(rt))
		if fmt.Sprint(reflect.Zero(rt)) == "" {
			t.Errorf("%s prints nothing", name)
		}
	}
	tree := w.of("Tree")
	for i, want := range []reflect.Type{reflect.SliceOf(tree), reflect.MapOf(reflect.TypeFor[string](), tree), reflect.ChanOf(reflect.BothDir, tree)} {
		equal(t, "Tree field", tree.Field(i).Type, want)
	}
	equal(t, "array of Tree", tree.Field(5).Type.Elem().Size(), 4*tree.Size())
	kids := reflect.New(tree).Elem()
	kids.Field(1).Set(reflect.MakeMap(tree.Field(1).Type))
	for i := range 100 {
		kids.Field(1).SetMapIndex(reflect.ValueOf(fmt.Sprint(i)), kids)
		kids.Field(0).Set(reflect.Append(kids.Field(0), kids))
	}
	equal(t, "kids", kids.Field(1).Len()*kids.Field(0).Index(99).Field(0).Len(), 9900)
	equal(t, "comparable", w.of("Cmp").Comparable() && w.of("Iface").Comparable() && !tree.Comparable() && w.of("List").Comparable(), true)
	a, b := w.zero("Cmp"), w.zero("Cmp")
	equal(t, "equal", a.Interface() == b.Interface(), true)
	b.Field(2).SetString("x")
	equal(t, "not equal", a.Interface() == b.Interface(), false)
	keys := reflect.MakeMap(w.of("Keys"))
	keys.SetMapIndex(a, reflect.MakeMap(keys.Type().Elem()))
	keys.SetMapIndex(b, reflect.MakeMap(keys.Type().Elem()))
	equal(t, "keys", keys.Len(), 2)
	method := w.of("Method").Method(0).Type
	equal(t, "method", method.String(), "func(main.Method, main.Method, [2]main.Method, map[string]main.Method) (*main.Method, struct { M main.Method })")
	equal(t, "embedded", fmt.Sprint(w.of("Emb").Field(0).Anonymous, w.of("Emb").Field(1).Anonymous, w.of("Inner").Field(0).Anonymous), "true true false")
	equal(t, "implements itself", w.of("Iface").Implements(w.of("Iface")), true)
}
