package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/ipyauth/ipyauth/internal/install"
	"github.com/ipyauth/ipyauth/internal/interp"
	"github.com/ipyauth/ipyauth/kernel"
)

func newKernel() *cobra.Command {
	return &cobra.Command{
		Use:   "kernel CONNECTION_FILE",
		Short: "Run the kernel; Jupyter does this",
		Args:  arguments("CONNECTION_FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKernel(cmd.Context(), args[0], os.Getenv("JPY_PARENT_PID") != "")
		},
	}
}

// runKernel runs a kernel until its client, SIGTERM or, for a kernel that Jupyter started, the end of
// its parent ends it. SIGINT only stops the running cell.
func runKernel(ctx context.Context, connectionFile string, hasParent bool) error {
	// The stacks of all goroutines would bury the one line that says what happened.
	debug.SetTraceback("single")
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if hasParent {
		endWithParent(ctx, cancel)
	}
	return kernel.Run(ctx, kernel.Options{
		ConnectionFile: connectionFile,
		NewInterpreter: func() (kernel.Interpreter, error) { return interp.New(interp.Options{}) },
		CaptureOutput:  true,
		CaptureInput:   true,
		ReleaseIdle:    true,
		ReleaseStart:   true,
		Interrupts:     interrupts,
		Implementation: "ipyauth",
		Version:        install.Version,
	})
}
