package cells_test

import (
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/kernel"
)

func TestIsComplete(t *testing.T) { eachEngine(t, testIsComplete) }

func testIsComplete(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	check := s.interpreter.(kernel.Checker)
	for _, tc := range []struct{ code, status, indent string }{
		{"1", "complete", ""},
		{"", "complete", ""},
		{"x := 1\n", "complete", ""},
		{"func f(n int) int {\n\treturn n * 2\n}", "complete", ""},
		{"package main\nimport `fmt`", "complete", ""},
		{"// {", "complete", ""},
		{"%cd somewhere", "complete", ""},
		{"$ls (\n%help\nx := 1", "complete", ""},

		{"func f(n int) int {\n\treturn n *", "incomplete", "\t"},
		{"func f() {\n", "incomplete", "\t"},
		{"func f() {\n\tif true {\n\t\tx := 1\n", "incomplete", "\t\t"},
		{"func f() {\n\tif true {\n\t}\n", "incomplete", "\t"},
		{"a := []int{1,", "incomplete", "\t"},
		{"a := []int{\n    1,\n    2", "incomplete", "\t"},
		{"f(func() {", "incomplete", "\t"},
		{"  f(1,\n  2", "incomplete", "  \t"},
		{"1 +  // more", "incomplete", "\t"},
		{"x :=", "incomplete", "\t"},
		{"if x", "incomplete", "\t"},
		{"import (", "incomplete", "\t"},
		{"a.", "incomplete", "\t"},
		{"if x {} else", "incomplete", "\t"},
		{"switch x {\ncase 1", "incomplete", "\t"},
		{"s := `raw", "incomplete", ""},
		{"s := `raw {\n", "incomplete", ""},
		{"x := 1 /* why", "incomplete", ""},
		{"%cd x\nfunc f() {", "incomplete", "\t"},

		{"import = 7q", "invalid", ""},
		{"x := )", "invalid", ""},
		{"func func func", "invalid", ""},
		{"s := \"abc", "invalid", ""},
		{"s := 'a", "invalid", ""},
		{"}", "invalid", ""},
		{"x = = 3 {", "invalid", ""},
		{strings.Repeat("(", 1<<20), "invalid", ""},
		{strings.Repeat("1\n", 1<<20), "unknown", ""},
		{"%cd x\n}", "invalid", ""},
	} {
		status, indent := check.IsComplete(tc.code)
		if status != tc.status || indent != tc.indent {
			t.Errorf("%.40q: %s with indent %q, want %s with %q", tc.code, status, indent, tc.status, tc.indent)
		}
	}
}

// Only one of the engines has generics.
func TestGenericsAreIncomplete(t *testing.T) { eachEngine(t, testGenericsAreIncomplete) }

func testGenericsAreIncomplete(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	status, _ := s.interpreter.(kernel.Checker).IsComplete("func f[T any](x T) {")
	if want := (want{"incomplete", "invalid"}).of(o.Engine); status != want {
		t.Errorf("%s, want %s", status, want)
	}
}

// Syntax that nests without end must not end the process.
func TestTooNested(t *testing.T) { eachEngine(t, testTooNested) }

func testTooNested(t *testing.T, o cells.Options) {
	want := want{"this nests too deep", "this nests too deep for the interpreter"}.of(o.Engine)
	const n = 1 << 18
	s := newSession(t, o)
	for name, code := range map[string]string{
		"parentheses":   strings.Repeat("(", n),
		"braces":        strings.Repeat("{", n),
		"indexes":       strings.Repeat("a[", n),
		"minus":         strings.Repeat("- ", n) + "1",
		"sum":           "1" + strings.Repeat("+1", n),
		"selectors":     "a" + strings.Repeat(".a", n),
		"calls":         "a" + strings.Repeat("()", n),
		"pointers":      "var x " + strings.Repeat("*", n) + "int",
		"slices":        "var x " + strings.Repeat("[]", n) + "int",
		"else":          "if a {}" + strings.Repeat(" else if a {}", n),
		"literals":      strings.Repeat("{1,", n),
		"functions":     strings.Repeat("func(){", n),
		"function type": "var x " + strings.Repeat("func() ", n),
	} {
		if got := s.shows(code); !strings.HasSuffix(got, want) {
			t.Errorf("%s: shows %.200q", name, got)
		}
	}
	// Long is not deep.
	for name, code := range map[string]string{
		"numbers":    "len([]int{" + strings.Repeat("1,", 20_000) + "})",
		"statements": strings.Repeat("x := 1\n", 5_000) + "20000",
	} {
		if got := s.shows(code); got != "20000" {
			t.Errorf("%s: shows %.200q", name, got)
		}
	}
	if got := s.shows("1" + strings.Repeat("+1", 4_000)); got != "4001" {
		t.Errorf("a sum of 4001 shows %.200q", got)
	}
}
