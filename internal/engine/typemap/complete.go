package typemap

import (
	"go/types"
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
)

// complete gives the declared types what they lack. A step may declare more types,
// structs that promote methods for instance, so it goes on until there are none left.
func (m *Map) complete() {
	for todo := 0; todo != len(m.jobs); {
		todo = len(m.jobs)
		for _, j := range m.jobs {
			m.shapeJob(j)
		}
		for _, j := range m.jobs {
			m.realJob(j)
		}
		if todo == len(m.jobs) {
			for _, j := range m.jobs {
				m.giveMethods(j)
			}
		}
	}
	m.jobs = nil
}

// shapeJob gives a declared type its layout.
func (m *Map) shapeJob(j *job) {
	if j.step >= shaped {
		return
	}
	j.step = shaped
	if under := j.named.Underlying(); !types.IsInterface(under) {
		j.made.Under(m.shape(under))
	}
}

// shape returns a type with the layout and the comparison of t, in which stand-ins
// take the place of everything behind a pointer.
func (m *Map) shape(t types.Type) reflect.Type {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		rt := m.at(t)
		if m.made[rt] {
			m.shapeMade(rt)
		}
		return rt
	case *types.Pointer:
		return reflect.TypeFor[*byte]()
	case *types.Slice:
		return reflect.TypeFor[[]byte]()
	case *types.Map:
		return reflect.TypeFor[map[int]int]()
	case *types.Chan:
		return reflect.TypeFor[chan int]()
	case *types.Signature:
		return reflect.TypeFor[func()]()
	case *types.Interface:
		if t.NumMethods() > 0 {
			return reflect.TypeFor[error]()
		}
		return reflect.TypeFor[any]()
	case *types.Array:
		return reflect.ArrayOf(int(t.Len()), m.shape(t.Elem()))
	case *types.Struct:
		fields := structFields(t, m.shape)
		for i := range fields {
			fields[i].Anonymous = false
		}
		return rtype.StructOf("", fields)
	}
	return m.real(t)
}

// shapeMade gives the layout first to a type that another one holds.
func (m *Map) shapeMade(rt reflect.Type) {
	for _, j := range m.jobs {
		if j.made.Type() == rt {
			m.shapeJob(j)
		}
	}
}

// realJob gives a declared type its underlying type.
func (m *Map) realJob(j *job) {
	if j.step >= complete {
		return
	}
	j.step = complete
	switch under := j.named.Underlying().(type) {
	case *types.Interface:
		j.made.Interface(m.interfaceMethods(under))
	case *types.Struct:
		fields := structFields(under, m.real)
		var embedded []int
		for i := range fields {
			if fields[i].Anonymous {
				fields[i].Anonymous = false
				embedded = append(embedded, i)
			}
		}
		j.made.Under(rtype.StructOf("", fields))
		j.made.Embed(embedded...)
	default:
		j.made.Under(m.real(under))
	}
}

// real returns the reflect type of t, whose named types are declared.
func (m *Map) real(t types.Type) reflect.Type {
	t = types.Unalias(t)
	if b, ok := t.(*types.Basic); ok {
		return basics[b.Kind()]
	}
	if rt := m.at(t); rt != nil {
		return rt
	}
	if sig, ok := t.(*types.Signature); ok && sig.Recv() != nil {
		t = types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
	}
	if n, ok := t.(*types.Named); ok {
		return m.plainNamed(n)
	}
	rt := m.unnamed(t)
	if len(m.cutting) == 0 {
		m.set(t, rt)
	}
	return rt
}

func (m *Map) unnamed(t types.Type) reflect.Type {
	switch t := t.(type) {
	case *types.Pointer:
		return reflect.PointerTo(m.real(t.Elem()))
	case *types.Slice:
		return reflect.SliceOf(m.real(t.Elem()))
	case *types.Array:
		return reflect.ArrayOf(int(t.Len()), m.real(t.Elem()))
	case *types.Chan:
		return reflect.ChanOf(chanDirs[t.Dir()], m.real(t.Elem()))
	case *types.Map:
		return reflect.MapOf(m.real(t.Key()), m.real(t.Elem()))
	case *types.Signature:
		return reflect.FuncOf(m.tuple(t.Params()), m.tuple(t.Results()), t.Variadic())
	case *types.Struct:
		return m.unnamedStruct(t)
	case *types.Interface:
		if m.plain && t.NumMethods() > 0 {
			return reflect.TypeFor[any]()
		}
		return rtype.InterfaceOf("", m.interfaceMethods(t))
	}
	panic("typemap: " + t.String() + " is not the type of a value")
}

var chanDirs = map[types.ChanDir]reflect.ChanDir{
	types.SendRecv: reflect.BothDir, types.SendOnly: reflect.SendDir, types.RecvOnly: reflect.RecvDir,
}

func (m *Map) tuple(t *types.Tuple) []reflect.Type {
	var out []reflect.Type
	for v := range t.Variables() {
		out = append(out, m.real(v.Type()))
	}
	return out
}

// unnamedStruct makes a struct. One that promotes methods gets them as named types do.
func (m *Map) unnamedStruct(t *types.Struct) reflect.Type {
	fields := structFields(t, m.real)
	if m.plain {
		for i := range fields {
			fields[i].Anonymous = false
		}
		return reflect.StructOf(fields)
	}
	if !embeds(t) {
		return rtype.StructOf("", fields)
	}
	methods := m.declareMethods(methodsOf(t))
	all := len(methods.onValue) + len(methods.onPointer)
	if all == 0 {
		return rtype.StructOf(structPackage(t), fields)
	}
	made := rtype.Promoting(structPackage(t), fields, all)
	m.jobs = append(m.jobs, &job{typ: t, made: made, methods: methods, step: complete})
	return made.Type()
}

// structFields are the fields of t, with their types by of.
func structFields(t *types.Struct, of func(types.Type) reflect.Type) []reflect.StructField {
	fields := make([]reflect.StructField, t.NumFields())
	for i := range fields {
		f := t.Field(i)
		fields[i] = reflect.StructField{Name: f.Name(), Type: of(f.Type()), Tag: reflect.StructTag(t.Tag(i)), Anonymous: f.Embedded()}
		if !f.Exported() {
			fields[i].PkgPath = pathOf(f)
		}
	}
	return fields
}

// structPackage is the path of the package of the unexported fields of t.
func structPackage(t *types.Struct) string {
	for f := range t.Fields() {
		if f.Pkg() != nil {
			return f.Pkg().Path()
		}
	}
	return ""
}

// plainNamed is the underlying type, for when no types can be made. A type that
// names itself loses what lies behind the name, but keeps its layout.
func (m *Map) plainNamed(t *types.Named) reflect.Type {
	if m.askCompiled(t) {
		return m.at(t)
	}
	if m.cutting[t] {
		return reflect.TypeFor[any]()
	}
	m.cutting[t] = true
	rt := m.real(m.shadow(t).Underlying())
	delete(m.cutting, t)
	if len(m.cutting) == 0 {
		m.set(t, rt)
	}
	return rt
}
