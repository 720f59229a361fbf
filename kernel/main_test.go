package kernel_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/jupytertest"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/display"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(printerFile); file != "" {
		os.Exit(runPrinter(file))
	}
	code := m.Run()
	if code == 0 {
		if leaked := leakedGoroutines(); leaked != "" {
			fmt.Fprintf(os.Stderr, "goroutines that outlived the tests:\n%s\n", leaked)
			code = 1
		}
	}
	os.Exit(code)
}

// leakedGoroutines lists the goroutines that run code of this module, once they
// have had time to end.
func leakedGoroutines() string {
	var leaked []string
	for range 100 {
		leaked = nil
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		for _, g := range strings.Split(string(stacks), "\n\n") {
			if strings.Contains(g, "/ipyauth/") && !strings.Contains(g, "leakedGoroutines") {
				leaked = append(leaked, g)
			}
		}
		if len(leaked) == 0 {
			return ""
		}
		time.Sleep(10 * time.Millisecond) // nothing announces the end of a goroutine
	}
	return strings.Join(leaked, "\n\n")
}

// fake is an interpreter whose cells are Go functions, named by their code.
type fake struct {
	cells     map[string]func(kernel.Cell) (*display.Data, error)
	interrupt func()
}

func (f *fake) Language() kernel.Language {
	return kernel.Language{
		Name: "fake", Version: "0.1", MIMEType: "text/x-fake", FileExtension: ".fake",
		Banner: "a fake", HelpLinks: []kernel.HelpLink{{Text: "Go", URL: "https://go.dev"}},
	}
}

func (f *fake) Execute(c kernel.Cell) (*display.Data, error) {
	run, ok := f.cells[c.Code]
	if !ok {
		return nil, fmt.Errorf("no cell %q", c.Code)
	}
	return run(c)
}

func (f *fake) Interrupt() {
	if f.interrupt != nil {
		f.interrupt()
	}
}

func nothing(kernel.Cell) (*display.Data, error) { return nil, nil }

func fails(kernel.Cell) (*display.Data, error) { return nil, fmt.Errorf("it failed") }

// text is a cell with a value.
func text(s string) func(kernel.Cell) (*display.Data, error) {
	return func(kernel.Cell) (*display.Data, error) {
		d := display.MakeData(display.MIMETypeText, s)
		return &d, nil
	}
}

// blocker is a cell that tells when it runs, and then waits for release or the
// interrupt.
type blocker struct{ running, release chan struct{} }

func newBlocker() *blocker {
	return &blocker{running: make(chan struct{}, 16), release: make(chan struct{})}
}

func (b *blocker) cell(c kernel.Cell) (*display.Data, error) {
	b.running <- struct{}{}
	select {
	case <-b.release:
		return nil, nil
	case <-c.Context.Done():
		return nil, context.Cause(c.Context)
	}
}

type cells = map[string]func(kernel.Cell) (*display.Data, error)

// start runs a kernel with these cells.
func start(t *testing.T, cells cells) *jupytertest.Client {
	t.Helper()
	return startWith(t, &fake{cells: cells}, func(*kernel.Options) {})
}

func startWith(t *testing.T, f *fake, change func(*kernel.Options)) *jupytertest.Client {
	t.Helper()
	return jupytertest.Start(t, func(ctx context.Context, file string) error {
		o := options(file, f)
		change(&o)
		return kernel.Run(ctx, o)
	})
}

func options(file string, f *fake) kernel.Options {
	return kernel.Options{
		ConnectionFile: file,
		NewInterpreter: func() (kernel.Interpreter, error) { return f, nil },
		Logger:         slog.New(slog.DiscardHandler),
		Implementation: "fake kernel",
		Version:        "1.2.3",
	}
}
