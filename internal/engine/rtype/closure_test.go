package rtype_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"sort"
	"sync"
	"testing"
	"unsafe"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
)

// closure makes a func value of type F.
func closure[F any](code any, call func(args []reflect.Value) []reflect.Value) F {
	word := rtype.NewClosure(typ[F](), code, call)
	return *(*F)(unsafe.Pointer(&word))
}

func word[F any](f F) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&f)) }

func TestClosure(t *testing.T) {
	sum := closure[func(int, float64, string, []int, [2]string, ...any) (string, error, int)]("code", func(args []reflect.Value) []reflect.Value {
		runtime.GC()
		return []reflect.Value{reflect.ValueOf(fmt.Sprint(args[0], args[1], args[2], args[3], args[4], args[5])), reflect.Zero(typ[error]()), reflect.ValueOf(7)}
	})
	text, err, n := sum(1, 2.5, "c", []int{4}, [2]string{"d", "e"}, 5, nil)
	if text != "1 2.5 c [4] [d e] [5 <nil>]" || err != nil || n != 7 {
		t.Errorf("got %q, %v, %d", text, err, n)
	}
	if got := rtype.ClosureAt(word(sum)); got == nil || got.Code != "code" {
		t.Errorf("got %v", got)
	}
	for name, f := range map[string]func(){"nil": nil, "compiled": func() {}, "capturing": func() { t.Log(n) }, "of reflect": reflect.MakeFunc(typ[func()](), nil).Interface().(func())} {
		if rtype.ClosureAt(word(f)) != nil {
			t.Errorf("%s func was taken for a closure", name)
		}
	}
}

func TestClosureInCompiledCode(t *testing.T) {
	list := []int{3, 1, 2}
	sort.Slice(list, closure[func(i, j int) bool](nil, func(args []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(list[args[0].Int()] < list[args[1].Int()])}
	}))
	if fmt.Sprint(list) != "[1 2 3]" {
		t.Errorf("got %v", list)
	}
	h := closure[http.HandlerFunc](nil, func(args []reflect.Value) []reflect.Value {
		fmt.Fprint(args[0].Interface().(http.ResponseWriter), args[1].Interface().(*http.Request).URL.Path)
		return nil
	})
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/path", nil))
	if rec.Body.String() != "/path" {
		t.Errorf("got %q", rec.Body)
	}
	var once sync.Once
	ran := 0
	once.Do(closure[func()](nil, func([]reflect.Value) []reflect.Value { ran++; return nil }))
	if ran != 1 {
		t.Error("did not run")
	}
	if got := panicOf(closure[func()](nil, func([]reflect.Value) []reflect.Value { panic("through") })); got != "through" {
		t.Errorf("got %q", got)
	}
}

// TestClosureCollected has closures collected while others run.
func TestClosureCollected(t *testing.T) {
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 300 {
				s := fmt.Sprint(g, i)
				f := closure[func(*int, string) *string](&s, func(args []reflect.Value) []reflect.Value {
					if i%50 == 0 {
						runtime.GC()
					}
					out := args[1].String() + s
					return []reflect.Value{reflect.ValueOf(&out)}
				})
				if got := *f(new(int), "x"); got != "x"+s {
					t.Errorf("got %q, want %q", got, "x"+s)
				}
			}
		})
	}
	wg.Wait()
}

func TestG(t *testing.T) {
	here, there := rtype.G(), make(chan uintptr)
	go func() { there <- rtype.G() }()
	if other := <-there; here == 0 || other == 0 || here == other || here != rtype.G() {
		t.Errorf("got %x and %x", here, other)
	}
}

func BenchmarkNewClosure(b *testing.B) {
	t := typ[func(int) int]()
	for b.Loop() {
		rtype.NewClosure(t, nil, func(args []reflect.Value) []reflect.Value { return args })
	}
}

func BenchmarkClosureCall(b *testing.B) {
	f := closure[func(int) int](nil, func(args []reflect.Value) []reflect.Value { return args })
	for b.Loop() {
		f(1)
	}
}

func BenchmarkClosureAt(b *testing.B) {
	w := word(closure[func()](nil, nil))
	for b.Loop() {
		rtype.ClosureAt(w)
	}
}
