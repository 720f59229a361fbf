package flow

import (
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Send sends the value that store moves to off of the frame; elem is its type.
func Send(ch ops.Value, store ops.Stmt, off uintptr, elem reflect.Type) ops.Stmt {
	x := ops.Fn[memory.Ptr](ch)
	t := memory.TypeOf(elem)
	chanType := memory.TypeOf(reflect.ChanOf(reflect.BothDir, elem))
	direct := waiterFor(t)
	return func(p memory.Ptr) run.Control {
		ch := x(p)
		store(p)
		src := memory.Add(p, off)
		if ch != nil && (memory.TrySend(ch, src) || direct != nil && direct.send(p, ch, src)) {
			return run.Next
		}
		wait(p, chanType, ch, reflect.SelectCase{Dir: reflect.SelectSend, Send: t.Value(t.Copy(src))})
		return run.Next
	}
}

// Receive receives a value of type t to dst of the frame; at ok, unless that is
// ops.NoPlace, is whether it was sent.
func Receive(ch ops.Value, t *memory.Type, dst, ok uintptr) ops.Stmt {
	x := ops.Fn[memory.Ptr](ch)
	chanType := memory.TypeOf(reflect.ChanOf(reflect.BothDir, t.Reflect))
	direct := waiterFor(t)
	return func(p memory.Ptr) run.Control {
		ch := x(p)
		to := memory.Add(p, dst)
		selected, received := false, false
		if ch != nil {
			selected, received = memory.TryReceive(ch, to)
			if !selected && direct != nil {
				selected, received = direct.receive(p, ch, to)
			}
		}
		if !selected {
			var v reflect.Value
			v, received = wait(p, chanType, ch, reflect.SelectCase{Dir: reflect.SelectRecv})
			t.Value(to).Set(v)
		}
		if ok != ops.NoPlace {
			*memory.At[bool](p, ok) = received
		}
		return run.Next
	}
}

// waiter waits for an operation on a channel of elements of one shape, or for the
// interrupt of the thread: then nothing was sent or received. The runtime takes the
// type of the elements from the channel, so that all elements of the shape will do.
type waiter interface {
	send(p, ch, src memory.Ptr) bool
	receive(p, ch, dst memory.Ptr) (selected, received bool)
}

// waiterFor is the waiter for elements of type t, nil where there is none.
func waiterFor(t *memory.Type) waiter {
	if t.Size == 0 {
		return elements[struct{}]{}
	}
	switch t.Shape {
	case memory.Bool, memory.Int8, memory.Uint8:
		return elements[uint8]{}
	case memory.Int16, memory.Uint16:
		return elements[uint16]{}
	case memory.Int32, memory.Uint32, memory.Float32:
		return elements[uint32]{}
	case memory.Int64, memory.Uint64, memory.Float64, memory.Complex64:
		return elements[uint64]{}
	case memory.String:
		return elements[string]{}
	case memory.Pointer:
		// Not unsafe.Pointer: reflect.ChanOf copies the type of channels of those, and
		// is wrong in a program that has pointers to such channels.
		return elements[*byte]{}
	case memory.Iface:
		return elements[any]{}
	case memory.SliceOf:
		return elements[[]byte]{}
	}
	return nil
}

// elements is the waiter for elements that lie in memory as a T does.
type elements[T any] struct{}

func (elements[T]) send(p, ch, src memory.Ptr) bool {
	select {
	case memory.Cast[chan T](ch) <- *(*T)(src):
		return true
	case <-run.Of(p).Thread.Done():
		return false
	}
}

func (elements[T]) receive(p, ch, dst memory.Ptr) (selected, received bool) {
	select {
	case *(*T)(dst), received = <-memory.Cast[chan T](ch):
		return true, received
	case <-run.Of(p).Thread.Done():
		return false, false
	}
}

// wait waits for one channel operation, or for an interrupt.
func wait(p memory.Ptr, chanType *memory.Type, ch memory.Ptr, c reflect.SelectCase) (reflect.Value, bool) {
	if ch != nil {
		c.Chan = chanType.Value(memory.AddressOf(&ch))
	} else {
		c.Send = reflect.Value{}
	}
	cases := []reflect.SelectCase{c, {}}
	_, v, ok := waitAny(p, cases)
	return v, ok
}

// waitAny waits for one of cases; it uses the last one for the interrupt.
func waitAny(p memory.Ptr, cases []reflect.SelectCase) (int, reflect.Value, bool) {
	th := run.Of(p).Thread
	last := len(cases) - 1
	for {
		cases[last] = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(th.Stopped())}
		chosen, v, ok := reflect.Select(cases)
		if chosen != last {
			return chosen, v, ok
		}
		th.Step()
	}
}

// SelectCase is a case of a select statement that sends or receives.
type SelectCase struct {
	Chan ops.Value
	Type reflect.Type // of the channel
	Send ops.Stmt     // moves what is sent to Elem; nil for a receive
	Elem ops.Place
	OK   uintptr // where a receive tells whether the value was sent
	Body int
}

// Select is a select statement; none is the body of default, -1 without one.
func Select(cases []SelectCase, none int, bodies []ops.Stmt) ops.Stmt {
	chans := make([]func(p memory.Ptr) memory.Ptr, len(cases))
	types := make([]*memory.Type, len(cases))
	for i, c := range cases {
		chans[i] = ops.Fn[memory.Ptr](c.Chan)
		types[i] = memory.TypeOf(reflect.ChanOf(reflect.BothDir, c.Type.Elem()))
	}
	return func(p memory.Ptr) run.Control {
		ready := make([]reflect.SelectCase, len(cases)+1)
		for i, c := range cases {
			ch := chans[i](p)
			ready[i].Dir = reflect.SelectRecv
			if c.Send != nil {
				c.Send(p)
				t := c.Elem.Type
				ready[i].Dir = reflect.SelectSend
				ready[i].Send = t.Value(t.Copy(memory.Add(p, c.Elem.Off)))
			}
			if ch != nil {
				ready[i].Chan = types[i].Value(memory.AddressOf(&ch))
			} else {
				ready[i].Send = reflect.Value{}
			}
		}
		var chosen int
		var v reflect.Value
		var ok bool
		if none >= 0 {
			ready[len(cases)] = reflect.SelectCase{Dir: reflect.SelectDefault}
			if chosen, v, ok = reflect.Select(ready); chosen == len(cases) {
				return bodies[none](p)
			}
		} else {
			chosen, v, ok = waitAny(p, ready)
		}
		c := cases[chosen]
		if c.Send == nil {
			c.Elem.Type.Value(memory.Add(p, c.Elem.Off)).Set(v)
			*memory.At[bool](p, c.OK) = ok
		}
		return bodies[c.Body](p)
	}
}
