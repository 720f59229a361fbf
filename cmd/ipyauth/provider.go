package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/ipyauth/ipyauth/internal/provider"
)

func newProvider() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "provider [--addr 127.0.0.1:PORT]",
		Short: "Run an identity provider for trying things out",
		Long: `Run an identity provider for trying things out: any name and any password sign in.

It prints one line, its issuer, when it takes requests, and runs until it is interrupted.`,
		Args: arguments(),
	}
	addr := cmd.Flags().String("addr", "127.0.0.1:9000", "loopback `HOST:PORT` to listen on; port 0 takes a free one")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		options := provider.Options{Logger: slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))}
		err := provider.ListenAndServe(ctx, *addr, options, func(issuer string) {
			fmt.Fprintln(cmd.OutOrStdout(), issuer)
		})
		return providerError(err)
	}
	return cmd
}

// providerError adds what to do to the errors a wrong --addr makes.
func providerError(err error) error {
	switch {
	case errors.As(err, new(*net.AddrError)):
		return &usageError{err.Error(), "give --addr as 127.0.0.1:PORT"}
	case errors.Is(err, provider.ErrNotLoopback):
		return &hinted{err, "use --addr 127.0.0.1:PORT"}
	case errors.Is(err, syscall.EADDRINUSE):
		return &hinted{err, "choose another port with --addr, or 0 for a free one"}
	default:
		return err
	}
}
