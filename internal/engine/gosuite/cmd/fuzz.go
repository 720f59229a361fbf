package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
	r := &diff.Runner{
		Child: f.suite.Child, Work: filepath.Join(f.suite.Work, "fuzz"), Timeout: f.suite.Timeout,
		Memory: f.suite.Memory, Importer: importer, Self: *self,
	}
	if err := os.MkdirAll(r.Work, 0o755); err != nil {
		return false, err
	}
	return look(ctx, r, *seed, *batch, time.Duration(*seconds)*time.Second, *reducing)
}

// look compares batch after batch until the time is over, and prints what
// differs.
func look(ctx context.Context, r *diff.Runner, seed uint64, size int, limit, reducing time.Duration) (bool, error) {
	programs, different, features := 0, 0, map[string]int{}
	for start := time.Now(); time.Since(start) < limit && ctx.Err() == nil; {
		batch := make([]difftest.Program, size)
		for i := range batch {
			batch[i] = difftest.New(seed)
			seed++
			for f := range batch[i].Features {
				features[f]++
			}
		}
		differences, err := r.Compare(ctx, batch)
		if err != nil {
			return false, err
		}
		programs += size
		for _, d := range differences {
			different++
			if err := tell(ctx, r, d, different <= maxReduced, reducing); err != nil {
				return false, err
			}
		}
	}
	fmt.Printf("%d programs, %d features, the rarest in %d of them; %d differ\n",
		programs, len(features), slices.Min(slices.Collect(maps.Values(features))), different)
	return different == 0, nil
}

func tell(ctx context.Context, r *diff.Runner, d diff.Difference, small bool, limit time.Duration) error {
	fmt.Println(d.Summary())
	if !small {
		return nil
	}
	file := filepath.Join(r.Work, fmt.Sprintf("seed%d.go", d.Program.Seed))
	code := r.Reduce(ctx, d, limit)
	fmt.Printf("%s:\n%s\n", file, code)
	return os.WriteFile(file, []byte(code), 0o644)
}
