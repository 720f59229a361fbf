package engine_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// notebook runs cells as a kernel does.
type notebook struct {
	kernel.Interpreter
	count int
}

func newNotebook(t testing.TB, o engine.Options) *notebook {
	t.Helper()
	in, err := engine.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &notebook{Interpreter: in}
}

// run runs a cell with the next number.
func (n *notebook) run(code string) (*display.Data, error) {
	n.count++
	return n.Execute(kernel.Cell{Code: code, Count: n.count, Context: context.Background()})
}

// shows is what a cell shows: the text of its value, or "Name: Message".
func (n *notebook) shows(code string) string {
	data, err := n.run(code)
	var failure *kernel.CellError
	switch {
	case errors.As(err, &failure):
		return failure.Name + ": " + failure.Message
	case err != nil:
		return fmt.Sprintf("%T: %v", err, err)
	case data == nil:
		return ""
	}
	return fmt.Sprint(data.Data[display.MIMETypeText])
}

// must runs a cell that does not fail.
func (n *notebook) must(t testing.TB, code string) {
	t.Helper()
	if _, err := n.run(code); err != nil {
		t.Fatalf("cell %d: %v", n.count, err)
	}
}

// last runs cells and is what the last one shows.
func (n *notebook) last(t testing.TB, code []string) string {
	t.Helper()
	for _, c := range code[:len(code)-1] {
		n.must(t, c)
	}
	return n.shows(code[len(code)-1])
}

// traceback is what the notebook prints of a failed cell, without colours.
func (n *notebook) traceback(t testing.TB, code string) string {
	t.Helper()
	_, err := n.run(code)
	var failure *kernel.CellError
	if !errors.As(err, &failure) {
		t.Fatalf("error is %v, want a *kernel.CellError", err)
	}
	return strings.NewReplacer("\x1b[31m", "", "\x1b[0m", "").Replace(strings.Join(failure.Traceback, "\n"))
}

func lines(l ...string) string { return strings.Join(l, "\n") }

// printed is what f writes to a stream, os.Stdout or os.Stderr. Tests that use it
// are not parallel.
func printed(t *testing.T, stream **os.File, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := *stream
	*stream = w
	all := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		all <- string(b)
	}()
	func() {
		defer func() { *stream = old }()
		f()
	}()
	w.Close()
	return strings.TrimSuffix(<-all, "\n")
}

// stderr replaces os.Stderr and gives a function that reads its next line.
func stderr(t *testing.T) (line func() string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = w
	t.Cleanup(func() {
		os.Stderr = old
		w.Close()
		r.Close()
	})
	from := bufio.NewReader(r)
	return func() string {
		s, err := from.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSuffix(s, "\n")
	}
}
