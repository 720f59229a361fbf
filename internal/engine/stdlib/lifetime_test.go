package stdlib_test

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unique"
	"unsafe"

	shadowruntime "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/runtime"
	shadowatomic "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/sync/atomic"
	shadowunique "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/unique"
	shadowweak "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/weak"
)

// large is big enough for an allocation of its own.
type large [64]byte

func TestWeakPointer(t *testing.T) {
	p := new(large)
	p[0] = 7
	w := shadowweak.Make(p)
	if w != shadowweak.Make(p) || w == shadowweak.Make(new(large)) || w.Value() != p {
		t.Error("weak pointers are not equal like the pointers that made them")
	}
	if none := shadowweak.Make[large](nil); none.Value() != nil || none != (shadowweak.Pointer[large]{}) {
		t.Error("the weak pointer of nil is not the zero one")
	}
	runtime.GC()
	if w.Value() != p || p[0] != 7 {
		t.Error("a weak pointer lost what is reachable")
	}
	runtime.KeepAlive(p)
	runtime.GC()
	if w.Value() != nil {
		t.Error("a weak pointer kept what is not reachable")
	}
}

// collected runs the garbage collector until done is closed.
func collected(t *testing.T, done <-chan string, want string) {
	t.Helper()
	limit := time.After(10 * time.Second)
	for {
		runtime.GC()
		select {
		case got := <-done:
			if got != want {
				t.Errorf("cleanup got %s, want %s", got, want)
			}
			return
		case <-limit:
			t.Fatalf("cleanup for %s did not run", want)
		default:
			runtime.Gosched()
		}
	}
}

func TestAddCleanup(t *testing.T) {
	done := make(chan string, 1)
	shadowruntime.AddCleanup(new(large), func(n int) { done <- fmt.Sprint(n) }, 7)
	collected(t, done, "7")
	text := "pointer"
	shadowruntime.AddCleanup(new(large), func(s *string) { done <- *s }, &text)
	collected(t, done, "pointer")
	shadowruntime.AddCleanup(new(large), func(err error) { done <- fmt.Sprint(err) }, nil)
	collected(t, done, "<nil>")
	shadowruntime.AddCleanup(new(large), func(p unsafe.Pointer) { done <- *(*string)(p) }, unsafe.Pointer(&text))
	collected(t, done, "pointer")

	stopped := new(large)
	shadowruntime.AddCleanup(stopped, func(string) { t.Error("a stopped cleanup ran") }, "").Stop()
	shadowruntime.AddCleanup(stopped, func(s string) { done <- s }, "not stopped")
	collected(t, done, "not stopped")
}

func TestAddCleanupRefuses(t *testing.T) {
	type add func(p *large, arg *large)
	for name, row := range map[string]struct {
		p, arg *large
		want   string
	}{
		"nil": {nil, nil, "panic string: runtime.AddCleanup: ptr is nil"},
	} {
		compare(t, name, row.want,
			func(p, arg *large) { runtime.AddCleanup(p, func(*large) {}, arg) },
			func(p, arg *large) { shadowruntime.AddCleanup(p, func(*large) {}, arg) },
			func(f func(p, arg *large)) any {
				f(row.p, row.arg)
				return nil
			})
	}
	p := new(large)
	compare(t, "equal", "panic string: runtime.AddCleanup: ptr is equal to arg, cleanup will never run",
		add(func(p, arg *large) { runtime.AddCleanup(p, func(*large) {}, arg) }),
		add(func(p, arg *large) { shadowruntime.AddCleanup(p, func(*large) {}, arg) }),
		func(f add) any {
			f(p, p)
			return nil
		})
	compare(t, "within", "panic string: runtime.AddCleanup: ptr is within arg, cleanup will never run",
		func() { runtime.AddCleanup(p, func(*byte) {}, &p[5]) },
		func() { shadowruntime.AddCleanup(p, func(*byte) {}, &p[5]) },
		func(f func()) any {
			f()
			return nil
		})
}

func TestUnique(t *testing.T) {
	type point struct {
		x    int
		name string
	}
	if shadowunique.Make("ab") != shadowunique.Make(strings.Clone("ab")) || shadowunique.Make("ab") == shadowunique.Make("ac") {
		t.Error("handles of strings are not equal like the strings")
	}
	if a := shadowunique.Make(point{1, "a"}); a != shadowunique.Make(point{1, strings.Clone("a")}) || a.Value() != (point{1, "a"}) {
		t.Error("handles of structs are not equal like the structs")
	}
	if shadowunique.Make[any](1) == shadowunique.Make[any](int8(1)) || shadowunique.Make[any](1) != shadowunique.Make[any](1) {
		t.Error("handles of interfaces are not equal like what is in them")
	}
	if none := shadowunique.Make[error](nil); none.Value() != nil || none != shadowunique.Make[error](nil) {
		t.Error("handles of a nil interface are not equal")
	}
	nan := math.NaN()
	if got, want := shadowunique.Make(nan) == shadowunique.Make(nan), unique.Make(nan) == unique.Make(nan); got != want {
		t.Errorf("handles of NaN are equal: %v, want %v", got, want)
	}
}

type pointer interface {
	Load() *int
	Store(*int)
	Swap(*int) *int
	CompareAndSwap(old, new *int) bool
}

func TestAtomicPointer(t *testing.T) {
	one, two := new(1), new(2)
	compare[func() pointer](t, "all", "true 1 1 false true 1",
		func() pointer { return new(atomic.Pointer[int]) },
		func() pointer { return new(shadowatomic.Pointer[int]) },
		func(make func() pointer) any {
			p := make()
			none := p.Load() == nil
			p.Store(one)
			loaded := *p.Load()
			swapped := *p.Swap(two)
			return fmt.Sprint(none, " ", loaded, " ", swapped, " ", p.CompareAndSwap(one, two), p.CompareAndSwap(two, one), " ", *p.Load())
		})
	var sum shadowatomic.Pointer[int]
	sum.Store(new(0))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				for old := sum.Load(); !sum.CompareAndSwap(old, new(*old+1)); old = sum.Load() {
				}
			}
		})
	}
	wg.Wait()
	if got := *sum.Load(); got != 800 {
		t.Errorf("counted %d, want 800", got)
	}
}
