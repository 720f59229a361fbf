package run

import (
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
)

// Call runs the function for a compiled caller.
func (cl *Closure) Call(args []reflect.Value) []reflect.Value {
	return cl.Code.fromCompiled(reflect.Value{}, args, func(q Ptr) {
		Of(q).Vars = cl.Vars
		if cl.Bound != nil {
			r := cl.Code.Shape.Receiver
			r.Type.Move(memory.Add(q, r.Off), cl.Bound)
		}
	})
}

// CallMethod runs a method for a compiled caller.
func (c *Code) CallMethod(recv reflect.Value, args []reflect.Value) []reflect.Value {
	return c.fromCompiled(recv, args, nil)
}

// fromCompiled runs c for a compiled caller, on whatever goroutine that is.
func (c *Code) fromCompiled(recv reflect.Value, args []reflect.Value, bind func(q Ptr)) []reflect.Value {
	th := Current()
	if th == nil {
		return c.onForeign(recv, args, bind)
	}
	top, depth := th.Top, th.depth
	if top == nil {
		top = th.first()
	}
	results := c.callValues(th, top, recv, args, bind)
	th.Top, th.depth = top, depth
	return results
}

// onForeign is fromCompiled on a goroutine that compiled code started. A panic
// there would end the process, so it is reported, unless the compiled code above
// takes care of panics itself.
func (c *Code) onForeign(recv reflect.Value, args []reflect.Value, bind func(q Ptr)) (results []reflect.Value) {
	th := NewThread(c.Name)
	defer th.attach()()
	ended := false
	defer func() {
		if ended || recoversAbove() {
			return
		}
		if v := recover(); v != nil {
			reportGoroutine(th.failure(v))
			results = c.zeros()
		}
	}()
	results = c.callValues(th, th.first(), recv, args, bind)
	ended = true
	return results
}

func (c *Code) callValues(th *Thread, top Ptr, recv reflect.Value, args []reflect.Value, bind func(q Ptr)) []reflect.Value {
	q := c.Take(top)
	if bind != nil {
		bind(q)
	}
	if r := c.Shape.Receiver; r != nil && recv.IsValid() {
		r.Type.Value(memory.Add(q, r.Off)).Set(recv)
	}
	for i, place := range c.Shape.Params {
		place.Type.Value(memory.Add(q, place.Off)).Set(args[i])
	}
	// A deferred compiled function that calls this one, such as reflect.Value.Call,
	// passes on that it may recover.
	Of(q).Panic = Of(top).Panic
	c.Run(top, q)
	Of(q).Panic = nil
	results := make([]reflect.Value, len(c.Shape.Results))
	for i, place := range c.Shape.Results {
		results[i] = place.Type.Value(place.Type.Copy(memory.Add(q, place.Off)))
	}
	c.Release(q)
	return results
}

func (c *Code) zeros() []reflect.Value {
	results := make([]reflect.Value, len(c.Shape.Results))
	for i, place := range c.Shape.Results {
		results[i] = reflect.Zero(place.Type.Reflect)
	}
	return results
}

// Method is the body of a method of a type that cells declared. Find compiles it.
type Method struct{ Find func() *Function }

// Code is what a call runs now.
func (m *Method) Code() *Code { return m.Find().Code() }

// Call runs the method for a compiled caller.
func (m *Method) Call(recv reflect.Value, args []reflect.Value) []reflect.Value {
	return m.Code().CallMethod(recv, args)
}
