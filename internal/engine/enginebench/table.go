package enginebench

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// Row is one measurement: how long the fastest of several runs took. Compiled is
// zero for what only cells do, Gomacro for what gomacro cannot do.
type Row struct {
	Name                      string
	Engine, Gomacro, Compiled time.Duration
	Most                      float64 // how much of gomacro's time the engine may take, 0 for no bound
}

// Measure runs each program rounds times with each of the three, in turn.
func Measure(rounds int) ([]Row, error) {
	own, err := newEngine()
	if err != nil {
		return nil, err
	}
	other, err := newGomacro()
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, p := range programs {
		row, err := p.measure(rounds, own, other)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	for _, c := range cellRows {
		row := Row{Name: c.name}
		for range rounds {
			if err := errors.Join(
				fastest(&row.Engine, c.count, func(i int) error { _, err := own.run(c.code(i)); return err }),
				fastest(&row.Gomacro, c.count, func(i int) error { _, err := other.run(c.code(i)); return err }),
			); err != nil {
				return nil, fmt.Errorf("measure %s: %w", c.name, err)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// cellRows are cells that are measured themselves: each time count of them.
var cellRows = []struct {
	name  string
	count int
	code  func(i int) string
}{
	{"cell 1+1", 500, func(int) string { return "1+1" }},
	{"cell func", 200, func(i int) string {
		return "func small" + strconv.Itoa(i) + "(a, b int) int { if a > b { return a }; return b }"
	}},
}

func (p program) measure(rounds int, own, other cell) (Row, error) {
	row := Row{Name: p.name, Most: p.most}
	want := p.compiled(p.n)
	check := func(c cell) func(int) error {
		return func(int) error {
			got, err := c.run(p.call(p.n))
			if err == nil && fmt.Sprint(got) != strconv.Itoa(want) {
				err = fmt.Errorf("got %v, want %d", got, want)
			}
			return err
		}
	}
	gomacroFails := false
	for range rounds {
		_ = fastest(&row.Compiled, 1, func(int) error { p.compiled(p.n); return nil })
		if err := fastest(&row.Engine, 1, check(own)); err != nil {
			return row, fmt.Errorf("run %s: %w", p.name, err)
		}
		if !gomacroFails {
			gomacroFails = fastest(&row.Gomacro, 1, check(other)) != nil
		}
	}
	return row, nil
}

// fastest runs f count times and keeps the time of one run in best, if it is the
// shortest so far.
func fastest(best *time.Duration, count int, f func(i int) error) error {
	runtime.GC()
	start := time.Now()
	for i := range count {
		if err := f(i); err != nil {
			return err
		}
	}
	if d := time.Since(start) / time.Duration(count); *best == 0 || d < *best {
		*best = d
	}
	return nil
}

// Print writes the rows as a table, and reports whether all bounds hold.
func Print(w io.Writer, rows []Row) bool {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tengine ms\tgomacro ms\tcompiled ms\tof gomacro\tgoal\tof compiled\t")
	for _, r := range rows {
		goal := "-"
		if r.Most > 0 {
			goal = fmt.Sprint(r.Most)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", r.Name, ms(r.Engine), ms(r.Gomacro), ms(r.Compiled),
			ratio(r.Engine, r.Gomacro), goal, ratio(r.Engine, r.Compiled))
	}
	t.Flush()
	return !slices.ContainsFunc(rows, Row.misses)
}

// misses reports whether the engine took longer than it may.
func (r Row) misses() bool {
	return r.Most > 0 && float64(r.Engine) > r.Most*float64(r.Gomacro)
}

func ms(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return strconv.FormatFloat(float64(d)/1e6, 'f', 3, 64)
}

func ratio(a, b time.Duration) string {
	if b == 0 {
		return "-"
	}
	return strconv.FormatFloat(float64(a)/float64(b), 'f', 2, 64)
}
