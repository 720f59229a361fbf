package ops

import (
	"go/token"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
)

//go:generate go run ./gen

type signed interface {
	~int8 | ~int16 | ~int32 | ~int64
}

type unsigned interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64
}

type integer interface{ signed | unsigned }

type float interface {
	~float32 | ~float64 | ~complex64 | ~complex128
}

type ordered interface {
	integer | ~float32 | ~float64 | ~string
}

// Binary is a op b for operands of one shape, for all operators but shifts,
// comparisons, && and ||.
func Binary(op token.Token, a, b Value) Value {
	v := Value{Shape: a.Shape, operands: &operands{op, a, b}}
	switch a.Shape {
	case memory.Int8:
		v.Fn = integerBinary[int8](op, a, b)
	case memory.Int16:
		v.Fn = integerBinary[int16](op, a, b)
	case memory.Int32:
		v.Fn = integerBinary[int32](op, a, b)
	case memory.Int64:
		v.Fn = integerBinary[int64](op, a, b)
	case memory.Uint8:
		v.Fn = integerBinary[uint8](op, a, b)
	case memory.Uint16:
		v.Fn = integerBinary[uint16](op, a, b)
	case memory.Uint32:
		v.Fn = integerBinary[uint32](op, a, b)
	case memory.Uint64:
		v.Fn = integerBinary[uint64](op, a, b)
	case memory.Float32:
		v.Fn = numberBinary[float32](op, a, b)
	case memory.Float64:
		v.Fn = numberBinary[float64](op, a, b)
	case memory.Complex64:
		v.Fn = numberBinary[complex64](op, a, b)
	case memory.Complex128:
		v.Fn = numberBinary[complex128](op, a, b)
	case memory.String:
		v.Fn = stringBinary[string](op, a, b)
	}
	return v
}

// Compare is a op b for scalars and strings of one shape.
func Compare(op token.Token, a, b Value) Value {
	v := Value{Shape: memory.Bool, operands: &operands{op, a, b}}
	switch a.Shape {
	case memory.Bool:
		v.Fn = equality[bool](op, a, b)
	case memory.Int8:
		v.Fn = order[int8](op, a, b)
	case memory.Int16:
		v.Fn = order[int16](op, a, b)
	case memory.Int32:
		v.Fn = order[int32](op, a, b)
	case memory.Int64:
		v.Fn = order[int64](op, a, b)
	case memory.Uint8:
		v.Fn = order[uint8](op, a, b)
	case memory.Uint16:
		v.Fn = order[uint16](op, a, b)
	case memory.Uint32:
		v.Fn = order[uint32](op, a, b)
	case memory.Uint64:
		v.Fn = order[uint64](op, a, b)
	case memory.Float32:
		v.Fn = order[float32](op, a, b)
	case memory.Float64:
		v.Fn = order[float64](op, a, b)
	case memory.Complex64:
		v.Fn = equality[complex64](op, a, b)
	case memory.Complex128:
		v.Fn = equality[complex128](op, a, b)
	case memory.String:
		v.Fn = order[string](op, a, b)
	case memory.Pointer:
		v.Fn = equality[Ptr](op, a, b)
	}
	return v
}

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

// Complex is complex(re, im).
func Complex(re, im Value) Value {
	if re.Shape == memory.Float32 {
		x, y := Fn[float32](re), Fn[float32](im)
		return Make(memory.Complex64, func(p Ptr) complex64 { return complex(x(p), y(p)) })
	}
	x, y := Fn[float64](re), Fn[float64](im)
	return Make(memory.Complex128, func(p Ptr) complex128 { return complex(x(p), y(p)) })
}

// Real is real(v).
func Real(v Value) Value {
	if v.Shape == memory.Complex64 {
		x := Fn[complex64](v)
		return Make(memory.Float32, func(p Ptr) float32 { return real(x(p)) })
	}
	x := Fn[complex128](v)
	return Make(memory.Float64, func(p Ptr) float64 { return real(x(p)) })
}

// Imag is imag(v).
func Imag(v Value) Value {
	if v.Shape == memory.Complex64 {
		x := Fn[complex64](v)
		return Make(memory.Float32, func(p Ptr) float32 { return imag(x(p)) })
	}
	x := Fn[complex128](v)
	return Make(memory.Float64, func(p Ptr) float64 { return imag(x(p)) })
}

// MinMax is min(a, b), or max.
func MinMax(least bool, a, b Value) Value {
	v := Value{Shape: a.Shape}
	switch a.Shape {
	case memory.Int8:
		v.Fn = minMax[int8](least, a, b)
	case memory.Int16:
		v.Fn = minMax[int16](least, a, b)
	case memory.Int32:
		v.Fn = minMax[int32](least, a, b)
	case memory.Int64:
		v.Fn = minMax[int64](least, a, b)
	case memory.Uint8:
		v.Fn = minMax[uint8](least, a, b)
	case memory.Uint16:
		v.Fn = minMax[uint16](least, a, b)
	case memory.Uint32:
		v.Fn = minMax[uint32](least, a, b)
	case memory.Uint64:
		v.Fn = minMax[uint64](least, a, b)
	case memory.Float32:
		v.Fn = minMax[float32](least, a, b)
	case memory.Float64:
		v.Fn = minMax[float64](least, a, b)
	case memory.String:
		v.Fn = minMax[string](least, a, b)
	}
	return v
}

func minMax[T ordered](least bool, a, b Value) func(p Ptr) T {
	x, y := Fn[T](a), Fn[T](b)
	if least {
		return func(p Ptr) T { return min(x(p), y(p)) }
	}
	return func(p Ptr) T { return max(x(p), y(p)) }
}
