package ops

import (
	"os"
	"strconv"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// LenString is len of a string.
func LenString(v Value) Value {
	if v.Local {
		off := v.Off
		return Make(memory.Int64, func(p Ptr) int64 { return int64(len(*memory.At[string](p, off))) })
	}
	x := Fn[string](v)
	return Make(memory.Int64, func(p Ptr) int64 { return int64(len(x(p))) })
}

// LenSlice is len of a slice, or its cap.
func LenSlice(v Value, capacity bool) Value {
	x := Fn[memory.Slice](v)
	switch {
	case capacity:
		return Make(memory.Int64, func(p Ptr) int64 { return int64(x(p).Cap) })
	case v.Local:
		off := v.Off
		return Make(memory.Int64, func(p Ptr) int64 { return int64(memory.At[memory.Slice](p, off).Len) })
	}
	return Make(memory.Int64, func(p Ptr) int64 { return int64(x(p).Len) })
}

// LenWord is what length makes of a map or a channel.
func LenWord(v Value, length func(p Ptr) int) Value {
	x := Fn[Ptr](v)
	return Make(memory.Int64, func(p Ptr) int64 { return int64(length(x(p))) })
}

// AppendSlice is append(s, more...).
func AppendSlice(elem *memory.Type, s, more Value) Value {
	x, y := Fn[memory.Slice](s), Fn[memory.Slice](more)
	return Make(memory.SliceOf, func(p Ptr) memory.Slice {
		s := x(p)
		return memory.Append(elem, s, y(p))
	})
}

// AppendString is append(s, text...).
func AppendString(s, text Value) Value {
	x, y := Fn[memory.Slice](s), Fn[string](text)
	return Make(memory.SliceOf, func(p Ptr) memory.Slice {
		s := memory.Cast[[]byte](x(p))
		return memory.Cast[memory.Slice](append(s, y(p)...))
	})
}

// AppendOne is append(s, v) for a v that is no block.
func AppendOne(elem *memory.Type, s, v Value) Value { return shapers[v.Shape].appendOne(elem, s, v) }

func (o of[T]) appendOne(elem *memory.Type, s, v Value) Value {
	x, y := Fn[memory.Slice](s), Fn[T](v)
	return Make(memory.SliceOf, func(p Ptr) memory.Slice {
		s := x(p)
		v := y(p)
		if s.Len == s.Cap {
			s = memory.Grow(elem, s, 1)
		}
		*memory.At[T](s.Data, uintptr(s.Len)*elem.Size) = v
		s.Len++
		return s
	})
}

// CopySlice is copy(dst, src).
func CopySlice(elem *memory.Type, dst, src Value) Value {
	x, y := Fn[memory.Slice](dst), Fn[memory.Slice](src)
	return Make(memory.Int64, func(p Ptr) int64 {
		dst := x(p)
		return int64(memory.CopySlice(elem, dst, y(p)))
	})
}

// CopyString is copy(dst, text).
func CopyString(dst, text Value) Value {
	x, y := Fn[memory.Slice](dst), Fn[string](text)
	return Make(memory.Int64, func(p Ptr) int64 {
		dst := memory.Cast[[]byte](x(p))
		return int64(copy(dst, y(p)))
	})
}

// MakeSlice is make([]T, len, cap).
func MakeSlice(elem *memory.Type, sizes []Value) Value {
	n := Fn[int64](sizes[0])
	capacity := n
	if len(sizes) > 1 {
		capacity = Fn[int64](sizes[1])
	}
	return Make(memory.SliceOf, func(p Ptr) memory.Slice {
		length := int(n(p))
		return memory.MakeSlice(elem, length, int(capacity(p)))
	})
}

// MakeMap is make(map[K]V, n).
func MakeMap(m *memory.Map, sizes []Value) Value {
	if len(sizes) == 0 {
		return Make(memory.Pointer, func(Ptr) Ptr { return m.Make(0) })
	}
	n := Fn[int64](sizes[0])
	return Make(memory.Pointer, func(p Ptr) Ptr { return m.Make(max(0, int(n(p)))) })
}

// MakeChan is make(chan T, n).
func MakeChan(t *memory.Type, sizes []Value) Value {
	if len(sizes) == 0 {
		return Make(memory.Pointer, func(Ptr) Ptr { return memory.MakeChan(t, 0) })
	}
	n := Fn[int64](sizes[0])
	return Make(memory.Pointer, func(p Ptr) Ptr { return memory.MakeChan(t, int(n(p))) })
}

// SliceToArray is a slice as an array of n elements, or as a pointer to one.
func SliceToArray(v Value, n int, pointer bool) Value {
	x := Fn[memory.Slice](v)
	f := func(p Ptr) Ptr {
		s := x(p)
		s.Prefix(n)
		return s.Data
	}
	if pointer {
		return Make(memory.Pointer, f)
	}
	return Value{Shape: memory.Block, Fn: f}
}

// Print is print or println.
func Print(line bool, args []Value) Stmt {
	texts := make([]func(p Ptr) string, len(args))
	for i, v := range args {
		texts[i] = shapers[v.Shape].text(v)
	}
	return func(p Ptr) run.Control {
		var b []byte
		for i, text := range texts {
			if line && i > 0 {
				b = append(b, ' ')
			}
			b = append(b, text(p)...)
		}
		if line {
			b = append(b, '\n')
		}
		os.Stderr.Write(b)
		return run.Next
	}
}

// text is a value as print writes it.
func (o of[T]) text(v Value) func(p Ptr) string {
	f := Fn[T](v)
	return func(p Ptr) string { return printed(any(f(p))) }
}

func printed(v any) string {
	switch x := v.(type) {
	case bool:
		return strconv.FormatBool(x)
	case string:
		return x
	case int8:
		return strconv.FormatInt(int64(x), 10)
	case int16:
		return strconv.FormatInt(int64(x), 10)
	case int32:
		return strconv.FormatInt(int64(x), 10)
	case int64:
		return strconv.FormatInt(x, 10)
	case uint8:
		return strconv.FormatUint(uint64(x), 10)
	case uint16:
		return strconv.FormatUint(uint64(x), 10)
	case uint32:
		return strconv.FormatUint(uint64(x), 10)
	case uint64:
		return strconv.FormatUint(x, 10)
	case float32:
		return strconv.FormatFloat(float64(x), 'g', -1, 32)
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	case complex64:
		return strconv.FormatComplex(complex128(x), 'g', -1, 64)
	case complex128:
		return strconv.FormatComplex(x, 'g', -1, 128)
	case Ptr:
		return hex(memory.Word(x))
	case memory.Interface:
		return "(" + hex(memory.Word(x.Tab)) + "," + hex(memory.Word(x.Data)) + ")"
	case memory.Slice:
		return "[" + strconv.Itoa(x.Len) + "/" + strconv.Itoa(x.Cap) + "]" + hex(memory.Word(x.Data))
	}
	return "?"
}

func hex(w uint64) string { return "0x" + strconv.FormatUint(w, 16) }

// NewSlice is a new slice of n elements, which fill sets through the frame's slot.
func NewSlice(elem *memory.Type, n int, slot uintptr, fill Stmt) Value {
	return Make(memory.SliceOf, func(p Ptr) memory.Slice {
		at := elem.NewArray(n)
		before := *memory.At[Ptr](p, slot)
		*memory.At[Ptr](p, slot) = at
		fill(p)
		*memory.At[Ptr](p, slot) = before
		return memory.Slice{Data: at, Len: n, Cap: n}
	})
}

// NewVariable is the address of a new variable of type t, which fill sets through
// the frame's slot.
func NewVariable(t *memory.Type, slot uintptr, fill Stmt) Value {
	return Make(memory.Pointer, func(p Ptr) Ptr {
		at := t.New()
		before := *memory.At[Ptr](p, slot)
		*memory.At[Ptr](p, slot) = at
		fill(p)
		*memory.At[Ptr](p, slot) = before
		return at
	})
}
