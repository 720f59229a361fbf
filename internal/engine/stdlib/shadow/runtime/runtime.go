// Package runtime is the shadow of Go's runtime: its generic names.
package runtime

import (
	"reflect"
	compiled "runtime"
	"unsafe"
)

// AddCleanup has cleanup(arg) run some time after what ptr points to is no longer
// reachable. A pointer is handed on as one, so that the compiled function can refuse
// an argument that keeps ptr alive.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) compiled.Cleanup {
	first := (*uint8)(unsafe.Pointer(ptr))
	switch reflect.TypeFor[S]().Kind() {
	case reflect.Pointer, reflect.UnsafePointer:
		run := func(p unsafe.Pointer) { cleanup(*(*S)(unsafe.Pointer(&p))) }
		return compiled.AddCleanup[uint8, unsafe.Pointer](first, run, *(*unsafe.Pointer)(unsafe.Pointer(&arg)))
	}
	return compiled.AddCleanup[uint8, func()](first, func(run func()) { run() }, func() { cleanup(arg) })
}
