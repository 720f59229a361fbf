// Package interp runs the cells of a notebook with gomacro, an interpreter of
// Go, behind the kernel's Interpreter interface.
//
//	in, err := interp.New(interp.Options{})
//	data, err := in.Execute(kernel.Cell{Code: `1 + 1`, Count: 1})
//
// # Goroutines
//
// gomacro keeps its state by goroutine: the goroutine that calls New runs
// every cell, for ever. Execute refuses any other. Interrupt may be called
// from everywhere.
//
// # Packages
//
// Cells import what gophernotes' package table holds, the standard library as of
// Go 1.18, what stdlib_gen.go adds to it of newer Go, and this module's own
// packages. After AllowThirdParty, the go tool builds others as plugins. Import
// declarations are carried out here and never reach gomacro: its dot imports
// break when a cell holds another statement, and a path it does not know makes
// it run the go tool.
//
// # Completion and inspection
//
// Complete and Inspect compile the cell up to the cursor, with a mark there that
// shows them the scope and the types; they run nothing. IsComplete asks the
// parser.
//
// # Compatibility
//
// What a cell shows is what gophernotes shows, but: the (n, err) of fmt.Print
// and its kin is not shown, nil is fine, interpreted types may have String and
// Error methods, functions and methods of a cell may refer to later ones, and
// a cell that does not compile changes nothing.
package interp

