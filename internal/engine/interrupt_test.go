package engine_test

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

// limit is how long a cell may go on after an interrupt.
const limit = 500 * time.Millisecond

// interrupt runs a cell, interrupts it where it calls Display(1), and is what it
// shows then.
func interrupt(t *testing.T, before, code string) (n *notebook, shown string) {
	t.Helper()
	return interruptIn(t, before, code, "")
}

// interruptIn interrupts the cell when, behind its Display(1), one goroutine more
// than before is in a compiled function.
func interruptIn(t *testing.T, before, code, function string) (n *notebook, shown string) {
	t.Helper()
	there := make(chan struct{}, 1)
	n = newNotebook(t, engine.Options{Publish: func(cell.Display) error {
		there <- struct{}{}
		return nil
	}})
	n.must(t, before)
	already := goroutinesIn(function)
	done := make(chan string)
	go func() { done <- n.shows(code) }()
	<-there
	for function != "" && goroutinesIn(function) == already {
		runtime.Gosched()
	}
	start := time.Now()
	n.Interrupt()
	shown = <-done
	if took := time.Since(start); took > limit {
		t.Errorf("took %v", took)
	}
	return n, shown
}

// goroutinesIn is how often a function is on the stacks of all goroutines.
func goroutinesIn(function string) int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), function+"(")
}

func TestInterrupt(t *testing.T) {
	for _, tc := range []struct{ name, before, code string }{
		{"loop", "", "Display(1)\nfor {}"},
		{"loop with a body", "", "Display(1)\nfor i := 0; ; i++ { n = i }\nvar n int"},
		{"goto", "", "Display(1)\nagain:\ngoto again"},
		{"recursion", "func f(n int) int { if n == 0 { return 0 }; return f(n-1) + f(n-1) }", "Display(1)\nf(60)"},
		{"range over an integer", "", "Display(1)\nfor range 1 << 60 {}"},
		{"range over a function", "func all(yield func(int) bool) { for yield(1) {} }", "Display(1)\nfor range all {}"},
		{"range over a channel", "c := make(chan int)", "Display(1)\nfor range c {}"},
		{"receive", "c := make(chan int)", "Display(1)\n<-c"},
		{"send", "c := make(chan int)", "Display(1)\nc <- 1"},
		{"nil channel", "var c chan int", "Display(1)\nc <- 1"},
		{"select", "c := make(chan int)", "Display(1)\nselect {\ncase <-c:\ncase c <- 1:\n}"},
		{"empty select", "", "Display(1)\nselect {}"},
		{"sleep", "import `time`", "Display(1)\ntime.Sleep(time.Hour)"},
		{"sleep by its value", "import `time`\nf := time.Sleep", "Display(1)\nf(time.Hour)"},
		{"called by compiled code", "", "Display(1)\nsort.Slice([]int{2, 1}, func(i, j int) bool { for {} })"},
		{"called by a generic function", "", "Display(1)\nslices.IndexFunc([]int{1}, func(int) bool { for {} })"},
		{"a method of the value", "type T struct{}\nfunc (T) String() string { Display(1); for {} }", "T{}"},
		{"recovered", "func f() { defer func() { recover() }(); Display(1); for {} }", "f()\n`on`"},
		{"recovered again and again", "func f() { defer func() { recover(); f() }(); Display(1); for {} }", "f()"},
		{"deferred calls that do not end", "func f() { defer func() { for {} }(); Display(1); for {} }", "f()"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n, got := interrupt(t, tc.before+"\nkept := 7", tc.code)
			if want := "Interrupted: the cell was interrupted"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if got := n.shows("for range 100 { kept++ }\nkept"); got != "107" {
				t.Errorf("the next cell shows %q", got)
			}
		})
	}
}

// Deferred calls of what is stopped run.
func TestInterruptRunsDeferred(t *testing.T) {
	n, _ := interrupt(t, "log := ``\nfunc f() { defer func() { log += `f` }(); Display(1); for {} }", "defer func() { log += `cell` }()\nf()")
	if got := n.shows("log"); got != "fcell" {
		t.Errorf("deferred %q", got)
	}
}

// What waits in compiled code is left behind, and stops at its next step.
func TestInterruptLeavesBehind(t *testing.T) {
	const setup = "\nreached, ended := false, make(chan bool, 1)\nfunc reach() { reached = true }\nfunc end() { ended <- true }"
	for _, tc := range []struct{ name, before, code, in, release string }{
		{"lock", "import `sync`\nvar mu sync.Mutex\nmu.Lock()", "mu.Lock()", "sync.(*Mutex).Lock", "mu.Unlock()"},
		{"wait group", "import `sync`\nvar wg sync.WaitGroup\nwg.Add(1)", "wg.Wait()", "sync.(*WaitGroup).Wait", "wg.Done()"},
		{"a system call", "import `os`\nr, w, _ := os.Pipe()", "r.Read(make([]byte, 1))", "os.(*File).Read", "w.Write([]byte{1})"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var n *notebook
			var got string
			said := printed(t, &os.Stderr, func() {
				n, got = interruptIn(t, tc.before+setup, "defer end()\nDisplay(1)\n"+tc.code+"\nreach()", tc.in)
			})
			if want := "Interrupted: the cell was interrupted"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if want := "cell 2 waits in compiled code, which cannot be stopped: its goroutine is left behind, and ends at its next step"; said != want {
				t.Errorf("said %q, want %q", said, want)
			}
			n.must(t, tc.release+"\n<-ended")
			if got := n.shows("reached"); got != "false" {
				t.Errorf("the cell went on: %s", got)
			}
		})
	}
}

// Other goroutines of a cell go on.
// A goroutine that was left behind waits at the variable that it knows. A cell that
// declares it again, as it does when it is run once more, has one of its own.
func TestLeftBehindTakesNothing(t *testing.T) {
	var n *notebook
	printed(t, &os.Stderr, func() {
		n, _ = interruptIn(t, "import `sync`", "var wg sync.WaitGroup\nfunc done() { wg.Done() }\nwg.Add(1)\nDisplay(1)\nwg.Wait()", "sync.(*WaitGroup).Wait")
	})
	if got := n.shows("var wg sync.WaitGroup\nwg.Add(1)\ngo done()\nwg.Wait()\n7"); got != "7" {
		t.Errorf("the cell shows %s", got)
	}
}

func TestInterruptSparesGoroutines(t *testing.T) {
	n, _ := interrupt(t, "", "in, out := make(chan int), make(chan int)\ngo func() { out <- <-in + 1 }()\nDisplay(1)\nfor {}")
	if got := n.shows("in <- 1\n<-out"); got != "2 true" {
		t.Errorf("shows %q", got)
	}
}

func TestInterruptBetweenCells(t *testing.T) {
	n := newNotebook(t, engine.Options{})
	n.Interrupt()
	if got := n.shows("x := 0\nfor range 100 { x++ }\nx"); got != "100" {
		t.Errorf("shows %q", got)
	}
}
