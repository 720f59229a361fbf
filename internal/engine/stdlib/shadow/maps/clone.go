// Package maps is the shadow of Go's maps: its generic names.
package maps

// Clone is a shallow copy of m, nil for nil. What Go copies as memory is set key by
// key here: also keys that do not equal themselves are set once each.
func Clone[M ~map[K]V, K comparable, V any](m M) M {
	if m == nil {
		return nil
	}
	clone := make(M, len(m))
	for k, v := range m {
		clone[k] = v
	}
	return clone
}
