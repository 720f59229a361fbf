package engine_test

import (
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine"
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
		{"panic", "y := s[x]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newNotebook(t, engine.Options{})
			s.must(t, "x := 1\ns := []int{}\nfunc f(a int) int { return a + 1 }")
			run := func(from, to int) uint64 {
				for i := from; i < to; i++ {
					s.run(strings.ReplaceAll(tc.code, "N", strconv.Itoa(i)))
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
