package memory

import (
	"math"
	"unsafe"
)

// Grow is s with room for n more elements of type t.
func Grow(t *Type, s Slice, n int) Slice {
	if n <= s.Cap-s.Len {
		return s
	}
	if t.Size == 0 {
		more := append(Cast[[]struct{}](s), make([]struct{}, n)...) // Go's own check of the length
		return Slice{t.New(), s.Len, len(more)}
	}
	grown := growslice(t.raw, s, n)
	grown.Len = s.Len
	return grown
}

// Append is s with the elements of more behind it.
func Append(t *Type, s, more Slice) Slice {
	if more.Len == 0 {
		return s
	}
	s = Grow(t, s, more.Len)
	tail := Slice{Add(s.Data, uintptr(s.Len)*t.Size), more.Len, more.Len}
	CopySlice(t, tail, more)
	s.Len += more.Len
	return s
}

// CopySlice is Go's copy.
func CopySlice(t *Type, dst, src Slice) int {
	if t.Size == 0 {
		return min(dst.Len, src.Len)
	}
	return typedslicecopy(t.raw, dst, src)
}

// ClearSlice makes the elements zero.
func ClearSlice(t *Type, s Slice) {
	if s.Len > 0 && t.Size > 0 {
		typedarrayclear(t.raw, s.Data, s.Len)
	}
}

// Index is the address of element i. The panic of a bad index is Go's own.
func (s Slice) Index(i int, size uintptr, unsigned bool) Ptr {
	if uint(i) >= uint(s.Len) {
		BadIndex(i, s.Len, unsigned)
	}
	return Add(s.Data, uintptr(i)*size)
}

// BadIndex panics as Go does for index i of n elements. An unsigned one is the bits
// of a uint64.
//
//go:noinline
func BadIndex(i, n int, unsigned bool) {
	elements := make([]struct{}, n)
	if unsigned {
		_ = elements[uint64(i)]
	}
	_ = elements[i]
}

// CheckBounds panics as Go does when [low:high] is not in an array of n elements.
func CheckBounds(low, high, n int) {
	_ = StringAt(Ptr(&sink), n)[low:high] // never read; strings have the error that arrays have
}

// SizeOf is how many bytes a T has.
func SizeOf[T any](T) uintptr {
	var x T
	return unsafe.Sizeof(x)
}

// Cut is s[low:high], or s[low:high:max] when full. Bad bounds panic as in Go.
func (s Slice) Cut(low, high, max int, full bool, size uintptr) Slice {
	// A slice of elements without size has the same bounds, and Go's own checks.
	bounds := Cast[[]struct{}](Slice{s.Data, s.Len, s.Cap})
	if full {
		bounds = bounds[low:high:max]
	} else {
		bounds = bounds[low:high]
	}
	cut := Slice{s.Data, len(bounds), cap(bounds)}
	if cut.Cap > 0 { // the address behind the last element belongs to something else
		cut.Data = Add(s.Data, uintptr(low)*size)
	}
	return cut
}

// MakeSlice is a new slice. Bad sizes panic as in Go.
func MakeSlice(elem *Type, length, capacity int) Slice {
	limit := math.MaxInt
	if elem.Size > 0 {
		limit = int(maxAlloc / elem.Size)
	}
	if length < 0 || length > limit {
		badLength(length)
	}
	if capacity < length || capacity > limit {
		badCapacity(length, capacity)
	}
	return Slice{elem.NewArray(capacity), length, capacity}
}

// maxAlloc is more memory than any machine has.
const maxAlloc = 1 << 47

// badLength panics as make does for a length that no slice can have.
//
//go:noinline
func badLength(n int) {
	if n >= 0 {
		n = -1
	}
	_ = make([]byte, n)
}

//go:noinline
func badCapacity(n, c int) {
	if c >= n {
		c = -1
	}
	_ = make([]byte, n, c)
}

// Prefix panics as the conversion of the slice to an array of n elements does when
// it is too short.
func (s Slice) Prefix(n int) {
	if s.Len < n {
		shortSlice(s.Len, n)
	}
}
