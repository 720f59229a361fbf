package zmtp

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// message is an entry that counts n bytes in a queue.
func message(n int64) outgoing {
	m := outgoing{frames: [][]byte{nil}}
	m.frames[0] = make([]byte, n-m.size())
	return m
}

func TestOutboxLimit(t *testing.T) {
	o := newOutbox(1000)
	for _, step := range []struct {
		size int64
		want error
	}{{400, nil}, {600, nil}, {100, ErrQueueFull}} {
		if err := o.offer(message(step.size)); !errors.Is(err, step.want) {
			t.Fatalf("offer of %d: %v, want %v", step.size, err, step.want)
		}
	}
	m, last, ok := o.next()
	if m.size() != 400 || last || !ok {
		t.Fatalf("next is %d bytes, last %v, ok %v", m.size(), last, ok)
	}
	if err := o.offer(message(100)); !errors.Is(err, ErrQueueFull) {
		t.Errorf("offer while the first entry is being written: %v, want ErrQueueFull", err)
	}
	o.done(m)
	if err := o.offer(message(400)); err != nil {
		t.Errorf("offer after it was written: %v", err)
	}
}

func TestOutboxTakesOneMessageOfAnyLength(t *testing.T) {
	o := newOutbox(1000)
	if err := o.offer(message(1_000_000)); err != nil {
		t.Errorf("into an empty queue: %v", err)
	}
	if err := o.offer(message(100)); !errors.Is(err, ErrQueueFull) {
		t.Errorf("the next: %v, want ErrQueueFull", err)
	}
}

func TestOutboxCountsEmptyFrames(t *testing.T) {
	o := newOutbox(10_000)
	n := 0
	for ; o.offer(outgoing{frames: make([][]byte, 10)}) == nil; n++ {
	}
	if n > 50 {
		t.Errorf("%d messages of ten empty frames fit into 10,000 bytes", n)
	}
}

func TestOutboxFinish(t *testing.T) {
	o := newOutbox(1000)
	o.offer(message(100))
	o.finish()
	if err := o.offer(message(100)); !errors.Is(err, errGone) {
		t.Errorf("offer after finish: %v, want errGone", err)
	}
	if _, last, ok := o.next(); !last || !ok {
		t.Error("what was queued before finish is lost")
	}
	if _, _, ok := o.next(); ok {
		t.Error("next after the last entry: ok")
	}
	o = newOutbox(1000)
	o.offer(message(100))
	o.discard()
	if _, _, ok := o.next(); ok {
		t.Error("next after discard: ok")
	}
}

// TestOutboxPut has one sender wait for room while the queue is emptied at different speeds.
func TestOutboxPut(t *testing.T) {
	tests := []struct {
		name  string
		drain func(o *outbox)
		want  error
		after time.Duration
	}{
		{"nobody reads", func(*outbox) {}, ErrQueueFull, time.Minute},
		{"room after a second", func(o *outbox) {
			time.Sleep(time.Second) // synctest's clock
			m, _, _ := o.next()
			o.done(m)
		}, nil, time.Second},
		{"finished after a second", func(o *outbox) {
			time.Sleep(time.Second)
			o.finish()
		}, errGone, time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOutbox(1000)
				for range 10 {
					o.offer(message(100))
				}
				start := time.Now()
				go tt.drain(o)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				if err := o.put(ctx, message(100)); !errors.Is(err, tt.want) {
					t.Errorf("put: %v, want %v", err, tt.want)
				}
				if after := time.Since(start); after != tt.after {
					t.Errorf("put returned after %v, want %v", after, tt.after)
				}
			})
		})
	}
}

// TestOutboxPutWantsALeastSpeed: a queue that loses little is no reason to go on waiting.
func TestOutboxPutWantsALeastSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutbox(1600)
		o.offer(message(1500))
		o.offer(message(90))
		m, _, _ := o.next()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		put := make(chan error)
		go func() { put <- o.put(ctx, message(200)) }()
		synctest.Wait()
		select {
		case err := <-put:
			t.Fatalf("put did not wait: %v", err)
		default:
		}
		o.done(m)
		if err := <-put; err != nil {
			t.Errorf("put after most was written: %v", err)
		}
	})
}
