package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ipyauth/ipyauth/internal/install"
)

const (
	exitFailed = 1
	exitUsage  = 2
)

// run runs the command that args name and returns the exit code.
func run(args []string) int {
	root := newRoot()
	root.SetArgs(args)
	err := root.Execute()
	if err == nil {
		return 0
	}
	report(root.ErrOrStderr(), err)
	if errors.As(err, new(*usageError)) {
		return exitUsage
	}
	return exitFailed
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "ipyauth",
		Short: "A Jupyter kernel for Go with a sign-in widget",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			hint := "ipyauth --help lists the commands"
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				hint = "did you mean ipyauth " + near[0] + "?"
			}
			return &usageError{fmt.Sprintf("there is no command %s", args[0]), hint}
		},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors:     true, // report prints them
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetOut(os.Stdout)
	root.SetErr(os.Stderr)
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{err.Error(), "see " + cmd.CommandPath() + " --help"}
	})
	root.AddCommand(newInstall(), newUninstall(), newKernel(), newProvider(), newDoctor(), newVersion())
	for _, cmd := range root.Commands() {
		cmd.DisableFlagsInUseLine = true // each says its flags itself
	}
	return root
}

// usageError is a command line that was not understood.
type usageError struct{ message, hint string }

func (e *usageError) Error() string { return e.message }

// arguments refuses any other number of arguments than there are names.
func arguments(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		message := cmd.Name() + " takes no arguments"
		if len(names) > 0 {
			message = cmd.Name() + " takes " + strings.Join(names, " ") + " and nothing else"
		}
		return &usageError{message, "see " + cmd.CommandPath() + " --help"}
	}
}

// hinted is any other error with one thing to do about it.
type hinted struct {
	error
	hint string
}

func (e *hinted) Unwrap() error { return e.error }

// report prints err as one sentence, and what to do about it when that is known.
func report(w io.Writer, err error) {
	fmt.Fprintln(w, "ipyauth:", oneLine(err.Error()))
	var (
		wrong   *usageError
		refusal *install.Error
		other   *hinted
	)
	switch {
	case errors.As(err, &wrong):
		fmt.Fprintln(w, "hint:", wrong.hint)
	case errors.As(err, &refusal):
		fmt.Fprintln(w, "hint:", refusal.Hint)
	case errors.As(err, &other):
		fmt.Fprintln(w, "hint:", other.hint)
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
