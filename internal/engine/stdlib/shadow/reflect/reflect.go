// Package reflect is the shadow of Go's reflect: its generic names.
package reflect

import compiled "reflect"

// TypeFor is the type T.
func TypeFor[T any]() compiled.Type {
	return compiled.TypeOf((*T)(nil)).Elem()
}

// TypeAssert is v.Interface().(T), with false where that would panic because the
// value is no T.
func TypeAssert[T any](v compiled.Value) (T, bool) {
	if !v.IsValid() {
		panic(&compiled.ValueError{Method: "reflect.TypeAssert", Kind: compiled.Invalid})
	}
	if !v.CanInterface() {
		panic("reflect.TypeAssert: cannot return value obtained from unexported field or method")
	}
	value, ok := v.Interface().(T)
	return value, ok
}
