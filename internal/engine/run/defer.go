package run

import "github.com/ipyauth/ipyauth/internal/engine/memory"

// Deferred is a deferred call. Run makes it, for the frame that deferred it.
type Deferred struct {
	Run  func(caller Ptr, p *Panic)
	next *Deferred
}

// Panic is a panic, or a Goexit, that deferred calls see.
type Panic struct {
	Value     any
	recovered bool
	goexit    bool
}

// Defer adds a deferred call to frame p.
func Defer(p Ptr, run func(caller Ptr, p *Panic)) {
	h := Of(p)
	h.Defers = &Deferred{Run: run, next: h.Defers}
}

// Recover is Go's recover, called by the function whose frame is p.
func Recover(p Ptr) any {
	pn := Of(p).Panic
	if pn == nil || pn.recovered || pn.goexit {
		return nil
	}
	if _, ok := pn.Value.(Interrupted); ok {
		return nil
	}
	pn.recovered = true
	return pn.Value
}

// runDeferring runs a function that has defer statements. A panic is taken off Go's
// stack before deferred calls run, and thrown again from here: if each function of a
// deep recursion threw it from a deferred function, on top of all others, the time
// would grow with the square of the depth.
func (c *Code) runDeferring(th *Thread, q Ptr) {
	h, depth, nested := Of(q), th.depth, th.nested
	pn := c.runBody(th, q)
	if pn == nil {
		return
	}
	th.nested = nested
	if pn = th.unwind(q, h, depth, pn); pn != nil {
		panic(pn.Value)
	}
}

// runBody runs the body and, if nothing panics, the deferred calls. It returns the
// panic that ended them. Goexit cannot be stopped: its deferred calls run on top.
func (c *Code) runBody(th *Thread, q Ptr) (pn *Panic) {
	h, depth := Of(q), th.depth
	ended := false
	defer func() {
		if ended {
			return
		}
		if v := recover(); v != nil {
			th.noteUnwinding(v)
			pn = &Panic{Value: v}
			return
		}
		if next := th.unwind(q, h, depth, &Panic{goexit: true}); next != nil && !next.goexit {
			panic(next.Value)
		}
	}()
	c.Body(q)
	for h.Defers != nil {
		d := h.Defers
		h.Defers = d.next
		d.Run(q, nil)
	}
	ended = true
	return nil
}

// unwind runs the deferred calls of a frame that a panic ends. It returns the
// panic that goes on, nil when one of the calls recovered it.
func (th *Thread) unwind(q Ptr, h *Header, depth int, pn *Panic) *Panic {
	if _, ok := pn.Value.(Interrupted); ok {
		th.end()
	}
	for h.Defers != nil {
		d := h.Defers
		h.Defers = d.next
		th.depth, th.Top = depth, q
		if next := th.try(d, q, pn); next != nil {
			th.noteUnwinding(next.Value)
			pn = next
		}
		if pn != nil && pn.recovered {
			th.unwinding = nil
			pn = nil
		}
	}
	th.depth, th.Top = depth, q
	return pn
}

// try makes a deferred call and returns the panic that ended it, if one did.
func (th *Thread) try(d *Deferred, q Ptr, pn *Panic) (next *Panic) {
	ended := false
	defer func() {
		if ended {
			return
		}
		if v := recover(); v != nil {
			next = &Panic{Value: v}
		}
	}()
	d.Run(q, pn)
	ended = true
	return nil
}

// unwinding is where a panic began, kept while it passes through frames.
type unwinding struct {
	value memory.Interface
	trace []Frame
	outer Frame // the first call of the thread
}

// Frame is one line of a traceback.
type Frame struct {
	Function string
	Pos      int
}

func (th *Thread) noteUnwinding(v any) {
	value := memory.FromAny(v)
	if th.unwinding != nil && th.unwinding.value == value {
		return
	}
	th.unwinding = &unwinding{value, th.Trace(), th.outermost()}
}

// maxTrace is how many calls a traceback keeps.
const maxTrace = 50

// outermost is the call that all others come from.
func (th *Thread) outermost() (f Frame) {
	for p := th.Top; p != nil; p = Of(p).Caller {
		if h := Of(p); h.Code != nil {
			f = Frame{h.Code.Name, int(h.Pos)}
		}
	}
	return f
}

// Trace is the calls that are under way, the innermost one first.
func (th *Thread) Trace() []Frame {
	var frames []Frame
	for p := th.Top; p != nil; p = Of(p).Caller {
		h := Of(p)
		if h.Code == nil {
			continue
		}
		if len(frames) == maxTrace {
			break
		}
		frames = append(frames, Frame{h.Code.Name, int(h.Pos)})
	}
	return frames
}
