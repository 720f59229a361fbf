package interp_test

import (
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/interp"
)

// Cells that declare nothing new keep no memory.
func TestMemoryStaysFlat(t *testing.T) {
	const cells = 1000
	const perCell = 32 // bytes; the noise of the runtime, not of the interpreter
	for _, tc := range []struct{ name, code string }{
		{"expression", "1 + 1"},
		{"assignment", "x = x + 1"},
		{"redeclaration", "y := x"},
		{"call", "f(x)"},
		{"import", "import `strings`\nstrings.ToUpper(`a`)"},
		{"dot import", "import . `unicode/utf8`\nRuneLen('a')"},
		{"parse error", "x :="},
		{"compile error", "freshN := 1\nnothing"},
		{"panic", "freshN := s[x]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, interp.Options{})
			s.must(t, "x := 1\ns := []int{}\nfunc f(a int) int { return a + 1 }")
			run := func(from, to int) uint64 {
				for i := from; i < to; i++ {
					s.execute(strings.ReplaceAll(tc.code, "N", strconv.Itoa(i)))
				}
				runtime.GC()
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				return m.HeapAlloc
			}
			before := run(0, 2*cells)
			after := run(2*cells, 3*cells)
			if after > before+cells*perCell {
				t.Errorf("%d bytes kept by %d cells", after-before, cells)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := interp.New(interp.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCell(b *testing.B) {
	for _, bc := range []struct{ name, before, code string }{
		{"expression", "", "1 + 1"},
		{"function", "func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }", "fib(10)"},
		{"import", "import `net/http`", "import `net/http`"},
	} {
		b.Run(bc.name, func(b *testing.B) {
			s := newSession(b, interp.Options{})
			s.must(b, bc.before)
			s.do(func() {
				for b.Loop() {
					if _, err := s.interpreter.Execute(cellOf(bc.code)); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
