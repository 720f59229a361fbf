package run

import (
	"reflect"
	"sync/atomic"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
)

// Call runs the function for a compiled caller that has reflect's values.
func (cl *Closure) Call(args []reflect.Value) []reflect.Value {
	return cl.Code.callValues(args, cl.bind)
}

// CallWith runs the function for a compiled caller: set stores the parameters in the
// function's frame, get loads the results. get is not called when the call ended with
// a panic that was reported.
func (cl *Closure) CallWith(set, get func(q Ptr)) {
	cl.Code.fromCompiled(func(q Ptr) {
		cl.bind(q)
		set(q)
	}, get)
}

// bind gives a frame the captured variables and the receiver.
func (cl *Closure) bind(q Ptr) {
	Of(q).Vars = cl.Vars
	if cl.Bound != nil {
		r := cl.Code.Shape.Receiver
		r.Type.Move(memory.Add(q, r.Off), cl.Bound)
	}
}

// CallMethod runs a method for a compiled caller.
func (c *Code) CallMethod(recv reflect.Value, args []reflect.Value) []reflect.Value {
	return c.callValues(args, func(q Ptr) {
		if r := c.Shape.Receiver; r != nil && recv.IsValid() {
			r.Type.Value(memory.Add(q, r.Off)).Set(recv)
		}
	})
}

// callValues is a call with reflect's values.
func (c *Code) callValues(args []reflect.Value, bind func(q Ptr)) []reflect.Value {
	results := make([]reflect.Value, len(c.Shape.Results))
	for i, place := range c.Shape.Results {
		results[i] = reflect.Zero(place.Type.Reflect)
	}
	c.fromCompiled(func(q Ptr) {
		bind(q)
		for i, place := range c.Shape.Params {
			place.Type.Value(memory.Add(q, place.Off)).Set(args[i])
		}
	}, func(q Ptr) {
		for i, place := range c.Shape.Results {
			results[i] = place.Type.Value(place.Type.Copy(memory.Add(q, place.Off)))
		}
	})
	return results
}

// fromCompiled runs c for a compiled caller, on whatever goroutine that is.
func (c *Code) fromCompiled(set, get func(q Ptr)) {
	th := Current()
	if th == nil {
		c.onForeign(set, get)
		return
	}
	top, depth := th.Top, th.depth
	if top == nil {
		top = th.first()
	}
	nested := th.nested
	th.nested++
	if th.nested > maxNested {
		panic(stackOverflow{})
	}
	c.callIn(th, top, set, get)
	th.Top, th.depth, th.nested = top, depth, nested
}

// onForeign is fromCompiled on a goroutine that compiled code started. A panic
// there would end the process, so it is reported, unless the compiled code above
// takes care of panics itself.
func (c *Code) onForeign(set, get func(q Ptr)) {
	th := NewThread(c.Name)
	defer th.attach()()
	ended := false
	defer func() {
		if ended || recoversAbove() {
			return
		}
		if v := recover(); v != nil {
			reportGoroutine(th.failure(v))
		}
	}()
	c.callIn(th, th.first(), set, get)
	ended = true
}

// callIn runs c in a thread whose topmost frame is top.
func (c *Code) callIn(th *Thread, top Ptr, set, get func(q Ptr)) {
	q := c.Take(top)
	set(q)
	// A deferred compiled function that calls this one, such as reflect.Value.Call,
	// passes on that it may recover.
	Of(q).Panic = Of(top).Panic
	c.Run(top, q)
	Of(q).Panic = nil
	get(q)
	c.Release(q)
}

// Method is the body of a method of a type that cells declared. Find compiles it.
type Method struct {
	Find  func() *Function
	found atomic.Pointer[Function] // what Find returned
}

// Code is what a call runs now.
func (m *Method) Code() *Code {
	f := m.found.Load()
	if f == nil {
		f = m.Find()
		m.found.Store(f)
	}
	return f.Code()
}

// Call runs the method for a compiled caller.
func (m *Method) Call(recv reflect.Value, args []reflect.Value) []reflect.Value {
	return m.Code().CallMethod(recv, args)
}
