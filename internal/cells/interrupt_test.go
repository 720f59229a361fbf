package cells_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

// Each cell calls Display(1) when it is where it must be interrupted.
func TestInterrupt(t *testing.T) { eachEngine(t, testInterrupt) }

func testInterrupt(t *testing.T, o cells.Options) {
	const interrupted = "Interrupted: the cell was interrupted"
	for _, tc := range []struct {
		name, before, code string
		want               want
	}{
		{"loop", "", "Display(1)\nfor {}", both(interrupted)},
		{"loop in functions", "", "func f() { for {} }\nfunc g() { f() }\nDisplay(1)\ng()", both(interrupted)},
		{"loop in a function of an earlier cell", "func f() { for {} }", "Display(1)\nf()", both(interrupted)},
		{"loop in a function with a defer", "", "func f() { defer func() {}(); for {} }\nDisplay(1)\nf()", both(interrupted)},
		{"loop called by compiled code", "import `sort`", "Display(1)\nsort.Slice([]int{2, 1}, func(i, j int) bool { for {} })", both(interrupted)},
		{"sleep", "import `time`", "Display(1)\ntime.Sleep(time.Hour)", both(interrupted)},
		{"sleep in a loop in a function", "import `time`", "func f() { for { time.Sleep(time.Hour) } }\nDisplay(1)\nf()", both(interrupted)},
		{"empty select", "", "Display(1)\nselect {}", both(interrupted)},
		{"empty select in a function", "func f() { select {} }", "Display(1)\nf()", both(interrupted)},
		{"recovered in the last statement", "", "func f() string { func() { defer func() { recover() }(); Display(1); for {} }(); return `on` }\nf()", want{interrupted, "on"}},
		{"recovered before", "", "func f() { defer func() { recover() }(); Display(1); for {} }\nf()\n`on`", both(interrupted)},
		{"between statements", "", "Display(1)\nx := 1\nfor {}", both(interrupted)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			there := make(chan struct{}, 1)
			s := newSession(t, cells.Options{Engine: o.Engine, Publish: func(cell.Display) error {
				there <- struct{}{}
				return nil
			}})
			s.must(t, tc.before)
			shown := make(chan string)
			go func() { shown <- s.shows(tc.code) }()
			<-there
			s.interpreter.Interrupt()
			if got := <-shown; got != tc.want.of(o.Engine) {
				t.Errorf("got %q, want %q", got, tc.want.of(o.Engine))
			}
			if got := s.shows("x := 0\nfor i := 0; i < 100; i++ { x++ }\nx"); got != "100" {
				t.Errorf("the next cell shows %q", got)
			}
		})
	}
}

// The kernel cancels the cell's context before it calls Interrupt.
func TestSleepEndsWithContext(t *testing.T) { eachEngine(t, testSleepEndsWithContext) }

func testSleepEndsWithContext(t *testing.T, o cells.Options) {
	ctx, cancel := context.WithCancelCause(context.Background())
	s := newSession(t, cells.Options{Engine: o.Engine, Publish: func(cell.Display) error {
		cancel(cell.ErrInterrupted)
		return nil
	}})
	var err error
	s.do(func() {
		_, err = s.interpreter.Execute(kernel.Cell{Code: "import `time`\nDisplay(1)\ntime.Sleep(time.Hour)", Count: 1, Context: ctx})
	})
	var failure *kernel.CellError
	if !errors.As(err, &failure) || failure.Name != "Interrupted" {
		t.Errorf("got %v, want Interrupted", err)
	}
}

// A goroutine of a cell sleeps on when the cell has ended.
func TestSleepInGoroutine(t *testing.T) { eachEngine(t, testSleepInGoroutine) }

func testSleepInGoroutine(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	s.must(t, "import `time`\nc := make(chan error)\ngo func() { time.Sleep(1); c <- Display(1) }()")
	if got, want := s.shows("<-c"), cell.ErrNoKernel.Error()+" true"; got != want {
		t.Errorf("shows %q, want %q", got, want)
	}
}

func TestInterruptBetweenCells(t *testing.T) { eachEngine(t, testInterruptBetweenCells) }

func testInterruptBetweenCells(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	s.interpreter.Interrupt()
	if got := s.shows("x := 0\nfor i := 0; i < 100; i++ { x++ }\nx"); got != "100" {
		t.Errorf("shows %q, want 100", got)
	}
}
