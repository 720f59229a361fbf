// Package engine runs cells of current Go.
//
//	s := engine.NewSession()
//	values, err := s.Run(ctx, "cell 1", `1 + 1`)
//
// A cell is taken apart (source), checked by go/types (check), compiled to closures
// over typed memory (compile, lower) and run (run). Its values are ordinary Go
// values, of types that are made in memory (rtype, typemap), so compiled code may
// keep them and call their methods.
package engine

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/compile"
	"github.com/ipyauth/ipyauth/internal/engine/run"
	"github.com/ipyauth/ipyauth/internal/engine/source"
	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
)

// goVersion is the language that cells are written in.
const goVersion = "go1.26"

// Session is what the cells have declared so far. One cell runs at a time.
type Session struct {
	sources source.Sources
	checker *check.Session
	program *compile.Program
	library *library

	// Packages that only this session has, nil until they are needed.
	own         *types.Package // what cells can call without an import
	gophernotes *types.Package

	mu      sync.Mutex
	running *run.Thread // the thread of the running cell, nil between cells
}

// NewSession is a session without names.
func NewSession() *Session { return newSession(check.Options{}) }

// NewStrictSession is a session that tells all errors of a cell, those too that are
// no errors in cells: for test suites that know what a Go compiler reports.
func NewStrictSession() *Session {
	const all = 1 << 20
	s := newSession(check.Options{Strict: true, MaxErrors: all})
	s.sources.MaxErrors = all
	return s
}

func newSession(o check.Options) *Session {
	o.Candidates, o.GoVersion = stdlib.ByName, goVersion
	s := &Session{library: newLibrary()}
	s.library.guards["runtime.Caller"] = reflect.ValueOf(s.caller)
	s.checker = check.New(s.importPackage, o)
	s.program = compile.New(s.library)
	return s
}

func newLibrary() *library { return &library{guards: guards(), methods: guardedMethods()} }

// Refused is why a cell was not run.
type Refused struct {
	Errors []Problem
}

// Problem is one error of the compiler.
type Problem struct {
	At      source.Position
	Message string
}

// Error is all errors, a line each.
func (r *Refused) Error() string {
	var lines []string
	for _, p := range r.Errors {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// String is the message behind its place.
func (p Problem) String() string {
	if p.At.Line == 0 {
		return p.Message
	}
	return p.At.String() + ": " + p.Message
}

// Failed is how a cell ended that ran: with a panic that nothing recovered.
type Failed struct {
	Value any
	Trace []Call
}

// Call is a call that was under way.
type Call struct {
	Function string
	At       source.Position // zero for compiled code
}

// Unwrap is the error that the cell panicked with, nil when it is none.
func (f *Failed) Unwrap() error {
	err, _ := f.Value.(error)
	return err
}

// Error is the panic, as Go prints one.
func (f *Failed) Error() string {
	switch v := f.Value.(type) {
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(f.Value)
}

// ErrInterrupted is what Run fails with for a cell that was interrupted.
var ErrInterrupted = errors.New("the cell was interrupted")

// Result is what a cell ended with.
type Result struct {
	Values []reflect.Value // of the expression at its end
	Unit   *check.Unit
	Notes  []string
	// Left reports that the cell waits in compiled code, which could not be
	// stopped: its goroutine was left behind.
	Left bool
}

// Run runs one cell. The error is a [*Refused], a [*Failed], which is
// ErrInterrupted for an interrupted cell, or ErrInterrupted. The result is nil for
// a cell that was refused.
func (s *Session) Run(ctx context.Context, name, code string) (*Result, error) {
	parsed, faults := s.sources.Parse(name, code)
	if len(faults) > 0 {
		return nil, s.refused(faults)
	}
	unit, faults := s.checker.Check(parsed)
	if len(faults) > 0 {
		for i, f := range faults {
			if strings.HasPrefix(f.Msg, "undefined: ") {
				faults[i].Msg = source.Hint(s.sources.Position(f.Pos).Text, f.Msg)
			}
		}
		return nil, s.refused(faults)
	}
	cell, err := s.compile(name, unit)
	if err != nil {
		return nil, err
	}
	result := &Result{Unit: unit, Notes: unit.Notes}
	failure, left := s.execute(ctx, name, cell.Run)
	if failure != nil {
		s.program.Drop(unit.Drop(token.Pos(failure.Outer.Pos)))
	}
	unit.Commit()
	result.Left = left
	if left {
		return result, ErrInterrupted
	}
	if failure != nil {
		return result, s.failed(failure)
	}
	result.Values = cell.Values()
	return result, nil
}

// compile compiles a checked cell. What the engine cannot compile is a fault of the
// engine, and refused like any other.
func (s *Session) compile(name string, u *check.Unit) (cell *compile.Cell, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Refused{[]Problem{{source.Position{Cell: name, Line: 1, Column: 1}, fmt.Sprint("internal error: ", p)}}}
		}
	}()
	return s.program.Unit(name, u), nil
}

// patience is how long an interrupted cell may take to reach its next step before
// its goroutine is left behind.
const patience = 300 * time.Millisecond

// guarded runs f as the code of a cell runs: it can be interrupted, and a panic is
// an error. When it is left behind, what it has written must not be read.
func (s *Session) guarded(ctx context.Context, name string, f func()) error {
	failure, left := s.execute(ctx, name, func(run.Ptr) { f() })
	if left {
		return ErrInterrupted
	}
	if failure != nil {
		return s.failed(failure)
	}
	return nil
}

// execute runs body on a goroutine of its own.
func (s *Session) execute(ctx context.Context, name string, body func(run.Ptr)) (failure *run.Failure, left bool) {
	th := run.NewThread(name)
	s.mu.Lock()
	s.running = th
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.running = nil
		s.mu.Unlock()
	}()
	ended := make(chan *run.Failure, 1)
	go func() {
		exited := &run.Failure{Value: errGoexit}
		defer func() { ended <- exited }()
		exited = th.Do(body)
	}()
	select {
	case failure := <-ended:
		return failure, false
	case <-ctx.Done():
	case <-th.Done():
	}
	th.Interrupt()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case failure := <-ended:
		return failure, false
	case <-timer.C:
		return nil, true
	}
}

// errGoexit is how a cell fails that ends its goroutine.
var errGoexit = Exit{Function: "runtime.Goexit"}

// Interrupt stops the running cell, if there is one.
func (s *Session) Interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		s.running.Interrupt()
	}
}

func (s *Session) refused(faults []source.Error) error {
	r := &Refused{}
	for _, f := range faults {
		r.Errors = append(r.Errors, Problem{s.sources.Position(f.Pos), f.Msg})
	}
	return r
}

func (s *Session) failed(f *run.Failure) error {
	failed := &Failed{Value: f.Value, Trace: s.calls(f.Trace)}
	if _, ok := f.Value.(run.Interrupted); ok {
		failed.Value = ErrInterrupted
	}
	return failed
}

// calls says where the frames of a traceback are.
func (s *Session) calls(frames []run.Frame) (calls []Call) {
	for _, f := range frames {
		calls = append(calls, Call{f.Function, s.sources.Position(token.Pos(f.Pos))})
	}
	return calls
}
