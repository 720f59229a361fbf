package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/internal/install"
	"github.com/ipyauth/ipyauth/kernel"
)

func newKernel() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "kernel [--engine ENGINE] CONNECTION_FILE",
		Short: "Run the kernel; Jupyter does this",
		Args:  arguments("CONNECTION_FILE"),
	}
	engine := engineFlag(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkEngine(*engine); err != nil {
			return err
		}
		return runKernel(cmd.Context(), args[0], *engine, os.Getenv("JPY_PARENT_PID") != "")
	}
	return cmd
}

// engineFlag is what runs the cells of a new kernel.
func engineFlag(flags *pflag.FlagSet) *string {
	return flags.String("engine", "", "the `ENGINE` that runs cells: go or gomacro (default: "+cells.DefaultEngine+")")
}

func checkEngine(engine string) error {
	if engine == "" || engine == cells.EngineGo || engine == cells.EngineGomacro {
		return nil
	}
	return &usageError{
		fmt.Sprintf("there is no engine %s", engine),
		"use --engine " + cells.EngineGo + " or --engine " + cells.EngineGomacro,
	}
}

// runKernel runs a kernel until its client, SIGTERM or, for a kernel that Jupyter started, the end of
// its parent ends it. SIGINT only stops the running cell.
func runKernel(ctx context.Context, connectionFile, engine string, hasParent bool) error {
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
		NewInterpreter: func() (kernel.Interpreter, error) { return cells.New(cells.Options{Engine: engine}) },
		CaptureOutput:  true,
		CaptureInput:   true,
		ReleaseIdle:    true,
		ReleaseStart:   true,
		Interrupts:     interrupts,
		Implementation: "ipyauth",
		Version:        install.Version,
	})
}
