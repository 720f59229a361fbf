// Package diff runs the programs of package difftest with the engine and
// compiled, and compares what they print. What differs it makes small.
//
// Start with [Runner.Compare] and, for what that finds, [Runner.Reduce].
package diff

import (
	"context"
	"fmt"
	"go/types"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/difftest"
)

// Runner runs programs in two ways.
type Runner struct {
	Engine, Reference Implementation
	Importer          types.Importer // of what the programs import
}

// Implementation runs a program that is one file. The kind is "" when it came
// to its end, and tells else how it failed; an error tells that it could not be
// run.
type Implementation func(ctx context.Context, code string) (output, kind string, err error)

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
	want, kind, err := r.Reference(ctx, code)
	if err != nil {
		return nil, err
	}
	if kind != "" {
		return nil, fmt.Errorf("reference: %s\n%s", kind, want)
	}
	got, kind, err := r.Engine(ctx, code)
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
