package gosuite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
)

// write makes a test folder of files.
func write(t *testing.T, files map[string]string) (root string) {
	t.Helper()
	root = t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestPrograms(t *testing.T) {
	rows := []struct {
		name, head, kind string
		selected         bool
	}{
		{"run", "// run\n", gosuite.KindRun, true},
		{"run after the licence", "// Copyright\n\n// run\n", gosuite.KindRun, true},
		{"run with a flag", "// run -race\n", gosuite.KindRun, false},
		{"another kind", "// compile\n", gosuite.KindRun, false},
		{"errorcheck", "// errorcheck\n", gosuite.KindErrorcheck, true},
		{"errorcheck with a flag", "// errorcheck -0\n", gosuite.KindErrorcheck, false},
		{"a condition that holds", "// run\n\n//go:build !wasm && gc && go1.20\n", gosuite.KindRun, true},
		{"another system", "// run\n\n//go:build plan9\n", gosuite.KindRun, false},
		{"cgo", "// run\n\n//go:build cgo\n", gosuite.KindRun, false},
		{"an experiment", "// run\n\n//go:build goexperiment.arenas\n", gosuite.KindRun, false},
		{"a later release", "// run\n\n//go:build go1.999\n", gosuite.KindRun, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			root := write(t, map[string]string{"a/b.go": row.head + "\npackage main\n\n// run\n// errorcheck\n", "a/b.out": "1\n"})
			programs, err := gosuite.Programs(root, row.kind)
			if err != nil {
				t.Fatal(err)
			}
			if got := len(programs) == 1; got != row.selected {
				t.Fatalf("selected %t, want %t", got, row.selected)
			}
			if row.selected && (programs[0].Path != "a/b.go" || programs[0].Output != "1\n") {
				t.Errorf("path %q, output %q", programs[0].Path, programs[0].Output)
			}
		})
	}
}

// programs is one program for each way to end.
var programs = map[string]string{
	"good.go":    "package main\n\nfunc main() { println(1 + 2) }\n",
	"good.out":   "3\n",
	"output.go":  "package main\n\nfunc main() { println(5) }\n",
	"output.out": "4\n",
	"noisy.go":   "package main\n\nfunc main() { println(5) }\n",
	"panics.go":  "package main\n\nfunc main() { panic(\"own\") }\n",
	"exits.go":   "package main\n\nimport \"os\"\n\nfunc main() { os.Exit(3) }\n",
	"refused.go": "package main\n\nfunc main() { var x int = \"text\"; _ = x }\n",
	"leaves.go":  "package main\n\nimport \"os\"\n\nfunc init() { os.Exit(0) }\n\nfunc main() {}\n",
	"hangs.go":   "package main\n\nfunc main() { select {} }\n",
}

func readPrograms(t *testing.T, files map[string]string) (*gosuite.Suite, []gosuite.Program) {
	t.Helper()
	all := map[string]string{}
	for name, text := range files {
		if filepath.Ext(name) == ".go" {
			text = "// run\n\n" + text
		}
		all[name] = text
	}
	s := newSuite(t, write(t, all))
	list, err := gosuite.Programs(s.Root, gosuite.KindRun)
	if err != nil {
		t.Fatal(err)
	}
	return s, list
}

func TestRun(t *testing.T) {
	s, list := readPrograms(t, programs)
	s.Timeout = 3 * time.Second
	table, err := s.Run(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"good.go":    "",
		"output.go":  `other output, line 1: "5\n" in place of "4\n"`,
		"noisy.go":   `other output, line 1: "5\n" in place of ""`,
		"panics.go":  "own",
		"exits.go":   "status 3",
		"refused.go": "5:28: cannot use \"text\" (untyped string constant) as int value in variable declaration",
		"leaves.go":  "main was not entered",
		"hangs.go":   "no end in time",
	}
	// The mark in front of the statement moves the column, not the line.
	want["refused.go"] = strings.Replace(want["refused.go"], "28", "60", 1)
	if len(table) != len(want) {
		t.Fatalf("%d rows, want %d", len(table), len(want))
	}
	for _, row := range table {
		if row.Reason != want[row.Path] {
			t.Errorf("%s: %q, want %q", row.Path, row.Reason, want[row.Path])
		}
	}
}

// TestSkipMain shows that an engine that does not run main passes nothing.
func TestSkipMain(t *testing.T) {
	s, list := readPrograms(t, map[string]string{"good.go": programs["good.go"], "good.out": programs["good.out"]})
	s.SkipMain = true
	table, err := s.Run(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	if got := table[0].Reason; got != "main was not entered" {
		t.Errorf("reason %q", got)
	}
}

// TestRunMinus shows which programs notice that + is -, and which are not asked.
func TestRunMinus(t *testing.T) {
	s, list := readPrograms(t, map[string]string{
		"notices.go": "package main\n\nvar one = 1\n\nfunc main() { if one+one != 2 { panic(\"sum\") } }\n",
		"ignores.go": "package main\n\nvar one = 1\n\nfunc main() { _ = one + one }\n",
		"broken.go":  "package main\n\nvar one = 1\n\nfunc main() { panic(one + one) }\n",
		"none.go":    "package main\n\nfunc main() { println() }\n",
	})
	importer, err := gosuite.Importer()
	if err != nil {
		t.Fatal(err)
	}
	table, err := s.RunMinus(t.Context(), list, importer)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	table.Print(&got)
	if want := "ok   ignores.go\nFAIL notices.go  sum\n"; got.String() != want {
		t.Errorf("table %q, want %q", got.String(), want)
	}
}

// TestCompiled compares with the compiled program: the same, and another status.
func TestCompiled(t *testing.T) {
	s, list := readPrograms(t, map[string]string{"good.go": programs["good.go"], "good.out": programs["good.out"], "exits.go": programs["exits.go"]})
	s.Compare = true
	table, err := s.Run(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	if table[0].Reason != "status 3" || table[1].Reason != "" {
		t.Errorf("table %v", table)
	}
	s.Compare, s.Compiled = false, true
	again, err := s.Run(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	if again[0].Reason != "status 3" || again[1].Reason != "" {
		t.Errorf("compiled: table %v", again)
	}
}

func TestSample(t *testing.T) {
	s, list := readPrograms(t, map[string]string{"a.go": programs["good.go"], "b.go": programs["good.go"], "c.go": programs["good.go"]})
	s.Sample = time.Nanosecond
	table, err := s.Run(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	if len(table) > s.Jobs && len(table) == len(list) {
		t.Errorf("all %d programs ran after the time was over", len(table))
	}
	first, second := gosuite.Shuffled(list), gosuite.Shuffled([]gosuite.Program{list[2], list[0], list[1]})
	for i := range first {
		if first[i].Path != second[i].Path {
			t.Errorf("place %d: %s, then %s", i, first[i].Path, second[i].Path)
		}
	}
}
