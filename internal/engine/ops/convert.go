package ops

import (
	"github.com/ipyauth/ipyauth/internal/engine/memory"
)

type realNumber interface {
	integer | ~float32 | ~float64
}

// Convert is the number v in the shape to. Complex numbers convert to complex ones
// only, all others to all others.
func Convert(to memory.Shape, v Value) Value {
	if to == v.Shape {
		return v
	}
	switch v.Shape {
	case memory.Int8:
		return convertReal[int8](to, v)
	case memory.Int16:
		return convertReal[int16](to, v)
	case memory.Int32:
		return convertReal[int32](to, v)
	case memory.Int64:
		return convertReal[int64](to, v)
	case memory.Uint8:
		return convertReal[uint8](to, v)
	case memory.Uint16:
		return convertReal[uint16](to, v)
	case memory.Uint32:
		return convertReal[uint32](to, v)
	case memory.Uint64:
		return convertReal[uint64](to, v)
	case memory.Float32:
		return convertReal[float32](to, v)
	case memory.Float64:
		return convertReal[float64](to, v)
	case memory.Complex64:
		x := Fn[complex64](v)
		return Make(to, func(p Ptr) complex128 { return complex128(x(p)) })
	case memory.Complex128:
		x := Fn[complex128](v)
		return Make(to, func(p Ptr) complex64 { return complex64(x(p)) })
	}
	panic("convert: no number")
}

func convertReal[F realNumber](to memory.Shape, v Value) Value {
	switch to {
	case memory.Int8:
		return convertTo[F, int8](to, v)
	case memory.Int16:
		return convertTo[F, int16](to, v)
	case memory.Int32:
		return convertTo[F, int32](to, v)
	case memory.Int64:
		return convertTo[F, int64](to, v)
	case memory.Uint8:
		return convertTo[F, uint8](to, v)
	case memory.Uint16:
		return convertTo[F, uint16](to, v)
	case memory.Uint32:
		return convertTo[F, uint32](to, v)
	case memory.Uint64:
		return convertTo[F, uint64](to, v)
	case memory.Float32:
		return convertTo[F, float32](to, v)
	case memory.Float64:
		return convertTo[F, float64](to, v)
	}
	panic("convert: no real number")
}

func convertTo[F, T realNumber](to memory.Shape, v Value) Value {
	x := Fn[F](v)
	if c, ok := constOf[F](v); ok {
		return Constant(to, T(c))
	}
	return Make(to, func(p Ptr) T { return T(x(p)) })
}

// RuneString is string(r) for an integer of 64 bits: the character, or U+FFFD.
func RuneString(v Value) Value {
	if v.Shape == memory.Uint64 {
		x := Fn[uint64](v)
		return Make(memory.String, func(p Ptr) string {
			if r := x(p); r <= '\U0010FFFF' {
				return string(rune(r))
			}
			return "\uFFFD"
		})
	}
	x := Fn[int64](v)
	return Make(memory.String, func(p Ptr) string {
		if r := x(p); r >= 0 && r <= '\U0010FFFF' {
			return string(rune(r))
		}
		return "\uFFFD"
	})
}

// BytesOf is []byte(s).
func BytesOf(s Value) Value { return fromString[[]byte](s) }

// RunesOf is []rune(s).
func RunesOf(s Value) Value { return fromString[[]rune](s) }

func fromString[T []byte | []rune](s Value) Value {
	x := Fn[string](s)
	return Make(memory.SliceOf, func(p Ptr) memory.Slice { return memory.Cast[memory.Slice](T(x(p))) })
}

// StringOfBytes is string(b) for bytes.
func StringOfBytes(b Value) Value { return toString[[]byte](b) }

// StringOfRunes is string(r) for runes.
func StringOfRunes(r Value) Value { return toString[[]rune](r) }

func toString[T []byte | []rune](b Value) Value {
	x := Fn[memory.Slice](b)
	return Make(memory.String, func(p Ptr) string { return string(memory.Cast[T](x(p))) })
}

// PointerWord is uintptr(p) for an unsafe.Pointer.
func PointerWord(v Value) Value {
	x := Fn[Ptr](v)
	return Make(memory.Uint64, func(p Ptr) uint64 { return memory.Word(x(p)) })
}

// WordPointer is unsafe.Pointer(u) for a uintptr.
func WordPointer(v Value) Value {
	x := Fn[uint64](v)
	return Make(memory.Pointer, func(p Ptr) Ptr { return memory.FromWord(x(p)) })
}

// AddPointer is unsafe.Add.
func AddPointer(v, n Value) Value {
	x, y := Fn[Ptr](v), Fn[int64](n)
	return Make(memory.Pointer, func(p Ptr) Ptr {
		q := x(p)
		return memory.Add(q, uintptr(y(p)))
	})
}

// SliceAt is unsafe.Slice.
func SliceAt(size uintptr, v, n Value) Value {
	x, y := Fn[Ptr](v), Fn[int64](n)
	return Make(memory.SliceOf, func(p Ptr) memory.Slice {
		q := x(p)
		return memory.SliceAt(q, int(y(p)), size)
	})
}

// SliceData is unsafe.SliceData.
func SliceData(v Value) Value {
	x := Fn[memory.Slice](v)
	return Make(memory.Pointer, func(p Ptr) Ptr { return x(p).Data })
}

// StringAt is unsafe.String.
func StringAt(v, n Value) Value {
	x, y := Fn[Ptr](v), Fn[int64](n)
	return Make(memory.String, func(p Ptr) string {
		q := x(p)
		return memory.StringAt(q, int(y(p)))
	})
}

// StringData is unsafe.StringData.
func StringData(v Value) Value {
	x := Fn[string](v)
	return Make(memory.Pointer, func(p Ptr) Ptr { return memory.StringData(x(p)) })
}
