// Package child is the inner process of the suites: it runs one program, or the
// cells of one session, and ends with a status that tells how it went. The
// outer process limits its time and memory and judges what it printed.
//
// Start with [Main], which a command calls with its arguments, and with
// [Session], which is all that the suites know of the engine.
package child

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// What the status of the process tells. A program that calls os.Exit ends with
// the status that it asks for.
const (
	StatusPassed  = 0
	StatusRefused = 1 // a cell does not compile
	StatusFailed  = 2 // a cell ran and ended with an error, as Go's own programs do
	StatusUsage   = 64
)

// ErrorMark stands in front of the error that ended the session, so that it can
// be told from what the program printed.
const ErrorMark = "engine-error: "

const usage = `run [-errors | -cells | -skip-main] [-memory MIB] FILE

FILE is one Go program: it is the first cell, main() is the second.
`

// Main runs what the arguments name in a session of its own and returns the
// status of the process.
func Main(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage); flags.PrintDefaults() }
	var (
		onlyErrors = flags.Bool("errors", false, "print the errors of the compiler as LINE:COLUMN: TEXT, and run nothing")
		cells      = flags.Bool("cells", false, "FILE is a session: cells, with lines --- between them")
		skipMain   = flags.Bool("skip-main", false, "declare the program, but do not call main")
		memory     = flags.Int("memory", 0, "end when the data of the process is larger than this many MiB")
	)
	if err := flags.Parse(args); err != nil || flags.NArg() != 1 {
		if err == nil {
			flags.Usage()
		}
		return StatusUsage
	}
	text, err := os.ReadFile(flags.Arg(0))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return StatusUsage
	}
	if *memory > 0 {
		limit(uint64(*memory) << 20)
	}
	name := filepath.Base(flags.Arg(0))
	os.Args = []string{name} // a program sees no arguments of the suite
	switch s := New(*onlyErrors); {
	case *onlyErrors:
		return listErrors(s.Run(name, string(text)), stderr)
	case *cells:
		return runAll(s, name, strings.Split(string(text), "\n---\n"), stderr)
	case *skipMain:
		return runAll(s, name, []string{string(text)}, stderr)
	default:
		return runAll(s, name, []string{string(text), "main()"}, stderr)
	}
}

func runAll(s Session, name string, cells []string, stderr io.Writer) int {
	for _, code := range cells {
		if err := s.Run(name, code); err != nil {
			return status(err, stderr)
		}
	}
	return StatusPassed
}

func status(err error, stderr io.Writer) int {
	if err == nil {
		return StatusPassed
	}
	if exit, ok := errors.AsType[Exit](err); ok {
		return int(exit)
	}
	fmt.Fprintln(stderr, ErrorMark+err.Error())
	if _, refused := errors.AsType[*Refused](err); refused {
		return StatusRefused
	}
	return StatusFailed
}

// listErrors prints the errors of a cell that was refused. One that ran, with
// an error or without, was accepted.
func listErrors(err error, stderr io.Writer) int {
	refused, ok := errors.AsType[*Refused](err)
	if !ok {
		return StatusPassed
	}
	fmt.Fprintln(stderr, refused)
	return StatusRefused
}

// limit makes the collector work harder well before the system refuses memory.
func limit(bytes uint64) {
	debug.SetMemoryLimit(int64(bytes / 4 * 3))
	limitData(bytes)
}
