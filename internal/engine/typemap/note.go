package typemap

import (
	"go/types"
	"maps"
	"reflect"
	"slices"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
)

// compiledType is a compiled named type. What it is made of is noted when somebody
// asks for a type that could be among that.
type compiledType struct {
	t  *types.Named
	rt reflect.Type
}

// Note tells which reflect type a compiled type, or the type of a compiled
// function or variable, has. Unexported named types, instances of generic types and
// unnamed interfaces that are met in it become known. A type that was made before
// it was noted stays what it is.
func (m *Map) Note(t types.Type, rt reflect.Type) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.added = nil
	if rt != nil {
		m.note(t, rt)
	}
}

func (m *Map) setCompiled(t *types.Named, rt reflect.Type) {
	m.set(t, rt)
	path := pathOf(t.Obj())
	m.packages[path] = true
	m.unopened[path] = append(m.unopened[path], compiledType{t, rt})
}

// note walks both in parallel. It stops at named types, see open.
func (m *Map) note(t types.Type, rt reflect.Type) {
	t = types.Unalias(t)
	if n, ok := t.(*types.Named); ok {
		if m.at(n) == nil && !m.askCompiled(n) && rt.Name() != "" && kindOf(n.Underlying()) == rt.Kind() {
			m.setCompiled(n, rt)
		}
		return
	}
	m.noteParts(t, rt)
	if !m.plain {
		rtype.Seed(rt)
	}
}

// noteParts notes what an unnamed type, or a named one with this underlying type, is made of.
func (m *Map) noteParts(t types.Type, rt reflect.Type) {
	switch t := t.(type) {
	case *types.Pointer:
		if rt.Kind() == reflect.Pointer {
			m.note(t.Elem(), rt.Elem())
		}
	case *types.Slice:
		if rt.Kind() == reflect.Slice {
			m.note(t.Elem(), rt.Elem())
		}
	case *types.Array:
		if rt.Kind() == reflect.Array {
			m.note(t.Elem(), rt.Elem())
		}
	case *types.Chan:
		if rt.Kind() == reflect.Chan {
			m.note(t.Elem(), rt.Elem())
		}
	case *types.Map:
		if rt.Kind() == reflect.Map {
			m.note(t.Key(), rt.Key())
			m.note(t.Elem(), rt.Elem())
		}
	case *types.Signature:
		m.noteSignature(t, rt, 0)
	case *types.Struct:
		if rt.Kind() == reflect.Struct && rt.NumField() == t.NumFields() {
			for i := range rt.NumField() {
				m.note(t.Field(i).Type(), rt.Field(i).Type)
			}
			if rt.Name() == "" && m.at(t) == nil && embeds(t) {
				m.set(t, rt)
			}
		}
	case *types.Interface:
		if rt.Kind() == reflect.Interface {
			for f := range t.Methods() {
				m.noteMethod(f, rt)
			}
		}
	}
}

// noteSignature notes parameters and results. The reflect type has skip parameters in front.
func (m *Map) noteSignature(t *types.Signature, rt reflect.Type, skip int) {
	if rt.Kind() != reflect.Func || rt.NumIn()-skip != t.Params().Len() || rt.NumOut() != t.Results().Len() || t.TypeParams().Len() > 0 {
		return
	}
	for i := range t.Params().Len() {
		m.note(t.Params().At(i).Type(), rt.In(i+skip))
	}
	for i := range t.Results().Len() {
		m.note(t.Results().At(i).Type(), rt.Out(i))
	}
}

// interfaceMethod returns the type of a method of an interface, nil when it lacks it.
func interfaceMethod(rt reflect.Type, f *types.Func) reflect.Type {
	for i := range rt.NumMethod() {
		if m := rt.Method(i); m.Name == f.Name() && (f.Exported() || m.PkgPath == pathOf(f)) {
			return m.Type
		}
	}
	return nil
}

// noteMethod notes the type of a method that a compiled type declares.
func (m *Map) noteMethod(f *types.Func, rt reflect.Type) {
	if rt.Kind() == reflect.Interface {
		if mt := interfaceMethod(rt, f); mt != nil {
			m.noteSignature(f.Signature(), mt, 0)
		}
	} else if mt, ok := reflect.PointerTo(rt).MethodByName(f.Name()); ok && f.Exported() {
		m.noteSignature(f.Signature(), mt.Type, 1)
	}
}

// open notes what the compiled types of a package are made of. It reports whether
// there were any that had not been opened.
func (m *Map) open(path string) bool {
	list := m.unopened[path]
	delete(m.unopened, path)
	for _, c := range list {
		m.noteParts(c.t.Underlying(), c.rt)
		for f := range c.t.Methods() {
			m.noteMethod(f, c.rt)
		}
	}
	return len(list) > 0
}

// openAny opens the compiled types of all packages that were met.
func (m *Map) openAny() bool {
	opened := false
	for _, path := range slices.Sorted(maps.Keys(m.unopened)) {
		opened = m.open(path) || opened
	}
	return opened
}
