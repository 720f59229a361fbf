package engine_test

import (
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine"
)

// The first cell of a session, and its name and message.
func TestErrors(t *testing.T) {
	for _, tc := range []struct{ name, code, want string }{
		{"undefined", "y := 1\ny + nothing", "CompileError: cell 1:2:5: undefined: nothing"},
		{"unfinished", "func f() {", "CompileError: cell 1:1:11: expected '}', found the end of the cell"},
		{"columns are characters", `"é" + y`, "CompileError: cell 1:1:7: undefined: y"},
		{"overflow", "var u uint8 = 300", "CompileError: cell 1:1:15: cannot use 300 (untyped int constant) as uint8 value in variable declaration (overflows)"},
		{"missing return", "func f() int { }", "CompileError: cell 1:1:16: missing return"},
		{"mismatched operands", `"a" + 1`, `CompileError: cell 1:1:1: invalid operation: "a" + 1 (mismatched types untyped string and untyped int)`},
		{"a struct that holds itself", "type N struct{ n N }", "CompileError: cell 1:1:6: invalid recursive type: N refers to itself"},

		{"panic with a string", `panic("boom")`, "panic: boom"},
		{"panic with a value", `panic(3)`, "panic: 3"},
		{"panic with an error", "panic(errors.New(`went wrong`))", "error: went wrong"},
		{"panic with a typed error", "_, err := os.Open(`/nonexistent/file`)\npanic(err)", "fs.PathError: open /nonexistent/file: no such file or directory"},
		{"panic with an error of the cell", "type Broken struct{ at int }\nfunc (b *Broken) Error() string { return fmt.Sprint(`broken at `, b.at) }\npanic(&Broken{3})", "Broken: broken at 3"},
		{"panic with a Stringer of the cell", "type S int\nfunc (s S) String() string { return `S!` }\npanic(S(1))", "panic: S!"},
		{"panic with an error that panics", "type E struct{}\nfunc (E) Error() string { panic(`no`) }\npanic(E{})", "panic: main.E, whose method panics too"},
		{"division by zero", "x := 0\n1 / x", "runtime.Error: runtime error: integer divide by zero"},
		{"index", "s := []int{}\ns[5]", "runtime.Error: runtime error: index out of range [5] with length 0"},
		{"nil map", "var m map[string]int\nm[`a`] = 1", "runtime.Error: assignment to entry in nil map"},
		{"nil pointer", "type T struct{ A int }\nvar p *T\np.A", "runtime.Error: runtime error: invalid memory address or nil pointer dereference"},
		{"nil function", "var f func()\nf()", "runtime.Error: runtime error: invalid memory address or nil pointer dereference"},
		{"type assertion", "var i any = 3\ns := i.(string)", "runtime.Error: interface conversion: interface {} is int, not string"},
		{"closed channel", "c := make(chan int)\nclose(c)\nclose(c)", "runtime.Error: close of closed channel"},
		{"recursion", "func f() { f() }\nf()", "runtime.Error: runtime error: stack overflow: the calls nest too deep"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n := newNotebook(t, engine.Options{})
			if got := n.shows(tc.code); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if got := n.shows("1 + 1"); got != "2" {
				t.Errorf("the next cell shows %q", got)
			}
		})
	}
}

func TestTraceback(t *testing.T) {
	n := newNotebook(t, engine.Options{})
	for _, tc := range []struct{ name, before, code, want string }{
		{"all errors of a cell", "", "x := 1\nif x > 0 {\n\té := x + nothing\n}\nstrings.Upper(`a`)", lines(
			"CompileError: cell 2:3:11: undefined: nothing",
			"    \té := x + nothing",
			"    \t         ^",
			"cell 2:5:9: undefined: strings.Upper",
			"    strings.Upper(`a`)",
			"            ^",
		)},
		{"function by function", "func inner(x int) int {\n\ty := x * 2\n\treturn 10 / (y - 4)\n}", "func outer(x int) int {\n\tfor {\n\t\tx += inner(x)\n\t}\n}\nz := 1\nouter(2 * z)", lines(
			"runtime.Error: runtime error: integer divide by zero",
			"main.inner(...)",
			"    cell 3:3:2",
			"        return 10 / (y - 4)",
			"main.outer(...)",
			"    cell 4:3:13",
			"    cell 4:7:6",
		)},
		{"methods and literals", "type T struct{}\nfunc (t *T) Do(f func()) { f() }", "new(T).Do(func() {\n\tpanic(1)\n})", lines(
			"panic: 1",
			"cell 6.func1(...)",
			"    cell 6:2:2",
			"        panic(1)",
			"main.(*T).Do(...)",
			"    cell 5:2:29",
			"    cell 6:1:10",
		)},
		{"compiled functions and generic ones of the library", "", "slices.SortFunc([]string{`a`, `b`}, func(a, b string) int {\n\tpanic(a)\n})", lines(
			"panic: b",
			"cell 8.func1(...)",
			"    cell 8:2:2",
			"        panic(a)",
			"slices.insertionSortCmpFunc(...)",
			"slices.pdqsortCmpFunc(...)",
			"slices.SortFunc(...)",
			"    cell 8:1:16",
		)},
		{"nothing is left of the panics before", "", "\n\npanic(errors.New(`plain`))", lines(
			"error: plain",
			"    cell 10:3:1",
			"        panic(errors.New(`plain`))",
		)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n.must(t, tc.before)
			if got := n.traceback(t, tc.code); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

// A cell has ten errors at most.
func TestManyErrors(t *testing.T) {
	n := newNotebook(t, engine.Options{})
	code := ""
	for range 20 {
		code += "nothing\n"
	}
	var want []string
	for i := range 10 {
		at := "cell 1:" + string(rune('1'+i))
		if i == 9 {
			at = "cell 1:10"
		}
		if i == 0 {
			at = "CompileError: " + at
		}
		want = append(want, at+":1: undefined: nothing", "    nothing", "    ^")
	}
	if got := n.traceback(t, code); got != lines(want...) {
		t.Errorf("got\n%s", got)
	}
}

func TestGoroutineTraceback(t *testing.T) {
	line := stderr(t)
	n := newNotebook(t, engine.Options{})
	n.must(t, "func work(n int) {\n\tif n == 0 {\n\t\tpanic(`tired`)\n\t}\n\twork(n - 1)\n}")
	n.must(t, "go work(1)")
	for _, want := range []string{
		"panic: tired (in a goroutine of cell 2)",
		"main.work(...)",
		"    cell 1:3:3",
		"        panic(`tired`)",
		"main.work(...)",
		"    cell 1:5:6",
	} {
		if got := line(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
