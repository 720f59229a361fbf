package memory

import (
	"reflect"
	"runtime"
)

// Itab is the table of methods that a value of type t has as a value of the
// interface type inter, nil when it lacks one.
func Itab(inter, t *Type) Ptr { return getitab(inter.raw, t.raw, true) }

// ItabOf is Itab for a dynamic type.
func ItabOf(inter *Type, raw Ptr) Ptr { return getitab(inter.raw, raw, true) }

// MustItab is ItabOf that panics with Go's error for a missing method.
func MustItab(inter *Type, raw Ptr) Ptr {
	if raw == nil {
		panic(assertionError(nil, nil, inter.raw))
	}
	return getitab(inter.raw, raw, false)
}

// TypeInTab is the dynamic type of an interface value with methods.
func TypeInTab(tab Ptr) Ptr {
	if tab == nil {
		return nil
	}
	return *At[Ptr](tab, wordSize)
}

// Method is the code address of method i, counted in the order of the interface's
// methods, sorted by name, exported ones first.
func Method(tab Ptr, i int) uintptr { return *At[uintptr](tab, 3*wordSize+uintptr(i)*wordSize) }

// MethodWord is the word of a func value that calls method i, whose first parameter
// is the data word. Func values point to a code address; the table has one.
func MethodWord(tab Ptr, i int) Ptr { return Add(tab, 3*wordSize+uintptr(i)*wordSize) }

// Failed panics as Go does when a value of dynamic type raw is asserted to be a
// want and is not.
func Failed(from *Type, raw Ptr, want *Type) {
	panic(assertionError(from.raw, raw, want.raw))
}

// assertionError is the runtime's own error, for which it exports no constructor.
func assertionError(from, dynamic, want Ptr) error {
	err := new(runtime.TypeAssertionError)
	*(*[3]Ptr)(Ptr(err)) = [3]Ptr{from, dynamic, want}
	return err
}

// ToAny is an interface value as an empty interface.
func (i Interface) ToAny(hasMethods bool) any {
	if hasMethods {
		i.Tab = TypeInTab(i.Tab)
	}
	return *(*any)(Ptr(&i))
}

// FromAny is the parts of an empty interface.
func FromAny(v any) Interface { return *(*Interface)(Ptr(&v)) }

// Box is the data word for a value that lies at src: the value itself, or the
// address of a copy of it.
func (t *Type) Box(src Ptr) Ptr {
	if t.Direct {
		return *(*Ptr)(src)
	}
	return t.Copy(src)
}

// Unbox copies the value behind an interface's data word to dst.
func (t *Type) Unbox(dst, data Ptr) {
	if t.Direct {
		*(*Ptr)(dst) = data
		return
	}
	t.Move(dst, data)
}

// BoxScalar is the data word for a value that is no pointer. Small ones share
// memory, as in compiled code.
func BoxScalar[T any](v T) Ptr {
	var e any = v
	return (*Interface)(Ptr(&e)).Data
}

// FuncWord is the word that a func value is.
func FuncWord(v reflect.Value) Ptr { return FromAny(v.Interface()).Data }
