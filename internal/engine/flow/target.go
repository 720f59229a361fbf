package flow

import (
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/rtype"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// FuncTarget is what a function value calls. native calls compiled functions of its
// type, which it finds in the frame's Vars.
func FuncTarget(word memory.Ptr, native *run.Code) ops.Target {
	if word == nil { // native code panics, when it is called
		return ops.Target{Code: native}
	}
	if c := rtype.ClosureAt(word); c != nil {
		if cl, ok := c.Code.(*run.Closure); ok {
			if cl.Bound != nil {
				return ops.Target{Code: cl.Code, Receiver: cl.Bound, Holds: ops.ReceiverAt}
			}
			return ops.Target{Code: cl.Code, Vars: cl.Vars}
		}
	}
	return ops.Target{Code: native, Vars: word}
}

// MethodTarget is what method i of an interface value calls. native calls the
// method of a compiled type; its receiver is the interface value.
func MethodTarget(v memory.Interface, i int, native *run.Code) ops.Target {
	memory.CheckNil(v.Tab)
	e := rtype.EntryAt(memory.Method(v.Tab, i))
	if e == nil {
		return ops.Target{Code: native, Vars: v.Tab, Receiver: v.Data, Holds: ops.ReceiverPair}
	}
	m, ok := e.Body.(*run.Method)
	if !ok {
		return ops.Target{Code: native, Vars: v.Tab, Receiver: v.Data, Holds: ops.ReceiverPair}
	}
	if e.Recv == rtype.PointsToValue && v.Data == nil {
		return ops.Target{Code: nilReceiver(m.Code(), native), Vars: v.Tab, Receiver: v.Data, Holds: ops.ReceiverPair}
	}
	if e.Recv == rtype.PointsToValue {
		return ops.Target{Code: m.Code(), Receiver: v.Data, Holds: ops.ReceiverAt}
	}
	return ops.Target{Code: m.Code(), Receiver: v.Data, Holds: ops.ReceiverWord}
}

// nilReceiver is code that panics as a call of the method c with a nil pointer for
// its receiver does, which has to point to a value.
func nilReceiver(c, native *run.Code) *run.Code {
	return run.NewCode(c.Name, native.Shape, func(code *run.Code) {
		code.Frame = native.Shape.Layout().Finish(run.HeaderSize)
		method := c.Name[strings.LastIndex(c.Name, ".")+1:]
		code.Body = func(memory.Ptr) run.Control { panic(rtype.NilReceiver(c.Shape.Receiver.Type.Reflect, method)) }
	})
}

// Go starts a call on a goroutine of its own.
func Go(c *ops.Call) ops.Stmt {
	prepare := c.Prepare()
	return func(p memory.Ptr) run.Control {
		run.Go(p, func(th *run.Thread) func(first memory.Ptr) {
			q := prepare(p, th)
			return func(first memory.Ptr) { run.Of(q).Code.Run(first, q) }
		})
		return run.Next
	}
}

// Defer makes a call when the function ends.
func Defer(c *ops.Call) ops.Stmt {
	prepare := c.Prepare()
	return func(p memory.Ptr) run.Control {
		q := prepare(p, run.Of(p).Thread)
		run.Defer(p, func(caller memory.Ptr, pn *run.Panic) {
			run.Of(q).Panic = pn
			run.Of(q).Code.Run(caller, q)
		})
		return run.Next
	}
}
