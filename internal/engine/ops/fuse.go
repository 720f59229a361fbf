package ops

import (
	"go/token"
	"sync/atomic"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// operands are what a binary operation computes its value from. What uses the value
// may carry the operation out itself, which saves a call.
type operands struct {
	op   token.Token
	a, b Value
}

// fusedStore is a store of a binary operation to the frame, nil when there is no
// form of its own for it.
func fusedStore(off uintptr, v Value) Stmt {
	if v.operands == nil || !v.operands.a.Local {
		return nil
	}
	switch v.Shape {
	case memory.Int64:
		return storeInteger[int64](off, v.operands)
	case memory.Int32:
		return storeInteger[int32](off, v.operands)
	case memory.Uint8:
		return storeInteger[uint8](off, v.operands)
	case memory.Uint32:
		return storeInteger[uint32](off, v.operands)
	case memory.Uint64:
		return storeInteger[uint64](off, v.operands)
	case memory.Float64:
		return storeFloat[float64](off, v.operands)
	}
	return nil
}

// fusedArgument is fusedStore for a parameter of a call.
func fusedArgument(off uintptr, v Value) Arg {
	if v.operands == nil || !v.operands.a.Local || v.Shape != memory.Int64 {
		return nil
	}
	return argumentInteger[int64](off, v.operands)
}

// fusedUpdate is [Update] of a variable outside of the frame, nil when there is no
// form of its own for it.
func fusedUpdate(pl Place, make func(old Value) Value) Stmt {
	if pl.Type.Shape == memory.Block || pl.Nil && pl.Off >= guardPage {
		return nil
	}
	v := make(Load(pl))
	if v.operands == nil || v.Shape != pl.Type.Shape {
		return nil
	}
	switch v.Shape {
	case memory.Int64:
		return updateInteger[int64](pl, v.operands)
	case memory.Int32:
		return updateInteger[int32](pl, v.operands)
	case memory.Uint8:
		return updateInteger[uint8](pl, v.operands)
	case memory.Uint32:
		return updateInteger[uint32](pl, v.operands)
	case memory.Uint64:
		return updateInteger[uint64](pl, v.operands)
	case memory.Float64:
		return updateFloat[float64](pl, v.operands)
	}
	return nil
}

// compared are the operands of a comparison of integers, nil for other conditions.
func compared(cond Value) *operands {
	if o := cond.operands; o != nil && o.a.Local && o.a.Shape == memory.Int64 {
		return o
	}
	return nil
}

// returned is the return statement without values. It is one func value, so that
// [Sequence] knows it.
var returned Stmt = func(Ptr) run.Control { return run.Return }

func same(s, t Stmt) bool { return memory.Cast[Ptr](s) == memory.Cast[Ptr](t) }

// stored is a store to the frame.
type stored struct {
	stmt Stmt
	off  uintptr
	v    Value
}

// lastStored is the store that was made last. A statement that is made of it at
// once, as return is, finds in it what to do itself. When another goroutine made one
// in between, the statement is only slower.
var lastStored atomic.Pointer[stored]

// noted keeps a store for [storedBy].
func noted(off uintptr, v Value, s Stmt) Stmt {
	lastStored.Store(&stored{s, off, v})
	return s
}

// storedBy is what the statement s stores, nil when that is not known.
func storedBy(s Stmt) *stored {
	if last := lastStored.Load(); last != nil && same(last.stmt, s) {
		return last
	}
	return nil
}

// returnStored is a return statement that stores first, nil when there is no form
// of its own for it.
func returnStored(s *stored) Stmt {
	if s == nil {
		return nil
	}
	if s.v.Shape == memory.Int64 && s.v.operands != nil {
		if stmt := returnInteger[int64](s.off, s.v.operands); stmt != nil {
			return stmt
		}
	}
	return shapers[s.v.Shape].returned(s.off, s.v)
}

func (o of[T]) returned(off uintptr, v Value) Stmt {
	if v.Local {
		from := v.Off
		return func(p Ptr) run.Control {
			*memory.At[T](p, off) = *memory.At[T](p, from)
			return run.Return
		}
	}
	f := Fn[T](v)
	return func(p Ptr) run.Control {
		*memory.At[T](p, off) = f(p)
		return run.Return
	}
}

// step is by how much a statement at the end of a loop's turn changes the variable
// at off, 0 when it does something else.
func step(s Stmt, off uintptr) int64 {
	by := storedBy(s)
	if by == nil || by.off != off || by.v.operands == nil {
		return 0
	}
	o := by.v.operands
	n, ok := o.b.Const.(int64)
	if !ok || !o.a.Local || o.a.Off != off {
		return 0
	}
	switch o.op {
	case token.ADD:
		return n
	case token.SUB:
		return -n
	}
	return 0
}
