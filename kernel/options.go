package kernel

import (
	"errors"
	"log/slog"
	"os"
)

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
	// CaptureInput lets cells that read os.Stdin ask the user, line by line; it
	// replaces os.Stdin for the life of the kernel. Where nobody can be asked
	// they read the end of the file.
	CaptureInput bool
	// ReleaseIdle gives back to the system, when no cell has run for a second, what
	// the cells before have left.
	ReleaseIdle bool
	// ReleaseStart gives memory back, once, that only the start of the program
	// needed: on Linux the pages of its file, which count as the process's own.
	ReleaseStart bool
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
