package ops

import (
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Word is an index, a length or a capacity as an int64. An unsigned one that no
// int holds becomes negative, which is refused wherever it is used.
func Word(v Value) Value {
	switch v.Shape {
	case memory.Int64:
		return v
	case memory.Uint64:
		x := Fn[uint64](v)
		if c, ok := constOf[uint64](v); ok {
			return Constant(memory.Int64, int64(c))
		}
		v := Make(memory.Int64, func(p Ptr) int64 { return int64(x(p)) })
		v.Unsigned = true
		return v
	}
	return Convert(memory.Int64, v)
}

// Index is element i of the slice s, whose elements have size bytes and shape.
func Index(shape memory.Shape, s, i Value, size uintptr) Value {
	if shape == memory.Block {
		return Value{Shape: shape, Fn: ElementAddress(s, i, size)}
	}
	return shapers[shape].index(s, i, size)
}

// ElementAddress is the address of element i of the slice s.
func ElementAddress(s, i Value, size uintptr) func(p Ptr) Ptr {
	x, n, unsigned := Fn[memory.Slice](s), Fn[int64](i), i.Unsigned
	if s.Local && i.Local {
		sOff, iOff := s.Off, i.Off
		return func(p Ptr) Ptr {
			return memory.At[memory.Slice](p, sOff).Index(int(*memory.At[int64](p, iOff)), size, unsigned)
		}
	}
	return func(p Ptr) Ptr {
		s := x(p)
		return s.Index(int(n(p)), size, unsigned)
	}
}

func (o of[T]) index(s, i Value, size uintptr) Value {
	x, n, unsigned := Fn[memory.Slice](s), Fn[int64](i), i.Unsigned
	v := Value{Shape: o.shape}
	switch {
	case s.Local && i.Local:
		sOff, iOff := s.Off, i.Off
		v.Fn = func(p Ptr) T {
			s, i := memory.At[memory.Slice](p, sOff), int(*memory.At[int64](p, iOff))
			if uint(i) >= uint(s.Len) {
				memory.BadIndex(i, s.Len, unsigned)
			}
			return *memory.At[T](s.Data, uintptr(i)*size)
		}
	case s.Local:
		sOff := s.Off
		v.Fn = func(p Ptr) T {
			i := int(n(p))
			s := memory.At[memory.Slice](p, sOff)
			if uint(i) >= uint(s.Len) {
				memory.BadIndex(i, s.Len, unsigned)
			}
			return *memory.At[T](s.Data, uintptr(i)*size)
		}
	default:
		v.Fn = func(p Ptr) T {
			s := x(p)
			i := int(n(p))
			if uint(i) >= uint(s.Len) {
				memory.BadIndex(i, s.Len, unsigned)
			}
			return *memory.At[T](s.Data, uintptr(i)*size)
		}
	}
	return v
}

// SetIndex sets element i of the slice s to the scalar v.
func SetIndex(s, i, v Value) Stmt { return shapers[v.Shape].setIndex(s, i, v) }

func (o of[T]) setIndex(s, i, v Value) Stmt {
	x, n, f, unsigned := Fn[memory.Slice](s), Fn[int64](i), Fn[T](v), i.Unsigned
	var zero T
	size := memory.SizeOf(zero)
	if s.Local && i.Local {
		sOff, iOff := s.Off, i.Off
		return func(p Ptr) run.Control {
			v := f(p)
			s, i := memory.At[memory.Slice](p, sOff), int(*memory.At[int64](p, iOff))
			if uint(i) >= uint(s.Len) {
				memory.BadIndex(i, s.Len, unsigned)
			}
			*memory.At[T](s.Data, uintptr(i)*size) = v
			return run.Next
		}
	}
	return func(p Ptr) run.Control {
		s := x(p)
		i := int(n(p))
		v := f(p)
		if uint(i) >= uint(s.Len) {
			memory.BadIndex(i, s.Len, unsigned)
		}
		*memory.At[T](s.Data, uintptr(i)*size) = v
		return run.Next
	}
}

// ArrayAddress is the address of element i of the array of n elements at a.
func ArrayAddress(a func(p Ptr) Ptr, i Value, n int, size uintptr) func(p Ptr) Ptr {
	x, unsigned := Fn[int64](i), i.Unsigned
	return func(p Ptr) Ptr {
		q := a(p)
		i := int(x(p))
		if uint(i) >= uint(n) {
			memory.BadIndex(i, n, unsigned)
		}
		return memory.Add(q, uintptr(i)*size)
	}
}

// IndexString is byte i of the string s.
func IndexString(s, i Value) Value {
	x, n, unsigned := Fn[string](s), Fn[int64](i), i.Unsigned
	return Make(memory.Uint8, func(p Ptr) uint8 {
		s := x(p)
		i := int(n(p))
		if uint(i) >= uint(len(s)) {
			memory.BadIndex(i, len(s), unsigned)
		}
		return s[i]
	})
}

// Bounds are the indices of a slice expression; nil ones are not written.
type Bounds struct{ Low, High, Max *Value }

func (b Bounds) compute() func(p Ptr, length, capacity int) (low, high, max int, full bool) {
	var low, high, max func(p Ptr) int64
	if b.Low != nil {
		low = Fn[int64](*b.Low)
	}
	if b.High != nil {
		high = Fn[int64](*b.High)
	}
	if b.Max != nil {
		max = Fn[int64](*b.Max)
	}
	return func(p Ptr, length, capacity int) (l, h, m int, full bool) {
		h, m = length, capacity
		if low != nil {
			l = int(low(p))
		}
		if high != nil {
			h = int(high(p))
		}
		if max != nil {
			m, full = int(max(p)), true
		}
		return l, h, m, full
	}
}

// SliceString is s[low:high] of a string.
func SliceString(s Value, b Bounds) Value {
	x, bounds := Fn[string](s), b.compute()
	return Make(memory.String, func(p Ptr) string {
		s := x(p)
		low, high, _, _ := bounds(p, len(s), len(s))
		return s[low:high]
	})
}

// SliceSlice is s[low:high:max] of a slice of elements of size bytes.
func SliceSlice(s Value, b Bounds, size uintptr) Value {
	x, bounds := Fn[memory.Slice](s), b.compute()
	return Make(memory.SliceOf, func(p Ptr) memory.Slice {
		s := x(p)
		low, high, max, full := bounds(p, s.Len, s.Cap)
		return s.Cut(low, high, max, full, size)
	})
}

// SliceArray is a[low:high:max] of the array of n elements at a.
func SliceArray(a func(p Ptr) Ptr, b Bounds, n int, size uintptr) Value {
	bounds := b.compute()
	return Make(memory.SliceOf, func(p Ptr) memory.Slice {
		q := a(p)
		memory.CheckNil(q)
		low, high, max, full := bounds(p, n, n)
		if !full {
			memory.CheckBounds(low, high, n)
		}
		return memory.Slice{Data: q, Len: n, Cap: n}.Cut(low, high, max, full, size)
	})
}

// FindInMap copies the element of a key to dst of the frame and tells at ok, unless
// that is NoPlace, whether there is one. keep is where the frame keeps the key.
func FindInMap(m *memory.Map, mp, key Value, keep, dst, ok uintptr) Stmt {
	x := Fn[Ptr](mp)
	tell := func(p Ptr, found bool) run.Control {
		if ok != NoPlace {
			*memory.At[bool](p, ok) = found
		}
		return run.Next
	}
	switch {
	case m.ByString():
		k := Fn[string](key)
		return func(p Ptr) run.Control {
			mp := x(p)
			return tell(p, m.FindString(mp, k(p), memory.Add(p, dst)))
		}
	case m.ByWord():
		k := word(key)
		return func(p Ptr) run.Control {
			mp := x(p)
			return tell(p, m.FindWord(mp, k(p), memory.Add(p, dst)))
		}
	}
	store := Store(Place{Kind: InFrame, Off: keep, Type: m.Key}, key)
	return func(p Ptr) run.Control {
		mp := x(p)
		store(p)
		return tell(p, m.Find(mp, memory.Add(p, keep), memory.Add(p, dst)))
	}
}

// word is a number of 64 bits as its bits.
func word(v Value) func(p Ptr) uint64 {
	if v.Shape == memory.Uint64 {
		return Fn[uint64](v)
	}
	return Fn[uint64](Convert(memory.Uint64, v))
}

// SetInMap sets the element of a key to v. keep and elem are where the frame keeps
// the key and the element.
func SetInMap(m *memory.Map, mp, key, v Value, keep, elem uintptr) Stmt {
	x := Fn[Ptr](mp)
	storeElem := Store(Place{Kind: InFrame, Off: elem, Type: m.Elem}, v)
	switch {
	case m.ByString():
		k := Fn[string](key)
		return func(p Ptr) run.Control {
			mp := x(p)
			key := k(p)
			storeElem(p)
			m.AssignString(mp, key, memory.Add(p, elem))
			return run.Next
		}
	case m.ByWord():
		k := word(key)
		return func(p Ptr) run.Control {
			mp := x(p)
			key := k(p)
			storeElem(p)
			m.AssignWord(mp, key, memory.Add(p, elem))
			return run.Next
		}
	}
	storeKey := Store(Place{Kind: InFrame, Off: keep, Type: m.Key}, key)
	return func(p Ptr) run.Control {
		mp := x(p)
		storeKey(p)
		storeElem(p)
		m.Assign(mp, memory.Add(p, keep), memory.Add(p, elem))
		return run.Next
	}
}

// DeleteInMap is delete(m, key).
func DeleteInMap(m *memory.Map, mp, key Value, keep uintptr) Stmt {
	x := Fn[Ptr](mp)
	storeKey := Store(Place{Kind: InFrame, Off: keep, Type: m.Key}, key)
	return func(p Ptr) run.Control {
		mp := x(p)
		storeKey(p)
		m.Delete(mp, memory.Add(p, keep))
		return run.Next
	}
}
