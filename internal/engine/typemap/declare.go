package typemap

import (
	"go/types"
	"reflect"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
)

// A group of named types that name each other is made in four steps. They are all
// declared; each gets an underlying type of the right layout in which whatever
// lies behind a pointer has a stand-in; each gets its real underlying type, which
// may now hold arrays and maps of the others; and they get their methods.

// job is a type that was declared and is to be completed.
type job struct {
	typ     types.Type   // what it is known as
	named   *types.Named // what its underlying type and methods come from; nil for a struct without a name
	made    *rtype.Named
	methods methodSets
	step    step
}

// step is how far a job is.
type step int

const (
	declared step = iota
	shaped
	complete
	finished
)

// declare declares the named types that t is made of, as far as they are new.
func (m *Map) declare(t types.Type) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
	case *types.Named:
		if m.at(t) == nil && !m.find(t) {
			m.declareNamed(t)
		}
	case *types.Pointer:
		m.declare(t.Elem())
	case *types.Slice:
		m.declare(t.Elem())
	case *types.Array:
		m.declare(t.Elem())
	case *types.Chan:
		m.declare(t.Elem())
	case *types.Map:
		m.declare(t.Key())
		m.declare(t.Elem())
	case *types.Signature:
		for v := range t.Params().Variables() {
			m.declare(v.Type())
		}
		for v := range t.Results().Variables() {
			m.declare(v.Type())
		}
	case *types.Struct:
		for f := range t.Fields() {
			m.declare(f.Type())
		}
		if embeds(t) && m.at(t) == nil && m.visiting.At(t) == nil {
			m.visiting.Set(t, true) // its methods may have it in their types
			m.declareMethods(methodsOf(t))
			m.visiting.Delete(t)
		}
	case *types.Interface:
		for f := range t.Methods() {
			m.nameable(f, f.Type())
			m.declare(f.Type())
		}
	default:
		panic("typemap: " + t.String() + " is not the type of a value")
	}
}

// find looks for a compiled type and reports whether t has one.
func (m *Map) find(t *types.Named) bool {
	if m.askCompiled(t) {
		return true
	}
	path := pathOf(t.Obj())
	internal := strings.HasPrefix(path, "internal/") || strings.Contains(path, "/internal/") || strings.HasPrefix(path, "vendor/")
	for m.packages[path] && m.open(path) || internal && m.openAny() {
		if m.at(t) != nil {
			return true
		}
	}
	return false
}

// askCompiled asks the hook, and remembers a type that it knows.
func (m *Map) askCompiled(t *types.Named) bool {
	if m.hooks.Compiled == nil || t.Obj().Pkg() == nil {
		return false
	}
	rt := m.hooks.Compiled(t)
	if rt == nil {
		return false
	}
	m.setCompiled(t, rt)
	return true
}

// declareNamed declares a type that is to be made. An instance of a compiled
// generic type is made of the shadow, under its own name.
func (m *Map) declareNamed(t *types.Named) {
	source := m.shadow(t)
	if source != t {
		if rt := m.at(source); rt != nil {
			m.set(t, rt)
			return
		}
	}
	under := source.Underlying()
	spec := rtype.Spec{Kind: kindOf(under), PkgPath: pathOf(t.Obj()), Name: linkName(t)}
	if p := t.Obj().Pkg(); p != nil {
		spec.PkgName = p.Name()
	}
	if sig, ok := under.(*types.Signature); ok {
		spec.Params = sig.Params().Len() + sig.Results().Len()
	}
	j := &job{typ: t, named: source}
	if !types.IsInterface(under) {
		j.methods = methodsOf(source)
		spec.Methods = len(j.methods.onValue) + len(j.methods.onPointer)
	}
	j.made = rtype.Declare(spec)
	rt := j.made.Type()
	m.jobs = append(m.jobs, j)
	m.made[rt] = true
	m.set(t, rt)
	if source != t {
		m.set(source, rt)
	}
	m.declare(under)
	j.methods = m.declareMethods(j.methods)
}

// shadow returns the instance of the shadow type that t is made of, or t.
func (m *Map) shadow(t *types.Named) *types.Named {
	if m.hooks.Generic == nil || t.TypeArgs().Len() == 0 {
		return t
	}
	obj := m.hooks.Generic(t.Origin().Obj())
	if obj == nil {
		return t
	}
	args := make([]types.Type, t.TypeArgs().Len())
	for i := range args {
		args[i] = t.TypeArgs().At(i)
	}
	instance, err := types.Instantiate(m.context, obj.Type(), args, false)
	if err != nil {
		panic("typemap: " + err.Error())
	}
	return instance.(*types.Named)
}

// pathOf is the path of the package of obj, "" for a predeclared type.
func pathOf(obj types.Object) string {
	if obj.Pkg() == nil {
		return ""
	}
	return obj.Pkg().Path()
}

// kindOf is the kind of the reflect type of an underlying type.
func kindOf(t types.Type) reflect.Kind {
	switch t := t.(type) {
	case *types.Basic:
		return basics[t.Kind()].Kind()
	case *types.Pointer:
		return reflect.Pointer
	case *types.Slice:
		return reflect.Slice
	case *types.Array:
		return reflect.Array
	case *types.Chan:
		return reflect.Chan
	case *types.Map:
		return reflect.Map
	case *types.Signature:
		return reflect.Func
	case *types.Struct:
		return reflect.Struct
	case *types.Interface:
		return reflect.Interface
	}
	panic("typemap: " + t.String() + " is not the type of a value")
}
