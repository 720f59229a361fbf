// Package gosuite measures the engine with programs that others wrote: Go's own
// tests, each in a fresh process, judged by its status, by its output and by
// whether main was entered; Go's tests of the compiler's errors, line by line;
// and snippets with the output that they must print.
//
// Start with [Programs], which reads what to run, and with [Suite.Run], which
// runs it. The command is in cmd.
package gosuite

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite/child"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite/process"
)

// Suite runs programs in child processes.
type Suite struct {
	Root    string        // Go's test folder: where a program runs
	Child   []string      // the command that [child.Main] serves
	Work    string        // folder for what the suite writes
	Timeout time.Duration // of one program
	Memory  int           // of one program, in MiB
	Jobs    int           // how many run at a time; 0 is one for each processor
	// Sample ends the run: no program starts after this time. 0 is no end.
	Sample time.Duration
	// Compare runs the compiled program too, which must have the same output
	// and the same status.
	Compare bool
	// Compiled runs the compiled program in place of the engine: what fails
	// then is no fault of the engine.
	Compiled bool
	// SkipMain does not call main.
	SkipMain bool
}

// Run runs the programs and returns their table.
func (s *Suite) Run(ctx context.Context, programs []Program) (Table, error) {
	return s.each(ctx, programs, s.program)
}

// each judges the programs, several at a time, until the time of the sample is
// over.
func (s *Suite) each(ctx context.Context, programs []Program, judge func(context.Context, Program) (string, error)) (Table, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if s.Sample > 0 {
		programs = Shuffled(programs)
	}
	var (
		start = time.Now()
		next  = make(chan Program)
		mutex sync.Mutex
		table Table // protected by mutex
		group sync.WaitGroup
	)
	for range s.jobs() {
		group.Go(func() {
			for p := range next {
				reason, err := judge(ctx, p)
				if err != nil {
					cancel(fmt.Errorf("%s: %w", p.Path, err))
				}
				mutex.Lock()
				table = append(table, Row{p.Path, firstLine(reason)})
				mutex.Unlock()
			}
		})
	}
	for _, p := range programs {
		if ctx.Err() != nil || s.Sample > 0 && time.Since(start) > s.Sample {
			break
		}
		next <- p
	}
	close(next)
	group.Wait()
	slices.SortFunc(table, func(a, b Row) int { return strings.Compare(a.Path, b.Path) })
	return table, context.Cause(ctx)
}

func (s *Suite) jobs() int {
	if s.Jobs > 0 {
		return s.Jobs
	}
	return runtime.NumCPU()
}

// program runs one program and tells why it failed.
func (s *Suite) program(ctx context.Context, p Program) (string, error) {
	text := Enter(p.Text)
	var flags []string
	if s.SkipMain {
		flags = append(flags, "-skip-main")
	}
	got, err := s.run(ctx, p, text, s.Compiled, flags...)
	if err != nil {
		return "", err
	}
	if reason := judge(p, got); reason != "" || !s.Compare {
		return reason, nil
	}
	want, err := s.run(ctx, p, text, true)
	if err != nil {
		return "", err
	}
	if got.Status != want.Status {
		return fmt.Sprintf("status %d, compiled %d", got.Status, want.Status), nil
	}
	return difference(got.Stdout, want.Stdout), nil
}

// run runs the text of a program with the engine, or compiled.
func (s *Suite) run(ctx context.Context, p Program, text string, compiled bool, flags ...string) (process.Result, error) {
	command := process.Command{
		Folder:  filepath.Join(s.Root, filepath.FromSlash(path.Dir(p.Path))),
		Timeout: s.Timeout,
		Merged:  true, // Go's own tests compare both streams together
	}
	if compiled {
		executable, err := s.compiler().Build(ctx, path.Base(p.Path), text)
		if ctx.Err() != nil {
			return process.Result{}, ctx.Err()
		}
		if err != nil {
			return process.Result{Stdout: child.ErrorMark + err.Error(), Status: child.StatusRefused}, nil
		}
		command.Args = []string{executable}
		return command.Run(ctx)
	}
	file, err := s.write(p.Path, text)
	if err != nil {
		return process.Result{}, err
	}
	command.Args = slices.Concat(s.Child, flags, []string{"-memory", strconv.Itoa(s.Memory), file})
	return command.Run(ctx)
}

func (s *Suite) compiler() Compiler { return Compiler{Folder: filepath.Join(s.Work, "compiled")} }

// write puts a program that was changed where the child finds it. It keeps its
// name, which some programs look for in their tracebacks.
func (s *Suite) write(name, text string) (string, error) {
	file, err := filepath.Abs(filepath.Join(s.Work, "programs", filepath.FromSlash(name)))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", err
	}
	return file, os.WriteFile(file, []byte(text), 0o644)
}

// judge tells why a program failed; "" when it passed.
func judge(p Program, got process.Result) string {
	output := got.Stdout
	entered := strings.Contains(output, Mark+"\n")
	switch {
	case got.TimedOut:
		return "no end in time"
	case got.Status != child.StatusPassed:
		return failure(got)
	case !entered:
		return "main was not entered"
	}
	return difference(strings.Replace(output, Mark+"\n", "", 1), p.Output)
}

// failure finds what the session, or else the process, ended with.
func failure(got process.Result) string {
	if i := strings.LastIndex(got.Stdout, child.ErrorMark); i >= 0 {
		return got.Stdout[i+len(child.ErrorMark):]
	}
	for line := range strings.Lines(got.Stdout) {
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") || strings.HasPrefix(line, "SIG") {
			return fmt.Sprintf("status %d: %s", got.Status, line)
		}
	}
	if said := firstLine(strings.Replace(got.Stdout, Mark+"\n", "", 1)); said != "" {
		return fmt.Sprintf("status %d: %s", got.Status, said)
	}
	return fmt.Sprintf("status %d", got.Status)
}

// difference tells the first line at which an output is not what it should be.
func difference(got, want string) string {
	if got == want {
		return ""
	}
	a, b := strings.SplitAfter(got, "\n"), strings.SplitAfter(want, "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return fmt.Sprintf("other output, line %d: %q in place of %q", i+1, a[i], at(b, i))
		}
	}
	return fmt.Sprintf("output ends after %d of %d lines", len(a)-1, len(b)-1)
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}
