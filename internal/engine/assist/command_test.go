package assist_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/assist"
)

func TestCompleteFiles(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	home := filepath.Join(folder, "home")
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for _, d := range []string{"data/deep", "däta", ".hidden", "home/own"} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("data.txt", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s := newSession(t)
	for _, tc := range []struct {
		code, want string
		start      int
	}{
		{"%cd |", "data/ däta/ home/", 4},
		{"%cd   d|", "data/ däta/", 6},
		{"%cd dä|", "däta/", 4},
		{"%cd data/|", "data/deep/", 4},
		{"%cd .|", ".hidden/", 4},
		{"%cd ~/|", "~/own/", 4},
		{"%cd nowhere/|", "", 4},
		{"%help |", "", 6},
		{"%nothing x|", "", 9},
		{"$cat d|", "data.txt data/ däta/", 5},
		{"$cat a data.|", "data.txt", 7},
		{"$|", "data.txt data/ däta/ home/", 1},
		{"%help\n%cd h|", "home/", 10},
		{"\n  %cd h|", "home/", 7},
	} {
		c := s.complete(t, tc.code)
		if got := texts(c); got != strings.ReplaceAll(tc.want, "/", string(filepath.Separator)) && got != tc.want {
			t.Errorf("%q: got %s, want %s", tc.code, got, tc.want)
		}
		if c.Start != tc.start {
			t.Errorf("%q: starts at %d, want %d", tc.code, c.Start, tc.start)
		}
	}
}

func TestOtherCommands(t *testing.T) {
	s := newSession(t)
	s.Commands = []assist.Command{{Name: "%engine", Arguments: []string{"go", "gomacro"}}, {Name: "%edit"}}
	for code, want := range map[string]string{
		"%|":           "%edit %engine",
		"%en|":         "%engine",
		"%engine |":    "go gomacro",
		"%engine gom|": "gomacro",
		"%edit |":      "",
		"%cd |":        "",
	} {
		if got := texts(s.complete(t, code)); got != want {
			t.Errorf("%q: got %s, want %s", code, got, want)
		}
	}
}
