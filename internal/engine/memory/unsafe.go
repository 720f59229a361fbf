package memory

import (
	"strconv"
	"unsafe"
)

// SliceAt is the slice of n elements of size bytes at p, as unsafe.Slice makes it.
func SliceAt(p Ptr, n int, size uintptr) Slice {
	if size > 0 && uint64(n) > uint64(maxAlloc/size) {
		n = -1
	}
	_ = unsafe.Slice((*struct{})(p), n) // Go's own checks: of n and of a nil p,
	if n > 0 {
		_ = unsafe.Slice((*byte)(p), n*int(size)) // and of the end of the address space
	}
	if p == nil {
		return Slice{}
	}
	return Slice{p, n, n}
}

// StringAt is unsafe.String.
func StringAt(p Ptr, n int) string { return unsafe.String((*byte)(p), n) }

// StringData is unsafe.StringData.
func StringData(s string) Ptr { return Ptr(unsafe.StringData(s)) }

// shortSlice panics as the conversion of a slice of length n to an array of want
// elements does. Go's own error cannot be had for a length that no code names.
func shortSlice(n, want int) {
	panic(conversionError{n, want})
}

type conversionError struct{ have, want int }

func (e conversionError) Error() string {
	return "runtime error: cannot convert slice with length " + strconv.Itoa(e.have) + " to array or pointer to array with length " + strconv.Itoa(e.want)
}

func (conversionError) RuntimeError() {}
