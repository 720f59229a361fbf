package interp

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"reflect"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/cosmos72/gomacro/base"
	"github.com/cosmos72/gomacro/base/output"
	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/go/scanner"

	"github.com/ipyauth/ipyauth"
	"github.com/ipyauth/ipyauth/internal/cells/show"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

// The names of errors that have no type of their own.
const (
	nameCompile     = "CompileError"
	nameInterrupted = "Interrupted"
	namePanic       = "panic"         // of something that is no error
	nameRuntime     = "runtime.Error" // Go's own, or what gomacro reports in its place
)

// compileError is why a cell was not run.
type compileError struct {
	pos token.Pos // NoPos where gomacro does not say
	msg string
}

func (e compileError) Error() string { return e.msg }

// failure makes what the notebook shows of p, which a cell panicked with.
func (in *interpreter) failure(x *execution, p any) *kernel.CellError {
	if !x.running {
		return compileFailure(x.source, asCompileError(x.source, in.comp.Pos, p))
	}
	e := &kernel.CellError{}
	e.Name, e.Message = describe(p)
	if err, ok := p.(error); ok && x.interrupted.Load() && errors.Is(err, context.Canceled) {
		e.Name = nameInterrupted
	}
	e.Traceback = append(headline(e), in.trace(x)...)
	return e
}

func compileFailure(src *source, c compileError) *kernel.CellError {
	e := &kernel.CellError{Name: nameCompile}
	if !c.pos.IsValid() {
		e.Message = fmt.Sprintf("%s: %s", src.name(), explain(c.msg, ""))
		e.Traceback = headline(e)
		return e
	}
	at := src.place(c.pos)
	e.Message = fmt.Sprintf("%s:%d:%d: %s", src.name(), at.line, at.column, explain(c.msg, src.line(at.line)))
	e.Traceback = append(headline(e), src.excerpt(at)...)
	return e
}

// headline is the first line of a traceback.
func headline(e *kernel.CellError) []string {
	return []string{"\x1b[31m" + e.Name + "\x1b[0m: " + e.Message}
}

// describe names a panic of running code.
func describe(p any) (name, message string) {
	switch p := p.(type) {
	case base.Signal:
		return nameInterrupted, "the cell was interrupted"
	case *kernel.CellError:
		return p.Name, p.Message
	case output.RuntimeError:
		// Its position is where the compiler was last, not where this happened.
		_, _, msg := cutPosition(p.Error())
		return nameRuntime, oneLine(msg)
	case *fast.TypeAssertionError:
		return nameRuntime, strings.NewReplacer("<", "", ">", "").Replace(p.Error())
	case *reflect.ValueError:
		return nameRuntime, "runtime error: invalid memory address or nil pointer dereference"
	case runtime.Error:
		return nameRuntime, p.Error()
	case error:
		if errors.Is(p, cell.ErrInterrupted) || errors.Is(p, ipyauth.ErrInterrupted) {
			return nameInterrupted, p.Error()
		}
		return show.ErrorName(p), p.Error()
	case string:
		// Where compiled Go has a runtime error, gomacro meets one of reflect's.
		if cause, ok := strings.CutPrefix(p, "reflect"); ok {
			if _, cause, ok = strings.Cut(cause, ": "); ok {
				return nameRuntime, "runtime error: " + cause
			}
		}
		return namePanic, p
	}
	return namePanic, fmt.Sprint(p)
}

// asCompileError is a panic of gomacro's parser or compiler, with its position.
// at is where the compiler was, for panics that do not say.
func asCompileError(src *source, at token.Pos, p any) compileError {
	switch p := p.(type) {
	case compileError:
		return p
	case scanner.ErrorList:
		return compileError{src.pos(p[0].Pos.Line, p[0].Pos.Column), oneLine(p[0].Msg)}
	case output.RuntimeError:
		line, column, msg := cutPosition(p.Error())
		if line > 0 {
			at = src.pos(line, column)
		}
		return compileError{src.within(at), oneLine(msg)}
	case string:
		return compileError{src.within(at), oneLine(p)}
	}
	return compileError{src.within(at), "internal error: " + oneLine(fmt.Sprint(p))}
}

// within is pos, or NoPos when it is in another cell.
func (s *source) within(pos token.Pos) token.Pos {
	if s.contains(pos) {
		return pos
	}
	return token.NoPos
}

var positionPrefix = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^cell -?\d+:(\d+)(?::(\d+))?: `)
})

// cutPosition takes the position off a message of gomacro. line 0: it has none.
func cutPosition(msg string) (line, column int, rest string) {
	m := positionPrefix().FindStringSubmatch(msg)
	if m == nil {
		return 0, 0, msg
	}
	line, _ = strconv.Atoi(m[1])
	column, _ = strconv.Atoi(m[2])
	return line, max(column, 1), msg[len(m[0]):]
}

// oneLine joins gomacro's indented continuation lines.
func oneLine(msg string) string {
	if rest, ok := strings.CutPrefix(msg, "error compiling assignment: "); ok {
		// The statement, which is shown anyway, then the reason.
		if _, reason, ok := strings.Cut(rest, "\n\t"); ok {
			msg = reason
		}
	}
	return strings.Join(strings.Fields(msg), " ")
}
