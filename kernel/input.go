package kernel

import (
	"errors"
	"os"
	"sync"
	"time"

	"github.com/ipyauth/ipyauth/kernel/cell"
)

const (
	// A cell that reads os.Stdin is noticed by looking from time to time: first
	// when it has run for firstLook, which most cells don't.
	firstLook = 5 * time.Millisecond
	lookPause = 10 * time.Millisecond
)

// input is os.Stdin for cells: who reads it asks the user, as in a terminal.
// fmt.Scan, bufio and all other code need a real *os.File, so it is the end of
// a pipe. No system tells that somebody waits for the other end to write, but
// package os knows: its lock for reading is held meanwhile (reading.go). While
// a cell runs, a timer looks: is the lock held and the pipe empty, the user is
// asked and the answer written, with its line end.
//
// When the question is taken back, because the cell is interrupted or ends,
// reading fails with os.ErrDeadlineExceeded until the next cell; where the
// front end takes no input it finds the end of the file.
//
// A child process that was given os.Stdin is not seen waiting.
//
// A nil *input leaves os.Stdin alone.
type input struct {
	ask      func() (string, error)
	original *os.File
	timer    *time.Timer // runs look

	mu      sync.Mutex
	r, w    *os.File
	lock    *readLock // of r
	active  bool      // a cell runs
	cell    int       // its number
	asking  bool      // look is waiting for an answer
	refused bool      // r has a deadline
	ended   bool      // w is closed
	closed  bool
}

// captureInput replaces the process's standard input.
func captureInput(ask func() (string, error)) (*input, error) {
	in := &input{ask: ask, original: os.Stdin}
	in.timer = time.AfterFunc(time.Hour, in.look)
	in.timer.Stop()
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := in.open(); err != nil {
		return nil, err
	}
	return in, nil
}

// open makes the pipe. Where its lock cannot be seen nobody can be asked, and
// reading finds the end of the file. in.mu is held.
func (in *input) open() error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	if in.r == nil || os.Stdin == in.r {
		os.Stdin = r // else a cell has set it to something of its own
	}
	if in.r != nil {
		in.r.Close()
		in.w.Close()
	}
	in.r, in.w, in.refused, in.ended = r, w, false, false
	if in.lock = readLockOf(r); in.lock == nil {
		in.endOfFile()
	}
	return nil
}

// begin is called before a cell runs.
func (in *input) begin() {
	if in == nil {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.lock == nil {
		return
	}
	if in.ended || in.lock.closed() {
		in.open() // without file descriptors left the next cell tries again
	} else if in.refused {
		in.refused = in.r.SetReadDeadline(time.Time{}) != nil
	}
	in.active = true
	in.cell++
	in.timer.Reset(firstLook)
}

// end is called after a cell has run.
func (in *input) end() {
	if in == nil {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.active = false
	in.timer.Stop()
}

// look asks if somebody waits.
func (in *input) look() {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.asking || in.ended || in.closed || !in.active && !in.refused {
		return
	}
	waits := in.lock.held() && unread(in.r) == 0
	switch {
	case waits && in.refused: // the deadline does not help: the file has been made blocking
		in.endOfFile()
		return
	case waits:
		in.answer()
	}
	if in.active || in.refused && in.lock.held() {
		in.timer.Reset(lookPause)
	}
}

// answer asks and writes the answer. in.mu is held, except meanwhile.
func (in *input) answer() {
	in.asking = true
	number, w := in.cell, in.w
	in.mu.Unlock()
	text, err := in.ask()
	if err == nil {
		_, err = w.WriteString(text + "\n")
	}
	in.mu.Lock()
	in.asking = false
	switch {
	case err == nil || in.cell != number || in.closed: // a later cell asks anew
	case errors.Is(err, cell.ErrNoInput) || in.r.SetReadDeadline(time.Unix(1, 0)) != nil:
		in.endOfFile()
	default:
		in.refused = true
	}
}

// endOfFile lets all who read find the end of the file. in.mu is held.
func (in *input) endOfFile() {
	in.w.Close()
	in.ended = true
}

// close ends the pipe, after putting the original back.
func (in *input) close(restore bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed = true
	in.timer.Stop()
	if restore && os.Stdin == in.r {
		os.Stdin = in.original
	}
	in.w.Close()
	in.r.Close()
}

// scan is what a cell that reads os.Stdin asks.
func (k *kernel) scan() (string, error) { return k.prompt("", false) }
