package kernel

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/kernel/cell"
)

// startInput replaces os.Stdin until the test ends. What is asked is answered
// from answers; its end interrupts.
func startInput(t *testing.T, answers ...any) *input {
	t.Helper()
	original := os.Stdin
	left := make(chan any, len(answers))
	for _, a := range answers {
		left <- a
	}
	in, err := captureInput(func() (string, error) {
		select {
		case a := <-left:
			if err, ok := a.(error); ok {
				return "", err
			}
			return a.(string), nil
		default:
			return "", errors.New("asked once more")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.close(true)
		if os.Stdin != original {
			t.Error("os.Stdin is not what it was")
		}
		if len(left) > 0 {
			t.Errorf("%d answers were not asked for", len(left))
		}
	})
	return in
}

// This version of Go has the lock that tells that somebody reads. If this test
// fails, find the lock's new name for reading.go.
func TestReadLock(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	lock := readLockOf(r)
	if lock == nil {
		t.Fatal("the lock is not there")
	}
	if lock.held() || lock.closed() {
		t.Error("held or closed before anybody reads")
	}
	r.Close()
	if !lock.closed() {
		t.Error("not closed after Close")
	}
	if w.Close(); readLockOf(w) != nil {
		t.Error("a closed file has a lock that works")
	}
}

func TestInput(t *testing.T) {
	long := strings.Repeat("é", 50_000) // more than a pipe holds
	for _, row := range []struct {
		name    string
		answers []any
		read    func() string
		want    string
	}{
		{"Scan", []any{"7 8"}, func() string {
			var a, b int
			n, err := fmt.Scan(&a, &b)
			return fmt.Sprint(a, b, n, err)
		}, "7 8 2 <nil>"},
		{"Scan over two answers", []any{"7", "8"}, func() string {
			var a, b int
			n, err := fmt.Scan(&a, &b)
			return fmt.Sprint(a, b, n, err)
		}, "7 8 2 <nil>"},
		{"Scanln of an empty answer", []any{""}, func() string {
			var s string
			_, err := fmt.Scanln(&s)
			return fmt.Sprint(err)
		}, "unexpected newline"},
		{"Reader", []any{"abc", ""}, func() string {
			r := bufio.NewReader(os.Stdin)
			one, _ := r.ReadString('\n')
			two, _ := r.ReadString('\n')
			return fmt.Sprintf("%q %q", one, two)
		}, `"abc\n" "\n"`},
		{"Scanner, long, then nobody to ask", []any{long, cell.ErrNoInput}, func() string {
			s := bufio.NewScanner(os.Stdin)
			s.Buffer(nil, 1<<20)
			text := ""
			for s.Scan() {
				text += s.Text()
			}
			return fmt.Sprint(text == long, s.Err())
		}, "true <nil>"},
		{"byte by byte", []any{strings.Repeat("x", 30_000), cell.ErrNoInput}, func() string {
			n, b := 0, make([]byte, 1)
			for {
				if _, err := os.Stdin.Read(b); err != nil {
					return fmt.Sprint(n, err)
				}
				n++
			}
		}, "30001 EOF"},
		{"nobody to ask", []any{cell.ErrNoInput}, func() string {
			text, err := io.ReadAll(os.Stdin)
			return fmt.Sprintf("%q %v", text, err)
		}, `"" <nil>`},
		{"interrupted", []any{cell.ErrInterrupted}, func() string {
			_, first := os.Stdin.Read(make([]byte, 1))
			_, second := os.Stdin.Read(make([]byte, 1))
			return fmt.Sprint(errors.Is(first, os.ErrDeadlineExceeded), errors.Is(second, os.ErrDeadlineExceeded))
		}, "true true"},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := startInput(t, row.answers...)
			in.begin()
			if got := row.read(); got != row.want {
				t.Errorf("read %q, want %q", got, row.want)
			}
			in.end()
		})
	}
}

// A reader that a cell keeps works on in later cells, also after an interrupt.
func TestInputOfLaterCells(t *testing.T) {
	in := startInput(t, "one", cell.ErrInterrupted, "two")
	r := bufio.NewReader(os.Stdin)
	for _, want := range []string{"one\n", "", "two\n"} {
		in.begin()
		if got, _ := r.ReadString('\n'); got != want {
			t.Errorf("read %q, want %q", got, want)
		}
		in.end()
	}
}

// What a cell has done to os.Stdin does not last: closed, at its end, or left
// without an answer.
func TestInputIsOpenedAgain(t *testing.T) {
	for _, row := range []struct {
		name    string
		answers []any
		cell    func()
	}{
		{"closed", []any{"x"}, func() { os.Stdin.Close() }},
		{"at its end", []any{cell.ErrNoInput, "x"}, func() { io.ReadAll(os.Stdin) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := startInput(t, row.answers...)
			in.begin()
			row.cell()
			in.end()
			in.begin()
			var s string
			if _, err := fmt.Scanln(&s); s != "x" || err != nil {
				t.Errorf("read %q, %v", s, err)
			}
			in.end()
		})
	}
}

// A cell may have an os.Stdin of its own, which stays.
func TestInputOfACellsOwn(t *testing.T) {
	in := startInput(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ours := os.Stdin
	in.begin()
	os.Stdin.Close()
	os.Stdin = r
	in.end()
	in.begin()
	if os.Stdin != r {
		t.Error("os.Stdin was replaced")
	}
	w.WriteString("own\n")
	w.Close()
	var s string
	if fmt.Scanln(&s); s != "own" {
		t.Errorf("read %q", s)
	}
	os.Stdin = ours
	in.end()
	os.Stdin = in.r
}

// Who waits when a cell ends is asked about in the next one.
func TestInputOfAGoroutine(t *testing.T) {
	in := startInput(t, "for the goroutine")
	read := make(chan string)
	go func() {
		s, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		read <- s
	}()
	for !in.lock.held() {
		runtime.Gosched()
	}
	in.begin()
	if got := <-read; got != "for the goroutine\n" {
		t.Errorf("read %q", got)
	}
	in.end()
}
