package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

func testKernel(t *testing.T) *kernel {
	k := newKernel(t.Context(), slog.New(slog.DiscardHandler), "")
	w := &wire{t: t, codec: jupyter.NewCodec(nil), idle: make(chan struct{}, 16)}
	k.shell, k.control, k.stdin = &channel{"shell", w}, &channel{"control", w}, &channel{"stdin", w}
	k.iopub.socket = w
	return k
}

// The first request waits for somebody to hear its answer, but not for ever,
// and the second does not wait.
func TestFirstRequestWaitsForASubscriber(t *testing.T) {
	for _, row := range []struct {
		name     string
		arrives  time.Duration // of the subscriber
		waits    time.Duration // of the first request
		starting bool
	}{
		{"there before", 0, 0, true},
		{"comes soon", 30 * time.Millisecond, 30 * time.Millisecond, true},
		{"comes too late", time.Minute, subscriberWait, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := testKernel(t)
				defer k.end(nil)
				k.subscribed = func(context.Context) error { time.Sleep(row.arrives); return nil }
				go k.greet()
				synctest.Wait()
				began := time.Now()
				k.waitForSubscriber()
				if got := time.Since(began); got != row.waits {
					t.Errorf("the first request waited %v, want %v", got, row.waits)
				}
				k.waitForSubscriber()
				if got := time.Since(began); got != row.waits {
					t.Errorf("the second request waited too, until %v", got)
				}
				<-k.greeted
				published := k.iopub.socket.(*wire).published
				if got := len(published) == 1; got != row.starting {
					t.Errorf("starting was published: %v, want %v", got, row.starting)
				}
			})
		})
	}
}

// A cell that failed replies when the burst of requests it came with is over.
func TestSettle(t *testing.T) {
	for _, row := range []struct {
		name string
		gaps []time.Duration // between the requests that follow
		want time.Duration   // until the reply
	}{
		{"alone", nil, burstPause},
		{"one follows", []time.Duration{10 * time.Millisecond}, 10*time.Millisecond + burstPause},
		{"after a pause", []time.Duration{40 * time.Millisecond}, burstPause},
		{"without end", slices.Repeat([]time.Duration{20 * time.Millisecond}, 1000), burstLimit},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := testKernel(t)
				defer k.end(nil)
				k.lastCellCame.Store(now())
				var requests sync.WaitGroup
				defer requests.Wait()
				requests.Go(func() {
					for _, gap := range row.gaps {
						time.Sleep(gap)
						k.lastCellCame.Store(now())
					}
				})
				began := time.Now()
				k.settle()
				if got := time.Since(began); got < row.want-time.Millisecond || got > row.want+burstPause {
					t.Errorf("it replied after %v, want %v", got, row.want)
				}
			})
		})
	}
}

// Text leaves at once, then at most every streamPause; a lot of it leaves
// without waiting.
func TestStreamMessagesAreFew(t *testing.T) {
	type sent struct {
		after time.Duration
		size  int
	}
	synctest.Test(t, func(t *testing.T) {
		var got []sent
		began := time.Now()
		o := &output{hidden: newHidden(), dirty: make(chan struct{}, 1), stop: make(chan struct{})}
		o.publish = func(_ json.RawMessage, _, text string) { got = append(got, sent{time.Since(began), len(text)}) }
		o.stopped.Go(o.run)
		for range 100 {
			o.add("stdout", []byte("x"))
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if len(got) < 10 || len(got) > 12 || got[0] != (sent{0, 1}) {
			t.Errorf("100 bytes in 100 ms left as %v", got)
		}
		synctest.Wait()
		got, began = nil, time.Now()
		for range 3 * streamSize / 1024 {
			o.add("stdout", []byte(strings.Repeat("x", 1024)))
		}
		synctest.Wait()
		if len(got) < 2 || time.Since(began) != 0 {
			t.Errorf("a lot of text left as %v", got)
		}
		close(o.stop)
		o.stopped.Wait()
		o.drain(keepNone)
		total := 0
		for _, s := range got {
			if s.size > streamSize+1024 {
				t.Errorf("a message of %d bytes", s.size)
			}
			total += s.size
		}
		if total != 3*streamSize {
			t.Errorf("%d bytes left, want %d", total, 3*streamSize)
		}
	})
}

// A client that never connects to the stdin channel is not waited for for ever.
func TestPromptWaitsInVain(t *testing.T) {
	for _, row := range []struct {
		name      string
		interrupt bool
		want      error
		waits     time.Duration
	}{
		{"nobody comes", false, cell.ErrNoInput, stdinWait},
		{"interrupted", true, cell.ErrInterrupted, time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := testKernel(t)
				defer k.end(nil)
				k.reachable = func(ctx context.Context, _ []byte) error { <-ctx.Done(); return ctx.Err() }
				c := &run{request: &request{Message: &jupyter.Message{Identities: [][]byte{[]byte("client")}, RawHeader: []byte("{}")}}}
				c.AllowStdin = true
				c.context, c.cancel = context.WithCancelCause(k.life)
				k.current = c
				began := time.Now()
				if row.interrupt {
					time.AfterFunc(time.Second, func() { c.cancel(cell.ErrInterrupted) })
				}
				if _, err := k.prompt("who?", false); !errors.Is(err, row.want) {
					t.Errorf("prompt: %v, want %v", err, row.want)
				}
				if got := time.Since(began); got != row.waits {
					t.Errorf("it waited %v, want %v", got, row.waits)
				}
			})
		})
	}
}

// Memory is given back a second after the last cell, not between cells.
func TestReleaseIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		released := 0
		r := newReleaser(func() { released++ })
		time.Sleep(time.Hour)
		for range 3 {
			r.work()
			time.Sleep(time.Hour)
			r.rest()
			time.Sleep(idlePause / 2)
		}
		r.work()
		synctest.Wait()
		if released != 0 {
			t.Errorf("released %d times while cells came", released)
		}
		r.rest()
		time.Sleep(time.Hour)
		synctest.Wait()
		if released != 1 {
			t.Errorf("released %d times after the last cell, want once", released)
		}
	})
}

// Nothing is given back before the first client came, and the end of the kernel
// is not held up.
func TestReleaseStart(t *testing.T) {
	for _, row := range []struct {
		name  string
		comes bool
		want  time.Duration
	}{
		{"after the first client", true, time.Second + startPause},
		{"no client", false, time.Minute},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := testKernel(t)
				began := time.Now()
				if row.comes {
					time.AfterFunc(time.Second, func() { close(k.greeted) })
				}
				time.AfterFunc(time.Minute, func() { k.end(nil) })
				k.releaseStart()
				if got := time.Since(began); got != row.want {
					t.Errorf("it took %v, want %v", got, row.want)
				}
				k.end(nil)
			})
		})
	}
}
