// Package memory is the raw, typed memory that cells compute in: frames of local
// variables, variables of their own, and the parts of the runtime that maps,
// channels and interfaces need.
//
//	t := memory.TypeOf(reflect.TypeFor[string]())
//	p := t.New()
//	*memory.At[string](p, 0) = "text"
//
// Everything in it is memory that the garbage collector knows the type of, so
// values that cells make are ordinary Go values, and compiled code may keep them.
//
// # Safety
//
// Nothing here checks that a pointer has the type that a caller reads from it:
// package lower knows that from the type checker. Functions may be called
// from any goroutine; the memory itself is as safe as Go's own.
package memory

import (
	"reflect"
	"sync"
	"unsafe"
)

// Ptr is the address of a value.
type Ptr = unsafe.Pointer

// At is the T that lies off bytes behind p.
func At[T any](p Ptr, off uintptr) *T { return (*T)(unsafe.Add(p, off)) }

// Add is the address off bytes behind p.
func Add(p Ptr, off uintptr) Ptr { return unsafe.Add(p, off) }

// AddressOf is the address of the value that v points to.
func AddressOf[T any](v *T) Ptr { return Ptr(v) }

// Cast is v seen as a T. Both have the same size and hold pointers in the same places.
func Cast[T, F any](v F) T { return *(*T)(Ptr(&v)) }

// Slice is a slice of any type, as it lies in memory.
type Slice struct {
	Data     Ptr
	Len, Cap int
}

// Interface is an interface value of any type, as it lies in memory. Tab is the
// dynamic type when the interface has no methods, else the table of its methods.
type Interface struct{ Tab, Data Ptr }

// Type is a type as memory sees it.
type Type struct {
	Reflect  reflect.Type
	Size     uintptr
	Align    uintptr
	Shape    Shape
	Pointers bool // values contain pointers
	Direct   bool // an interface holds the value itself, in place of its address
	raw      Ptr
	mask     uint64 // which words hold pointers, for types of up to maxMasked
}

var known sync.Map // reflect.Type to *Type

// TypeOf describes a type. The same type has the same description.
func TypeOf(t reflect.Type) *Type {
	if known, ok := known.Load(t); ok {
		return known.(*Type)
	}
	raw := rawType(t)
	made := &Type{
		Reflect:  t,
		Size:     t.Size(),
		Align:    uintptr(t.Align()),
		Shape:    shapeOf(t),
		Pointers: hasPointers(t),
		raw:      raw,
		mask:     pointerMask(t),
	}
	made.Direct = made.Size == wordSize && made.Pointers && t.Kind() != reflect.Interface
	kept, _ := known.LoadOrStore(t, made)
	return kept.(*Type)
}

const wordSize = unsafe.Sizeof(uintptr(0))

// rawType is the address of the runtime's description of t.
func rawType(t reflect.Type) Ptr { return (*Interface)(Ptr(&t)).Data }

// Raw is the address of the runtime's description of the type: what stands in the
// first word of an empty interface.
func (t *Type) Raw() Ptr { return t.raw }

// ReflectType is the type whose runtime description lies at raw.
func ReflectType(raw Ptr) reflect.Type {
	if raw == nil {
		return nil
	}
	e := Interface{Tab: raw} // reflect.TypeOf looks at the first word only
	return reflect.TypeOf(*(*any)(Ptr(&e)))
}

// New is a new variable of the type, zero.
func (t *Type) New() Ptr { return unsafeNew(t.raw) }

// NewArray is n new variables in a row.
func (t *Type) NewArray(n int) Ptr { return unsafeNewArray(t.raw, n) }

// Move copies a value from src to dst, which may overlap.
func (t *Type) Move(dst, src Ptr) {
	switch {
	case t.Size == wordSize && !t.Pointers:
		*(*[wordSize]byte)(dst) = *(*[wordSize]byte)(src)
	case t.Size > 0:
		typedmemmove(t.raw, dst, src)
	}
}

// Clear makes the value at p zero.
func (t *Type) Clear(p Ptr) {
	if t.Size == 0 {
		return
	}
	typedmemclr(t.raw, p)
}

// Copy is a new variable with the value at src.
func (t *Type) Copy(src Ptr) Ptr {
	p := t.New()
	t.Move(p, src)
	return p
}

// Value is the variable at p as reflection sees it: addressable and settable.
func (t *Type) Value(p Ptr) reflect.Value { return reflect.NewAt(t.Reflect, p).Elem() }

// Equal reports whether the values at a and b are equal. It panics with Go's own
// error where they hold something that cannot be compared.
func (t *Type) Equal(a, b Ptr) bool {
	x, y := t.box(a), t.box(b)
	return *(*any)(Ptr(&x)) == *(*any)(Ptr(&y))
}

// box is an empty interface that shows the value at p without copying it.
func (t *Type) box(p Ptr) Interface {
	if t.Direct {
		p = *(*Ptr)(p)
	}
	return Interface{t.raw, p}
}

func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return t.Len() > 0 && hasPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Slice, reflect.String, reflect.Interface:
		return true
	}
	return false
}

// Word is the bits of a pointer as a number.
func Word(p Ptr) uint64 { return uint64(uintptr(p)) }

// FromWord is the pointer with the bits of w: the conversion of a uintptr to an
// unsafe.Pointer, as dangerous as Go's.
func FromWord(w uint64) Ptr {
	u := uintptr(w)
	return *(*Ptr)(Ptr(&u))
}

// CheckNil panics with Go's nil pointer error when p is nil.
func CheckNil(p Ptr) {
	if p == nil {
		nilPointer()
	}
}

var sink byte

//go:noinline
func nilPointer() { sink = *(*byte)(nil) }
