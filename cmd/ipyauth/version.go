package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/ipyauth/ipyauth/internal/install"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  arguments(),
		// The doctor reads the second word.
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "ipyauth %s %s %s/%s\n", install.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
