package kernel

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/ipyauth/ipyauth/kernel/display"
)

// Interpreter runs the cells. All calls of Execute come from the goroutine that
// ran NewInterpreter, one at a time.
type Interpreter interface {
	// Language describes what it runs; called once, after NewInterpreter.
	Language() Language
	// Execute runs one cell. The result is what to show as the cell's value,
	// nil for nothing. An error that is a [*CellError] is shown as it says,
	// any other as its text. A panic is caught and shown like an error.
	Execute(c Cell) (*display.Data, error)
	// Interrupt makes Execute return soon, where it can: with an error when it
	// stopped something. It is called on any goroutine while Execute runs, and
	// more than once when the user is impatient, and must not wait for
	// Execute. The context of the cell has been cancelled before.
	Interrupt()
}

// Cell is one execute_request, as the interpreter sees it.
type Cell struct {
	Code string
	// Count is the number in front of the cell, for file names in errors. It
	// does not grow with cells that leave no trace (store_history false).
	Count int
	// Silent cells show neither input nor result.
	Silent bool
	// Context ends when the user interrupts (its cause is then
	// cell.ErrInterrupted), when the kernel shuts down, and when Execute
	// returns. It is what cell.Context gives to libraries.
	Context context.Context
}

// CellError says how a failed cell is shown.
type CellError struct {
	Name    string // the kind of error, "ename" in the specification
	Message string // one sentence
	// Traceback is what the notebook prints, line by line, with ANSI colours
	// if wanted. nil prints Name and Message.
	Traceback []string
}

// Error is the message.
func (e *CellError) Error() string { return e.Message }

// Language is the language_info of kernel_info_reply, and what goes with it.
type Language struct {
	Name              string // go
	Version           string
	MIMEType          string // text/x-go
	FileExtension     string // .go
	PygmentsLexer     string // "" where it is Name
	CodeMirrorMode    string // "" where it is Name
	NBConvertExporter string
	Banner            string // what a console prints first
	HelpLinks         []HelpLink
}

// HelpLink is an entry of the front end's Help menu.
type HelpLink struct{ Text, URL string }

// Options is how to run a kernel. ConnectionFile and NewInterpreter are
// required.
type Options struct {
	// ConnectionFile is the file Jupyter wrote: ports, key. When it is named
	// kernel-<id>.json, id is what cell.KernelID gives.
	ConnectionFile string
	// NewInterpreter is called once, on the goroutine that runs all cells.
	NewInterpreter func() (Interpreter, error)
	// CaptureOutput shows what cells print: for the life of the kernel
	// os.Stdout, os.Stderr and the output of package log are replaced. They
	// belong to the whole process, so it is for programs that are a kernel and
	// nothing else; without it what cells print goes where it went before.
	CaptureOutput bool
	// Interrupts does for each value what interrupt_request does, which is
	// nothing between cells. A program passes the channel it gave to
	// signal.Notify for os.Interrupt. nil is none.
	Interrupts <-chan os.Signal
	// Logger gets one line for each message dropped and each handler that
	// failed. Keep it away from the log package and os.Stderr where
	// CaptureOutput replaces them. nil logs warnings to the process's own
	// standard error.
	Logger *slog.Logger
	// Implementation and Version name the kernel in kernel_info_reply.
	Implementation, Version string
}

func (o *Options) check() error {
	if o.ConnectionFile == "" {
		return errors.New("kernel options: ConnectionFile is empty")
	}
	if o.NewInterpreter == nil {
		return errors.New("kernel options: NewInterpreter is nil")
	}
	if o.Logger == nil {
		// os.Stderr as it is now: later it may be the cells' own.
		o.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	return nil
}
