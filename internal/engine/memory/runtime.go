package memory

import "unsafe"

// What follows are functions of the runtime that it lets other packages link to.

//go:linkname unsafeNew reflect.unsafe_New
func unsafeNew(t Ptr) Ptr

//go:linkname unsafeNewArray reflect.unsafe_NewArray
func unsafeNewArray(t Ptr, n int) Ptr

//go:linkname typedmemmove reflect.typedmemmove
//go:noescape
func typedmemmove(t, dst, src Ptr)

//go:linkname typedmemclr reflect.typedmemclr
//go:noescape
func typedmemclr(t, p Ptr)

//go:linkname typedslicecopy reflect.typedslicecopy
//go:noescape
func typedslicecopy(t Ptr, dst, src Slice) int

//go:linkname typedarrayclear reflect.typedarrayclear
//go:noescape
func typedarrayclear(t, p Ptr, n int)

//go:linkname growslice reflect.growslice
func growslice(t Ptr, old Slice, num int) Slice

//go:linkname mapaccess2 runtime.mapaccess2
//go:noescape
func mapaccess2(t, m, key Ptr) (Ptr, bool)

//go:linkname mapassign runtime.mapassign
//go:noescape
func mapassign(t, m, key Ptr) Ptr

//go:linkname mapaccess2Fast64 runtime.mapaccess2_fast64
//go:noescape
func mapaccess2Fast64(t, m Ptr, key uint64) (Ptr, bool)

//go:linkname mapaccess2Str runtime.mapaccess2_faststr
//go:noescape
func mapaccess2Str(t, m Ptr, key string) (Ptr, bool)

//go:linkname mapassignFast64 runtime.mapassign_fast64
func mapassignFast64(t, m Ptr, key uint64) Ptr

//go:linkname mapassignStr runtime.mapassign_faststr
func mapassignStr(t, m Ptr, key string) Ptr

//go:linkname mapdelete reflect.mapdelete
//go:noescape
func mapdelete(t, m, key Ptr)

//go:linkname mapclear reflect.mapclear
//go:noescape
func mapclear(t, m Ptr)

//go:linkname makemap reflect.makemap
func makemap(t Ptr, n int) Ptr

//go:linkname makechan reflect.makechan
func makechan(t Ptr, size int) Ptr

//go:linkname chansend reflect.chansend0
//go:noescape
func chansend(ch, value Ptr, nonBlocking bool) bool

//go:linkname chanrecv reflect.chanrecv
//go:noescape
func chanrecv(ch Ptr, nonBlocking bool, value Ptr) (selected, received bool)

//go:linkname getitab runtime.getitab
func getitab(inter, t Ptr, canFail bool) Ptr

//go:linkname mapiterinit runtime.mapiterinit
func mapiterinit(t, m Ptr, it *MapIterator)

//go:linkname mapiternext runtime.mapiternext
func mapiternext(it *MapIterator)

// A file of assembly, if an empty one, lets the compiler accept functions without
// a body. The type of an unsafe pointer is needed here only by the directives.
var _ unsafe.Pointer

//go:linkname typedmemclrpartial reflect.typedmemclrpartial
//go:noescape
func typedmemclrpartial(t, p Ptr, off, size uintptr)
