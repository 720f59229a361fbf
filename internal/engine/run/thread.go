package run

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/rtype"
)

// maxDepth is how many calls of interpreted functions may be under way in one
// thread. A call takes about a kilobyte of Go's stack, which has a limit too.
const maxDepth = 200_000

// maxNested is how many of these calls may come through compiled code, as that of a
// String method by fmt does. Such calls take more of the stack, and a panic takes
// time for each of them: encoding/json alone recovers and panics anew at every level.
const maxNested = 2_000

// Thread is a goroutine that runs interpreted code. Only that goroutine uses it,
// but for Interrupt.
type Thread struct {
	Top   Ptr    // the frame of the call that is under way
	Name  string // whose goroutine it is, for messages: "cell 3"
	depth int
	// nested is how many calls by compiled code are under way.
	nested int
	stop   atomic.Int32
	done   chan struct{} // closed by Interrupt
	once   sync.Once
	grace  time.Time // until when deferred calls may run after an interrupt

	unwinding *unwinding
	pools     *[poolSlots]pool // made when it is first needed: most goroutines are short
}

// pool keeps frames of one function for its next calls: each names the next one as
// its caller.
type pool struct {
	code *Code
	free Ptr
}

const poolSlots = 64

var nextSlot atomic.Uint32

// NewCode is a function whose Frame and Body prepare makes at the first call.
func NewCode(name string, s *Signature, prepare func(c *Code)) *Code {
	c := &Code{Name: name, Shape: s, slot: nextSlot.Add(1) % poolSlots}
	c.prepare = sync.OnceFunc(func() {
		prepare(c)
		c.holds = c.Frame.Holds()
		c.ready.Store(true)
	})
	return c
}

// NewThread is a thread for the goroutine that will call [Thread.Do].
func NewThread(name string) *Thread { return &Thread{Name: name, done: make(chan struct{})} }

// Done is closed when the thread is interrupted.
func (th *Thread) Done() <-chan struct{} { return th.done }

// frame is a frame for a call of c that was given back, or a new one.
func (th *Thread) frame(c *Code) Ptr {
	if th.pools == nil {
		return th.NewFrame(c)
	}
	s := &th.pools[c.slot%poolSlots]
	q := s.free
	if q == nil || s.code != c {
		return th.NewFrame(c)
	}
	s.free = (*Header)(q).Caller
	return q
}

// patience is how many calls of other functions a frame makes before it keeps the
// frame of another one.
const patience = 8

// release keeps a frame that the frame p used, for p or for others.
func (th *Thread) release(c *Code, p *Header, q Ptr) {
	if p.last == nil {
		p.last = q
		return
	}
	if p.lost++; p.lost > patience && !(*Header)(p.last).busy {
		p.lost = 0
		p.last, q = q, p.last
		c = (*Header)(q).Code
	}
	if th.pools == nil {
		th.pools = new([poolSlots]pool)
	}
	s := &th.pools[c.slot%poolSlots]
	if s.code != c {
		s.code, s.free = c, nil
	}
	(*Header)(q).Caller, s.free = s.free, q
}

// NewFrame is a frame that nobody else will use, for calls that run later.
func (th *Thread) NewFrame(c *Code) Ptr {
	if !c.ready.Load() {
		c.prepare()
	}
	q := c.Frame.New()
	h := Of(q)
	h.Thread, h.Code = th, c
	return q
}

// threads are the goroutines that run interpreted code now, by identity.
var threads sync.Map // uintptr to *Thread

// Current is the thread of the calling goroutine, nil when it runs no
// interpreted code.
func Current() *Thread {
	if th, ok := threads.Load(rtype.G()); ok {
		return th.(*Thread)
	}
	return nil
}

// attach makes th the thread of the calling goroutine until detach is called.
func (th *Thread) attach() (detach func()) {
	g := rtype.G()
	before, had := threads.Swap(g, th)
	return func() {
		if had {
			threads.Store(g, before)
		} else {
			threads.Delete(g)
		}
	}
}

// first is the frame that calls the first function of a thread.
func (th *Thread) first() Ptr {
	h := new(Header)
	h.Thread = th
	return memory.AddressOf(h)
}
