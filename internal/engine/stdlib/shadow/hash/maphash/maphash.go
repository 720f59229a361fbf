// Package maphash is the shadow of Go's hash/maphash: its generic names.
package maphash

import compiled "hash/maphash"

// Comparable is the hash of v with the seed. The hash of a value in an interface
// depends on its type and value, and so is the same for equal ones.
func Comparable[T comparable](seed compiled.Seed, v T) uint64 {
	return compiled.Comparable[any](seed, v)
}

// WriteComparable adds x to the data that h hashes.
func WriteComparable[T comparable](h *compiled.Hash, x T) {
	compiled.WriteComparable[any](h, x)
}
