// Package cells is a session of cells apart from the language that they are in:
// the commands at a cell's start, and which engine runs the rest.
//
//	in, err := cells.New(cells.Options{})
//	data, err := in.Execute(kernel.Cell{Code: "%engine go\n1 + 1", Count: 1})
//
// Each engine is a session of its own, with its own variables, which lives on
// while the other one runs cells. It is made when it is first needed.
//
// # Goroutines
//
// The goroutine that calls New runs every cell, and asks for completions and
// descriptions, between cells. Interrupt and IsComplete may be called from
// everywhere.
package cells

import (
	"context"
	"sync"

	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// Options configures New. The zero value is what a kernel wants.
type Options struct {
	// Engine runs the cells until %engine names another one: EngineGo or
	// EngineGomacro, "" for DefaultEngine.
	Engine string
	// Publish shows what cells pass to Display. nil means cell.Publish.
	Publish func(cell.Display) error
}

// session is the two engines of a notebook, and its commands.
type session struct {
	options    Options
	engines    map[string]kernel.Interpreter
	thirdParty bool // %go111module on

	mu      sync.Mutex
	name    string             // of the engine that runs cells
	current kernel.Interpreter // that engine
	cancel  context.CancelCauseFunc
}

// New makes a session that belongs to the calling goroutine.
func New(o Options) (kernel.Interpreter, error) {
	if o.Engine == "" {
		o.Engine = DefaultEngine
	}
	s := &session{options: o, engines: map[string]kernel.Interpreter{}}
	if err := s.use(o.Engine); err != nil {
		return nil, err
	}
	return s, nil
}

// Language describes Go as the session's first engine runs it.
func (s *session) Language() kernel.Language { return s.engine().Language() }

// Execute runs the commands of a cell, and the rest of it with the engine that
// they have left. Errors are those of the engine, and *kernel.CellError.
func (s *session) Execute(c kernel.Cell) (*display.Data, error) {
	commands, rest := split(c.Code)
	if len(commands) == 0 {
		return s.engine().Execute(c)
	}
	ctx, end := s.begin(c.Context)
	err := s.runCommands(ctx, c.Count, commands)
	end()
	if err != nil {
		return nil, err
	}
	c.Code = rest
	return s.engine().Execute(c)
}

// begin is the context of commands, which Interrupt ends.
func (s *session) begin(parent context.Context) (ctx context.Context, end func()) {
	if parent == nil {
		parent = context.Background()
	}
	ctx, cancel := context.WithCancelCause(parent)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancel = cancel
	return ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.cancel = nil
		cancel(nil)
	}
}

// Interrupt stops the running cell, or the program that it runs.
func (s *session) Interrupt() {
	s.mu.Lock()
	current, cancel := s.current, s.cancel
	s.mu.Unlock()
	if cancel != nil {
		cancel(cell.ErrInterrupted)
		return
	}
	current.Interrupt()
}

// IsComplete asks the engine, of the code below the commands.
func (s *session) IsComplete(code string) (status, indent string) {
	checker, ok := s.engine().(kernel.Checker)
	if !ok {
		return "unknown", ""
	}
	_, rest := split(code)
	return checker.IsComplete(rest)
}

// Complete completes commands, and asks the engine for all else.
func (s *session) Complete(code string, cursor int) kernel.Completion {
	if c, ok := completeCommand(upTo(code, cursor)); ok {
		return c
	}
	completer, ok := s.engine().(kernel.Completer)
	if !ok {
		return kernel.Completion{Start: cursor, End: cursor}
	}
	_, rest := split(code)
	return completer.Complete(rest, cursor)
}

// Inspect asks the engine. Nothing is told of commands.
func (s *session) Inspect(code string, cursor, detail int) (data *display.Data, found bool) {
	inspector, ok := s.engine().(kernel.Inspector)
	if !ok {
		return nil, false
	}
	_, rest := split(code)
	return inspector.Inspect(rest, cursor, detail)
}
