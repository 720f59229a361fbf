package ops

import (
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Kind says how the address of a variable is found.
type Kind uint8

// The kinds of places.
const (
	InFrame  Kind = iota // in the frame, at Off
	Through              // behind the pointer in the frame at Slot
	Captured             // in captured variable Slot
	Fixed                // at Addr
	Computed             // where Fn says
)

// Place is where a variable is: its address is what the kind says, and Off.
type Place struct {
	Kind Kind
	Off  uintptr
	Slot uintptr
	Addr Ptr
	Fn   func(p Ptr) Ptr
	Type *memory.Type
	Nil  bool // the pointer may be nil
}

// NoPlace is the offset of what is not wanted.
const NoPlace = ^uintptr(0)

// Part is the place off bytes behind pl, of type t.
func (pl Place) Part(off uintptr, t *memory.Type) Place {
	pl.Off += off
	pl.Type = t
	return pl
}

// guardPage is the size of the memory at address 0 that faults when it is read.
const guardPage = 4096

// base computes the address without Off.
func (pl Place) base() func(p Ptr) Ptr {
	slot := pl.Slot
	switch pl.Kind {
	case Through:
		return func(p Ptr) Ptr { return *memory.At[Ptr](p, slot) }
	case Captured:
		i := int(slot)
		return func(p Ptr) Ptr { return run.Var(p, i) }
	case Fixed:
		addr := pl.Addr
		return func(Ptr) Ptr { return addr }
	case Computed:
		return pl.Fn
	}
	return func(p Ptr) Ptr { return p }
}

// Address computes the address. It panics where that is behind a nil pointer.
func (pl Place) Address() func(p Ptr) Ptr {
	off := pl.Off
	switch {
	case pl.Kind == InFrame:
		return func(p Ptr) Ptr { return memory.Add(p, off) }
	case pl.Kind == Fixed:
		addr := memory.Add(pl.Addr, off)
		return func(Ptr) Ptr { return addr }
	}
	base := pl.base()
	if pl.Nil {
		return func(p Ptr) Ptr {
			q := base(p)
			memory.CheckNil(q)
			return memory.Add(q, off)
		}
	}
	if off == 0 {
		return base
	}
	return func(p Ptr) Ptr { return memory.Add(base(p), off) }
}

// Load is the value of the variable.
func Load(pl Place) Value {
	if pl.Type.Shape == memory.Block {
		v := Value{Shape: memory.Block, Fn: pl.Address()}
		v.Local, v.Off = pl.Kind == InFrame, pl.Off
		return v
	}
	return shapers[pl.Type.Shape].load(pl)
}

func (o of[T]) load(pl Place) Value {
	v := Value{Shape: o.shape}
	off, slot := pl.Off, pl.Slot
	if pl.Nil && off >= guardPage {
		pl = Place{Kind: Computed, Fn: pl.Address()}
		off = 0
	}
	switch pl.Kind {
	case InFrame:
		v.Local, v.Off = true, off
		v.Fn = func(p Ptr) T { return *memory.At[T](p, off) }
	case Through:
		v.Fn = func(p Ptr) T { return *memory.At[T](*memory.At[Ptr](p, slot), off) }
	case Captured:
		i := int(slot)
		v.Fn = func(p Ptr) T { return *memory.At[T](run.Var(p, i), off) }
	case Fixed:
		addr := memory.Add(pl.Addr, off)
		v.Fn = func(Ptr) T { return *(*T)(addr) }
	case Computed:
		f := pl.Fn
		v.Fn = func(p Ptr) T { return *memory.At[T](f(p), off) }
	}
	return v
}

// Store sets the variable to v.
func Store(pl Place, v Value) Stmt {
	if pl.Type.Shape == memory.Block {
		t, to, from := pl.Type, pl.Address(), Address(v)
		return func(p Ptr) run.Control {
			src := from(p)
			t.Move(to(p), src)
			return run.Next
		}
	}
	return shapers[pl.Type.Shape].store(pl, v)
}

func (o of[T]) store(pl Place, v Value) Stmt {
	off, slot, f := pl.Off, pl.Slot, Fn[T](v)
	if pl.Nil && off >= guardPage {
		pl = Place{Kind: Computed, Fn: pl.Address()}
		off = 0
	}
	switch pl.Kind {
	case InFrame:
		if x, ok := constOf[T](v); ok {
			return noted(off, v, func(p Ptr) run.Control { *memory.At[T](p, off) = x; return run.Next })
		}
		if s := fusedStore(off, v); s != nil {
			return noted(off, v, s)
		}
		return noted(off, v, func(p Ptr) run.Control { *memory.At[T](p, off) = f(p); return run.Next })
	case Through:
		return func(p Ptr) run.Control {
			x := f(p)
			*memory.At[T](*memory.At[Ptr](p, slot), off) = x
			return run.Next
		}
	case Captured:
		i := int(slot)
		return func(p Ptr) run.Control { *memory.At[T](run.Var(p, i), off) = f(p); return run.Next }
	case Fixed:
		addr := memory.Add(pl.Addr, off)
		return func(p Ptr) run.Control { *(*T)(addr) = f(p); return run.Next }
	}
	to := pl.Fn
	return func(p Ptr) run.Control {
		q := to(p)
		x := f(p)
		*memory.At[T](q, off) = x
		return run.Next
	}
}

// Zero makes the variable zero.
func Zero(pl Place) Stmt {
	t, to := pl.Type, pl.Address()
	if t.Shape != memory.Block {
		return Store(pl, ZeroValue(t))
	}
	return func(p Ptr) run.Control {
		t.Clear(to(p))
		return run.Next
	}
}

// ZeroValue is the zero value of t.
func ZeroValue(t *memory.Type) Value {
	if t.Shape == memory.Block {
		zero := t.New()
		return Value{Shape: memory.Block, Fn: func(Ptr) Ptr { return zero }}
	}
	return shapers[t.Shape].zero()
}

func (o of[T]) zero() Value {
	var x T
	return Value{Shape: o.shape, Const: x, Fn: func(Ptr) T { return x }}
}

// Renew gives a variable with memory of its own new memory with the same value.
func Renew(pl Place) Stmt {
	t, slot := pl.Type, pl.Slot
	return func(p Ptr) run.Control {
		at := memory.At[Ptr](p, slot)
		*at = t.Copy(*at)
		return run.Next
	}
}

// Base computes the address of a place without its offset, and without a check.
func Base(pl Place) func(p Ptr) Ptr { return pl.base() }
