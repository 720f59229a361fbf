package ops

import (
	"go/token"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Arg computes an argument in frame p and stores it in frame q, the callee's.
type Arg func(p, q Ptr)

// Argument is the argument v for a parameter of type t at off.
func Argument(t *memory.Type, v Value, off uintptr) Arg {
	if t.Shape == memory.Block {
		from := Address(v)
		return func(p, q Ptr) { t.Move(memory.Add(q, off), from(p)) }
	}
	return shapers[t.Shape].argument(v, off)
}

func (o of[T]) argument(v Value, off uintptr) Arg {
	if x, ok := constOf[T](v); ok {
		return func(_, q Ptr) { *memory.At[T](q, off) = x }
	}
	if v.Local {
		from := v.Off
		return func(p, q Ptr) { *memory.At[T](q, off) = *memory.At[T](p, from) }
	}
	if a := fusedArgument(off, v); a != nil {
		return a
	}
	f := Fn[T](v)
	return func(p, q Ptr) { *memory.At[T](q, off) = f(p) }
}

// Call is a call of an interpreted function, of a function value, or of a method
// of an interface: one of the first three fields is set.
type Call struct {
	Static *run.Function
	Func   func(p Ptr) Target
	Args   []Arg
	Pos    token.Pos
}

// Target is what a call runs, found while the cell runs. It has no more fields than
// Go keeps in registers.
type Target struct {
	Code *run.Code
	Vars Ptr // captured variables; the table of an interface value that is the receiver
	// Receiver is what goes where the code has its receiver, as Holds tells.
	Receiver Ptr
	Holds    Holds
}

// Holds tells what a target's receiver is.
type Holds uint8

// The kinds of receivers.
const (
	NoReceiver   Holds = iota
	ReceiverAt         // Receiver is the address of the receiver
	ReceiverWord       // Receiver is the receiver, which is a pointer
	ReceiverPair       // Vars and Receiver are the receiver, which is an interface value
)

// bindReceiver gives a frame of the target's code its receiver.
func (t Target) bindReceiver(q Ptr) {
	r := t.Code.Shape.Receiver
	switch t.Holds {
	case ReceiverAt:
		r.Type.Move(memory.Add(q, r.Off), t.Receiver)
	case ReceiverWord:
		*memory.At[Ptr](q, r.Off) = t.Receiver
	case ReceiverPair:
		*memory.At[memory.Interface](q, r.Off) = memory.Interface{Tab: t.Vars, Data: t.Receiver}
	}
}

// Bound is the address of a copy of the receiver, for a method value.
func (t Target) Bound() Ptr {
	r := t.Code.Shape.Receiver.Type
	switch t.Holds {
	case ReceiverAt:
		return r.Copy(t.Receiver)
	case ReceiverWord:
		word := t.Receiver
		return memory.AddressOf(&word)
	}
	pair := memory.Interface{Tab: t.Vars, Data: t.Receiver}
	return memory.AddressOf(&pair)
}

// bind gives a frame of the target's code its variables and receiver.
func (t Target) bind(q Ptr) {
	switch {
	case t.Holds != NoReceiver:
		t.bindReceiver(q)
	case t.Vars != nil:
		run.Of(q).Vars = t.Vars
	}
}

// Exec makes the call and returns the callee's frame, where the results are. The
// caller must release the frame.
func (c *Call) Exec() func(p Ptr) Ptr {
	if c.Static == nil {
		return c.dynamic()
	}
	f, args, pos := c.Static, c.Args, c.Pos
	switch len(args) {
	case 0:
		return func(p Ptr) Ptr {
			code := f.Code()
			q := code.Take(p)
			run.Of(p).Pos = pos
			code.Run(p, q)
			return q
		}
	case 1:
		a := args[0]
		return func(p Ptr) Ptr {
			code := f.Code()
			q := code.Take(p)
			a(p, q)
			run.Of(p).Pos = pos
			code.Run(p, q)
			return q
		}
	case 2:
		a, b := args[0], args[1]
		return func(p Ptr) Ptr {
			code := f.Code()
			q := code.Take(p)
			a(p, q)
			b(p, q)
			run.Of(p).Pos = pos
			code.Run(p, q)
			return q
		}
	}
	return func(p Ptr) Ptr {
		code := f.Code()
		q := code.Take(p)
		for _, a := range args {
			a(p, q)
		}
		run.Of(p).Pos = pos
		code.Run(p, q)
		return q
	}
}

func (c *Call) dynamic() func(p Ptr) Ptr {
	f, args, pos := c.Func, c.Args, c.Pos
	return func(p Ptr) Ptr {
		t := f(p)
		q := t.Code.Take(p)
		t.bind(q)
		for _, a := range args {
			a(p, q)
		}
		run.Of(p).Pos = pos
		t.Code.Run(p, q)
		return q
	}
}

// Prepare computes the target and the arguments now, for a call that runs later:
// by go or defer. It returns the frame, which is for nobody else.
func (c *Call) Prepare() func(p Ptr, th *run.Thread) Ptr {
	f, args := c.Func, c.Args
	if static := c.Static; static != nil {
		f = func(Ptr) Target { return Target{Code: static.Code()} }
	}
	return func(p Ptr, th *run.Thread) Ptr {
		t := f(p)
		q := th.NewFrame(t.Code)
		t.bind(q)
		for _, a := range args {
			a(p, q)
		}
		return q
	}
}

// Discard is the call as a statement.
func (c *Call) Discard() Stmt {
	exec := c.Exec()
	return func(p Ptr) run.Control {
		q := exec(p)
		run.Of(q).Code.Release(q)
		return run.Next
	}
}

// Result is the call with one result, of type t at off in the callee's frame.
// temp is where the caller's frame keeps it when it is a block.
func (c *Call) Result(t *memory.Type, off, temp uintptr) Value {
	if t.Shape == memory.Block {
		exec := c.Exec()
		return Value{Shape: memory.Block, Fn: func(p Ptr) Ptr {
			q := exec(p)
			to := memory.Add(p, temp)
			t.Move(to, memory.Add(q, off))
			run.Of(q).Code.Release(q)
			return to
		}}
	}
	return shapers[t.Shape].result(c, off)
}

func (o of[T]) result(c *Call, off uintptr) Value {
	if c.Static != nil {
		switch len(c.Args) {
		case 1:
			return Make(o.shape, resultOfOne[T](c, off))
		case 2:
			return Make(o.shape, resultOfTwo[T](c, off))
		}
	}
	if c.Static == nil {
		return Make(o.shape, resultOfTarget[T](c, off))
	}
	exec := c.Exec()
	return Make(o.shape, func(p Ptr) T {
		q := exec(p)
		x := *memory.At[T](q, off)
		run.Of(q).Code.Release(q)
		return x
	})
}

// resultOfOne is a call with one argument in one piece: the most frequent of calls.
func resultOfOne[T any](c *Call, off uintptr) func(p Ptr) T {
	f, a, pos := c.Static, c.Args[0], c.Pos
	return func(p Ptr) T {
		code := f.Code()
		q := code.RunWith(p, a, pos)
		x := *memory.At[T](q, off)
		code.Release(q)
		return x
	}
}

// resultOfTwo is resultOfOne for two arguments.
func resultOfTwo[T any](c *Call, off uintptr) func(p Ptr) T {
	f, a, b, pos := c.Static, c.Args[0], c.Args[1], c.Pos
	return func(p Ptr) T {
		code := f.Code()
		q := code.Take(p)
		a(p, q)
		b(p, q)
		run.Of(p).Pos = pos
		code.Run(p, q)
		x := *memory.At[T](q, off)
		code.Release(q)
		return x
	}
}

// resultOfTarget is a call of a function value, or of a method of an interface.
func resultOfTarget[T any](c *Call, off uintptr) func(p Ptr) T {
	f, args, pos := c.Func, c.Args, c.Pos
	return func(p Ptr) T {
		t := f(p)
		q := t.Code.Take(p)
		t.bind(q)
		for _, a := range args {
			a(p, q)
		}
		run.Of(p).Pos = pos
		t.Code.Run(p, q)
		x := *memory.At[T](q, off)
		t.Code.Release(q)
		return x
	}
}

// Results makes the call and moves its results to places of the caller's frame.
func (c *Call) Results(from []run.Place, to []uintptr) Stmt {
	exec := c.Exec()
	return func(p Ptr) run.Control {
		q := exec(p)
		for i, r := range from {
			r.Type.Move(memory.Add(p, to[i]), memory.Add(q, r.Off))
		}
		run.Of(q).Code.Release(q)
		return run.Next
	}
}
