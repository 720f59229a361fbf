// Package weak is the shadow of Go's weak: its generic names.
package weak

import (
	"unsafe"
	compiled "weak"
)

// Pointer is a compiled weak pointer to the first byte of a T.
type Pointer[T any] struct {
	_    [0]*T // no conversion between pointers to different types
	weak compiled.Pointer[uint8]
}

// Make is a weak pointer to what ptr points to.
func Make[T any](ptr *T) Pointer[T] {
	return Pointer[T]{weak: compiled.Make[uint8]((*uint8)(unsafe.Pointer(ptr)))}
}

// Value is the pointer that made p, or nil once the garbage collector took what it
// points to.
func (p Pointer[T]) Value() *T {
	return (*T)(unsafe.Pointer(p.weak.Value()))
}
