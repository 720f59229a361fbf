package engine

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/ipyauth/ipyauth/internal/cells/show"
	"github.com/ipyauth/ipyauth/internal/engine/assist"
	"github.com/ipyauth/ipyauth/internal/engine/source"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// Options configures New. The zero value is what a kernel wants.
type Options struct {
	// Publish shows what cells pass to Display. nil means cell.Publish.
	Publish func(cell.Display) error
}

// interpreter is a session behind the kernel's interfaces; the Assistant completes
// and inspects.
type interpreter struct {
	session *Session
	assist.Assistant

	mu     sync.Mutex
	cancel context.CancelCauseFunc // of the running cell, nil between cells
}

// New is a session that a kernel can run. Each cell runs on a goroutine of its
// own.
func New(o Options) (kernel.Interpreter, error) {
	if o.Publish == nil {
		o.Publish = cell.Publish
	}
	in := &interpreter{session: NewSession()}
	in.Assistant = assist.Assistant{Session: in.session.checker, Import: in.session.findPackage, Value: in.session.program.Value}
	err := in.session.offer(func(value any) error { return o.Publish(cell.Display(show.Value(value))) })
	if err != nil {
		return nil, fmt.Errorf("start session: %w", err)
	}
	in.session.reports()
	return in, nil
}

// Language describes Go.
func (in *interpreter) Language() kernel.Language {
	version := strings.TrimPrefix(runtime.Version(), "go")
	return kernel.Language{
		Name:              "go",
		Version:           version,
		MIMEType:          "text/x-go",
		FileExtension:     ".go",
		PygmentsLexer:     "go",
		CodeMirrorMode:    "go",
		NBConvertExporter: "script",
		Banner:            "Go " + version + ". Sign in: import \"ipyauth\"",
		HelpLinks: []kernel.HelpLink{
			{Text: "ipyauth", URL: "https://github.com/ipyauth/ipyauth"},
			{Text: "Go", URL: "https://go.dev/doc/"},
			{Text: "Standard library", URL: "https://pkg.go.dev/std"},
		},
	}
}

// Execute runs one cell: everything in it is compiled before anything of it runs.
// The result is the value of the expression at its end, nil when there is none or
// it is nil. Errors are *kernel.CellError.
func (in *interpreter) Execute(c kernel.Cell) (*display.Data, error) {
	ctx, end := in.begin(c.Context)
	defer end()
	name := fmt.Sprintf("cell %d", c.Count)
	result, err := in.session.Run(ctx, name, c.Code)
	if result != nil {
		in.Committed(result.Unit)
		in.remark(name, result)
	}
	if err != nil {
		return nil, in.failure(ctx, name, err)
	}
	if len(result.Values) == 0 || printed(result) {
		return nil, nil
	}
	var data *display.Data
	err = in.session.guarded(ctx, name, func() { data = show.Values(values(result)) })
	if err == nil && ctx.Err() != nil {
		err = ErrInterrupted // fmt has recovered it, as it does with panics of String
	}
	if err != nil {
		return nil, in.failure(ctx, name, err)
	}
	return data, nil
}

func values(r *Result) (all []any) {
	for _, v := range r.Values {
		all = append(all, v.Interface())
	}
	return all
}

// begin makes a cell the running one, the one Interrupt is about.
func (in *interpreter) begin(parent context.Context) (ctx context.Context, end func()) {
	if parent == nil {
		parent = context.Background()
	}
	ctx, cancel := context.WithCancelCause(parent)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.cancel = cancel
	return ctx, func() {
		in.mu.Lock()
		defer in.mu.Unlock()
		in.cancel = nil
		cancel(nil)
	}
}

// Interrupt stops the running cell at its next step. What waits in compiled code
// is left behind. Between cells Interrupt does nothing.
func (in *interpreter) Interrupt() {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.cancel != nil {
		in.cancel(cell.ErrInterrupted)
	}
}

// IsComplete reports whether code could run as a cell.
func (in *interpreter) IsComplete(code string) (status, indent string) { return source.Complete(code) }
