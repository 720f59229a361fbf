package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/difftest"
	"github.com/ipyauth/ipyauth/internal/engine/difftest/diff"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
)

// maxReduced is how many differences are made small in one run.
const maxReduced = 3

func fuzz(ctx context.Context, args []string) (bool, error) {
	f := newFlags("fuzz")
	var (
		seconds  = f.Int("seconds", 10, "how long to look for differences")
		seed     = f.Uint64("seed", uint64(time.Now().Unix()), "the first seed; each program has the next one")
		batch    = f.Int("batch", 50, "how many programs are compiled together")
		reducing = f.Duration("reduce", time.Minute, "time for making one difference small")
		self     = f.Bool("self", false, "compare the compiler with itself, without optimization: finds faults of the generator")
		show     = f.Bool("print", false, "print the program of the seed, and run nothing")
	)
	if err := f.parse(args); err != nil {
		return false, err
	}
	if *show {
		fmt.Print(difftest.Batch(difftest.New(*seed)))
		return true, nil
	}
	importer, err := gosuite.Importer()
	if err != nil {
		return false, err
	}
	work := filepath.Join(f.suite.Work, "fuzz")
	if err := os.MkdirAll(work, 0o755); err != nil {
		return false, err
	}
	command := slices.Concat(f.suite.Child, []string{"-memory", strconv.Itoa(f.suite.Memory)})
	r := &diff.Runner{
		Engine:    diff.Child(work, f.suite.Timeout, command...),
		Reference: diff.Compiled(work, f.suite.Timeout),
		Importer:  importer,
	}
	if *self {
		r.Engine = diff.Compiled(work, f.suite.Timeout, "-gcflags=all=-N -l")
	}
	l := looker{r, work, *batch, *reducing}
	return l.look(ctx, *seed, time.Duration(*seconds)*time.Second)
}

// looker looks for differences.
type looker struct {
	runner   *diff.Runner
	work     string        // folder for what differs
	size     int           // of a batch
	reducing time.Duration // time for making one difference small
}

// look compares batch after batch until the time is over, and prints what
// differs.
func (l looker) look(ctx context.Context, seed uint64, limit time.Duration) (bool, error) {
	programs, different, features := 0, 0, map[string]int{}
	for start := time.Now(); time.Since(start) < limit && ctx.Err() == nil; {
		batch := make([]difftest.Program, l.size)
		for i := range batch {
			batch[i] = difftest.New(seed)
			seed++
			for f := range batch[i].Features {
				features[f]++
			}
		}
		differences, err := l.runner.Compare(ctx, batch)
		if err != nil {
			return false, err
		}
		programs += l.size
		for _, d := range differences {
			different++
			if err := l.tell(ctx, d, different <= maxReduced); err != nil {
				return false, err
			}
		}
	}
	fmt.Printf("%d programs, %d features, the rarest in %d of them; %d differ\n",
		programs, len(features), slices.Min(slices.Collect(maps.Values(features))), different)
	return different == 0, nil
}

func (l looker) tell(ctx context.Context, d diff.Difference, small bool) error {
	fmt.Println(d.Summary())
	if !small {
		return nil
	}
	file := filepath.Join(l.work, fmt.Sprintf("seed%d.go", d.Program.Seed))
	code := l.runner.Reduce(ctx, d, l.reducing)
	fmt.Printf("%s:\n%s\n", file, code)
	return os.WriteFile(file, []byte(code), 0o644)
}
