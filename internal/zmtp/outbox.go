package zmtp

import (
	"context"
	"errors"
	"sync"
)

// errGone means that the peer was dropped or its socket is closing.
var errGone = errors.New("peer is gone")

// outgoing is one message, or one command, on its way to a peer.
type outgoing struct {
	frames  [][]byte
	command bool
}

// size is what an entry counts for in its queue: its bytes, and something for what it occupies besides.
func (m outgoing) size() int64 {
	n := int64(64)
	for _, frame := range m.frames {
		n += 24 + int64(len(frame))
	}
	return n
}

// outbox is the queue between those who send to a peer and the goroutine that writes to it.
type outbox struct {
	limit int64
	room  chan struct{} // a token when the queue has fallen to the low mark; for one waiting sender
	gone  chan struct{} // closed when nothing more is accepted

	mu       sync.Mutex
	arrived  sync.Cond // on mu
	queue    []outgoing
	bytes    int64 // of queue, and of the entry being written
	finished bool
}

func newOutbox(limit int64) *outbox {
	o := &outbox{limit: limit, room: make(chan struct{}, 1), gone: make(chan struct{})}
	o.arrived.L = &o.mu
	return o
}

// offer appends an entry if there is room, else returns ErrQueueFull or errGone. It never blocks.
func (o *outbox) offer(m outgoing) error {
	size := m.size()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.finished {
		return errGone
	}
	if o.bytes > 0 && o.bytes+size > o.limit {
		return ErrQueueFull
	}
	o.queue = append(o.queue, m)
	o.bytes += size
	o.arrived.Signal()
	return nil
}

// put is offer that waits for room until ctx ends. Only one goroutine may wait at a time.
//
// It waits until a sixteenth of the limit is free, not just room for the entry. So the time limit that its
// caller sets is also a least speed: a peer that takes a byte now and then does not slow the caller for ever.
func (o *outbox) put(ctx context.Context, m outgoing) error {
	for {
		if err := o.offer(m); !errors.Is(err, ErrQueueFull) {
			return err
		}
		select {
		case <-o.room:
		case <-o.gone:
			return errGone
		case <-ctx.Done():
			return o.offer(m) // there may be room by now: another queue may have used up the time
		}
	}
}

// next waits for the entry to write; last says that none follows for now. ok is false when there will be none.
func (o *outbox) next() (m outgoing, last, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.queue) == 0 && !o.finished {
		o.arrived.Wait()
	}
	if len(o.queue) == 0 {
		return outgoing{}, true, false
	}
	m = o.queue[0]
	o.queue[0] = outgoing{} // let go of the frames
	o.queue = o.queue[1:]
	return m, len(o.queue) == 0, true
}

// done gives back the room of an entry that has been written.
func (o *outbox) done(m outgoing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes -= m.size()
	if o.bytes <= o.limit-o.limit/16 {
		select {
		case o.room <- struct{}{}:
		default:
		}
	}
}

// finish accepts nothing more; what is queued is still written.
func (o *outbox) finish() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.finished {
		o.finished = true
		close(o.gone)
	}
	o.arrived.Broadcast()
}

// discard is finish that also throws away what is queued.
func (o *outbox) discard() {
	o.finish()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue = nil
}
