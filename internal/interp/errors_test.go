package interp_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/interp"
	"github.com/ipyauth/ipyauth/kernel"
)

const noGenerics = "generics are not available: the interpreter has no type parameters"

// The first cell of a fresh session, and its name and message.
func TestErrors(t *testing.T) {
	for _, tc := range []struct{ name, code, want string }{
		{"undefined", "y := 1\ny + undefined", "CompileError: cell 1:2:5: undefined identifier: undefined"},
		{"unfinished", "func f() {", "CompileError: cell 1:1:11: expected '}', found the end of the cell"},
		{"missing operand", "x :=", "CompileError: cell 1:1:5: expected operand, found the end of the cell"},
		{"two expressions", "1, 2", "CompileError: cell 1:1:1: expected 1 expression"},
		{"columns are characters", `"é" + y`, "CompileError: cell 1:1:7: undefined identifier: y"},
		{"overflow", "var u uint8 = 300", "CompileError: cell 1:1:5: constant 300 overflows <uint8>"},
		{"mismatched assignment", "x := 1\nx = `s`", `CompileError: cell 1:2:1: cannot convert untyped constant {string "s"} to <int>`},
		{"value count", "x, y := 1", "CompileError: cell 1:1:9: expression returns 1 value, expecting 2: 1"},
		{"no such method, no argument", "type T struct{}\nT{}.Foo()", `CompileError: cell 1:2:1: T has no field or method Foo`},
		{"no such method, one argument", "x := 3\nx.Foo(1)", `CompileError: cell 1:2:1: int has no field or method Foo`},
		{"no such function in a package", "import `fmt`\nfmt.Foo(1)", "CompileError: cell 1:2:1: package fmt has no Foo"},
		{"return", "return 3", "CompileError: cell 1:1:1: return outside function"},

		{"min", "min(1, 2)", "CompileError: cell 1:1:1: min is not available: the interpreter has no min, max and clear"},
		{"max", "x := max(1, 2)", "CompileError: cell 1:1:6: max is not available: the interpreter has no min, max and clear"},
		{"clear", "m := map[int]int{}\nclear(m)", "CompileError: cell 1:2:1: clear is not available: the interpreter has no min, max and clear"},
		{"range over int", "for i := range 10 { _ = i }", "CompileError: cell 1:1:16: range over an integer is not available in the interpreter: write for i := 0; i < n; i++"},
		{"range over func", "f := func(yield func(int) bool) {}\nfor x := range f { _ = x }", "CompileError: cell 1:2:16: range over a function is not available in the interpreter: call the function"},
		{"generic function", "func f[T any](x T) T { return x }", "CompileError: cell 1:1:7: " + noGenerics},
		{"generic function, two parameters", "func f[K comparable, V any](m map[K]V) {}", "CompileError: cell 1:1:7: " + noGenerics},
		{"generic type", "type L[T any] struct{ x T }", "CompileError: cell 1:1:10: " + noGenerics},
		{"generic type literal", "x := L[int]{}", "CompileError: cell 1:1:12: " + noGenerics},
		{"generic call", "func f(x int) int { return x }\nf[int](3)", "CompileError: cell 1:2:1: " + noGenerics},
		{"constraint", "type N interface{ ~int | ~float64 }", "CompileError: cell 1:1:19: " + noGenerics},
		{"func statement", "x := 1\nfunc() { x = 2 }()", "CompileError: cell 1:2:8: a statement cannot begin with func in the interpreter: write (func() { ... })()"},
		{"method of a recursive type", "type N struct{ next *N }\nfunc (n *N) Len() int { return n.next.Len() }", "CompileError: cell 1:2:32: a method of a type that refers to itself cannot be called: a limit of the interpreter, write a function instead"},
		{"interface embedding by a bare name", "type E interface { error; Code() int }", "CompileError: cell 1: the interpreter's parser cannot read this: it knows no type parameters, and no interface that embeds another by a bare name and has methods of its own"},

		{"panic with a string", `panic("boom")`, "panic: boom"},
		{"panic with a value", `panic(3)`, "panic: 3"},
		{"panic with an error", "import `errors`\npanic(errors.New(`went wrong`))", "error: went wrong"},
		{"panic with a typed error", "import `os`\n_, err := os.Open(`/nonexistent/file`)\npanic(err)", "fs.PathError: open /nonexistent/file: no such file or directory"},
		{"division by zero", "x := 0\n1 / x", "runtime.Error: runtime error: integer divide by zero"},
		{"index", "s := []int{}\ns[5]", "runtime.Error: runtime error: slice index out of range"},
		{"nil map", "var m map[string]int\nm[`a`] = 1", "runtime.Error: assignment to entry in nil map"},
		{"nil pointer", "type T struct{ A int }\nvar p *T\np.A", "runtime.Error: runtime error: invalid memory address or nil pointer dereference"},
		{"nil function", "var f func()\nf()", "runtime.Error: runtime error: invalid memory address or nil pointer dereference"},
		{"type assertion", "var i interface{} = 3\ns := i.(string)", "runtime.Error: interface conversion: interface{} is int, not string"},
		{"closed channel", "c := make(chan int)\nclose(c)\nclose(c)", "runtime.Error: close of closed channel"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, interp.Options{})
			if got := s.shows(tc.code); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if got := s.shows("1 + 1"); got != "2" {
				t.Errorf("the next cell shows %q", got)
			}
		})
	}
}

