package kernel

import (
	"bytes"
	"crypto/rand"
	"os"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

const (
	pipeBuffer = 64 << 10
	// pipePause is how long a pipe is left alone after little was read from
	// it. Being woken for each printed line costs the cell that prints more
	// than the lines themselves.
	pipePause = 500 * time.Microsecond
	// closedWait is how long the end of a cell that closed the pipe waits for
	// the last of what it printed.
	closedWait = 100 * time.Millisecond
)

// How far a flush goes.
const (
	flushNone int32 = iota
	flushText       // all complete text; an unfinished UTF-8 sequence waits for its rest
	flushAll        // everything
)

// pipe stands in for one of the process's output files, and has a goroutine
// that reads what is written to it.
type pipe struct {
	r, w *os.File
	take func(text []byte) // gets what was read; must not keep it

	// flush writes mark behind what has been printed, and waits for marked.
	// The mark is random, so no text has it by chance, and it is taken out
	// before anybody sees it. It is looked for only while one is expected.
	mark     []byte
	expected atomic.Int32 // flushNone: no mark is on its way
	marked   chan struct{}
	hurry    chan struct{} // ends a pause
	ended    chan struct{} // closed when nothing more is read
	// busy is true from before something is taken out of the pipe until take
	// has it. So a pipe that is empty and then not busy needs no flush, which
	// would wake the goroutine at the end of every cell.
	busy atomic.Bool
}

func newPipe(take func(text []byte)) (*pipe, error) {
	r, w, err := blockingPipe()
	if err != nil {
		return nil, err
	}
	p := &pipe{
		r: r, w: w, take: take,
		mark:   make([]byte, 24),
		marked: make(chan struct{}, 1),
		hurry:  make(chan struct{}, 1),
		ended:  make(chan struct{}),
	}
	rand.Read(p.mark) // never fails: crypto/rand ends the program instead
	p.mark[0] = 0xFF  // in no UTF-8 text, so that searching is quick
	go p.read()
	return p, nil
}

// begin starts a flush; wait then waits until all that was printed before has
// been taken. In between, the flushes of both streams are under way. begin is
// false when a cell closed the pipe; what it printed before is then taken as
// soon as no child process has the pipe open, and wait looks for that.
func (p *pipe) begin(reach int32) bool {
	p.expected.Store(reach)
	if _, err := p.w.Write(p.mark); err != nil {
		p.expected.Store(flushNone)
		return false
	}
	select {
	case p.hurry <- struct{}{}:
	default:
	}
	return true
}

// quiet says that all that was printed has been taken.
func (p *pipe) quiet() bool { return canWait && unread(p.r) == 0 && !p.busy.Load() }

func (p *pipe) wait(begun bool) {
	var limit <-chan time.Time
	if !begun {
		limit = time.After(closedWait)
	}
	select {
	case <-p.marked:
	case <-p.ended:
	case <-limit:
	}
}

// broken says that the pipe can't be used any more: a cell closed it.
func (p *pipe) broken() bool {
	_, err := p.w.Stat()
	return err != nil
}

// close ends the pipe; what was not flushed is lost. A child process that still
// has the pipe keeps the goroutine reading, until it ends too.
func (p *pipe) close() {
	p.w.Close()
	select {
	case <-p.ended:
	case <-time.After(closedWait):
	}
}

// read is the goroutine. It ends when the pipe is closed.
func (p *pipe) read() {
	defer close(p.ended)
	defer p.r.Close()
	pause := time.NewTimer(0)
	defer pause.Stop()
	buf := make([]byte, pipeBuffer)
	kept := 0 // bytes at the start of buf that are not ready yet
	for {
		p.busy.Store(kept > 0)
		waitReadable(p.r)
		p.busy.Store(true)
		n, err := p.r.Read(buf[kept:])
		reach := p.expected.Load()
		text, rest, found := cut(buf[:kept+n], p.mark, reach)
		p.taken(text)
		if found {
			p.expected.Store(flushNone)
			p.marked <- struct{}{}
			text, rest, _ = cut(rest, nil, flushNone)
			p.taken(text)
		}
		kept = copy(buf, rest)
		if err != nil {
			p.taken(buf[:kept])
			return
		}
		if !found && reach == flushNone && n < pipeBuffer/2 {
			pause.Reset(pipePause)
			select {
			case <-p.hurry:
			case <-pause.C:
			}
		}
	}
}

func (p *pipe) taken(text []byte) {
	if len(text) > 0 {
		p.take(text)
	}
}

// cut splits what was read into text that is ready and the rest, which belongs
// in front of what is read next: the unfinished start of a UTF-8 sequence or
// of an expected mark. If the mark is there, found is true, the mark gone, and
// what follows it in rest.
func cut(data, mark []byte, reach int32) (text, rest []byte, found bool) {
	if reach == flushNone {
		n := complete(data)
		return data[:n], data[n:], false
	}
	if at := bytes.Index(data, mark); at >= 0 {
		text, after := data[:at], data[at+len(mark):]
		if reach == flushAll {
			return text, after, true
		}
		n := complete(text)
		return text[:n], append(text[n:], after...), true
	}
	n := len(data)
	for i := max(0, n-len(mark)); i < n; i++ {
		if bytes.HasPrefix(mark, data[i:]) {
			n = i
			break
		}
	}
	n = complete(data[:n])
	return data[:n], data[n:], false
}

// complete is how much of data does not end within a UTF-8 sequence. Bytes that
// are no UTF-8 count as complete.
func complete(data []byte) int {
	for i := len(data) - 1; i >= 0 && i > len(data)-utf8.UTFMax; i-- {
		if utf8.RuneStart(data[i]) {
			if utf8.FullRune(data[i:]) {
				break
			}
			return i
		}
	}
	return len(data)
}
