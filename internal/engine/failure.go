package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/ipyauth/ipyauth"
	"github.com/ipyauth/ipyauth/internal/cells/show"
	"github.com/ipyauth/ipyauth/internal/engine/run"
	"github.com/ipyauth/ipyauth/internal/engine/source"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

// The names of errors that have no type of their own.
const (
	nameCompile     = "CompileError"
	nameInterrupted = "Interrupted"
	namePanic       = "panic" // of something that is no error
	nameRuntime     = "runtime.Error"
	nameExit        = "Exit"
)

// failure makes what the notebook shows of a cell that failed.
func (in *interpreter) failure(ctx context.Context, name string, err error) *kernel.CellError {
	if refused, ok := errors.AsType[*Refused](err); ok {
		return refused.cellError()
	}
	failed, ok := errors.AsType[*Failed](err)
	if !ok {
		failed = &Failed{Value: err}
	}
	e := &kernel.CellError{Name: nameInterrupted, Message: ErrInterrupted.Error()}
	if !errors.Is(err, ErrInterrupted) {
		e.Name, e.Message = in.session.describe(ctx, name, failed.Value)
	}
	e.Traceback = append([]string{headline(e)}, failed.trace()...)
	return e
}

// headline is the first line of a traceback.
func headline(e *kernel.CellError) string { return "\x1b[31m" + e.Name + "\x1b[0m: " + e.Message }

// cellError tells all errors of a cell that does not compile.
func (r *Refused) cellError() *kernel.CellError {
	e := &kernel.CellError{Name: nameCompile}
	for i, p := range r.Errors {
		line := p.String()
		if i == 0 {
			e.Message = line
			line = headline(e)
		}
		e.Traceback = append(e.Traceback, line)
		e.Traceback = append(e.Traceback, source.Excerpt(p.At)...)
	}
	return e
}

// describe names a panic. The methods of the value are the cell's, so that they
// run as its code does.
func (s *Session) describe(ctx context.Context, cellName string, value any) (name, message string) {
	if ctx.Err() != nil {
		ctx = context.Background() // the methods may still run, for a while
	}
	err := s.guarded(ctx, cellName, func() { name, message = describe(ctx, value) })
	if err != nil {
		return namePanic, fmt.Sprintf("%T, whose method panics too", value)
	}
	return name, message
}

func describe(ctx context.Context, value any) (name, message string) {
	switch v := value.(type) {
	case Exit:
		return nameExit, v.Error()
	case runtime.Error:
		return nameRuntime, v.Error()
	case error:
		if errors.Is(v, cell.ErrInterrupted) || errors.Is(v, ipyauth.ErrInterrupted) {
			return nameInterrupted, v.Error()
		}
		if errors.Is(v, context.Canceled) && ctx.Err() != nil {
			return nameInterrupted, v.Error()
		}
		return show.ErrorName(v), v.Error()
	}
	return namePanic, show.Text(value)
}

// maxCalls is how many calls a traceback lists.
const maxCalls = 16

// trace is the calls that were under way, the innermost first: the function and,
// below it, its place. Of the innermost place the line is told, too.
func (f *Failed) trace() (lines []string) {
	told := false
	for i, c := range f.Trace {
		if i == maxCalls {
			return append(lines, "...")
		}
		if c.Function != c.At.Cell {
			lines = append(lines, c.Function+"(...)")
		}
		if c.At.Line == 0 {
			continue
		}
		lines = append(lines, "    "+c.At.String())
		if text := strings.TrimSpace(c.At.Text); !told && text != "" {
			lines = append(lines, "        "+shortened(text))
			told = true
		}
	}
	return lines
}

// maxExcerpt is how much of a line a traceback repeats, in characters.
const maxExcerpt = 400

func shortened(line string) string {
	if r := []rune(line); len(r) > maxExcerpt {
		return string(r[:maxExcerpt]) + "..."
	}
	return line
}

// reporting is the session that tells of panics in goroutines: they may end when
// no cell runs.
var reporting atomic.Pointer[Session]

func init() { run.ReportGoroutine = reportGoroutine }

// reports makes s the session that tells of panics in goroutines.
func (s *Session) reports() { reporting.Store(s) }

// reportGoroutine prints a panic that ended a goroutine of a cell, and nothing
// else, which Go has no other means for.
func reportGoroutine(f *run.Failure) {
	s := reporting.Load()
	if s == nil {
		fmt.Fprintf(os.Stderr, "panic: %v\n", f.Value)
		return
	}
	failed := &Failed{Value: f.Value, Trace: s.calls(f.Trace)}
	name, message := s.describe(context.Background(), f.Name, f.Value)
	of := f.Name
	if strings.HasPrefix(of, "cell ") {
		// Compiled code has started it, to call a function of the cell.
		of, _, _ = strings.Cut(of, ".")
	}
	lines := append([]string{fmt.Sprintf("%s: %s (in a goroutine of %s)", name, message, of)}, failed.trace()...)
	fmt.Fprintln(os.Stderr, strings.Join(lines, "\n"))
}
