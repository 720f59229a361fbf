// Package diff runs the programs of package difftest with the engine and
// compiled, and compares what they print. What differs it makes small.
//
// Start with [Runner.Compare] and, for what that finds, [Runner.Reduce].
package diff

import (
	"context"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/difftest"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite/child"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite/process"
)

// Runner runs programs in two ways.
type Runner struct {
	Child    []string // the command that runs a program with the engine
	Work     string   // folder for what it writes
	Timeout  time.Duration
	Memory   int // of the engine, in MiB
	Importer types.Importer
	// Self compares the compiler with itself, with optimization and without:
	// what differs then is a fault of the generator.
	Self bool
}

// Difference is a program whose two outputs differ.
type Difference struct {
	Program   difftest.Program
	Kind      string // how the engine failed
	Got, Want string // what the engine printed, and the compiled program
}

// The ways in which the engine differs from a compiled program.
const (
	KindRefused = "does not compile"
	KindTime    = "no end in time"
	KindOutput  = "other output"
)

// Summary is the first line that differs, with the ones before it.
func (d Difference) Summary() string {
	got, want := strings.Split(d.Got, "\n"), strings.Split(d.Want, "\n")
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	before := strings.Join(want[max(0, i-2):i], "\n")
	return fmt.Sprintf("seed %d: %s\n%s\n got: %s\nwant: %s", d.Program.Seed, d.Kind, before, line(got, i), line(want, i))
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(the end)"
}

// Compare runs a batch both ways. Programs that the engine did not reach,
// because one before them ended the process, run again alone.
func (r *Runner) Compare(ctx context.Context, programs []difftest.Program) ([]Difference, error) {
	code := difftest.Batch(programs...)
	want, kind, err := r.compiled(ctx, code)
	if err != nil {
		return nil, err
	}
	if kind != "" {
		return nil, fmt.Errorf("compiled programs: %s\n%s", kind, want)
	}
	got, kind, err := r.engine(ctx, code)
	if err != nil {
		return nil, err
	}
	expected, actual := frames(want), frames(got)
	var differences []Difference
	for _, p := range programs {
		if actual[p.Entry] == expected[p.Entry] {
			continue
		}
		d := Difference{p, KindOutput, actual[p.Entry], expected[p.Entry]}
		if kind != "" && len(programs) > 1 {
			alone, err := r.Compare(ctx, []difftest.Program{p})
			if err != nil {
				return nil, err
			}
			differences = append(differences, alone...)
			continue
		}
		if kind != "" {
			d.Kind, d.Got = kind, got
		}
		differences = append(differences, d)
	}
	return differences, nil
}

// compiled builds and runs a file. Kind is "" when it came to its end.
func (r *Runner) compiled(ctx context.Context, code string, flags ...string) (output, kind string, err error) {
	folder, err := os.MkdirTemp(r.Work, "build")
	if err != nil {
		return "", "", err
	}
	defer os.RemoveAll(folder)
	executable, err := gosuite.Compiler{Folder: folder, Flags: flags}.Build(ctx, "program.go", code)
	if err != nil {
		return "", "", err
	}
	return r.run(ctx, executable)
}

// engine runs a file with the engine.
func (r *Runner) engine(ctx context.Context, code string) (output, kind string, err error) {
	if r.Self {
		return r.compiled(ctx, code, "-gcflags=all=-N -l")
	}
	file, err := os.CreateTemp(r.Work, "program*.go")
	if err != nil {
		return "", "", err
	}
	defer os.Remove(file.Name())
	if _, err := file.WriteString(code); err != nil {
		return "", "", err
	}
	if err := file.Close(); err != nil {
		return "", "", err
	}
	path, err := filepath.Abs(file.Name())
	if err != nil {
		return "", "", err
	}
	return r.run(ctx, slices.Concat(r.Child, []string{"-memory", strconv.Itoa(r.Memory), path})...)
}

func (r *Runner) run(ctx context.Context, args ...string) (output, kind string, err error) {
	result, err := process.Command{Args: args, Timeout: r.Timeout}.Run(ctx)
	if err != nil {
		return "", "", err
	}
	if i := strings.Index(result.Stderr, child.ErrorMark); i >= 0 {
		result.Stderr = result.Stderr[i:]
	}
	switch {
	case result.TimedOut:
		return result.Stdout, KindTime, nil
	case result.Status == child.StatusRefused:
		return result.Stderr, KindRefused, nil
	case result.Status != 0:
		message, _, _ := strings.Cut(result.Stderr, "\n\n")
		return result.Stdout + message, fmt.Sprintf("ends with status %d", result.Status), nil
	}
	return result.Stdout, "", nil
}

// frames splits what a batch prints by the programs.
func frames(output string) map[string]string {
	parts := map[string]string{}
	for part := range strings.SplitSeq("\n"+output, "\n"+difftest.Frame) {
		if entry, text, ok := strings.Cut(part, "\n"); ok {
			parts[entry] = text
		}
	}
	return parts
}
