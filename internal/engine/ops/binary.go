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
