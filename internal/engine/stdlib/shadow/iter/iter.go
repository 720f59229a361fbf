// Package iter is the shadow of Go's iter: its generic names.
package iter

import compiled "iter"

// Seq is the compiled package's, so that it is the type that others return.
type Seq[V any] = compiled.Seq[V]

// Seq2 is the compiled package's, so that it is the type that others return.
type Seq2[K, V any] = compiled.Seq2[K, V]

// Pull runs seq on a coroutine of the compiled Pull, which has what cannot be
// written in Go: panics and Goexit of seq come out of next and stop, and races with
// them are found.
func Pull[V any](seq Seq[V]) (next func() (V, bool), stop func()) {
	pull, stop := compiled.Pull[any](func(yield func(any) bool) {
		seq(func(v V) bool { return yield(v) })
	})
	next = func() (V, bool) {
		value, ok := pull()
		v, _ := value.(V)
		return v, ok
	}
	return next, stop
}

// Pull2 is Pull for sequences of pairs.
func Pull2[K, V any](seq Seq2[K, V]) (next func() (K, V, bool), stop func()) {
	pull, stop := compiled.Pull2[any, any](func(yield func(any, any) bool) {
		seq(func(k K, v V) bool { return yield(k, v) })
	})
	next = func() (K, V, bool) {
		key, value, ok := pull()
		k, _ := key.(K)
		v, _ := value.(V)
		return k, v, ok
	}
	return next, stop
}
