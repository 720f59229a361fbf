// Command gosuite measures the engine: with Go's own test programs, with
// snippets, and with programs made at random. See usage.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite/child"
)

const usage = `gosuite COMMAND [FLAGS]

  programs    Go's own programs with "// run", each in a fresh session
  errorcheck  Go's own programs with "// errorcheck": the lines with errors
  snippets    a file of snippets, each in a fresh session
  fuzz        programs made at random, compared with compiled ones
  run         the inner command: one program in this process

The status is 1 when a result is not the expected one. COMMAND -h tells the flags.
`

func main() {
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(child.StatusUsage)
	}
	command, args := os.Args[1], os.Args[2:]
	if command == "run" {
		os.Exit(child.Main(args, os.Stderr))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	good, err := dispatch(ctx, command, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, gosuite.ErrNoTests):
		fmt.Println("left out:", err)
	case err != nil:
		fmt.Fprintln(os.Stderr, "gosuite:", err)
		os.Exit(1)
	case !good:
		os.Exit(1)
	}
}

func dispatch(ctx context.Context, command string, args []string) (good bool, err error) {
	switch command {
	case "programs":
		return programs(ctx, args)
	case "errorcheck":
		return errorcheck(ctx, args)
	case "snippets":
		return snippets(ctx, args)
	case "fuzz":
		return fuzz(ctx, args)
	}
	return false, fmt.Errorf("no command %s\n\n%s", command, usage)
}

// common is the flags that the commands share.
type common struct {
	*flag.FlagSet
	suite *gosuite.Suite
	only  *string
	list  *string
}

func newFlags(name string) *common {
	f := &common{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError), suite: &gosuite.Suite{}}
	f.StringVar(&f.suite.Work, "work", filepath.Join(".cache", "gosuite"), "folder for what the suite writes and keeps")
	f.DurationVar(&f.suite.Timeout, "timeout", 20*time.Second, "time for one program")
	f.IntVar(&f.suite.Memory, "memory", 2048, "memory for one program, in MiB")
	f.IntVar(&f.suite.Jobs, "jobs", 0, "how many run at a time; 0 is one for each processor")
	f.DurationVar(&f.suite.Sample, "sample", 0, "run a sample that always begins with the same programs, for so long")
	f.only = f.String("run", "", "only what this regular expression matches")
	f.list = f.String("list", "", "write the table into this file")
	return f
}

func (f *common) parse(args []string) error {
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%s takes no arguments, but flags", f.Name())
	}
	self, err := os.Executable()
	f.suite.Child = []string{self, "run"}
	return err
}

// read reads the programs of a kind that the flags choose.
func (f *common) read(kind string) ([]gosuite.Program, error) {
	root, err := gosuite.Root()
	if err != nil {
		return nil, err
	}
	f.suite.Root = root
	all, err := gosuite.Programs(root, kind)
	if err != nil {
		return nil, err
	}
	return gosuite.Matching(all, *f.only)
}

// report prints a table and its summary.
func (f *common) report(table gosuite.Table) error {
	table.Groups(os.Stdout)
	fmt.Println(table.Summary())
	if *f.list == "" {
		return nil
	}
	file, err := os.Create(*f.list)
	if err != nil {
		return err
	}
	table.Print(file)
	return file.Close()
}

// compare tells which rows the list of known failures did not expect.
func compare(table gosuite.Table, kind string) (good bool, err error) {
	known, err := gosuite.KnownFailures(kind)
	if err != nil {
		return false, err
	}
	unexpected := known.Unexpected(table)
	if len(unexpected) > 0 {
		fmt.Printf("%d not as expected:\n", len(unexpected))
		unexpected.Print(os.Stdout)
	}
	return len(unexpected) == 0, nil
}
