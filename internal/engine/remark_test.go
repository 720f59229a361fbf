package engine_test

import (
	"os"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine"
)

// What is said below a cell that has nothing wrong.
func TestRemarks(t *testing.T) {
	for _, tc := range []struct {
		name  string
		cells []string
		want  string // of the last cell
	}{
		{"nothing to say", []string{"x := 1"}, ""},
		{"a program", []string{"package main\n\nfunc main() { println(1) }"}, "main is declared: a cell main() runs the program"},
		{"a program that is run", []string{"package main\n\nfunc main() {}\n\nmain()"}, ""},
		{"a function that waits", []string{"func a() int { return b() + c() }"}, "a waits for b, c, which no cell has declared yet"},
		{"a function that waits no longer", []string{"func a() int { return b() }", "func b() int { return 1 }"}, ""},
		{"a function with the old type", []string{"var x = 1", "func f() int { return x }", "var x = `s`"}, "x was declared with another type: f still uses the old one"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n := newNotebook(t, engine.Options{})
			last := len(tc.cells) - 1
			printed(t, &os.Stderr, func() {
				for _, c := range tc.cells[:last] {
					n.must(t, c)
				}
			})
			if got := printed(t, &os.Stderr, func() { n.must(t, tc.cells[last]) }); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}
