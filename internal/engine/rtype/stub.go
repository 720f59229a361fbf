package rtype

import (
	"errors"
	"reflect"
	"sync/atomic"
	"unsafe"
)

// ErrNoStubs reports that a type got no methods because every method stub of the
// process is taken. A method of T takes two stubs, a method of *T one.
var ErrNoStubs = errors.New("make methods: all method stubs are in use, restart to get them back")

// A compiled caller reaches a method by the address of its code. Code cannot be
// made at run time, so the assembly has many stubs that differ only in a number:
// a stub loads context number i into the context register and jumps to its code.
const (
	stubCount = 1 << 16
	stubStep  = 16 // bytes of code
	pageLen   = 1 << 10
)

// page holds what 1,024 stubs run. Pages are made as stubs are taken, so that an
// idle process does not pay for the table.
type page struct {
	context [pageLen]unsafe.Pointer // func values; the assembly needs them first
	entry   [pageLen]atomic.Pointer[Entry]
}

var (
	pages    [stubCount / pageLen]atomic.Pointer[page] // read by the assembly too
	stubBase = stubsPC()
	taken    int
)

func stubsPC() uintptr

// Entry is what a method stub runs. It does not change; a new body makes a new one.
type Entry struct {
	Body Body
	Recv RecvMode
}

// RecvMode says how the data word of an interface value relates to the declared
// receiver of the method.
type RecvMode uint8

const (
	// PointerWord is a method of *T: the word is the receiver.
	PointerWord RecvMode = iota
	// PointsToValue is a method of T: the word points at the receiver. It is nil
	// when the method was called through a nil *T.
	PointsToValue
	// ValueWord is a method of T, which is one pointer-shaped word: the word is the receiver.
	ValueWord
)

// EntryAt returns what the method at this code address of an itab runs, and nil
// for a compiled method. It takes no lock.
func EntryAt(pc uintptr) *Entry {
	i := (pc - stubBase) / stubStep
	if i >= stubCount {
		return nil
	}
	if p := pages[i/pageLen].Load(); p != nil {
		return p.entry[i%pageLen].Load()
	}
	return nil
}

// stub is the number of a stub.
type stub int

// newStub takes a stub for f. The caller has seen that one is left.
func newStub(f reflect.Value) stub {
	i := stub(taken)
	taken++
	p := pages[i/pageLen].Load()
	if p == nil {
		p = new(page)
		pages[i/pageLen].Store(p)
	}
	p.context[i%pageLen] = funcWord(f)
	return i
}

func (i stub) entry() *atomic.Pointer[Entry] { return &pages[i/pageLen].Load().entry[i%pageLen] }

// off is the offset that stands for the stub's code in a method table.
func (i stub) off() int32 {
	return addReflectOff(codePointer(stubBase + uintptr(i)*stubStep))
}

// codePointer is an address of code as a pointer, which the collector ignores.
func codePointer(pc uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&pc)) }
