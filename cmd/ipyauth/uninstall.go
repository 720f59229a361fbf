package main

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/ipyauth/ipyauth/internal/install"
)

func newUninstall() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "uninstall (--prefix DIR | --user | --sys-prefix) [--python PYTHON]",
		Short: "Remove what install put there, and nothing else",
		Args:  arguments(),
	}
	target := targetFlags(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkTarget(target, "uninstall"); err != nil {
			return err
		}
		system, err := thisSystem(cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		return install.Uninstall(ctx, system, *target)
	}
	return cmd
}
