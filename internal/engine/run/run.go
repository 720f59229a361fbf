// Package run is what compiled cells need while they run: threads, frames of
// function calls, deferred calls and panics, tracebacks and interrupts.
//
// A [Thread] is a goroutine that runs interpreted code. Each call of an
// interpreted function has a frame in typed memory; it begins with a [Header].
// A [Code] is a function, ready to be called; a [Closure] is a function with the
// variables that it captured.
//
//	th := run.NewThread("cell 1")
//	failure := th.Do(func(p run.Ptr) { ... })
package run

import (
	"go/token"
	"reflect"
	"sync/atomic"
	"unsafe"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
)

// Ptr is the address of a frame or of a value.
type Ptr = memory.Ptr

// Header is what every frame begins with.
type Header struct {
	Thread *Thread
	Caller Ptr       // the frame that called, nil for the first
	Vars   Ptr       // what a closure captured: an array of addresses
	Code   *Code     // the function that runs
	Panic  *Panic    // the panic during which this frame was called as a deferred function
	Defers *Deferred // the deferred calls of this frame, the last one first
	Pos    token.Pos // where the function is

	last Ptr   // a frame for calls that this frame makes, nil at first
	busy bool  // such a frame is in use
	lost uint8 // calls for which last was of no use
}

// HeaderSize is where the variables of a frame begin.
const HeaderSize = unsafe.Sizeof(Header{})

// Of is the header of a frame.
func Of(p Ptr) *Header { return (*Header)(p) }

// Var is the address of captured variable i.
func Var(p Ptr, i int) Ptr {
	return *memory.At[Ptr]((*Header)(p).Vars, uintptr(i)*unsafe.Sizeof(Ptr(nil)))
}

// Control says how a statement ended: what runs next.
type Control int

// The controls below FirstLabel; each other one is a label of its function:
// where break, continue and goto go to.
const (
	Next   Control = iota // the statement behind it
	Return                // the function ends
	FirstLabel
)

// Code is an interpreted function, made by [NewCode].
type Code struct {
	Name     string // main.f, main.T.Method, main.f.func1
	Body     func(p Ptr) Control
	Frame    *memory.Frame
	Epilogue func(p Ptr) // moves results that live elsewhere to their places, nil for none
	Defers   bool        // the function has defer statements
	Shape    *Signature

	prepare func()
	ready   atomic.Bool // prepare has ended
	holds   bool        // frames hold pointers when they are given back
	slot    uint32
}

// Function is a declared function. Its code is another one when a later cell
// declares it again.
type Function struct{ code atomic.Pointer[Code] }

// Code is what a call runs now.
func (f *Function) Code() *Code { return f.code.Load() }

// Set changes what later calls run.
func (f *Function) Set(c *Code) { f.code.Store(c) }

// Signature says where a frame has parameters, results and receiver.
type Signature struct {
	Params, Results []Place
	Receiver        *Place // of a method, nil for a function; it lies behind the rest
	Variadic        bool
}

var headerType = memory.TypeOf(reflect.TypeFor[Header]())

// NewLayout is a frame that has a header only.
func NewLayout() *memory.Layout {
	l := new(memory.Layout)
	l.Place(headerType)
	return l
}

// Layout is a frame that has room for the signature only.
func (s *Signature) Layout() *memory.Layout {
	l := NewLayout()
	for _, place := range s.Params {
		l.Place(place.Type)
	}
	for _, place := range s.Results {
		l.Place(place.Type)
	}
	if s.Receiver != nil {
		l.Place(s.Receiver.Type)
	}
	return l
}

// Place is where a frame keeps a value.
type Place struct {
	Type *memory.Type
	Off  uintptr
}

// Closure is a function value of interpreted code.
type Closure struct {
	Code *Code
	Vars Ptr
	// Bound is the receiver of a method value, nil for functions: an address.
	Bound Ptr
}

// Take takes a frame for a call of c by the frame p: the one that p used last, when
// it is one of c and free, else one of the thread's.
func (c *Code) Take(p Ptr) Ptr {
	h := (*Header)(p)
	if q := h.last; q != nil {
		if l := (*Header)(q); l.Code == c && !l.busy {
			l.busy = true
			return q
		}
	}
	return h.Thread.frame(c)
}

// Run runs c in frame q, whose parameters are set, for the frame p.
func (c *Code) Run(p, q Ptr) {
	h := (*Header)(q)
	th := h.Thread
	h.Caller = p
	th.Top = q
	th.depth++
	if th.depth > maxDepth || th.stop.Load() != running {
		th.step()
	}
	if c.Defers || c.Epilogue != nil {
		c.runAll(th, q)
	} else {
		c.Body(q)
	}
	th.depth--
	th.Top = p
}

// RunWith takes a frame for a call of c by the frame p, has one argument stored in
// it, and runs c: [Code.Take] and [Code.Run] in one piece, for the calls that are
// most frequent.
func (c *Code) RunWith(p Ptr, argument func(p, q Ptr), pos token.Pos) Ptr {
	h := (*Header)(p)
	th := h.Thread
	q := h.last
	if q != nil && (*Header)(q).Code == c && !(*Header)(q).busy {
		(*Header)(q).busy = true
	} else {
		q = th.frame(c)
	}
	argument(p, q)
	h.Pos = pos
	(*Header)(q).Caller = p
	th.Top = q
	th.depth++
	if th.depth > maxDepth || th.stop.Load() != running {
		th.step()
	}
	if c.Defers || c.Epilogue != nil {
		c.runAll(th, q)
	} else {
		c.Body(q)
	}
	th.depth--
	th.Top = p
	return q
}

// runAll runs the body of c, its deferred calls and its epilogue.
func (c *Code) runAll(th *Thread, q Ptr) {
	if c.Defers {
		c.runDeferring(th, q)
	} else {
		c.Body(q)
	}
	if c.Epilogue != nil {
		c.Epilogue(q)
	}
}

// Release gives the frame of a call that ended back.
func (c *Code) Release(q Ptr) {
	h := (*Header)(q)
	if h.Vars != nil {
		h.Vars = nil
	}
	if c.holds {
		c.Frame.Forget(q)
	}
	p := (*Header)(h.Caller)
	if p.last == q {
		h.busy = false
		return
	}
	h.Thread.release(c, p, q)
}
