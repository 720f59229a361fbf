package check

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

// grow runs n cells, of which every tenth declares a type with methods anew, and
// every thirtieth a generic one.
func grow(t testing.TB, s *session, n int) {
	for i := range n {
		code := fmt.Sprintf("x%d := %d\nx%d + x0", i%2000, i, i%2000)
		switch {
		case i%30 == 0:
			code = "type G[P any] struct{ p P }\nfunc (g G[P]) Get() P { return g.p }\nG[int]{1}.Get()"
		case i%10 == 0:
			code = "type T struct{ a int }\nfunc (t T) A() int { return t.a }\nfunc (t *T) B() { t.a++ }\nfunc use(t T) int { return t.A() + x0 }"
		case i == 1:
			code = "x0 := 1"
		}
		u, errs := s.check(code)
		if len(errs) > 0 {
			t.Fatalf("%s: %q", code, errs)
		}
		u.Commit()
	}
}

func check11(tb testing.TB, s *session) time.Duration {
	best := time.Hour
	for range 200 {
		start := time.Now()
		if _, errs := s.check("1 + 1"); len(errs) > 0 {
			tb.Fatal(errs)
		}
		best = min(best, time.Since(start))
	}
	return best
}

// A cell costs the same after many cells, in time and memory.
func TestCostIsFlat(t *testing.T) {
	s := newSession(Options{})
	grow(t, s, 3000)
	before, used := check11(t, s), heap()
	grow(t, s, 9000)
	after, grown := check11(t, s), heap()-used
	if after > 3*before+50*time.Microsecond {
		t.Errorf("1 + 1 takes %v, before it took %v", after, before)
	}
	if grown > 4<<20 {
		t.Errorf("9000 cells keep %d bytes", grown)
	}
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func BenchmarkCheck(b *testing.B) {
	for name, code := range map[string]string{
		"expression": "1 + 1",
		"call":       "fmt.Sprint(x0)",
		"method":     "func (t T) C() int { return t.A() }\nT(1).C()",
		"moved":      "y := x0\nfunc f() int { return y }\nf()",
	} {
		b.Run(name, func(b *testing.B) {
			s := newSession(Options{})
			s.run("import \"fmt\"")
			grow(b, s, 10_000)
			s.run("type T int\nfunc (t T) A() int { return 1 }")
			for b.Loop() {
				if _, errs := s.check(code); len(errs) > 0 {
					b.Fatal(errs)
				}
			}
		})
	}
}