func TestTraceback(t *testing.T) {
	s := newSession(t, interp.Options{})
	lines := func(l ...string) string { return strings.Join(l, "\n") }

	// cell 1
	if got, want := s.traceback(t, "x := 1\nif x > 0 {\n\té := x + nothing\n}"), lines(
		"CompileError: cell 1:3:11: undefined identifier: nothing",
		"    \té := x + nothing",
		"    \t         ^",
	); got != want {
		t.Errorf("compile error:\n%s\nwant:\n%s", got, want)
	}
	// cells 2 and 3
	s.must(t, "func inner(x int) int {\n\ty := x * 2\n\treturn 10 / (y - 4)\n}")
	if got, want := s.traceback(t, "func outer(x int) int {\n\tfor {\n\t\tx += inner(x)\n\t}\n}\nz := 1\nouter(2 * z)"), lines(
		"runtime.Error: runtime error: integer divide by zero",
		"cell 2:3",
		"    return 10 / (y - 4)",
		"cell 3:3",
		"    x += inner(x)",
		"cell 3:7",
		"    outer(2 * z)",
	); got != want {
		t.Errorf("panic:\n%s\nwant:\n%s", got, want)
	}
	// cell 4: the frames of a deep recursion are one line
	if got, want := s.traceback(t, "func down(n int) {\n\tif n == 0 {\n\t\tpanic(\"deep\")\n\t}\n\tdown(n - 1)\n}\ndown(50)"), lines(
		"panic: deep",
		"cell 4:3",
		`    panic("deep")`,
		"cell 4:5",
		"    down(n - 1)",
		"...",
		"cell 4:7",
		"    down(50)",
	); got != want {
		t.Errorf("recursion:\n%s\nwant:\n%s", got, want)
	}
	// cell 5: nothing is left of the panics before
	if got, want := s.traceback(t, "import `errors`\n\npanic(errors.New(`plain`))"), lines(
		"error: plain",
		"cell 5:3",
		"    panic(errors.New(`plain`))",
	); got != want {
		t.Errorf("plain:\n%s\nwant:\n%s", got, want)
	}
}

// Infinite recursion ends the process unless it is stopped in time.
func TestStackOverflow(t *testing.T) {
	const want = "runtime.Error: runtime error: stack overflow, more than 50000 calls deep"
	for _, tc := range []struct{ name, code string }{
		{"function", "func f(n int) int { return f(n+1) + 1 }\nf(0)"},
		{"statements and results", "func f(n int, s string) (a, b int) { for i := 0; i < 1; i++ { if n >= 0 { a, b = f(n+1, s) } }; return }\nf(0, ``)"},
		{"mutual", "func f() { g() }\nfunc g() { f() }\nf()"},
		{"method", "type T struct{}\nfunc (t T) M() { t.M() }\nT{}.M()"},
		{"literal", "var f func()\nf = func() { f() }\nf()"},
		{"through compiled code", "import `sort`\nfunc f() { sort.Slice([]int{2, 1}, func(i, j int) bool { f(); return true }) }\nf()"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, interp.Options{})
			if got := s.shows(tc.code); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// With a defer in the way the end of a recursion takes gomacro a time that grows
// with the square of its depth, so that it is stopped sooner.
func TestStackOverflowWithDefers(t *testing.T) {
	const want = "runtime.Error: runtime error: stack overflow, more than 1000 calls with a defer deep"
	for _, tc := range []struct{ name, code string }{
		{"function", "func f() { defer func() {}(); f() }\nf()"},
		{"several", "func f() { defer g(); defer g(); defer g(); f() }\nfunc g() {}\nf()"},
		{"method with results", "type T struct{}\nfunc (t T) M(n int) (a, b int) { defer func() { a++ }(); for i := 0; i < 1; i++ { a, b = t.M(n+1) }; return }\nT{}.M(0)"},
		{"every other function", "func f() { g() }\nfunc g() { defer func() {}(); f() }\nf()"},
		{"through compiled code", "import `sort`\nfunc f() { defer func() {}(); sort.Slice([]int{2, 1}, func(i, j int) bool { f(); return true }) }\nf()"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, interp.Options{})
			if got := s.shows(tc.code); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	// Calls with a defer that have ended do not count, nor do others.
	for _, tc := range []struct{ name, code, want string }{
		{"one after the other", "n := 0\nfunc f() { defer func() { n++ }() }\nfor i := 0; i < 10000; i++ { f() }\nn", "10000"},
		{"below a deep recursion", "func g() (n int) { defer func() { n = 7 }(); return 1 }\nfunc f(n int) int { if n == 0 { return g() }; return f(n-1) }\nf(20000)", "7"},
		{"recovered, again and again", "func f(n int) { defer func() { recover() }(); if n == 0 { panic(`x`) }; f(n-1) }\nfor i := 0; i < 100; i++ { f(100) }\n`fine`", "fine"},
		{"deep, and fine", "func f(n int) int { defer func() {}(); if n == 0 { return 3 }; return f(n-1) }\nf(900)", "3"},
		{"in many goroutines", "import `sync`\nvar wg sync.WaitGroup\nfunc f(n int) { defer func() {}(); if n > 0 { f(n-1) } }\nfor i := 0; i < 50; i++ { wg.Add(1); go func() { defer wg.Done(); f(200) }() }\nwg.Wait()\n`fine`", "fine"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, interp.Options{})
			if got := s.shows(tc.code); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// A panic that was never recovered must not be there for a later recover.
func TestPanicIsOver(t *testing.T) {
	s := newSession(t, interp.Options{})
	s.shows("func f() { defer func() {}(); panic(`old`) }\nf()")
	if got := s.shows("func g() (r interface{}) { defer func() { r = recover() }(); return }\ng()"); got != "" {
		t.Errorf("recover gave %q", got)
	}
}

func TestOtherGoroutine(t *testing.T) {
	s := newSession(t, interp.Options{})
	_, err := s.interpreter.Execute(kernel.Cell{Code: "1", Context: context.Background()})
	if !errors.Is(err, interp.ErrGoroutine) {
		t.Errorf("got %v, want ErrGoroutine", err)
	}
}
