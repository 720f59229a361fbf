// Package ops makes the closures that cells run as: each operation of the language
// on each [memory.Shape], as a Go function over a frame.
//
//	x := ops.Load(ops.Place{Kind: ops.InFrame, Off: 56, Type: intType})
//	sum := ops.Binary(token.ADD, x, ops.Constant(memory.Int64, int64(1)))
//
// It knows nothing of syntax and of go/types: package lower decides what is
// computed, this one how. Switch, range, select, go and defer are in package flow.
package ops

import (
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Ptr is the address of a frame or of a value.
type Ptr = memory.Ptr

// Stmt is a statement, ready to run in a frame.
type Stmt func(p Ptr) run.Control

// Value is an expression, ready to be computed in a frame.
type Value struct {
	Shape memory.Shape
	// Fn is a func(Ptr) T, where T is the Go type of the shape: for blocks the
	// address, which is good until the next statement begins or the value changes.
	Fn any
	// Const is the value, a T, of an expression that does not change.
	Const any
	// Local says that the value is the variable at Off in the frame.
	Local bool
	Off   uintptr
	// Unsigned says that an index was an unsigned number, for the error of a bad one.
	Unsigned bool
	// operands are kept of a binary operation that others may carry out, nil else.
	operands *operands
}

// shaper is the operations that every shape has.
type shaper interface {
	load(pl Place) Value
	store(pl Place, v Value) Stmt
	returned(off uintptr, v Value) Stmt
	constant(v any) Value
	zero() Value
	argument(v Value, off uintptr) Arg
	result(c *Call, off uintptr) Value
	box(v Value, tab Ptr) Value
	unbox(v Value, check func(v memory.Interface)) Value
	index(s, i Value, size uintptr) Value
	setIndex(s, i, v Value) Stmt
	do(v Value) Stmt
	after(s Stmt, v Value) Value
	appendOne(elem *memory.Type, s, v Value) Value
	text(v Value) func(p Ptr) string
}

// of is the operations of the shape that is held as a T.
type of[T any] struct{ shape memory.Shape }

var shapers = [memory.NumShapes]shaper{
	memory.Bool: of[bool]{memory.Bool}, memory.Int8: of[int8]{memory.Int8}, memory.Int16: of[int16]{memory.Int16},
	memory.Int32: of[int32]{memory.Int32}, memory.Int64: of[int64]{memory.Int64}, memory.Uint8: of[uint8]{memory.Uint8},
	memory.Uint16: of[uint16]{memory.Uint16}, memory.Uint32: of[uint32]{memory.Uint32}, memory.Uint64: of[uint64]{memory.Uint64},
	memory.Float32: of[float32]{memory.Float32}, memory.Float64: of[float64]{memory.Float64},
	memory.Complex64: of[complex64]{memory.Complex64}, memory.Complex128: of[complex128]{memory.Complex128},
	memory.String: of[string]{memory.String}, memory.Pointer: of[Ptr]{memory.Pointer},
	memory.Iface: of[memory.Interface]{memory.Iface}, memory.SliceOf: of[memory.Slice]{memory.SliceOf},
}

// Fn is the function that computes v, which must have T's shape.
func Fn[T any](v Value) func(p Ptr) T { return v.Fn.(func(p Ptr) T) }

// Address is the function that computes the address of a block.
func Address(v Value) func(p Ptr) Ptr { return v.Fn.(func(p Ptr) Ptr) }

// Make is the value of shape that f computes.
func Make[T any](shape memory.Shape, f func(p Ptr) T) Value { return Value{Shape: shape, Fn: f} }

// Constant is a value of shape that does not change; v has the shape's Go type.
func Constant(shape memory.Shape, v any) Value { return shapers[shape].constant(v) }

func (o of[T]) constant(v any) Value {
	x := v.(T)
	return Value{Shape: o.shape, Const: v, Fn: func(Ptr) T { return x }}
}

// constOf is the value of a constant.
func constOf[T any](v Value) (T, bool) {
	x, ok := v.Const.(T)
	return x, ok
}

// ConstInt is the value of a constant of 64 bits.
func ConstInt(v Value) (int64, bool) {
	switch c := v.Const.(type) {
	case int64:
		return c, true
	case uint64:
		return int64(c), true
	}
	return 0, false
}

// After is v, computed after a statement ran.
func After(s Stmt, v Value) Value {
	if v.Shape == memory.Block {
		f := Address(v)
		return Value{Shape: v.Shape, Fn: func(p Ptr) Ptr { s(p); return f(p) }}
	}
	return shapers[v.Shape].after(s, v)
}

func (o of[T]) after(s Stmt, v Value) Value {
	f := Fn[T](v)
	return Make(o.shape, func(p Ptr) T { s(p); return f(p) })
}
