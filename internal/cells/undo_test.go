package cells_test

import (
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
)

// What names stand for after a cell failed: the last cell is the failing one,
// then each name is shown.
func TestNamesAfterFailure(t *testing.T) { eachEngine(t, testNamesAfterFailure) }

func testNamesAfterFailure(t *testing.T, o cells.Options) {
	const undefined = "undefined"
	for _, tc := range []struct {
		name  string
		cells []string
		after map[string]string
	}{
		{"new names of a cell that does not compile", []string{"x := 1\nvar s = `s`\nfunc f() int { return 1 }\nnothing"}, map[string]string{"x": undefined, "s": undefined, "f()": undefined}},
		{"old names of a cell that does not compile", []string{"x := 1\nfunc f() int { return 1 }", "x := `s`\nfunc f() string { return `f` }\nnothing"}, map[string]string{"x": "1", "f()": "1"}},
		{"new type of a cell that does not compile", []string{"type T struct{ A int }\nnothing"}, map[string]string{"T{1}": undefined}},
		{"what ran before a panic stays", []string{"x := 1\nfunc f() int { return x }\npanic(0)\ny := 2"}, map[string]string{"x": "1", "f()": "1", "y": undefined}},
		{"assignment that panics", []string{"func bad() string { panic(0) }\nx := 3", "x := bad()"}, map[string]string{"x": "3"}},
		{"first assignment that panics", []string{"func bad() string { panic(0) }", "x := bad()"}, map[string]string{"x": undefined}},
		{"several names at once", []string{"func bad() (string, error) { panic(0) }\nx := 3", "x, err := bad()"}, map[string]string{"x": "3", "err": undefined}},
		{"a name that changes its type after a panic", []string{"x := map[string]int{}", "panic(0)\nx := `s`"}, map[string]string{"len(x)": "0"}},
		{"declarations that stand together", []string{"func bad() string { panic(0) }\nb := 3.5", "var a = `a`\nvar b = bad()"}, map[string]string{"a": "a", "b": "3.5"}},
		{"declared twice in the cell that fails", []string{"x := 1", "x := `s`\nx := 2.5\nnothing"}, map[string]string{"x": "1"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, o)
			last := len(tc.cells) - 1
			for _, c := range tc.cells[:last] {
				s.must(t, c)
			}
			if _, err := s.execute(tc.cells[last]); err == nil {
				t.Fatal("the cell did not fail")
			}
			for code, want := range tc.after {
				data, err := s.execute(code)
				switch {
				case want == undefined:
					if err == nil {
						t.Errorf("%s is defined", code)
					}
				case err != nil:
					t.Errorf("%s: %v", code, err)
				case text(data) != want:
					t.Errorf("%s shows %q, want %q", code, text(data), want)
				}
			}
		})
	}
}
