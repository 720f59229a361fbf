package cells_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// session is a session of cells on a goroutine of its own, as in a kernel.
type session struct {
	interpreter kernel.Interpreter
	work        chan func()
	count       int
}

func newSession(t testing.TB, o cells.Options) *session {
	t.Helper()
	s := &session{work: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for f := range s.work {
			f()
		}
	}()
	t.Cleanup(func() { close(s.work) })
	var err error
	s.do(func() { s.interpreter, err = cells.New(o) })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// do runs f on the session's goroutine.
func (s *session) do(f func()) {
	done := make(chan struct{})
	s.work <- func() { defer close(done); f() }
	<-done
}

// execute runs a cell with the next number.
func (s *session) execute(code string) (data *display.Data, err error) {
	s.count++
	c := kernel.Cell{Code: code, Count: s.count, Context: context.Background()}
	s.do(func() { data, err = s.interpreter.Execute(c) })
	return data, err
}

// shows is what a cell shows: the text of its value, or "Name: Message".
func (s *session) shows(code string) string {
	data, err := s.execute(code)
	if err != nil {
		var failure *kernel.CellError
		if !errors.As(err, &failure) {
			return fmt.Sprintf("%T: %v", err, err)
		}
		return failure.Name + ": " + failure.Message
	}
	return text(data)
}

// text is the plain form of what a cell shows, "" for nothing.
func text(data *display.Data) string {
	if data == nil {
		return ""
	}
	return fmt.Sprint(data.Data[display.MIMETypeText])
}

// must runs a cell that does not fail.
func (s *session) must(t testing.TB, code string) {
	t.Helper()
	if _, err := s.execute(code); err != nil {
		t.Fatalf("cell %d: %v", s.count, err)
	}
}

// last runs cells and is what the last one shows.
func (s *session) last(t testing.TB, code []string) string {
	t.Helper()
	for _, c := range code[:len(code)-1] {
		s.must(t, c)
	}
	return s.shows(code[len(code)-1])
}

// want is what a row expects of both engines, or of each.
type want struct{ engineGo, gomacro string }

func both(text string) want { return want{text, text} }

func (w want) of(engine string) string {
	if engine == cells.EngineGo {
		return w.engineGo
	}
	return w.gomacro
}

// eachEngine runs a test with the options of each engine.
func eachEngine(t *testing.T, test func(t *testing.T, o cells.Options)) {
	for _, engine := range []string{cells.EngineGo, cells.EngineGomacro} {
		t.Run(engine, func(t *testing.T) { test(t, cells.Options{Engine: engine}) })
	}
}
