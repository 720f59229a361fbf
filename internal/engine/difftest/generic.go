package difftest

import (
	"fmt"
	"strings"
)

// generic is a generic function of a form that is known.
type generic struct {
	name string
	form string
}

const (
	formNumber = "number" // func[T number](x, y T) T
	formChoice = "choice" // func[T any](c bool, x T, more ...T) T
	formFold   = "fold"   // func[S ~[]E, E, A any](s S, start A, f func(A, E) A) A
	formMap    = "map"    // func[E, R any](s []E, f func(E) R) []R
	formBox    = "box"    // type[T any] struct, with methods
)

// declareGeneric declares a generic function or type.
func (g *generator) declareGeneric() {
	d := &generic{g.global("G"), pick(g, formNumber, formChoice, formFold, formMap, formBox)}
	g.uses("generic " + d.form)
	switch d.form {
	case formNumber:
		g.line("func %s[T number](x, y T) (z T) {", d.name)
		g.line("\tfor range %d { z += x %s y; x %s T(%d) }", g.between(1, 4), pick(g, "+", "-", "*"), pick(g, "+=", "-="), g.below(100))
		g.line("\tif x %s y { return z %s x }", pick(g, "<", ">=", "==", "!="), pick(g, "+", "-", "*"))
		g.line("\treturn")
		g.line("}")
	case formChoice:
		g.line("func %s[T any](c bool, x T, more ...T) T {", d.name)
		g.line("\tif c || len(more) == 0 { return x }")
		g.line("\tvar last T")
		g.line("\tfor _, m := range more { last = m }")
		g.line("\tif _, shown := any(x).(fmt.Stringer); shown { return %s }", pick(g, "x", "last"))
		g.line("\tswitch any(&last).(type) { case *int, *string: return last; case *T: return x }")
		g.line("\treturn last")
		g.line("}")
	case formFold:
		g.line("func %s[S ~[]E, E, A any](s S, start A, f func(A, E) A) A {", d.name)
		if g.chance(50) {
			g.line("\tif len(s) == 0 { return start }")
			g.line("\treturn %s(s[1:], f(start, s[0]), f)", d.name)
		} else {
			g.line("\tfor _, e := range s { start = f(start, e) }")
			g.line("\treturn start")
		}
		g.line("}")
	case formMap:
		g.line("func %s[E, R any](s []E, f func(E) R) (out []R) {", d.name)
		g.line("\tfor i := range s { out = append(out, f(s[%s])) }", pick(g, "i", "len(s)-1-i"))
		g.line("\treturn")
		g.line("}")
	case formBox:
		g.line("type %s[T any] struct { value T; n int }", d.name)
		g.line("func (b %s[T]) With(x T) %s[T] { b.value = x; b.n++; return b }", d.name, d.name)
		g.line("func (b *%s[T]) Add(n int) *%s[T] { b.n += n; return b }", d.name, d.name)
		g.line("func (b %s[_]) Count() int { return b.n }", d.name)
		g.line("func (b %s[T]) Value() T { return b.value }", d.name)
	}
	g.generics = append(g.generics, d)
}

