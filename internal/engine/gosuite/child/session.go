package child

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine"
)

// Session is one engine as the suites see it: cells run one after another, and
// what one declares the next ones know. What a cell prints goes to the standard
// streams of the process.
type Session interface {
	// Run runs one cell. A cell that does not compile, and so runs nothing,
	// is a [*Refused]; one that calls os.Exit is an [Exit]; any other error
	// is what ended a cell that ran.
	Run(name, code string) error
}

// Refused says why a cell does not compile: all its errors, not only the first
// ten, in the order of their positions.
type Refused struct {
	Errors []Message
}

// Message is one error of the compiler at its line and column, which count
// from 1.
type Message struct {
	Line, Column int
	Text         string
}

// String is the line that the command prints.
func (m Message) String() string { return fmt.Sprintf("%d:%d: %s", m.Line, m.Column, m.Text) }

// Error is all messages, a line each.
func (r *Refused) Error() string {
	lines := make([]string, len(r.Errors))
	for i, m := range r.Errors {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// Exit is what a cell ends with that calls os.Exit: its status.
type Exit int

// Error tells the status.
func (e Exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// New starts a session, a strict one to list all errors.
func New(strict bool) Session {
	if strict {
		return session{engine.NewStrictSession()}
	}
	return session{engine.NewSession()}
}

// session is the engine as the suites see it.
type session struct{ engine *engine.Session }

func (s session) Run(name, code string) error {
	_, err := s.engine.Run(context.Background(), name, code)
	if refused, ok := errors.AsType[*engine.Refused](err); ok {
		r := &Refused{}
		for _, p := range refused.Errors {
			r.Errors = append(r.Errors, Message{p.At.Line, p.At.Column, p.Message})
		}
		return r
	}
	if failed, ok := errors.AsType[*engine.Failed](err); ok {
		if exit, ok := failed.Value.(engine.Exit); ok {
			return Exit(exit.Status)
		}
	}
	return err
}
