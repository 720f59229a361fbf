// Package typemap gives the reflect type of a go/types type: the compiled type
// where there is one, otherwise one that package rtype makes in memory, with its
// name and with methods that compiled code can call.
//
// [New] makes a map and [Map.Of] asks it. A caller that gets values from compiled
// code tells the map of their types first, by [Map.Note].
package typemap

import (
	"go/types"
	"reflect"
	"sync"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
)

// Hooks is what a [Map] asks others. A hook is called while the map is locked, so
// it must not call the map; a nil hook has no answers.
type Hooks struct {
	// Compiled returns the type that compiled code has for a named type of a
	// package, an instance of a generic one too; nil when it has none.
	Compiled func(t *types.Named) reflect.Type
	// Generic returns the type of the same name in the shadow package, for a
	// generic type of a compiled package; nil when there is none.
	Generic func(obj *types.TypeName) *types.TypeName
	// Method returns the body of a method, own or promoted, of a type that is being
	// made. The selection's Recv is T or *T. Recv is T, and nil when T is a struct
	// without a name that promotes methods. For an instance of a compiled generic
	// type both belong to the shadow package.
	Method func(recv *types.Named, sel *types.Selection) rtype.Body
	// Failed hears of a type that got no methods, with rtype.ErrNoStubs.
	Failed func(t types.Type, err error)
}

// Map turns go/types types into reflect types and back. It may be used by several
// goroutines.
type Map struct {
	hooks Hooks
	plain bool // rtype does not work here: named types are their underlying types

	mu       sync.Mutex
	types    typeutil.Map                // types.Type to reflect.Type
	back     map[reflect.Type]types.Type // the first one that was mapped
	made     map[reflect.Type]bool       // named types made here
	jobs     []*job                      // types that are declared and not complete
	added    []types.Type                // what the call in progress added
	visiting typeutil.Map                // structs with embedded fields that are being declared
	cutting  map[*types.Named]bool       // named types in progress, when plain
	unopened map[string][]compiledType   // compiled types whose parts were not noted yet, by package
	packages map[string]bool             // paths of compiled packages
	context  *types.Context
}

// New returns a map that knows the predeclared types.
func New(h Hooks) *Map {
	m := &Map{
		hooks: h, plain: rtype.SelfTest() != nil,
		back: map[reflect.Type]types.Type{}, made: map[reflect.Type]bool{}, cutting: map[*types.Named]bool{},
		unopened: map[string][]compiledType{}, packages: map[string]bool{}, context: types.NewContext(),
	}
	for kind, rt := range basics {
		if kind <= types.UnsafePointer {
			m.back[rt] = types.Typ[kind]
		}
	}
	m.set(types.Universe.Lookup("error").Type(), reflect.TypeFor[error]())
	return m
}

// Of returns the reflect type of t, the same for identical types, and nil for
// untyped nil. Other untyped constants have their default type. It panics when t
// has a type parameter or is no type of a value.
func (m *Map) Of(t types.Type) reflect.Type {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.added, m.visiting = nil, typeutil.Map{}
	defer m.undo()
	if !m.plain {
		m.declare(t)
		m.complete()
	}
	rt := m.real(t)
	m.complete()
	return rt
}

// undo forgets the types that a panic left incomplete.
func (m *Map) undo() {
	if len(m.jobs) == 0 {
		return
	}
	m.jobs = nil
	for _, t := range m.added {
		if rt := m.at(t); m.back[rt] == t {
			delete(m.back, rt)
		}
		m.types.Delete(t)
	}
}

// TypeOf returns the go/types type that a reflect type was made for or is known
// for, and the type made of such types. It returns nil for others.
func (m *Map) TypeOf(rt reflect.Type) types.Type {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.typeOf(rt)
}

func (m *Map) at(t types.Type) reflect.Type {
	rt, _ := m.types.At(t).(reflect.Type)
	return rt
}

func (m *Map) set(t types.Type, rt reflect.Type) {
	m.types.Set(t, rt)
	m.added = append(m.added, t)
	if _, ok := m.back[rt]; !ok {
		m.back[rt] = t
	}
}

// basics has the reflect types of the predeclared types.
var basics = map[types.BasicKind]reflect.Type{
	types.Bool: reflect.TypeFor[bool](), types.UntypedBool: reflect.TypeFor[bool](),
	types.Int: reflect.TypeFor[int](), types.UntypedInt: reflect.TypeFor[int](),
	types.Int8: reflect.TypeFor[int8](), types.Int16: reflect.TypeFor[int16](),
	types.Int32: reflect.TypeFor[int32](), types.UntypedRune: reflect.TypeFor[int32](),
	types.Int64: reflect.TypeFor[int64](),
	types.Uint:  reflect.TypeFor[uint](), types.Uint8: reflect.TypeFor[uint8](), types.Uint16: reflect.TypeFor[uint16](),
	types.Uint32: reflect.TypeFor[uint32](), types.Uint64: reflect.TypeFor[uint64](), types.Uintptr: reflect.TypeFor[uintptr](),
	types.Float32: reflect.TypeFor[float32](),
	types.Float64: reflect.TypeFor[float64](), types.UntypedFloat: reflect.TypeFor[float64](),
	types.Complex64:  reflect.TypeFor[complex64](),
	types.Complex128: reflect.TypeFor[complex128](), types.UntypedComplex: reflect.TypeFor[complex128](),
	types.String: reflect.TypeFor[string](), types.UntypedString: reflect.TypeFor[string](),
	types.UnsafePointer: reflect.TypeOf(reflect.ValueOf(new(int)).UnsafePointer()),
}
