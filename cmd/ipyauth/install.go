package main

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/ipyauth/ipyauth/internal/install"
)

func newInstall() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "install (--prefix DIR | --user | --sys-prefix) [--python PYTHON] [--engine ENGINE]",
		Short: "Install the kernel and the callback page",
		Long: `Install the kernel and the callback page.

The kernelspec goes where the flags say. The callback page is a small wheel that this program carries;
pip installs it, without the network, into the Python that Jupyter runs on.
Installing again changes only what is out of date.`,
		Args: arguments(),
	}
	target := targetFlags(cmd.Flags())
	engine := engineFlag(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkEngine(*engine); err != nil {
			return err
		}
		target.Engine = *engine
		if err := checkTarget(target, "install"); err != nil {
			return err
		}
		system, err := thisSystem(cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		if temporary(system.Binary) {
			return &install.Error{
				Message: "go run made this program for a moment only, so no kernelspec can name it",
				Hint:    "run make build, then bin/ipyauth install",
			}
		}
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		return install.Install(ctx, system, *target)
	}
	return cmd
}
