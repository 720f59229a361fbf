package interp

import (
	"context"
	"fmt"
	"go/ast"
	"log"
	"os"
	"sync"
	"time"

	"github.com/cosmos72/gomacro/base"
	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/gls"
	"github.com/cosmos72/gomacro/xreflect"

	"github.com/ipyauth/ipyauth/kernel"
)

// guards are the replacements, by package. Ending the process loses the
// notebook's variables without a word, ending the goroutine stops the kernel
// from answering; sleeping must end with an interrupt.
func guards() map[string]map[string]any {
	return map[string]map[string]any{
		"os":      {"Exit": func(int) { panic(exitError("os.Exit")) }},
		"syscall": {"Exit": func(int) { panic(exitError("syscall.Exit")) }},
		"log": {
			"Fatal": func(v ...any) {
				log.Output(2, fmt.Sprint(v...))
				panic(exitError("log.Fatal"))
			},
			"Fatalf": func(format string, v ...any) {
				log.Output(2, fmt.Sprintf(format, v...))
				panic(exitError("log.Fatalf"))
			},
			"Fatalln": func(v ...any) {
				log.Output(2, fmt.Sprintln(v...))
				panic(exitError("log.Fatalln"))
			},
		},
		"runtime": {"Goexit": goexit},
		"time":    {"Sleep": sleep, "AfterFunc": afterFunc},
		"context": {"AfterFunc": contextAfterFunc},
	}
}

func exitError(function string) *kernel.CellError {
	return &kernel.CellError{
		Name:    "Exit",
		Message: function + " would end the kernel: to stop a cell use panic, to start over restart the kernel",
	}
}

// executing holds the running cells, by the goroutine that runs them. It is how
// a replaced function knows whether a cell calls it, and which.
var executing = executions{cells: map[uintptr]*execution{}}

type executions struct {
	mu    sync.Mutex
	cells map[uintptr]*execution
}

func (e *executions) add(goroutine uintptr, x *execution) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cells[goroutine] = x
}

func (e *executions) remove(goroutine uintptr) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.cells, goroutine)
}

// here is the cell that the calling goroutine runs, nil for none.
func (e *executions) here() *execution {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.cells[gls.GoID()]
}

// sleep is time.Sleep. In a cell it ends, with gomacro's own signal, when the
// cell is interrupted; in goroutines of a cell it is the original.
func sleep(d time.Duration) {
	x := executing.here()
	if x == nil {
		time.Sleep(d)
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-x.ctx.Done():
		panic(base.SigInterrupt)
	}
}

// forever is select {}. In a cell it ends like sleep does.
func forever() {
	x := executing.here()
	if x == nil {
		select {}
	}
	<-x.ctx.Done()
	panic(base.SigInterrupt)
}

// compileForever compiles what stands in an empty select: a channel that is never
// there, because forever does not return.
func compileForever(c *fast.Comp, sym fast.Symbol, _ *ast.CallExpr) *fast.Call {
	in, out := c.TypeOfInterface(), c.TypeOf((<-chan struct{})(nil))
	wait := func(xreflect.Value) xreflect.Value {
		forever()
		return xreflect.Value{}
	}
	sym.Type = c.Universe.FuncOf([]xreflect.Type{in}, []xreflect.Type{out}, false)
	return &fast.Call{
		Fun:      &fast.Expr{Lit: fast.Lit{Type: sym.Type, Value: wait}, Sym: &sym},
		Args:     []*fast.Expr{{Lit: fast.Lit{Type: in}, Fun: func(*fast.Env) xreflect.Value { return xreflect.Value{} }}},
		OutTypes: []xreflect.Type{out},
	}
}

// goroutineExit is what runtime.Goexit panics with in a cell's goroutine.
type goroutineExit struct{}

// goexit is runtime.Goexit. In goroutines it is a panic that their guard knows,
// for gomacro runs deferred functions on a panic only.
func goexit() {
	if executing.here() != nil {
		panic(exitError("runtime.Goexit"))
	}
	panic(goroutineExit{})
}

// afterFunc is time.AfterFunc for functions that may panic.
func afterFunc(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() {
		defer reportPanic("time.AfterFunc")
		f()
	})
}

// contextAfterFunc is context.AfterFunc for functions that may panic.
func contextAfterFunc(ctx context.Context, f func()) (stop func() bool) {
	return context.AfterFunc(ctx, func() {
		defer reportPanic("context.AfterFunc")
		f()
	})
}

// reportPanic, deferred, keeps a panic of a goroutine from ending the kernel,
// which Go has no other means for, and prints it.
func reportPanic(of string) {
	p := recover()
	if p == nil {
		return
	}
	if _, ok := p.(goroutineExit); ok {
		return
	}
	name, message := describe(p)
	fmt.Fprintf(os.Stderr, "%s: %s (in a goroutine of %s)\n", name, message, of)
}
