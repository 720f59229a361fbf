package assist_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Whatever the code and the cursor, completion and inspection answer, and leave
// the session as it was.
func FuzzAssist(f *testing.F) {
	for _, seed := range []string{
		"thing.", "mk(1).Get().X", "import (\n\"net/", "Thing{Inner: Inner{Deep: ", "func f(a int) { for i := range thing.",
		"%cd ", "$ls ", "switch x := thing.(type) {\ncase ", "type T struct { *T }\nvar t T\nt.", "go func() { defer thing.",
		"a[", "map[string]func(){", "é.", "x := `", "[]*T{{{", "f(g(h(", "}", ".", "\u01c3cursor(thing.", "//", "const ( a = iota; ",
		"type Thing int\nfunc (t Thing) M() { t.", "import . \"strings\"\nToU", "func (", "interface{ X", "chan<- ", "label: goto ", "~'a.",
		"x := 1\nx := \"a\"\nx.", "func (p Pair[K, V]) M() { p.", "type A = A\nvar a A\na.", "type I interface { I }\nvar i I\ni.", "var x = x\nx.",
		"type G[T any] struct { *G[G[T]] }\nvar g G[int]\ng.", "func f() {\ntype G[T any] struct { *G[G[T]] }\nvar g G[int]\ng.", "type G[T any] interface { G[G[T]] }\nvar g G[int]\ng.", "type A[T any] = *B[A[T]]\ntype B[T any] struct { A[B[T]] }\nvar g B[int]\ng.x = g.", "if x := f(); x {\n}\nfunc g() { x := ) ]\nrand.", "\xff.\xfe", "\xe7A", "package p;\nfunc main() { thing.",
	} {
		f.Add(seed, 1000)
		f.Add(seed, len(seed)/2)
	}
	s := newSession(f, setup)
	names := fmt.Sprint(s.Session.Names())
	f.Fuzz(func(t *testing.T, code string, cursor int) {
		length := utf8.RuneCountInString(code)
		c := s.Complete(code, cursor)
		if c.Start < 0 || c.Start > c.End || c.End > length {
			t.Errorf("from %d to %d of %d", c.Start, c.End, length)
		}
		for _, i := range c.Items {
			if i.Text == "" || strings.Contains(i.Text, "ǃcursor") {
				t.Errorf("item %q", i.Text)
			}
		}
		s.Inspect(code, cursor, 1)
		if got := fmt.Sprint(s.Session.Names()); got != names {
			t.Fatalf("names are %s, were %s", got, names)
		}
		if got := texts(s.Complete("thing.Inner.", 12)); got != "Deep Other" {
			t.Fatalf("afterwards thing.Inner has %s", got)
		}
	})
}

// Code that nests deep or is long gets an answer, if an empty one.
func TestHugeCode(t *testing.T) {
	s := newSession(t, setup)
	for _, code := range []string{
		strings.Repeat("(", 100_000), strings.Repeat("[]", 60_000) + "int{", strings.Repeat("!", 130_000) + "thing",
		strings.Repeat("{", 5_000) + "thing.", strings.Repeat("x := 1\n", 10_000) + "thing.", strings.Repeat("1 2\n", 30_000) + "thing.",
		strings.Repeat("a.", 60_000), strings.Repeat("func f() {\n", 9_000) + "thing.", strings.Repeat("thing\n", 200_000) + "thing.",
	} {
		s.Complete(code, len(code))
		s.Inspect(code, len(code), 1)
	}
	code := strings.Repeat("x := thing.Get()\n", 5_000) + "x."
	if got := texts(s.Complete(code, len(code))); got != inner2 {
		t.Errorf("behind many declarations: %s", got)
	}
}

// big is a session with a thousand names.
func big(t testing.TB) *session {
	s := newSession(t, setup)
	for i := range 10 {
		var b strings.Builder
		for j := range 100 {
			fmt.Fprintf(&b, "var v%d_%d = %d\n", i, j, j)
		}
		s.run(t, b.String())
	}
	return s
}

var quick = []struct{ name, code string }{
	{"Member", "func f(b *Inner2) {\n\tv := thing.Get()\n\tv."},
	{"Name", "func f(b *Inner2) {\n\tv := thing.Get()\n\tv9"},
	{"Package", "strconv.A"},
	{"Cell", strings.Repeat("for i := range list {\n\tif v := list[i].Get(); v.X > i {\n\t\tfmt.Println(v.Y, strings.ToUpper(list[i].Name))\n\t}\n}\n", 8) + "thing.Inner."},
}

// A completion takes little time in a session with many names.
func TestCompleteIsQuick(t *testing.T) {
	s := big(t)
	for _, q := range quick {
		best := time.Hour
		for range 20 {
			start := time.Now()
			if c := s.Complete(q.code, len(q.code)); len(c.Items) == 0 {
				t.Fatalf("%s: nothing", q.name)
			}
			best = min(best, time.Since(start))
		}
		if best > 5*time.Millisecond {
			t.Errorf("%s takes %v", q.name, best)
		}
	}
}

func BenchmarkComplete(b *testing.B) {
	s := big(b)
	for _, q := range quick {
		b.Run(q.name, func(b *testing.B) {
			for b.Loop() {
				s.Complete(q.code, len(q.code))
			}
		})
	}
}

func BenchmarkInspect(b *testing.B) {
	s := big(b)
	for b.Loop() {
		s.Inspect("x := thing.Get()\nstrings.Repeat(x.", 31, 0)
	}
}
