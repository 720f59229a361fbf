package ops

import "github.com/ipyauth/ipyauth/internal/engine/memory"

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
