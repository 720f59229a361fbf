package cells_test

import (
	"slices"
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/kernel"
)

// Each row is the next cell of one session.
func TestEngine(t *testing.T) {
	s := newSession(t, cells.Options{Engine: cells.EngineGo})
	for _, row := range []struct{ code, prints, shows string }{
		{"x := 1", "", ""},
		{"%engine", "cells run with the engine go", ""},
		{"%engine go\nx", "cells run with the engine go already", "1"},
		{"%engine gomacro\nx", "cells run with the engine gomacro from here on: it does not know what go has declared, which %engine go brings back", "CompileError: cell 4:2:1: undefined identifier: x"},
		{"x := 2\nfor i := range 3 { _ = i }", "", "CompileError: cell 5:2:16: range over an integer is not available in the interpreter: write for i := 0; i < n; i++"},
		{"x := 3", "", ""},
		{"%engine go\nfor range 3 { x++ }\nx", "cells run with the engine go again, and find its variables as they were", "4"},
		{"%engine gomacro\n%engine\nx", "cells run with the engine gomacro again, and find its variables as they were\ncells run with the engine gomacro", "3"},
		{"%engine lua", "", `CommandError: cell 9:1: %engine: there is no engine "lua", only go and gomacro`},
		{"x", "", "3"},
		{"x\n%engine go", "", "CompileError: cell 11:2:1: expected statement, found '%'"},
	} {
		var shows string
		if prints := printed(t, func() { shows = s.shows(row.code) }); prints != row.prints {
			t.Errorf("%q prints %q\nwant %q", row.code, prints, row.prints)
		}
		if shows != row.shows {
			t.Errorf("%q shows %q\nwant %q", row.code, shows, row.shows)
		}
	}
}

func TestDefaultEngine(t *testing.T) {
	s := newSession(t, cells.Options{})
	if got, want := printed(t, func() { s.must(t, "%engine") }), "cells run with the engine "+cells.DefaultEngine; got != want {
		t.Errorf("prints %q, want %q", got, want)
	}
	if _, err := cells.New(cells.Options{Engine: "lua"}); err == nil || err.Error() != `there is no engine "lua", only go and gomacro` {
		t.Errorf("an unknown engine: %v", err)
	}
}

// Completion and inspection come from the engine that runs the cells.
func TestEngineAnswers(t *testing.T) { eachEngine(t, testEngineAnswers) }

func testEngineAnswers(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	s.must(t, "// Twice doubles.\nfunc Twice(n int) int { return 2 * n }")
	c := s.complete(t, "%cd .\nTwi|")
	if !slices.ContainsFunc(c.Items, func(i kernel.CompletionItem) bool { return i.Text == "Twice" }) {
		t.Errorf("completes %v", c.Items)
	}
	var found bool
	s.do(func() { _, found = s.interpreter.(kernel.Inspector).Inspect("%cd ö\nTwice", 8, 0) })
	if !found {
		t.Error("the function is not found")
	}
	s.do(func() { _, found = s.interpreter.(kernel.Inspector).Inspect("%cd Twice\n1", 6, 0) })
	if found {
		t.Error("a word of a command is found")
	}
}

// %go111module counts for the engine that builds packages, also when it comes to
// run cells later.
func TestThirdParty(t *testing.T) {
	s := newSession(t, cells.Options{Engine: cells.EngineGo})
	t.Setenv("GOPROXY", "off")
	printed(t, func() { s.must(t, "%go111module on\n%engine gomacro") })
	got := s.shows("import `example.com/nothing`")
	if want := `CompileError: cell 2:1:8: import "example.com/nothing": `; len(got) < len(want) || got[:len(want)] != want {
		t.Errorf("shows %q", got)
	}
}
