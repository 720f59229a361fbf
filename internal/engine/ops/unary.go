package ops

import (
	"go/token"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
)

// Unary is op a for +, - and ^.
func Unary(op token.Token, a Value) Value {
	v := Value{Shape: a.Shape}
	switch a.Shape {
	case memory.Int8:
		v.Fn = integerUnary[int8](op, a)
	case memory.Int16:
		v.Fn = integerUnary[int16](op, a)
	case memory.Int32:
		v.Fn = integerUnary[int32](op, a)
	case memory.Int64:
		v.Fn = integerUnary[int64](op, a)
	case memory.Uint8:
		v.Fn = integerUnary[uint8](op, a)
	case memory.Uint16:
		v.Fn = integerUnary[uint16](op, a)
	case memory.Uint32:
		v.Fn = integerUnary[uint32](op, a)
	case memory.Uint64:
		v.Fn = integerUnary[uint64](op, a)
	case memory.Float32:
		v.Fn = floatUnary[float32](op, a)
	case memory.Float64:
		v.Fn = floatUnary[float64](op, a)
	case memory.Complex64:
		v.Fn = floatUnary[complex64](op, a)
	case memory.Complex128:
		v.Fn = floatUnary[complex128](op, a)
	}
	return v
}

func integerUnary[T integer](op token.Token, a Value) func(p Ptr) T {
	x := Fn[T](a)
	switch op {
	case token.SUB:
		return func(p Ptr) T { return -x(p) }
	case token.XOR:
		return func(p Ptr) T { return ^x(p) }
	}
	return x
}

func floatUnary[T float](op token.Token, a Value) func(p Ptr) T {
	x := Fn[T](a)
	if op == token.SUB {
		return func(p Ptr) T { return -x(p) }
	}
	return x
}

// Not, And and Or are Go's !, && and ||.
func Not(a Value) Value {
	x := Fn[bool](a)
	return Make(memory.Bool, func(p Ptr) bool { return !x(p) })
}

// And is a && b.
func And(a, b Value) Value {
	x, y := Fn[bool](a), Fn[bool](b)
	return Make(memory.Bool, func(p Ptr) bool { return x(p) && y(p) })
}

// Or is a || b.
func Or(a, b Value) Value {
	x, y := Fn[bool](a), Fn[bool](b)
	return Make(memory.Bool, func(p Ptr) bool { return x(p) || y(p) })
}

// Shift is a << count or a >> count. A negative count panics as in Go.
func Shift(op token.Token, a, count Value) Value {
	v := Value{Shape: a.Shape}
	left := op == token.SHL
	switch a.Shape {
	case memory.Int8:
		v.Fn = shift[int8](left, a, count)
	case memory.Int16:
		v.Fn = shift[int16](left, a, count)
	case memory.Int32:
		v.Fn = shift[int32](left, a, count)
	case memory.Int64:
		v.Fn = shift[int64](left, a, count)
	case memory.Uint8:
		v.Fn = shift[uint8](left, a, count)
	case memory.Uint16:
		v.Fn = shift[uint16](left, a, count)
	case memory.Uint32:
		v.Fn = shift[uint32](left, a, count)
	case memory.Uint64:
		v.Fn = shift[uint64](left, a, count)
	}
	return v
}

// shift takes counts of 64 bits: signed ones, which may be negative, or not.
func shift[T integer](left bool, a, count Value) func(p Ptr) T {
	x := Fn[T](a)
	if n, ok := ConstInt(count); ok && n >= 0 {
		c := uint64(n)
		if left {
			return func(p Ptr) T { return x(p) << c }
		}
		return func(p Ptr) T { return x(p) >> c }
	}
	if count.Shape == memory.Int64 {
		n := Fn[int64](count)
		if left {
			return func(p Ptr) T { return x(p) << n(p) }
		}
		return func(p Ptr) T { return x(p) >> n(p) }
	}
	n := Fn[uint64](count)
	if left {
		return func(p Ptr) T { return x(p) << n(p) }
	}
	return func(p Ptr) T { return x(p) >> n(p) }
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
