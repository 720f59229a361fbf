package cells_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/kernel"
)

// complete asks for completions at the bar in code.
func (s *session) complete(t testing.TB, code string) (c kernel.Completion) {
	t.Helper()
	before, after, ok := strings.Cut(code, "|")
	if !ok {
		t.Fatalf("no cursor in %q", code)
	}
	s.do(func() {
		c = s.interpreter.(kernel.Completer).Complete(before+after, utf8.RuneCountInString(before))
	})
	return c
}

// texts are the completions' texts.
func texts(c kernel.Completion) string {
	var all []string
	for _, i := range c.Items {
		all = append(all, i.Text)
	}
	return strings.Join(all, " ")
}

func TestCompleteCommands(t *testing.T) {
	s := newSession(t, cells.Options{})
	for code, want := range map[string]string{
		"%|":              "%cd %engine %go111module %help",
		"%h|":             "%help",
		"%go111module o|": "off on",
		"%engine |":       "go gomacro",
		"%engine gom|":    "gomacro",
		"%cd x\n  %g|":    "%go111module",
		"%help |":         "",
	} {
		if got := texts(s.complete(t, code)); got != want {
			t.Errorf("%q completes %q, want %q", code, got, want)
		}
	}
	// Below code, % is an operator.
	if got := texts(s.complete(t, "x := 1 +\n%h|")); strings.Contains(got, "%") {
		t.Errorf("an operand completes %q, with commands", got)
	}
}

// Below commands the engine completes; offsets count the characters of all.
func TestCompleteBelowCommands(t *testing.T) {
	s := newSession(t, cells.Options{Engine: cells.EngineGomacro})
	s.must(t, "thing := struct{ Name string }{}")
	c := s.complete(t, "%cd ö\nthing.Na|")
	if texts(c) != "Name" || c.Start != 12 || c.End != 14 {
		t.Errorf("completes %q from %d to %d", texts(c), c.Start, c.End)
	}
}

func TestCompleteFiles(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	t.Setenv("HOME", filepath.Join(folder, "home"))
	for _, d := range []string{"data/deep", "däta", ".hidden", "home/own"} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("data.txt", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s := newSession(t, cells.Options{})
	sep := string(filepath.Separator)
	for _, tc := range []struct {
		code, want string
		start      int
	}{
		{"%cd |", "data/ däta/ home/", 4},
		{"%cd d|", "data/ däta/", 4},
		{"%cd dä|", "däta/", 4},
		{"%cd data/|", "data/deep/", 4},
		{"%cd .|", ".hidden/", 4},
		{"%cd ~/|", "~/own/", 4},
		{"%cd nowhere/|", "", 4},
		{"$cat d|", "data.txt data/ däta/", 5},
		{"$cat a data.|", "data.txt", 7},
		{"%help\n%cd h|", "home/", 10},
	} {
		c := s.complete(t, tc.code)
		if got := texts(c); got != strings.ReplaceAll(tc.want, "/", sep) && got != tc.want {
			t.Errorf("%q: got %s, want %s", tc.code, got, tc.want)
		}
		if c.Start != tc.start {
			t.Errorf("%q: starts at %d, want %d", tc.code, c.Start, tc.start)
		}
	}
}
