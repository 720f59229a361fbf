package diff_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/difftest"
	"github.com/ipyauth/ipyauth/internal/engine/difftest/diff"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
)

// batch is programs that an implementation tells apart by their entries.
func batch(entries ...string) []difftest.Program {
	var programs []difftest.Program
	for i, e := range entries {
		programs = append(programs, difftest.Program{Seed: uint64(i), Entry: e, Code: "func " + e + "() {}\n"})
	}
	return programs
}

// prints is an implementation in which each program prints its entry, except as
// told otherwise. A program that ends the process stands for itself.
func prints(other map[string]string, ends string) diff.Implementation {
	return func(_ context.Context, code string) (output, kind string, err error) {
		for line := range strings.Lines(code) {
			_, rest, called := strings.Cut(line, "\tbegin(\"")
			if !called {
				continue
			}
			entry, _, _ := strings.Cut(rest, `"`)
			output += difftest.Frame + entry + "\n"
			if entry == ends {
				return output, "ends with status 2", nil
			}
			text, ok := other[entry]
			if !ok {
				text = entry
			}
			output += text + "\n"
		}
		return output, "", nil
	}
}

func TestCompare(t *testing.T) {
	programs := batch("a", "b", "c")
	rows := []struct {
		name   string
		engine diff.Implementation
		want   []string
	}{
		{"the same", prints(nil, ""), nil},
		{"one differs", prints(map[string]string{"b": "x"}, ""), []string{"b other output"}},
		{"one ends the process", prints(nil, "b"), []string{"b ends with status 2"}},
		{"the last after the end differs", prints(map[string]string{"c": "x"}, "a"), []string{"a ends with status 2", "c other output"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			r := &diff.Runner{Engine: row.engine, Reference: prints(nil, "")}
			differences, err := r.Compare(t.Context(), programs)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range differences {
				got = append(got, d.Program.Entry+" "+d.Kind)
			}
			if fmt.Sprint(got) != fmt.Sprint(row.want) {
				t.Errorf("differences %q, want %q", got, row.want)
			}
		})
	}
}

func TestReferenceFails(t *testing.T) {
	r := &diff.Runner{Engine: prints(nil, ""), Reference: prints(nil, "a")}
	if _, err := r.Compare(t.Context(), batch("a")); err == nil || !strings.Contains(err.Error(), "reference: ends with status 2") {
		t.Errorf("error %v", err)
	}
}

// TestReduce has an engine that fails on a word: what is left of a program is
// little more than the word, and still a program.
func TestReduce(t *testing.T) {
	importer, err := gosuite.Importer()
	if err != nil {
		t.Fatal(err)
	}
	r := &diff.Runner{
		Importer:  importer,
		Reference: func(context.Context, string) (string, string, error) { return "", "", nil },
		Engine: func(_ context.Context, code string) (string, string, error) {
			if strings.Contains(code, "fallthrough") {
				return "other", "", nil
			}
			return "", "", nil
		},
	}
	program := difftest.New(7)
	for seed := uint64(8); program.Features["fallthrough"] == 0; seed++ {
		program = difftest.New(seed)
	}
	left := r.Reduce(t.Context(), diff.Difference{Program: program, Kind: diff.KindOutput}, time.Minute)
	if n := strings.Count(left, "\n"); n > 25 || !strings.Contains(left, "fallthrough") {
		t.Errorf("%d lines are left:\n%s", n, left)
	}
}

// TestImplementations runs one program compiled, and through a command.
func TestImplementations(t *testing.T) {
	work := t.TempDir()
	const code = "package main\n\nimport \"os\"\n\nfunc main() { os.Stdout.WriteString(\"out\"); os.Stderr.WriteString(\"failed\\n\\ntrace\"); os.Exit(3) }\n"
	executable, err := gosuite.Compiler{Folder: work}.Build(t.Context(), "program.go", code)
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		name string
		run  diff.Implementation
	}{
		{"compiled", diff.Compiled(work, time.Minute)},
		{"command", diff.Child(work, time.Minute, executable)},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			output, kind, err := row.run(t.Context(), code)
			if err != nil || output != "outfailed" || kind != "ends with status 3" {
				t.Errorf("output %q, kind %q, error %v; want %q, %q", output, kind, err, "outfailed", "ends with status 3")
			}
		})
	}
	left, err := filepath.Glob(filepath.Join(work, "*", "program.go"))
	if err != nil || len(left) != 1 { // the one that the test built itself
		t.Errorf("left behind: %q, %v", left, err)
	}
	if _, err := os.Stat(executable); err != nil {
		t.Error(err)
	}
}
