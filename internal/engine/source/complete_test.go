package source

import (
	"strings"
	"testing"
)

func TestComplete(t *testing.T) {
	for _, tc := range []struct{ code, status, indent string }{
		{"1", "complete", ""},
		{"", "complete", ""},
		{"x := 1\n", "complete", ""},
		{"func f(n int) int {\n\treturn n * 2\n}", "complete", ""},
		{"package main\nimport `fmt`", "complete", ""},
		{"// {", "complete", ""},
		{"%cd somewhere", "complete", ""},
		{"$ls (\n%help\nx := 1", "complete", ""},
		{"func() { f() }()", "complete", ""},

		{"func f(n int) int {\n\treturn n *", "incomplete", "\t"},
		{"func f() {\n", "incomplete", "\t"},
		{"func f[T any](x T) {", "incomplete", "\t"},
		{"func f() {\n\tif true {\n\t\tx := 1\n", "incomplete", "\t\t"},
		{"func f() {\n\tif true {\n\t}\n", "incomplete", "\t"},
		{"x := 1\nfunc f() {", "incomplete", "\t"},
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
		{"x = = 3\nfunc f() {", "invalid", ""},
		{strings.Repeat("(", 1<<20), "invalid", ""},
		{strings.Repeat("1\n", 1<<20), "unknown", ""},
		{"%cd x\n}", "invalid", ""},
	} {
		status, indent := Complete(tc.code)
		if status != tc.status || indent != tc.indent {
			t.Errorf("%.40q: %s with indent %q, want %s with %q", tc.code, status, indent, tc.status, tc.indent)
		}
	}
}

// Syntax that nests without end must not end the process.
func TestTooNested(t *testing.T) {
	const n = 1 << 18
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
		var s Sources
		_, errs := s.Parse("cell 1", code)
		if len(errs) != 1 || errs[0].Msg != "this nests too deep" || s.Position(errs[0].Pos).Column < 100 {
			t.Errorf("%s: %v", name, errs)
		}
	}
	// Long is not deep.
	for name, code := range map[string]string{
		"numbers":    "len([]int{" + strings.Repeat("1,", 20_000) + "})",
		"statements": strings.Repeat("x := 1\n", 5_000) + "20000",
		"sum":        "1" + strings.Repeat("+1", 4_000),
	} {
		var s Sources
		if _, errs := s.Parse("cell 1", code); len(errs) > 0 {
			t.Errorf("%s: %v", name, errs)
		}
	}
}
