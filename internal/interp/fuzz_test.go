package interp_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/internal/interp"
	"github.com/ipyauth/ipyauth/kernel"
)

// Whatever a cell holds, it compiles or fails with an error a notebook can show.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		"1 + 1", "x := []int{1}\nx[0]", "func f(a int) (b string) { defer close(c); return }\nf(1)",
		"import . \"fmt\"\nPrintln(`a`)", "type T struct{ a, b int }\nfunc (t *T) M() {}\nT{1, 2}",
		"go func() { select {} }()", "for i := range 10 { _ = i }", "func f[T any](x T) {}",
		"switch x := y.(type) { case int: }", "a.b.c()", "é := \"\\x00\"", "//line x:1\nx", "~'x", "const ( A = iota; B )",
		"go delete(m, 1)", "import (\n_ `a`\n", "var x, y = 1", "`", "package p\n",
	} {
		f.Add(seed)
	}
	s := newSession(f, interp.Options{})
	f.Fuzz(func(t *testing.T, code string) {
		var err error
		s.do(func() { err = interp.Compile(s.interpreter, cellOf(code)) })
		if err == nil {
			return
		}
		var failure *kernel.CellError
		if !errors.As(err, &failure) {
			t.Fatalf("error is a %T", err)
		}
		if failure.Name == "" || failure.Message == "" || strings.Contains(failure.Message, "\n") {
			t.Errorf("name %q, message %q", failure.Name, failure.Message)
		}
		if utf8.ValidString(code) && !utf8.ValidString(strings.Join(failure.Traceback, "")) {
			t.Errorf("traceback %q", failure.Traceback)
		}
	})
}
