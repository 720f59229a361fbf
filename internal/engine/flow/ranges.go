package flow

import (
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Range is a range statement: Body runs for each turn, after the loop stored its
// variables at Key and Elem of the frame; ops.NoPlace means that nobody reads them.
type Range struct {
	Key, Elem       uintptr
	Body            ops.Stmt
	Break, Continue run.Control
}

// turn runs the body once; done tells that the loop ends with control c.
func (r *Range) turn(p memory.Ptr) (c run.Control, done bool) {
	run.StepOf(p)
	c = r.Body(p)
	switch c {
	case run.Next, r.Continue:
		return run.Next, false
	case r.Break:
		return run.Next, true
	}
	return c, true
}

// RangeSlice ranges over what view makes of the frame: the elements at an address.
func RangeSlice(r Range, view func(p memory.Ptr) memory.Slice, elem *memory.Type) ops.Stmt {
	return func(p memory.Ptr) run.Control {
		s := view(p)
		for i := 0; i < s.Len; i++ {
			if r.Key != ops.NoPlace {
				*memory.At[int](p, r.Key) = i
			}
			if r.Elem != ops.NoPlace {
				elem.Move(memory.Add(p, r.Elem), memory.Add(s.Data, uintptr(i)*elem.Size))
			}
			if c, done := r.turn(p); done {
				return c
			}
		}
		return run.Next
	}
}

// RangeString ranges over the characters of a string.
func RangeString(r Range, s ops.Value) ops.Stmt {
	x := ops.Fn[string](s)
	return func(p memory.Ptr) run.Control {
		s := x(p)
		for i := 0; i < len(s); {
			c, size := rune(s[i]), 1
			if c >= utf8.RuneSelf {
				c, size = utf8.DecodeRuneInString(s[i:])
			}
			if r.Key != ops.NoPlace {
				*memory.At[int](p, r.Key) = i
			}
			if r.Elem != ops.NoPlace {
				*memory.At[rune](p, r.Elem) = c
			}
			i += size
			if c, done := r.turn(p); done {
				return c
			}
		}
		return run.Next
	}
}

// RangeMap ranges over a map.
func RangeMap(r Range, mp ops.Value, m *memory.Map) ops.Stmt {
	x := ops.Fn[memory.Ptr](mp)
	return func(p memory.Ptr) run.Control {
		mp := x(p)
		if mp == nil {
			return run.Next
		}
		it := new(memory.MapIterator)
		for m.Start(mp, it); it.Key != nil; m.Next(mp, it) {
			if r.Key != ops.NoPlace {
				m.Key.Move(memory.Add(p, r.Key), it.Key)
			}
			if r.Elem != ops.NoPlace {
				m.Elem.Move(memory.Add(p, r.Elem), it.Elem)
			}
			if c, done := r.turn(p); done {
				return c
			}
		}
		return run.Next
	}
}

// RangeChan receives until the channel at ch of the frame is closed. The receive
// statement stores to Key and tells at ok.
func RangeChan(r Range, receive ops.Stmt, ok uintptr) ops.Stmt {
	return func(p memory.Ptr) run.Control {
		for {
			receive(p)
			if !*memory.At[bool](p, ok) {
				return run.Next
			}
			if c, done := r.turn(p); done {
				return c
			}
		}
	}
}

// FuncLoop is a running range statement over a function.
type FuncLoop struct {
	Frame   memory.Ptr  // of the function that has the loop
	control run.Control // how the body ended the loop
	state   loopState
}

type loopState int

const (
	ready loopState = iota
	inBody
	panicked
	done      // the body ended the loop
	exhausted // the function returned
)

// YieldBody is the body of the function that the loop passes as yield: params
// moves its parameters to the frame with the loop, result is where it tells
// whether to go on.
func YieldBody(r Range, params func(q, p memory.Ptr), result uintptr) func(q memory.Ptr) run.Control {
	return func(q memory.Ptr) run.Control {
		l := (*FuncLoop)(run.Of(q).Vars)
		l.begin()
		params(q, l.Frame)
		c, ended := r.turn(l.Frame)
		l.state = ready
		if ended {
			l.control, l.state = c, done
		}
		*memory.At[bool](q, result) = !ended
		return run.Next
	}
}

// begin checks that the body may run now, as Go's compiler has it checked.
func (l *FuncLoop) begin() {
	switch l.state {
	case done:
		panic(loopError("range function continued iteration after function for loop body returned false"))
	case panicked, inBody:
		panic(loopError("range function continued iteration after loop body panic"))
	case exhausted:
		panic(loopError("range function continued iteration after whole loop exit"))
	}
	l.state = inBody
}

// RangeFunc runs the call of an iterator function. The loop is kept at slot of the
// frame, where the call's argument finds it.
func RangeFunc(call ops.Stmt, slot uintptr) ops.Stmt {
	return func(p memory.Ptr) run.Control {
		l := &FuncLoop{Frame: p}
		before := *memory.At[memory.Ptr](p, slot)
		*memory.At[memory.Ptr](p, slot) = memory.AddressOf(l)
		call(p)
		*memory.At[memory.Ptr](p, slot) = before
		if l.state == inBody {
			panic(loopError("range function recovered a loop body panic and did not resume panicking"))
		}
		l.state = exhausted
		return l.control
	}
}

// loopError is Go's error for an iterator function that breaks the rules.
type loopError string

func (e loopError) Error() string { return "runtime error: " + string(e) }

func (loopError) RuntimeError() {}
