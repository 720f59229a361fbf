package check

import (
	"strings"
	"testing"
)

// No sequence of cells makes the checker give up, and a cell that is checked
// without errors can be checked again.
func FuzzCheck(f *testing.F) {
	for _, tc := range []string{
		"x := 1\x00x := `s`; x\x00func f() int { return x }",
		"type T[P any] struct{ p P }\x00func (t T[P]) M() P { return t.p }\x00T[int]{}.M()\x00type T int",
		"func a() { b() }\x00func b() { a() }\x00a()",
		"a, err := 1, error(nil)\nb, err := 2, error(nil)\nfunc f() error { return err }\x00b",
		"import . \"math\"; Sin(1)\x00func Sin() {}\x00Sin()",
		"fmt.Println()\x00fmt := 1\x00type A = T; type T struct{ A *A }; func (a *A) M() {}",
		"var a = b; var b = a\x00var c, d = d, c; c\x00nil\x00min(1, 2)",
		"L: x := 1; goto L\x00func init() { x++ }\x00_ = x; _, _ = x, x",
		"type I interface{ M(I) }; type T int\x00func (t T) M(i I) { i.M(t) }\nvar i I = T(1)\x00func (t T) M(i I) {}",
	} {
		f.Add(tc)
	}
	f.Fuzz(func(t *testing.T, cells string) {
		s := newSession(Options{})
		for _, code := range strings.Split(cells, "\x00") {
			for range 2 {
				u, errs := s.check(code)
				for _, e := range errs {
					if strings.Contains(e, "gave up") {
						t.Fatalf("%q: %s", code, e)
					}
				}
				if u != nil {
					describe(u)
					u.Commit()
				}
			}
		}
	})
}
