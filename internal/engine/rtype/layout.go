package rtype

import (
	"math/bits"
	"reflect"
	"unsafe"
)

// What follows mirrors internal/abi and reflect of Go 1.26. SelfTest compares it
// with types that the compiler made.

const (
	flagUncommon = 1 << 0 // an uncommon part follows
	flagNamed    = 1 << 2
	flagRegular  = 1 << 3 // may be compared and hashed as plain memory
	flagOnDemand = 1 << 4 // gcdata is a **byte
	flagDirect   = 1 << 5 // an interface holds the value itself
)

// rtype is the head of every type.
type rtype struct {
	size, ptrBytes    uintptr
	hash              uint32
	tflag             uint8
	align, fieldAlign uint8
	kind              uint8
	equal             func(unsafe.Pointer, unsafe.Pointer) bool
	gcdata            *byte
	str, ptrToThis    int32
}

// uncommon is the part that types with a name or with methods have.
type uncommon struct {
	pkgPath        int32
	mcount, xcount uint16
	moff, _        uint32
}

type (
	method  struct{ name, typ, ifn, tfn int32 }
	imethod struct{ name, typ int32 }
	field   struct {
		name *byte
		typ  *rtype
		off  uintptr
	}
	itab struct {
		inter, typ *rtype
		hash       uint32
		_          uint32
		fun        [1]uintptr // as many as the interface has
	}
)

// The part of a type that depends on its kind.
type (
	plainHead struct{}
	elemHead  struct{ elem *rtype } // pointer and slice
	arrayHead struct {
		elem, slice *rtype
		len         uintptr
	}
	chanHead struct {
		elem *rtype
		dir  int
	}
	ifaceHead struct {
		pkgPath *byte
		methods []imethod
	}
	structHead struct {
		pkgPath *byte
		fields  []field
	}
	mapHead struct {
		key, elem, group             *rtype
		hasher                       func(unsafe.Pointer, uintptr) uintptr
		groupSize, slotSize, elemOff uintptr
		flags, _                     uint32
	}
	funcHead struct {
		in, out uint16 // the top bit of out means variadic
		_       uint32
	}
)

// view is a type as compiled code and reflect make it.
type view[H any] struct {
	rtype
	head H
}

// cell is a type made here. Parameters of a func kind follow it, then methods.
type cell[H any] struct {
	rtype
	head H
	u    uncommon
}

// uncommon returns the uncommon part, nil when there is none. It lies behind the
// part that depends on the kind.
func (r *rtype) uncommon() *uncommon {
	if r.tflag&flagUncommon == 0 {
		return nil
	}
	p := unsafe.Pointer(r)
	switch reflect.Kind(r.kind) {
	case reflect.Struct:
		return &(*cell[structHead])(p).u
	case reflect.Pointer, reflect.Slice:
		return &(*cell[elemHead])(p).u
	case reflect.Array:
		return &(*cell[arrayHead])(p).u
	case reflect.Chan:
		return &(*cell[chanHead])(p).u
	case reflect.Map:
		return &(*cell[mapHead])(p).u
	case reflect.Func:
		return &(*cell[funcHead])(p).u
	case reflect.Interface:
		return &(*cell[ifaceHead])(p).u
	}
	return &(*cell[plainHead])(p).u
}

// eface is an interface without methods.
type eface struct{ typ, data unsafe.Pointer }

func ptrOf(t reflect.Type) *rtype { return (*rtype)((*eface)(unsafe.Pointer(&t)).data) }

func toType(p *rtype) reflect.Type {
	e := eface{typ: unsafe.Pointer(p)} // reflect.TypeOf looks at the type word only
	return reflect.TypeOf(*(*any)(unsafe.Pointer(&e)))
}

// funcWord is the word that the func value f is.
func funcWord(f reflect.Value) unsafe.Pointer {
	i := f.Interface()
	return (*eface)(unsafe.Pointer(&i)).data
}

// room is where a cell keeps what has no fixed size.
type room struct {
	params  []*rtype
	methods []method
}

// newCell allocates a cell that has room for so many parameters and methods.
// The counts are rounded up, so that few layouts exist.
func newCell[H any](params, methods int) (*cell[H], room) {
	params, methods = roundUp(params), roundUp(methods)
	layout := reflect.StructOf([]reflect.StructField{
		{Name: "Cell", Type: reflect.TypeFor[cell[H]]()},
		{Name: "Params", Type: reflect.ArrayOf(params, reflect.TypeFor[*rtype]())},
		{Name: "Methods", Type: reflect.ArrayOf(methods, reflect.TypeFor[method]())},
	})
	p := reflect.New(layout).UnsafePointer()
	c := (*cell[H])(p)
	var r room
	if params > 0 {
		r.params = unsafe.Slice((**rtype)(unsafe.Add(p, layout.Field(1).Offset)), params)
	}
	if methods > 0 {
		r.methods = unsafe.Slice((*method)(unsafe.Add(p, layout.Field(2).Offset)), methods)
	}
	c.u.moff = uint32(layout.Field(2).Offset - unsafe.Offsetof(c.u))
	keep = append(keep, c)
	return c, r
}

// roundUp is the next power of two, and 0 for 0.
func roundUp(n int) int {
	if n == 0 {
		return 0
	}
	return 1 << bits.Len(uint(n-1))
}
