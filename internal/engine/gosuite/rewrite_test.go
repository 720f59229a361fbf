package gosuite_test

import (
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
)

func TestEnter(t *testing.T) {
	rows := []struct{ name, text, want string }{
		{"on its own line", "package main\nfunc main() {\n\tf()\n}\n", "package main\nfunc main() {print(\"go-suite-main-entered\\n\");\n\tf()\n}\n"},
		{"in one line", "package main; func main() { f() }", "package main; func main() {print(\"go-suite-main-entered\\n\"); f() }"},
		{"the brace below", "package main\nfunc\nmain()\t{}", "package main\nfunc\nmain()\t{print(\"go-suite-main-entered\\n\");}"},
		{"a method called main", "package main\nfunc (t T) main() {}\ntype T int\n", "package main\nfunc (t T) main() {}\ntype T int\n"},
		{"a print of its own", "package main\nconst print = 1\nfunc main() {}\n",
			"package main; import goSuiteOS \"os\"\nconst print = 1\nfunc main() {goSuiteOS.Stderr.WriteString(\"go-suite-main-entered\\n\");}\n"},
		{"no Go", "package main\nfunc main( {", "package main\nfunc main( {"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := gosuite.Enter(row.text); got != row.want {
				t.Errorf("got\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}

func TestMinusForPlus(t *testing.T) {
	importer, err := gosuite.Importer()
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		name, text, want string
		changed          int
	}{
		{"integers", "func f(a, b int) int { return a + b + 1 }", "func f(a, b int) int { return a - b - 1 }", 2},
		{"a named number", "type N float32; func f(a N) N { return a + 1 }", "type N float32; func f(a N) N { return a - 1 }", 1},
		{"an assignment", "func f(a complex128) { a += 1 }", "func f(a complex128) { a -= 1 }", 1},
		{"a constant", "const c = 1 + 2", "const c = 1 + 2", 0},
		{"texts", "func f(a string) string { a += a; return a + a }", "func f(a string) string { a += a; return a + a }", 0},
		{"a type parameter", "func f[T int | string](a T) T { return a + a }", "func f[T int | string](a T) T { return a + a }", 0},
		{"a sign", "func f(a int) int { a++; return +a }", "func f(a int) int { a++; return +a }", 0},
		{"no Go", "func f(", "func f(", 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got, changed := gosuite.MinusForPlus("package p\n"+row.text, importer)
			if got != "package p\n"+row.want || changed != row.changed {
				t.Errorf("%d changes, %q; want %d, %q", changed, got, row.changed, row.want)
			}
		})
	}
}
