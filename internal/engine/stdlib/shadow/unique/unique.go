// Package unique is the shadow of Go's unique: its generic names.
package unique

import compiled "unique"

// Handle is a compiled handle of the value in an interface. Handles of one T are
// equal when their values are, as those have the same dynamic type.
type Handle[T comparable] struct {
	value compiled.Handle[any]
}

// Value is a copy of the value that made the handle.
func (h Handle[T]) Value() T {
	value, _ := h.value.Value().(T)
	return value
}

// Make is the handle of a value. The value is dropped when its last handle is.
func Make[T comparable](value T) Handle[T] {
	return Handle[T]{compiled.Make[any](value)}
}
