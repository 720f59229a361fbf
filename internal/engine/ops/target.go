package ops

import (
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/rtype"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// FuncTarget is what a function value calls. native calls compiled functions of its
// type, which it finds in the frame's Vars.
func FuncTarget(word Ptr, native *run.Code) Target {
	if word == nil { // native code panics, when it is called
		return Target{Code: native}
	}
	if c := rtype.ClosureAt(word); c != nil {
		if cl, ok := c.Code.(*run.Closure); ok {
			if cl.Bound != nil {
				return Target{Code: cl.Code, Receiver: cl.Bound, Holds: ReceiverAt}
			}
			return Target{Code: cl.Code, Vars: cl.Vars}
		}
	}
	return Target{Code: native, Vars: word}
}

// MethodTarget is what method i of an interface value calls. native calls the
// method of a compiled type; its receiver is the interface value.
func MethodTarget(v memory.Interface, i int, native *run.Code) Target {
	memory.CheckNil(v.Tab)
	e := rtype.EntryAt(memory.Method(v.Tab, i))
	if e == nil {
		return Target{Code: native, Vars: v.Tab, Receiver: v.Data, Holds: ReceiverPair}
	}
	m, ok := e.Body.(*run.Method)
	if !ok {
		return Target{Code: native, Vars: v.Tab, Receiver: v.Data, Holds: ReceiverPair}
	}
	if e.Recv == rtype.PointsToValue && v.Data == nil {
		return Target{Code: nilReceiver(m.Code(), native), Vars: v.Tab, Receiver: v.Data, Holds: ReceiverPair}
	}
	if e.Recv == rtype.PointsToValue {
		return Target{Code: m.Code(), Receiver: v.Data, Holds: ReceiverAt}
	}
	return Target{Code: m.Code(), Receiver: v.Data, Holds: ReceiverWord}
}

// nilReceiver is code that panics as a call of the method c with a nil pointer for
// its receiver does, which has to point to a value.
func nilReceiver(c, native *run.Code) *run.Code {
	return run.NewCode(c.Name, native.Shape, func(code *run.Code) {
		code.Frame = native.Shape.Layout().Finish(run.HeaderSize)
		method := c.Name[strings.LastIndex(c.Name, ".")+1:]
		code.Body = func(Ptr) run.Control { panic(rtype.NilReceiver(c.Shape.Receiver.Type.Reflect, method)) }
	})
}

// Go starts a call on a goroutine of its own.
func Go(c *Call) Stmt {
	prepare := c.Prepare()
	return func(p Ptr) run.Control {
		run.Go(p, func(th *run.Thread) func(first Ptr) {
			q := prepare(p, th)
			return func(first Ptr) { run.Of(q).Code.Run(first, q) }
		})
		return run.Next
	}
}

// Defer makes a call when the function ends.
func Defer(c *Call) Stmt {
	prepare := c.Prepare()
	return func(p Ptr) run.Control {
		q := prepare(p, run.Of(p).Thread)
		run.Defer(p, func(caller Ptr, pn *run.Panic) {
			run.Of(q).Panic = pn
			run.Of(q).Code.Run(caller, q)
		})
		return run.Next
	}
}

// NewSlice is a new slice of n elements, which fill sets through the frame's slot.
func NewSlice(elem *memory.Type, n int, slot uintptr, fill Stmt) Value {
	return Make(memory.SliceOf, func(p Ptr) memory.Slice {
		at := elem.NewArray(n)
		before := *memory.At[Ptr](p, slot)
		*memory.At[Ptr](p, slot) = at
		fill(p)
		*memory.At[Ptr](p, slot) = before
		return memory.Slice{Data: at, Len: n, Cap: n}
	})
}

// NewVariable is the address of a new variable of type t, which fill sets through
// the frame's slot.
func NewVariable(t *memory.Type, slot uintptr, fill Stmt) Value {
	return Make(memory.Pointer, func(p Ptr) Ptr {
		at := t.New()
		before := *memory.At[Ptr](p, slot)
		*memory.At[Ptr](p, slot) = at
		fill(p)
		*memory.At[Ptr](p, slot) = before
		return at
	})
}