import (
	"context"
	"errors"
	"go/build"
	"io"
	"runtime"
	"strings"
	"sync"

	"github.com/cosmos72/gomacro/base"
	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/gls"
	"github.com/cosmos72/gomacro/xreflect"

	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// Options configures New. The zero value is what a kernel wants.
type Options struct {
	// Publish shows what cells pass to Display. nil means cell.Publish.
	Publish func(cell.Display) error
}

// ErrGoroutine is returned by Execute on a goroutine other than New's.
var ErrGoroutine = errors.New("run cell: not the goroutine that made the interpreter")

// interpreter is one session: what its cells declare lives as long as it does.
type interpreter struct {
	options Options
	owner   uintptr // the goroutine all of gomacro's state belongs to
	ir      *fast.Interp
	comp    *fast.Comp
	run     *fast.Run
	sources sources
	dialect dialect
	cursor  *mark // what Complete and Inspect look for, nil otherwise

	offered bool // package display is imported

	// thirdParty: imports outside the table are built.
	thirdParty bool

	// displays are the interfaces by which interpreted values may ask to be
	// shown richly. Filled at the first interpreted value that has methods.
	displays []xreflect.Type
	stringer xreflect.Type

	mu     sync.Mutex
	active *execution // the running cell, nil between cells
}

// newMu guards build.Default, which New changes for a moment.
var newMu sync.Mutex

// New makes an interpreter that belongs to the calling goroutine.
func New(o Options) (kernel.Interpreter, error) {
	if o.Publish == nil {
		o.Publish = cell.Publish
	}
	register()
	in := &interpreter{options: o, owner: gls.GoID(), ir: newGomacro()}
	in.comp = in.ir.Comp
	in.dialect = dialect{in.comp.ParserMode, in.comp.MacroChar}
	in.run = in.ir.PrepareEnv().Run
	// gomacro's own remarks ("redefined identifier", "discarding 1 previously
	// compiled statements") are of no use below a cell.
	in.comp.Stdout, in.comp.Stderr = io.Discard, io.Discard
	in.comp.Options &^= base.OptShowPrompt | base.OptTrapPanic | base.OptModuleImport
	in.ir.DeclFunc("Display", in.display)
	in.declareGuards()
	return in, nil
}

// newGomacro makes gomacro's interpreter without its type importer, which runs
// "go list" once per package: 200 ms at start, up to 500 ms for a first import,
// and it needs a Go installation. Types then come from reflection; what is lost
// is the names of parameters.
func newGomacro() *fast.Interp {
	newMu.Lock()
	defer newMu.Unlock()
	root := build.Default.GOROOT
	build.Default.GOROOT = "/nonexistent"
	defer func() { build.Default.GOROOT = root }()
	ir := fast.New()
	// Its zero value answers every question with an error, at once.
	ir.Comp.Universe.Importer = &xreflect.Importer{}
	return ir
}

// Language describes Go as gomacro runs it.
func (in *interpreter) Language() kernel.Language {
	return kernel.Language{
		Name:              "go",
		Version:           strings.TrimPrefix(runtime.Version(), "go"),
		MIMEType:          "text/x-go",
		FileExtension:     ".go",
		PygmentsLexer:     "go",
		CodeMirrorMode:    "go",
		NBConvertExporter: "script",
		Banner:            "Go, interpreted by gomacro. Sign in: import \"ipyauth\"",
		HelpLinks: []kernel.HelpLink{
			{Text: "ipyauth", URL: "https://github.com/ipyauth/ipyauth"},
			{Text: "Go", URL: "https://go.dev/doc/"},
			{Text: "What the interpreter can do", URL: "https://github.com/cosmos72/gomacro/blob/master/doc/features-and-limitations.md"},
		},
	}
}

// Execute runs one cell: everything in it is compiled before anything of it
// runs. The result is the value of the last expression, nil when there is
// none or it is nil. Errors are *kernel.CellError, or ErrGoroutine.
func (in *interpreter) Execute(c kernel.Cell) (*display.Data, error) {
	if gls.GoID() != in.owner {
		return nil, ErrGoroutine
	}
	x := in.begin(c)
	defer in.end(x)
	return in.execute(x)
}

// AllowThirdParty makes imports outside of the table built by the go tool, or
// not. It belongs on the goroutine that runs cells, between cells.
func (in *interpreter) AllowThirdParty(allow bool) { in.thirdParty = allow }

// display is the function Display of cells.
func (in *interpreter) display(v any) error {
	return in.options.Publish(cell.Display(in.compiledData(v)))
}

// begin makes x the running cell, the one Interrupt is about.
func (in *interpreter) begin(c kernel.Cell) *execution {
	parent := c.Context
	if parent == nil {
		parent = context.Background()
	}
	x := &execution{source: in.sources.add(c)}
	x.ctx, x.cancel = context.WithCancelCause(parent)
	executing.add(in.owner, x)
	in.mu.Lock()
	in.active = x
	in.mu.Unlock()
	return x
}

func (in *interpreter) end(x *execution) {
	in.mu.Lock()
	in.active = nil
	in.mu.Unlock()
	executing.remove(in.owner)
	x.cancel(nil)
	in.resetRun()
}

// Interrupt stops the running cell: interpreted code within some statements,
// time.Sleep at once; other calls into compiled code end first. The cell then
// fails with the name Interrupted; where it recovers from the interrupt, it
// fails before its next statement. Between cells Interrupt does nothing, and
// nothing is left over for the next cell.
func (in *interpreter) Interrupt() {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.active == nil {
		return
	}
	in.active.interrupted.Store(true)
	signal(in.run)
	in.active.cancel(cell.ErrInterrupted)
}

// signal is gomacro's Interp.Interrupt. gomacro polls this byte with an atomic
// load of the word around it and also reads it plainly, so the race detector
// reports every possible way to store it, gomacro's own included. The store is
// exempt from the detector to keep the reports of everything else meaningful;
// a byte is written and read whole on every machine Go knows.
//
//go:norace
func signal(run *fast.Run) {
	run.Signals.Async = base.SigInterrupt
}

// resetRun drops what a panic leaves behind in gomacro's state: an interrupt
// nobody waits for, a panic that a later recover would find.
func (in *interpreter) resetRun() {
	r := in.run
	r.Interrupt = nil
	r.ExecFlags = 0
	r.CurrEnv = nil
	r.InstallDefer = nil
	r.DeferOfFun = nil
	r.PanicFun = nil
	r.Panic = nil
	in.comp.Code.Clear()
}

// running is the cell that Execute is at work on.
func (in *interpreter) running() *execution {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.active
}
