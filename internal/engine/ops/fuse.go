package ops

import (
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"

	"go/token"
)

// operands are what a binary operation computes its value from. The left one is a
// local variable: what uses the value may then carry the operation out itself,
// which saves a call.
type operands struct {
	op   token.Token
	a, b Value
}

// operandsOf are the operands to keep with a value, nil where nothing is gained.
func operandsOf(op token.Token, a, b Value) *operands {
	if !a.Local {
		return nil
	}
	return &operands{op, a, b}
}

// fusedStore is a store of a binary operation to the frame, nil when there is no
// form of its own for it.
func fusedStore(off uintptr, v Value) Stmt {
	if v.operands == nil {
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
	if v.operands == nil || v.Shape != memory.Int64 {
		return nil
	}
	return argumentInteger[int64](off, v.operands)
}

// compared are the operands of a comparison of integers, nil for other conditions.
func compared(cond Value) *operands {
	if o := cond.operands; o != nil && o.a.Shape == memory.Int64 {
		return o
	}
	return nil
}

// returned is the return statement without values. It is one func value, so that
// [Sequence] knows it.
var returned Stmt = func(Ptr) run.Control { return run.Return }

func isReturned(s Stmt) bool { return memory.Cast[Ptr](s) == memory.Cast[Ptr](returned) }
