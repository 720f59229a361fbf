package interp_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/interp"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// session is an interpreter on a goroutine of its own, as in a kernel.
type session struct {
	interpreter kernel.Interpreter
	work        chan func()
	count       int
}

func newSession(t testing.TB, o interp.Options) *session {
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
	s.do(func() { s.interpreter, err = interp.New(o) })
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
	c := cellOf(code)
	c.Count = s.count
	s.do(func() { data, err = s.interpreter.Execute(c) })
	return data, err
}

func cellOf(code string) kernel.Cell {
	return kernel.Cell{Code: code, Count: 1, Context: context.Background()}
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

// traceback is what the notebook prints of a failed cell, without colours.
func (s *session) traceback(t testing.TB, code string) string {
	t.Helper()
	_, err := s.execute(code)
	var failure *kernel.CellError
	if !errors.As(err, &failure) {
		t.Fatalf("error is %v, want a *kernel.CellError", err)
	}
	return strings.NewReplacer("\x1b[31m", "", "\x1b[0m", "").Replace(strings.Join(failure.Traceback, "\n"))
}

// stderr replaces os.Stderr and the log's output, as a kernel does, and gives a
// function that reads its next line. Tests that use it are not parallel.
func stderr(t *testing.T) (line func() string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = w
	log.SetOutput(w)
	log.SetFlags(0)
	t.Cleanup(func() {
		os.Stderr = old
		log.SetOutput(old)
		log.SetFlags(log.LstdFlags)
		w.Close()
		r.Close()
	})
	lines := bufio.NewReader(r)
	return func() string {
		s, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return s[:len(s)-1]
	}
}
