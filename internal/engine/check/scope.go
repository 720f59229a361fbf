package check

import (
	"go/token"
	"go/types"
	"reflect"
	"unsafe"
)

// The type checker has no way to take a method off a type, and an instance of a
// generic type does not notice that this gets another one. This file changes
// three private fields of go/types for it. Everything else works without them.

// addMethod adds m to named and its instances.
func addMethod(ctx *types.Context, named *types.Named, m *types.Func) {
	if named.TypeParams().Len() > 0 {
		resetInstances(ctx, named)
	}
	named.AddMethod(m)
}

// removeMethod takes m, which was added last, off named.
func removeMethod(ctx *types.Context, named *types.Named, m *types.Func) {
	methods := field[[]*types.Func](named, "methods")
	n := len(*methods) - 1
	if n < 0 || (*methods)[n] != m {
		return
	}
	(*methods)[n] = nil
	*methods = (*methods)[:n]
	if named.TypeParams().Len() > 0 {
		resetInstances(ctx, named)
	}
}

// field is the private field of what p points to.
func field[T, S any](p *S, name string) *T {
	f := reflect.ValueOf(p).Elem().FieldByName(name)
	return (*T)(unsafe.Pointer(f.UnsafeAddr()))
}

// hasMethods is the bit of a type's state that says that an instance has all
// its methods.
const hasMethods = 1 << 2

// resetInstances makes the instances of named forget the methods they have made
// out of its methods: they make them again.
func resetInstances(ctx *types.Context, named *types.Named) {
	for _, inst := range instances(ctx, named) {
		*field[[]*types.Func](inst, "methods") = nil
		*field[uint32](inst, "state_") &^= hasMethods
		data := reflect.ValueOf(inst).Elem().FieldByName("inst").Elem()
		set(data.FieldByName("expandedMethods"), 0)
		set(data.FieldByName("ctxt"), ctx)
	}
}

func set[T any](f reflect.Value, v T) { *(*T)(unsafe.Pointer(f.UnsafeAddr())) = v }

// instances are the instances of named that the session has met.
func instances(ctx *types.Context, named *types.Named) []*types.Named {
	w := instanceWalk{named: named, seen: map[types.Type]bool{}}
	entries := reflect.ValueOf(ctx).Elem().FieldByName("typeMap").MapRange()
	for entries.Next() {
		list := entries.Value()
		for i := range list.Len() {
			f := list.Index(i).FieldByName("instance")
			w.walk(reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().Interface().(types.Type))
		}
	}
	return w.found
}

// instanceWalk finds instances of named in types that are made of others.
type instanceWalk struct {
	named *types.Named
	seen  map[types.Type]bool
	found []*types.Named
}

func (w *instanceWalk) walk(t types.Type) {
	if t == nil || w.seen[t] {
		return
	}
	w.seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		if t.TypeArgs() != nil && t.Origin() == w.named {
			w.found = append(w.found, t)
		}
		for arg := range t.TypeArgs().Types() {
			w.walk(arg)
		}
		w.walk(t.Underlying())
	case *types.Alias:
		w.walk(types.Unalias(t))
	case *types.Pointer:
		w.walk(t.Elem())
	case *types.Slice:
		w.walk(t.Elem())
	case *types.Array:
		w.walk(t.Elem())
	case *types.Chan:
		w.walk(t.Elem())
	case *types.Map:
		w.walk(t.Key())
		w.walk(t.Elem())
	case *types.Tuple:
		for v := range t.Variables() {
			w.walk(v.Type())
		}
	case *types.Signature:
		w.walk(t.Params())
		w.walk(t.Results())
	case *types.Struct:
		for f := range t.Fields() {
			w.walk(f.Type())
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			w.walk(m.Type())
		}
		for e := range t.EmbeddedTypes() {
			w.walk(e)
		}
	}
}

// patchWorks tries on types of its own whether the fields are what this file
// takes them for: a Go release may change them.
func patchWorks() (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	ctx := types.NewContext()
	pkg := types.NewPackage("p", "p")
	param := func() *types.TypeParam {
		return types.NewTypeParam(types.NewTypeName(token.NoPos, pkg, "P", nil), types.Universe.Lookup("any").Type())
	}
	named := types.NewNamed(types.NewTypeName(token.NoPos, pkg, "T", nil), types.NewStruct(nil, nil), nil)
	named.SetTypeParams([]*types.TypeParam{param()})
	method := func(name string) *types.Func {
		p := param()
		recv, err := types.Instantiate(ctx, named, []types.Type{p}, false)
		if err != nil {
			panic(err)
		}
		sig := types.NewSignatureType(types.NewParam(token.NoPos, pkg, "", recv), []*types.TypeParam{p}, nil, types.NewTuple(types.NewParam(token.NoPos, pkg, "", p)), nil, false)
		return types.NewFunc(token.NoPos, pkg, name, sig)
	}
	inst, err := types.Instantiate(ctx, named, []types.Type{types.Typ[types.Int]}, false)
	if err != nil {
		return false
	}
	finds := func(name string) bool {
		m, _, _ := types.LookupFieldOrMethod(inst, true, pkg, name)
		return m != nil && types.Identical(m.(*types.Func).Signature().Params().At(0).Type(), types.Typ[types.Int])
	}
	inst.Underlying()
	a, b := method("A"), method("B")
	addMethod(ctx, named, a)
	one := finds("A") && !finds("B")
	addMethod(ctx, named, b)
	two := finds("A") && finds("B")
	removeMethod(ctx, named, b)
	three := finds("A") && !finds("B") && named.NumMethods() == 1
	removeMethod(ctx, named, a)
	return one && two && three && !finds("A") && named.NumMethods() == 0
}