// instance is a pure call with this result, or "".
func (g *generator) instance(d *generic, t *typ, depth int) string {
	const cost = 60
	if cost*g.times > maxCost-g.cost {
		return ""
	}
	g.cost += cost * g.times
	explicit := ""
	if g.chance(50) {
		explicit = fmt.Sprintf("[%s]", t)
	}
	switch {
	case d.form == formNumber && (t.kind == integer || t.kind == float):
		g.uses("instance of number")
		return fmt.Sprintf("%s%s(%s, %s)", d.name, explicit, g.pure(t, depth), g.pure(t, depth))
	case d.form == formChoice && t.kind != funcs && t.kind != pointer && t.kind != contract:
		g.uses("instance of choice")
		return fmt.Sprintf("%s%s(%s, %s, %s)", d.name, explicit, g.condition(depth), g.pure(t, depth), g.pure(t, depth))
	case d.form == formFold && t.kind == integer:
		g.uses("instance of fold")
		s := &typ{kind: slice, elem: g.basic()}
		return fmt.Sprintf("%s(%s, %s, %s)", d.name, g.pure(s, depth), g.pure(t, depth), g.closure(&typ{kind: funcs, params: []*typ{t, s.elem}, elem: t}))
	case d.form == formMap && t.kind == slice && t.name == "":
		g.uses("instance of map")
		s := &typ{kind: slice, elem: g.basic()}
		return fmt.Sprintf("%s(%s, %s)", d.name, g.pure(s, depth), g.closure(&typ{kind: funcs, params: []*typ{s.elem}, elem: t.elem}))
	case d.form == formBox && t.kind != funcs && t.kind != pointer && t.kind != contract:
		g.uses("instance of a generic type")
		return fmt.Sprintf("new(%s[%s]).Add(%d).With(%s).Value()", d.name, t, g.below(5), g.pure(t, depth))
	}
	return ""
}

// genericType prints values of instances, their types among them.
func (g *generator) genericType() {
	for _, d := range g.generics {
		if d.form != formBox {
			continue
		}
		g.uses("printed instance")
		t := g.value(1)
		b := g.name("box")
		g.line("%s := %s[%s]{%s, %d}", b, d.name, t, g.pure(t, 2), g.below(9))
		g.line("%s.Add(%d)", b, g.between(1, 3))
		g.line(`fmt.Printf("%%T %%d\n", %s, %s.Count())`, b, b)
		if t.printable() {
			g.line("fmt.Println(%s, %s.With(%s))", b, b, g.pure(t, 1))
		}
	}
	g.printSome()
}

// Batch joins programs into one file. Each prints a line with its entry in
// front of what it prints, and one when it ended with a panic.
func Batch(programs ...Program) string {
	var code, calls strings.Builder
	for _, p := range programs {
		code.WriteString(p.Code)
		fmt.Fprintf(&calls, "\tbegin(%q, %s)\n", p.Entry, p.Entry)
	}
	return prelude + code.String() + "\nfunc main() {\n" + calls.String() + "}\n"
}

// Frame is the line that a program of a batch begins with.
const Frame = "=== "

// prelude is what the programs share.
const prelude = `package main

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// All packages are used.
var (
	_ = errors.New
	_ = strconv.Itoa
	_ = strings.ToUpper
	_ sync.Mutex
	_ = os.Exit
)

type number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}

func begin(name string, program func()) {
	fmt.Println("=== " + name)
	defer report()
	program()
}

// report prints what it recovered from. The types of run-time errors belong to
// the implementation.
func report() {
	switch r := recover().(type) {
	case nil:
	case runtime.Error:
		fmt.Println("run-time error", r)
	default:
		fmt.Printf("recovered %T %v\n", r, r)
	}
}

func same[T any](x T) T { return x }

func use[T any](T) {}

func trace[T any](name string, x T) T {
	fmt.Println("evaluates", name)
	return x
}

func clone[S ~[]E, E any](s S) S { return append(S{}, s...) }

func at[E any](s []E, i int) (e E) {
	if i < len(s) {
		e = s[i]
	}
	return
}

func short[S ~string](s S) S {
	if len(s) > 24 {
		return s[:24]
	}
	return s
}

func part[S ~string](s S, i, j int) S {
	i, j = max(0, min(i, len(s))), max(0, min(j, len(s)))
	return s[min(i, j):max(i, j)]
}

func bounded(f float64) float64 {
	if math.IsNaN(f) {
		return 0
	}
	return math.Trunc(max(0, min(f, 100)))
}

func keys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n && yield(i); i++ {
		}
	}
}

func each[E any](s []E) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i, e := range s {
			if !yield(i, e) {
				return
			}
		}
	}
}
`
