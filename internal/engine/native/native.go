// Package native calls compiled functions with parameters that lie in a frame, and
// lets compiled functions call interpreted ones, both without reflection.
//
//	if c := native.NewCaller(in, out); c != nil {
//		c.Call(word, q)
//	}
//	word := native.NewClosure(t, closure)
//
// Go passes parameters in registers, value by value: a string is a pointer and a
// number, an interface two pointers. Functions whose parameters and results take the
// same sequence of pointers, numbers and floats are therefore called alike, whatever
// their types are, and a func value may be called as one of another type with the
// same sequence. The sequence is the function's shape. Calls of the frequent shapes
// of the standard library are generated (rows_gen.go); for others, and for values
// that do not go into registers, there is reflection.
package native

import (
	"reflect"
	"runtime"
	"sync"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

//go:generate go run ./gen

// Ptr is the address of a frame, or the word that a func value is.
type Ptr = memory.Ptr

// maxWords is how many registers parameters, or results, may take: no platform has
// fewer for numbers and pointers.
const maxWords = 9

// slot is what one register holds, in a frame.
type slot struct{ off, size uintptr }

// slots are the registers of parameters or of results.
type slots [maxWords]slot

// shape is the sequence of registers: p for a pointer, w for a number or a bool, d
// and f for floats of 64 and 32 bits.
//
// A caller leaves room on its stack for the function to put its parameters aside. A
// function of 64-bit numbers must not be called where there is room for smaller ones
// only, so that the parameters of functions that compiled code calls have exact
// letters: i, h and b for numbers of 32, 16 and 8 bits.
type shape struct {
	letters []byte
	exact   bool
}

var smaller = map[uintptr]byte{4: 'i', 2: 'h', 1: 'b'}

// add adds the registers that a value of type t at off takes. It reports whether the
// value goes into registers.
func (s *slots) add(sh *shape, t reflect.Type, off uintptr) bool {
	word := func(letter byte, off, size uintptr) bool {
		if len(sh.letters) == maxWords {
			return false
		}
		s[len(sh.letters)] = slot{off, size}
		sh.letters = append(sh.letters, letter)
		return true
	}
	const size = 8
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return word('p', off, size)
	case reflect.String:
		return word('p', off, size) && word('w', off+size, size)
	case reflect.Interface:
		return word('p', off, size) && word('p', off+size, size)
	case reflect.Slice:
		return word('p', off, size) && word('w', off+size, size) && word('w', off+2*size, size)
	case reflect.Float32:
		return word('f', off, t.Size())
	case reflect.Float64:
		return word('d', off, size)
	case reflect.Complex64:
		return word('f', off, 4) && word('f', off+4, 4)
	case reflect.Complex128:
		return word('d', off, size) && word('d', off+size, size)
	case reflect.Array:
		return t.Len() == 0 || t.Len() == 1 && s.add(sh, t.Elem(), off)
	case reflect.Struct:
		before := len(sh.letters)
		for i := range t.NumField() {
			if f := t.Field(i); !s.add(sh, f.Type, off+f.Offset) {
				return false
			}
		}
		// Fields without size can make a struct bigger than its registers.
		return t.Size() <= uintptr(len(sh.letters)-before)*size
	}
	if letter := smaller[t.Size()]; letter != 0 && sh.exact {
		return word(letter, off, t.Size())
	}
	return word('w', off, t.Size())
}

// Place is where the frame has a parameter or a result.
type Place struct {
	Type reflect.Type
	Off  uintptr
}

// Places are places of a plan.
func Places(list []run.Place) []Place {
	places := make([]Place, len(list))
	for i, p := range list {
		places[i] = Place{p.Type.Reflect, p.Off}
	}
	return places
}

// layout is where a function's registers are in a frame.
type layout struct{ in, out slots }

// layOut finds the registers of a function, and its shape: "pw:p" for one from
// strings to pointers. Exact asks for exact letters of parameters.
func layOut(in, out []Place, exact bool) (l layout, sh string, ok bool) {
	ins, outs := shape{exact: exact}, shape{}
	for _, p := range in {
		if !l.in.add(&ins, p.Type, p.Off) {
			return l, "", false
		}
	}
	for _, p := range out {
		if !l.out.add(&outs, p.Type, p.Off) {
			return l, "", false
		}
	}
	return l, string(ins.letters) + ":" + string(outs.letters), true
}

// Caller calls compiled functions of one type.
type Caller struct {
	layout
	call func(fn, q Ptr, l *layout)
}

// NewCaller is the caller for functions with such parameters and results. It is nil
// when there is none, and reflection must do.
func NewCaller(in, out []Place) *Caller {
	l, sh, ok := layOut(in, out, false)
	if !ok || !works() {
		return nil
	}
	if call := callerOf(sh); call != nil {
		return &Caller{l, call}
	}
	return nil
}

// Call calls the function whose word is fn with what frame q holds. A cell that was
// interrupted meanwhile goes no further.
func (c *Caller) Call(fn, q Ptr) {
	c.call(fn, q, &c.layout)
	run.StepOf(q)
}

// number reads a number of any size. What is above it does not matter.
func (s slot) number(q Ptr) uint64 {
	if s.size == 8 {
		return *memory.At[uint64](q, s.off)
	}
	return s.small(q)
}

func (s slot) small(q Ptr) uint64 {
	switch s.size {
	case 4:
		return uint64(*memory.At[uint32](q, s.off))
	case 2:
		return uint64(*memory.At[uint16](q, s.off))
	}
	return uint64(*memory.At[uint8](q, s.off))
}

// setNumber stores a number of any size.
func (s slot) setNumber(q Ptr, x uint64) {
	switch s.size {
	case 8:
		*memory.At[uint64](q, s.off) = x
	case 4:
		*memory.At[uint32](q, s.off) = uint32(x)
	case 2:
		*memory.At[uint16](q, s.off) = uint16(x)
	default:
		*memory.At[uint8](q, s.off) = uint8(x)
	}
}

// works reports whether this platform passes parameters as this package knows it:
// where it does not, all calls go through reflection.
var works = sync.OnceValue(func() bool {
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		return false
	}
	frame := probe{text: "ab", small: -3, on: true}
	in := []Place{place(frame, "text"), place(frame, "small"), place(frame, "on")}
	l, sh, ok := layOut(in, []Place{place(frame, "length"), place(frame, "same")}, false)
	call := callerOf(sh)
	if !ok || call == nil {
		return false
	}
	call(memory.FuncWord(reflect.ValueOf(probed)), memory.AddressOf(&frame), &l)
	return frame.length == -1 && frame.same == "ab"
})

// probe is the frame of a call of probed.
type probe struct {
	text   string
	small  int8
	on     bool
	length int
	same   string
}

func place(frame probe, field string) Place {
	f, _ := reflect.TypeOf(frame).FieldByName(field)
	return Place{f.Type, f.Offset}
}

func probed(text string, small int8, on bool) (int, string) {
	if !on {
		return 0, ""
	}
	return len(text) + int(small), text
}
