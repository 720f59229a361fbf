package rtype

import (
	"reflect"
	"sync"
	"unsafe"
)

// Closure is what a func value made by [NewClosure] points to. Compiled callers jump
// to its first word, which is the same code for every closure, and that code jumps
// on to the func value in the second word.
type Closure struct {
	code uintptr
	call unsafe.Pointer
	// Code is what the interpreter runs itself. It does not change.
	Code any
}

// madeClosure is a closure with what [reflect.MakeFunc] would have made for it.
type madeClosure struct {
	Closure
	made madeFunc
}

// madeFunc mirrors reflect's makeFuncImpl, which reflect.MakeFunc allocates. A
// closure has one inside it that is copied from the first of the same type, which
// takes a quarter of the time.
type madeFunc struct {
	code    uintptr
	stack   unsafe.Pointer
	argLen  uintptr
	regPtrs [8]byte
	typ     *rtype
	fn      func([]reflect.Value) []reflect.Value
}

var (
	closureCode = closurePC()
	prototypes  sync.Map // *rtype to *madeFunc
	copiesMade  = madeFuncFits()
)

func closurePC() uintptr

// G identifies the running goroutine among those that live. The number is used
// again when a goroutine has ended.
func G() uintptr

// NewClosure makes a func value of type t, which may have a name. Compiled callers
// run call, with arguments and results as [reflect.MakeFunc] has them. The pointer
// is the word that a variable of type t holds.
func NewClosure(t reflect.Type, code any, call func(args []reflect.Value) []reflect.Value) unsafe.Pointer {
	if !copiesMade {
		return ClosureOf(code, funcWord(reflect.MakeFunc(t, call)))
	}
	c := &madeClosure{Closure: Closure{code: closureCode, Code: code}, made: *prototype(t)}
	c.made.fn = call
	c.call = unsafe.Pointer(&c.made)
	return unsafe.Pointer(c)
}

// ClosureOf is [NewClosure] for a caller that has a compiled function to run: call is
// the word of a func value that takes its parameters in the registers in which t has
// them.
func ClosureOf(code any, call unsafe.Pointer) unsafe.Pointer {
	return unsafe.Pointer(&Closure{code: closureCode, call: call, Code: code})
}

func prototype(t reflect.Type) *madeFunc {
	if p, ok := prototypes.Load(ptrOf(t)); ok {
		return p.(*madeFunc)
	}
	p, _ := prototypes.LoadOrStore(ptrOf(t), (*madeFunc)(funcWord(reflect.MakeFunc(t, nothing))))
	return p.(*madeFunc)
}

// nothing is the body of a prototype, which nobody calls.
func nothing([]reflect.Value) []reflect.Value { return nil }

// madeFuncFits reports whether what MakeFunc allocates has the layout of madeFunc.
func madeFuncFits() bool {
	fn := nothing
	word := func(t reflect.Type) *[6]uintptr { return (*[6]uintptr)(funcWord(reflect.MakeFunc(t, fn))) }
	none, one := reflect.TypeFor[func()](), reflect.TypeFor[func(string) error]()
	a, b := word(none), word(one)
	const typ, body = 4, 5
	return a[0] == b[0] && a[typ] == uintptr(unsafe.Pointer(ptrOf(none))) && b[typ] == uintptr(unsafe.Pointer(ptrOf(one))) &&
		a[body] == b[body] && a[body] == *(*uintptr)(unsafe.Pointer(&fn))
}

// ClosureAt returns the closure that a func value is, nil when compiled code made
// it or the func value is nil.
func ClosureAt(fn unsafe.Pointer) *Closure {
	if fn == nil || *(*uintptr)(fn) != closureCode {
		return nil
	}
	return (*Closure)(fn)
}
