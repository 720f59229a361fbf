package typemap

import (
	"go/types"
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
)

// methodSets are the methods that T has, and those that only *T has.
type methodSets struct{ onValue, onPointer []*types.Selection }

// methodsOf returns the method sets of T and *T, promoted methods included.
func methodsOf(t types.Type) methodSets {
	var s methodSets
	values := types.NewMethodSet(t)
	for sel := range values.Methods() {
		s.onValue = append(s.onValue, sel)
	}
	for sel := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		if values.Lookup(sel.Obj().Pkg(), sel.Obj().Name()) == nil {
			s.onPointer = append(s.onPointer, sel)
		}
	}
	return s
}

// embeds reports whether t has embedded fields.
func embeds(t *types.Struct) bool {
	for f := range t.Fields() {
		if f.Embedded() {
			return true
		}
	}
	return false
}

// declareMethods declares what the methods are made of. It leaves out unexported
// methods of compiled types that nobody outside can name the types of.
func (m *Map) declareMethods(s methodSets) methodSets {
	return methodSets{m.declareSelections(s.onValue), m.declareSelections(s.onPointer)}
}

func (m *Map) declareSelections(sels []*types.Selection) []*types.Selection {
	var out []*types.Selection
	for _, sel := range sels {
		if m.nameable(sel.Obj().(*types.Func), sel.Type()) || sel.Obj().Exported() {
			m.declare(sel.Type())
			out = append(out, sel)
		}
	}
	return out
}

// nameable reports whether the types in the type of a method can be found. What
// compiled code has is looked up in the type that declares the method.
func (m *Map) nameable(f *types.Func, t types.Type) bool {
	if m.known(t) {
		return true
	}
	rt := m.compiledReceiver(f)
	if rt == nil {
		return true
	}
	m.noteMethod(f, rt)
	return m.known(t)
}

// compiledReceiver returns the compiled type that declares a method, nil when it is not compiled.
func (m *Map) compiledReceiver(f *types.Func) reflect.Type {
	t := types.Unalias(f.Signature().Recv().Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok || m.at(n) == nil && !m.find(n) || m.made[m.at(n)] {
		return nil
	}
	return m.at(n)
}

// known reports whether the named types in a method's type are mapped, without making any.
func (m *Map) known(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return m.at(t) != nil || m.askCompiled(t)
	case *types.Pointer:
		return m.known(t.Elem())
	case *types.Slice:
		return m.known(t.Elem())
	case *types.Array:
		return m.known(t.Elem())
	case *types.Chan:
		return m.known(t.Elem())
	case *types.Map:
		return m.known(t.Key()) && m.known(t.Elem())
	case *types.Signature:
		for v := range t.Params().Variables() {
			if !m.known(v.Type()) {
				return false
			}
		}
		for v := range t.Results().Variables() {
			if !m.known(v.Type()) {
				return false
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if !m.known(f.Type()) {
				return false
			}
		}
	case *types.Interface:
		for f := range t.Methods() {
			if !m.known(f.Type()) {
				return false
			}
		}
	}
	return true
}

// giveMethods makes the methods of T and *T.
func (m *Map) giveMethods(j *job) {
	if j.step == finished {
		return
	}
	j.step = finished
	if len(j.methods.onValue)+len(j.methods.onPointer) == 0 {
		return
	}
	err := j.made.Methods(m.methods(j, j.methods.onValue), m.methods(j, j.methods.onPointer))
	if err != nil && m.hooks.Failed != nil {
		m.hooks.Failed(j.typ, err)
	}
}

func (m *Map) methods(j *job, sels []*types.Selection) []rtype.Method {
	var out []rtype.Method
	for _, sel := range sels {
		method := m.method(sel.Obj(), sel.Type())
		method.Body = m.hooks.Method(j.named, sel)
		out = append(out, method)
	}
	return out
}

func (m *Map) interfaceMethods(t *types.Interface) []rtype.Method {
	var out []rtype.Method
	for f := range t.Methods() {
		out = append(out, m.method(f, f.Type()))
	}
	return out
}

// method is a method without its body.
func (m *Map) method(obj types.Object, t types.Type) rtype.Method {
	method := rtype.Method{Name: obj.Name(), Type: m.real(t)}
	if !obj.Exported() {
		method.Pkg = pathOf(obj)
	}
	return method
}
