package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ipyauth/ipyauth/internal/install"
)

func newDoctor() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor [--json] [--prefix DIR] [--python PYTHON] [--dotenv-folder DIR]",
		Short: "Look for what is wrong, and print the redirect URI to register",
		Args:  arguments(),
	}
	var target install.Target
	asJSON := cmd.Flags().Bool("json", false, "print the report as JSON")
	cmd.Flags().StringVar(&target.Prefix, "prefix", "", "environment `DIR` that was installed into (default: where Jupyter looks)")
	cmd.Flags().StringVar(&target.Python, "python", "", "the `PYTHON` that Jupyter runs on (default: as for install)")
	dotenv := cmd.Flags().String("dotenv-folder", ".", "folder `DIR` with the dotenv files to check")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		system, err := thisSystem(cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		found := install.Doctor(ctx, system, target)
		addDotenvChecks(ctx, found, *dotenv)
		print := printReport
		if *asJSON {
			print = printJSON
		}
		if err := print(cmd.OutOrStdout(), found); err != nil {
			return fmt.Errorf("print report: %w", err)
		}
		if n := found.Failures(); n > 0 {
			return fmt.Errorf("%d of %d checks failed", n, len(found.Checks))
		}
		return nil
	}
	return cmd
}

func printJSON(w io.Writer, r *install.Report) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

func printReport(w io.Writer, r *install.Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range r.Checks {
		fmt.Fprintf(t, "%s\t%s\t%s\n", status(c.Status), c.Name, c.Text)
		if c.Why != "" {
			fmt.Fprintf(t, "\t\twhy: %s\n", c.Why)
		}
		if c.Next != "" {
			fmt.Fprintf(t, "\t\tdo: %s\n", c.Next)
		}
	}
	fmt.Fprintf(t, "\nTo register at the provider as redirect URI, letter by letter (localhost and 127.0.0.1 differ):\n")
	for _, uri := range r.RedirectURIs {
		fmt.Fprintf(t, "  %s\n", uri)
	}
	return t.Flush()
}

// status makes what failed stand out without colours.
func status(s install.Status) string {
	if s == install.Failed {
		return strings.ToUpper(string(s))
	}
	return string(s)
}
