package ops

import (
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Box is v, of type t, as an interface value. tab is its first word: the type, or
// the table of methods.
func Box(t *memory.Type, v Value, tab Ptr) Value {
	switch {
	case t.Shape == memory.Block && t.Direct:
		from := Address(v)
		return Make(memory.Iface, func(p Ptr) memory.Interface { return memory.Interface{Tab: tab, Data: *(*Ptr)(from(p))} })
	case t.Shape == memory.Block:
		from := Address(v)
		return Make(memory.Iface, func(p Ptr) memory.Interface { return memory.Interface{Tab: tab, Data: t.Copy(from(p))} })
	case t.Shape == memory.Pointer:
		x := Fn[Ptr](v)
		return Make(memory.Iface, func(p Ptr) memory.Interface { return memory.Interface{Tab: tab, Data: x(p)} })
	}
	return shapers[t.Shape].box(v, tab)
}

func (o of[T]) box(v Value, tab Ptr) Value {
	x := Fn[T](v)
	if c, ok := constOf[T](v); ok {
		boxed := memory.Interface{Tab: tab, Data: memory.BoxScalar(c)}
		return Make(memory.Iface, func(Ptr) memory.Interface { return boxed })
	}
	return Make(memory.Iface, func(p Ptr) memory.Interface {
		return memory.Interface{Tab: tab, Data: memory.BoxScalar(x(p))}
	})
}

// Unbox is the value of type t in the interface value v. check panics when the
// interface holds something else.
func Unbox(t *memory.Type, v Value, check func(v memory.Interface)) Value {
	x := Fn[memory.Interface](v)
	switch {
	case t.Shape == memory.Block && t.Direct:
		return Value{Shape: memory.Block, Fn: func(p Ptr) Ptr {
			i := x(p)
			check(i)
			return memory.AddressOf(&i.Data)
		}}
	case t.Shape == memory.Block:
		return Value{Shape: memory.Block, Fn: func(p Ptr) Ptr {
			i := x(p)
			check(i)
			return i.Data
		}}
	case t.Shape == memory.Pointer:
		return Make(memory.Pointer, func(p Ptr) Ptr {
			i := x(p)
			check(i)
			return i.Data
		})
	}
	return shapers[t.Shape].unbox(v, check)
}

func (o of[T]) unbox(v Value, check func(v memory.Interface)) Value {
	x := Fn[memory.Interface](v)
	return Make(o.shape, func(p Ptr) T {
		i := x(p)
		check(i)
		return *(*T)(i.Data)
	})
}

// UnboxTo stores the value of type t in the interface value at from, both offsets
// of the frame, at to, when the interface holds a t: ok tells where it is. Else it
// stores zero.
func UnboxTo(t *memory.Type, v Value, to uintptr, okAt uintptr, holds func(v memory.Interface) bool) Stmt {
	x := Fn[memory.Interface](v)
	return func(p Ptr) run.Control {
		i := x(p)
		ok := holds(i)
		if ok {
			t.Unbox(memory.Add(p, to), i.Data)
		} else {
			t.Clear(memory.Add(p, to))
		}
		*memory.At[bool](p, okAt) = ok
		return run.Next
	}
}

// EqualInterfaces is a == b for interface values, with methods or without.
func EqualInterfaces(a, b Value, aMethods, bMethods bool) Value {
	x, y := Fn[memory.Interface](a), Fn[memory.Interface](b)
	return Make(memory.Bool, func(p Ptr) bool {
		i := x(p)
		j := y(p)
		return i.ToAny(aMethods) == j.ToAny(bMethods)
	})
}

// IsNilInterface is v == nil for an interface value.
func IsNilInterface(v Value) Value {
	x := Fn[memory.Interface](v)
	return Make(memory.Bool, func(p Ptr) bool { return x(p).Tab == nil })
}

// EqualBlocks is a == b for structs and arrays of type t. keep is where the frame
// keeps a while b is computed.
func EqualBlocks(t *memory.Type, a, b Value, keep uintptr) Value {
	x, y := Address(a), Address(b)
	return Make(memory.Bool, func(p Ptr) bool {
		kept := memory.Add(p, keep)
		t.Move(kept, x(p))
		return t.Equal(kept, y(p))
	})
}

// ToAny is an interface value with methods as one without.
func ToAny(v Value) Value {
	x := Fn[memory.Interface](v)
	return Make(memory.Iface, func(p Ptr) memory.Interface {
		i := x(p)
		i.Tab = memory.TypeInTab(i.Tab)
		return i
	})
}

// ToInterface is an interface value as one of type to, whose methods it has.
func ToInterface(v Value, to *memory.Type, fromMethods bool) Value {
	x := Fn[memory.Interface](v)
	return Make(memory.Iface, func(p Ptr) memory.Interface {
		i := x(p)
		raw := i.Tab
		if fromMethods {
			raw = memory.TypeInTab(raw)
		}
		if raw == nil {
			return memory.Interface{}
		}
		return memory.Interface{Tab: memory.ItabOf(to, raw), Data: i.Data}
	})
}

// IsNilSlice is s == nil for a slice.
func IsNilSlice(s Value) Value {
	x := Fn[memory.Slice](s)
	return Make(memory.Bool, func(p Ptr) bool { return x(p).Data == nil })
}

// AssertInterface is v.(to) for an interface type to.
func AssertInterface(v Value, to *memory.Type, fromMethods, toMethods bool) Value {
	x := Fn[memory.Interface](v)
	return Make(memory.Iface, func(p Ptr) memory.Interface {
		i := x(p)
		raw := i.Tab
		if fromMethods {
			raw = memory.TypeInTab(raw)
		}
		tab := memory.MustItab(to, raw)
		if !toMethods {
			tab = raw
		}
		return memory.Interface{Tab: tab, Data: i.Data}
	})
}

// AssertInterfaceTo is v.(to) for an interface type to, stored at dst of the frame;
// at ok is whether it holds.
func AssertInterfaceTo(v Value, to *memory.Type, fromMethods, toMethods bool, dst, ok uintptr) Stmt {
	x := Fn[memory.Interface](v)
	return func(p Ptr) run.Control {
		i := x(p)
		raw := i.Tab
		if fromMethods {
			raw = memory.TypeInTab(raw)
		}
		tab := raw
		if raw != nil && toMethods {
			tab = memory.ItabOf(to, raw)
		}
		if tab == nil {
			i = memory.Interface{}
		} else {
			i.Tab = tab
		}
		*memory.At[memory.Interface](p, dst) = i
		*memory.At[bool](p, ok) = tab != nil
		return run.Next
	}
}
