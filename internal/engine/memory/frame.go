package memory

import (
	"reflect"
	"slices"
	"sync"
)

// Layout plans the memory of a frame: one place after another.
type Layout struct {
	size  uintptr
	words []bool // which words hold pointers
}

// Place makes room for a value of type t and is its offset.
func (l *Layout) Place(t *Type) uintptr {
	if t.Size == 0 {
		return 0 // any address will do, as long as it lies in the frame
	}
	off := (l.size + t.Align - 1) &^ (t.Align - 1)
	l.size = off + t.Size
	for uintptr(len(l.words))*wordSize < l.size {
		l.words = append(l.words, false)
	}
	switch {
	case t.Size <= maxMasked:
		for i := range t.Size / wordSize {
			if t.mask>>i&1 != 0 {
				l.words[off/wordSize+i] = true
			}
		}
	case t.Pointers:
		markPointers(t.Reflect, off, l.words)
	}
	return off
}

// maxMasked is the size up to which a type keeps a mask of its words.
const maxMasked = 64 * wordSize

// pointerMask has a bit for each word that holds a pointer.
func pointerMask(t reflect.Type) (mask uint64) {
	if t.Size() > maxMasked || !hasPointers(t) {
		return 0
	}
	words := make([]bool, t.Size()/wordSize)
	markPointers(t, 0, words)
	for i, pointer := range words {
		if pointer {
			mask |= 1 << i
		}
	}
	return mask
}

func markPointers(t reflect.Type, off uintptr, words []bool) {
	at := func(i uintptr) { words[off/wordSize+i] = true }
	switch t.Kind() {
	case reflect.Array:
		elem := t.Elem()
		if !hasPointers(elem) {
			return
		}
		for i := range t.Len() {
			markPointers(elem, off+uintptr(i)*elem.Size(), words)
		}
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			markPointers(f.Type, off+f.Offset, words)
		}
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Slice, reflect.String:
		at(0)
	case reflect.Interface:
		at(0)
		at(1)
	}
}

// Frame is a finished layout.
type Frame struct {
	typ      *Type
	pointers []uintptr // offsets of what Forget clears
}

// Finish is the frame as planned. keep is how many bytes at its beginning Forget
// leaves alone.
func (l *Layout) Finish(keep uintptr) *Frame {
	f := &Frame{typ: wordsType(l.words)}
	for i, pointer := range l.words {
		if off := uintptr(i) * wordSize; pointer && off >= keep {
			f.pointers = append(f.pointers, off)
		}
	}
	return f
}

// Size is how many bytes the frame has.
func (f *Frame) Size() uintptr { return f.typ.Size }

// New is a frame, zero.
func (f *Frame) New() Ptr { return f.typ.New() }

// Holds reports whether there is something to [Frame.Forget].
func (f *Frame) Holds() bool { return len(f.pointers) > 0 }

// Forget clears the pointers of a frame that nobody uses any more, so that it
// keeps nothing alive.
func (f *Frame) Forget(p Ptr) {
	if len(f.pointers) > clearOneByOne {
		keep := f.pointers[0]
		typedmemclrpartial(f.typ.raw, Add(p, keep), keep, f.typ.Size-keep)
		return
	}
	for _, off := range f.pointers {
		*At[Ptr](p, off) = nil
	}
}

// clearOneByOne is how many stores are as quick as one call of the runtime.
const clearOneByOne = 8

var frameTypes sync.Map // string of pointer and other words to *Type

// wordsType is a struct type of so many words. Equal patterns have the same type,
// so that the number of types depends on the number of patterns only.
func wordsType(words []bool) *Type {
	pattern := make([]byte, len(words))
	for i, pointer := range words {
		if pointer {
			pattern[i] = 1
		}
	}
	if t, ok := frameTypes.Load(string(pattern)); ok {
		return t.(*Type)
	}
	t := TypeOf(newWordsType(words))
	frameTypes.Store(string(pattern), t)
	return t
}

func newWordsType(words []bool) reflect.Type {
	var fields []reflect.StructField
	for len(words) > 0 {
		n := slices.Index(words, !words[0])
		if n < 0 {
			n = len(words)
		}
		t := reflect.TypeFor[uintptr]()
		if words[0] {
			t = reflect.TypeFor[Ptr]()
		}
		name := "F" + string(rune('a'+len(fields)%26)) + string(rune('a'+len(fields)/26%26)) + string(rune('a'+len(fields)/26/26%26))
		fields = append(fields, reflect.StructField{Name: name, Type: reflect.ArrayOf(n, t)})
		words = words[n:]
	}
	return reflect.StructOf(fields)
}
