package engine_test

import (
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine"
)

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		newNotebook(b, engine.Options{})
	}
}

func BenchmarkCell(b *testing.B) {
	for _, bc := range []struct{ name, before, code string }{
		{"expression", "", "1 + 1"},
		{"function", "func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }", "fib(10)"},
		{"import", "import `net/http`", "import `net/http`"},
		{"failure", "", "nothing"},
	} {
		b.Run(bc.name, func(b *testing.B) {
			n := newNotebook(b, engine.Options{})
			n.must(b, bc.before)
			for b.Loop() {
				n.run(bc.code)
			}
		})
	}
}
