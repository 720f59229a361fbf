package kernel

import (
	"encoding/json"
	"io"
	"log"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

const (
	// streamPause is the least time between two stream messages, unless
	// streamSize is reached before: what is printed in many small writes
	// becomes few messages, of which the first leaves at once. Front ends
	// and the server limit messages per second.
	streamPause = 10 * time.Millisecond
	streamSize  = 256 << 10
	chunkCost   = 64 // what a chunk counts for besides its text
)

// output shows what the process prints. os.Stdout, os.Stderr and the log
// package write into two pipes for as long as it lives; a goroutine reads each
// (pipe.go). What they read waits here for a moment, in the order it was read,
// to become stream messages. So text keeps its order within a stream; between
// the streams the order is that of reading, which is close.
//
// Memory is bounded: when streamSize is waiting, who read it publishes it, and
// reads nothing meanwhile; the pipe fills, and who prints waits.
//
// A nil *output captures nothing.
type output struct {
	publish func(parent json.RawMessage, name, text string)
	streams [2]*stream
	log     io.Writer // what the log package wrote to before
	dirty   chan struct{}
	stop    chan struct{}
	stopped sync.WaitGroup

	flushing sync.Mutex // held by flush: one mark at a time in each pipe
	order    sync.Mutex // held while chunks are taken and published
	hidden   *hidden
	masks    [2]streamMask // of streams; order guards them

	mu     sync.Mutex
	chunks []chunk
	size   int             // of all chunks
	parent json.RawMessage // of what is read from now on
	fresh  bool            // the next text starts a new chunk
}

// chunk is text of one stream that belongs to one cell.
type chunk struct {
	parent json.RawMessage
	name   string
	text   []byte
}

// stream is os.Stdout or os.Stderr.
type stream struct {
	name     string
	variable **os.File
	original *os.File

	mu   sync.Mutex
	pipe *pipe
}

// capture replaces the process's standard output and error. publish is called
// with text in its order, never twice at a time.
func capture(publish func(parent json.RawMessage, name, text string), hidden *hidden) (*output, error) {
	o := &output{
		publish: publish,
		hidden:  hidden,
		streams: [2]*stream{
			{name: streamNames[0], variable: &os.Stdout, original: os.Stdout},
			{name: streamNames[1], variable: &os.Stderr, original: os.Stderr},
		},
		dirty: make(chan struct{}, 1),
		stop:  make(chan struct{}),
	}
	for _, s := range o.streams {
		if err := o.open(s); err != nil {
			o.restore(true)
			return nil, err
		}
	}
	o.log = log.Writer()
	log.SetOutput(o.streams[1])
	o.stopped.Go(o.run)
	return o, nil
}

// open gives a stream a new pipe.
func (o *output) open(s *stream) error {
	p, err := newPipe(func(text []byte) { o.add(s.name, text) })
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pipe == nil || *s.variable == s.pipe.w {
		*s.variable = p.w // else a cell has set it to something of its own
	}
	s.pipe = p
	return nil
}

func (s *stream) current() *pipe {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pipe
}

// Write is where the log package writes.
func (s *stream) Write(text []byte) (int, error) { return s.current().w.Write(text) }

// begin labels what is printed from now on as output of a cell. Goroutines that
// outlive their cell cannot be told apart: what they print belongs to the cell
// that started last. Streams that a cell closed are opened again.
func (o *output) begin(cell json.RawMessage) {
	if o == nil {
		return
	}
	for _, s := range o.streams {
		if s.current().broken() {
			o.open(s) // without file descriptors left the next cell tries again
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.parent, o.fresh = cell, true
}

// flush publishes everything that was printed before it was called. At the end
// of a cell that includes an unfinished UTF-8 sequence.
func (o *output) flush(end bool) {
	if o == nil {
		return
	}
	reach := flushText
	if end {
		reach = flushAll
	}
	o.flushing.Lock()
	defer o.flushing.Unlock()
	var pipes [2]*pipe
	var begun [2]bool
	for i, s := range o.streams {
		if p := s.current(); !p.quiet() {
			pipes[i] = p
			begun[i] = p.begin(reach)
		}
	}
	for i, p := range pipes {
		if p != nil {
			p.wait(begun[i])
		}
	}
	keep := keepLong
	if end {
		keep = keepNone
	}
	o.drain(keep)
}

// settle is flush, and decides about what may be the start of a secret: it is
// asked before a secret is forgotten.
func (o *output) settle() {
	if o != nil {
		o.flush(false)
		o.drain(keepNone)
	}
}

// add takes what was read from a stream.
func (o *output) add(name string, text []byte) {
	o.mu.Lock()
	if last := len(o.chunks) - 1; last >= 0 && !o.fresh && o.chunks[last].name == name {
		o.chunks[last].text = append(o.chunks[last].text, text...)
	} else {
		o.chunks = append(o.chunks, chunk{o.parent, name, append([]byte(nil), text...)})
		o.size += chunkCost
		o.fresh = false
	}
	o.size += len(text)
	full := o.size >= streamSize
	o.mu.Unlock()
	if full {
		o.drain(keepAll)
		return
	}
	select {
	case o.dirty <- struct{}{}:
	default:
	}
}

// drain publishes what is waiting, without secrets. It reports whether it kept
// some bytes back that the next drain publishes.
func (o *output) drain(keep extent) (kept bool) {
	o.order.Lock()
	defer o.order.Unlock()
	o.mu.Lock()
	chunks := o.chunks
	o.chunks, o.size = nil, 0
	o.mu.Unlock()
	m := o.hidden.mask()
	var grew [2]bool
	for _, c := range chunks {
		i := slices.Index(streamNames[:], c.name)
		grew[i], o.masks[i].parent = true, c.parent
		text, found := o.masks[i].next(m, c.text, keepAll)
		o.show(c.parent, c.name, text, found)
	}
	for i := range o.masks {
		s := &o.masks[i]
		if grew[i] && keep == keepAll {
			kept = kept || s.short()
			continue
		}
		text, found := s.next(m, nil, max(keep, keepLong))
		o.show(s.parent, streamNames[i], text, found)
	}
	return kept
}

var streamNames = [2]string{jupyter.Stdout, jupyter.Stderr}

// show publishes text, and what is to be said about a secret that is not in it.
func (o *output) show(parent json.RawMessage, name string, text []byte, found *pattern) {
	if len(text) > 0 {
		o.publish(parent, name, string(text))
	}
	if hint := o.hidden.hint(found); hint != "" {
		o.publish(parent, jupyter.Stderr, hint)
	}
}

// run publishes what is not flushed, a little after it was printed.
func (o *output) run() {
	kept := false
	for {
		if !kept {
			select {
			case <-o.dirty:
			case <-o.stop:
				return
			}
		}
		kept = o.drain(keepAll)
		select {
		case <-time.After(streamPause):
		case <-o.stop:
			return
		}
	}
}

// close publishes what is left, and puts the originals back if no cell runs any
// more that may be using the variables.
func (o *output) close(restore bool) {
	o.flush(true)
	close(o.stop)
	o.stopped.Wait()
	if w := log.Writer(); w == o.streams[1] || w == o.streams[1].current().w { // the latter was set by a cell
		log.SetOutput(o.log)
	}
	o.restore(restore)
	o.drain(keepNone)
}

// restore closes the pipes, after putting the originals back.
func (o *output) restore(variables bool) {
	for _, s := range o.streams {
		p := s.current()
		if p == nil {
			continue
		}
		if variables && *s.variable == p.w {
			*s.variable = s.original
		}
		p.close()
	}
}

// publishStream sends text that was printed: messaging specification,
// "Streams".
//
// A silent cell's text is sent too, with that cell as parent: it may be that of
// another cell's goroutine, and its sender knows not to show it.
func (k *kernel) publishStream(parent json.RawMessage, name, text string) {
	k.publish(jupyter.TypeStream, parent, jupyter.Stream{Name: name, Text: text})
}
