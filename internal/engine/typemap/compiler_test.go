package typemap_test

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

//go:embed describe_test.go
var describeSource string

// TestAgainstCompiler makes types at random and compares them with what the
// compiler makes of the same source.
func TestAgainstCompiler(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the compiler")
	}
	for seed := range uint64(3) {
		g := &generator{rand.New(rand.NewPCG(seed, 0)), 60}
		source, names := g.declarations()
		want := strings.Split(run(t, source, names), separator)
		w := check(t, source, nil)
		for _, i := range g.Perm(len(names)) {
			if got := describe(w.of(names[i]), 3); got != want[i] {
				t.Errorf("seed %d: got\n%s\nwant\n%s", seed, got, want[i])
			}
		}
	}
}

const separator = "=====\n"

// run compiles the declarations and describes the names.
func run(t *testing.T, source string, names []string) string {
	t.Helper()
	_, describer, _ := strings.Cut(describeSource, "\n")
	var b strings.Builder
	b.WriteString("package main\n" + describer + source + "func main() {\n")
	for _, name := range names {
		fmt.Fprintf(&b, "fmt.Print(describe(reflect.TypeFor[%s](), 3), %q)\n", name, separator)
	}
	b.WriteString("}\n")
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "run", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// generator writes types at random.
type generator struct {
	*rand.Rand
	n int // names
}

func (g *generator) pick(s ...string) string { return s[g.IntN(len(s))] }

// declarations declares T0, T1, ... of any kind, and E0, E1, ... that hold them and have methods.
func (g *generator) declarations() (source string, names []string) {
	var b strings.Builder
	b.WriteString("type G[T any] struct { a []T; b *G[T]; C map[int]G[T] }\nfunc (g G[T]) Get(T) *T { panic(0) }\nfunc (g *G[T]) set(T) {}\n")
	for i := range g.n {
		text := g.typ(4, i, true)
		if i > 0 && g.IntN(2) == 0 {
			text = g.structure(3, i, true, fmt.Sprintf("E%d; ", g.IntN(i)))
		}
		fmt.Fprintf(&b, "type T%d %s\n", i, text)
		fmt.Fprintf(&b, "type E%d struct { V%d T%d; P *E%d }\n", i, i, i, i)
		fmt.Fprintf(&b, "func (e E%d) M%d(%s) (%s) { panic(0) }\n", i, i%7, g.typ(2, i, false), g.typ(2, i, false))
		fmt.Fprintf(&b, "func (e *E%d) Q%d(E%d) {}\nfunc (e *E%d) private() {}\n", i, i%5, i, i)
		names = append(names, fmt.Sprint("T", i), fmt.Sprint("E", i))
	}
	return b.String(), names
}

// typ is a type that holds only names below by value.
func (g *generator) typ(depth, below int, byValue bool) string {
	if depth == 0 || g.IntN(5) == 0 {
		return g.leaf(below, byValue)
	}
	behind := func() string { return g.typ(depth-1, below, false) }
	switch g.IntN(10) {
	case 0:
		return "*" + behind()
	case 1:
		return "[]" + behind()
	case 2:
		return fmt.Sprintf("[%d]%s", g.IntN(4), g.typ(depth-1, below, byValue))
	case 3:
		return "map[" + g.pick("int", "string", "*T0", "[2]int8", "error", "interface{ Foo() T1 }", "float32", "struct{ A int; _ string }") + "]" + behind()
	case 4:
		return g.pick("chan ", "<-chan ", "chan<- ") + "(" + behind() + ")"
	case 5:
		return "func(" + behind() + ", ..." + behind() + ") (" + behind() + ", " + behind() + ")"
	case 6:
		return "interface{ A(" + behind() + ") " + behind() + "; b() }"
	}
	return g.structure(depth-1, below, byValue, "")
}

func (g *generator) leaf(below int, byValue bool) string {
	if !byValue && g.IntN(2) == 0 {
		return fmt.Sprint("T", g.IntN(g.n))
	}
	if below > 0 && g.IntN(2) == 0 {
		return fmt.Sprint("T", g.IntN(below))
	}
	if !byValue && g.IntN(4) == 0 {
		return g.pick("G[int]", "G[*T0]", "G[struct{ X T0 }]")
	}
	return g.pick("int8", "string", "float64", "uint16", "any", "error", "bool", "complex64", "G[string]")
}

func (g *generator) structure(depth, below int, byValue bool, first string) string {
	text := "struct { " + first
	for i := range g.IntN(5) {
		name := fmt.Sprint(g.pick("F", "f"), i)
		if g.IntN(8) == 0 {
			name = "_"
		}
		text += name + " " + g.typ(depth, below, byValue) + g.pick("", "", " `k:\"v\"`") + "; "
	}
	return text + "}"
}
