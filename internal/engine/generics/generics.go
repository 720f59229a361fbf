// Package generics puts type arguments in place of type parameters.
//
// [New] is what the type parameters of one instance of a function stand for, and
// [Env.Subst] is a type of the function's source as that instance has it.
package generics

import (
	"go/types"
)

// Env is what the type parameters of a function stand for, nil for none.
type Env struct {
	args   map[*types.TypeParam]types.Type
	locals map[*types.TypeName]*types.Named // types declared in a generic function, by instance
}

// New is what the type parameters params stand for when args are given for them.
func New(params []*types.TypeParam, args []types.Type) *Env {
	if len(params) == 0 {
		return nil
	}
	e := &Env{args: map[*types.TypeParam]types.Type{}, locals: map[*types.TypeName]*types.Named{}}
	for i, p := range params {
		e.args[p] = args[i]
	}
	return e
}

// Subst is t with type arguments in place of type parameters.
func (e *Env) Subst(t types.Type) types.Type {
	if e == nil || t == nil {
		return t
	}
	switch t := t.(type) {
	case *types.TypeParam:
		if arg, ok := e.args[t]; ok {
			return arg
		}
		return t
	case *types.Alias:
		return e.Subst(types.Unalias(t))
	case *types.Named:
		return e.named(t)
	case *types.Pointer:
		if elem := e.Subst(t.Elem()); elem != t.Elem() {
			return types.NewPointer(elem)
		}
	case *types.Slice:
		if elem := e.Subst(t.Elem()); elem != t.Elem() {
			return types.NewSlice(elem)
		}
	case *types.Array:
		if elem := e.Subst(t.Elem()); elem != t.Elem() {
			return types.NewArray(elem, t.Len())
		}
	case *types.Chan:
		if elem := e.Subst(t.Elem()); elem != t.Elem() {
			return types.NewChan(t.Dir(), elem)
		}
	case *types.Map:
		key, elem := e.Subst(t.Key()), e.Subst(t.Elem())
		if key != t.Key() || elem != t.Elem() {
			return types.NewMap(key, elem)
		}
	case *types.Tuple:
		return e.tuple(t)
	case *types.Signature:
		params, results := e.tuple(t.Params()), e.tuple(t.Results())
		if params != t.Params() || results != t.Results() {
			return types.NewSignatureType(t.Recv(), nil, nil, params, results, t.Variadic())
		}
	case *types.Struct:
		return e.structure(t)
	case *types.Interface:
		return e.iface(t)
	case *types.Union:
		return e.union(t)
	}
	return t
}

// Tuple is Subst for a tuple.
func (e *Env) Tuple(t *types.Tuple) *types.Tuple {
	if e == nil {
		return t
	}
	return e.tuple(t)
}

func (e *Env) tuple(t *types.Tuple) *types.Tuple {
	changed := false
	vars := make([]*types.Var, t.Len())
	for i := range vars {
		vars[i] = e.variable(t.At(i))
		changed = changed || vars[i] != t.At(i)
	}
	if !changed {
		return t
	}
	return types.NewTuple(vars...)
}

func (e *Env) variable(v *types.Var) *types.Var {
	t := e.Subst(v.Type())
	if t == v.Type() {
		return v
	}
	if v.IsField() {
		return types.NewField(v.Pos(), v.Pkg(), v.Name(), t, v.Embedded())
	}
	return types.NewVar(v.Pos(), v.Pkg(), v.Name(), t)
}

func (e *Env) structure(t *types.Struct) types.Type {
	changed := false
	fields, tags := make([]*types.Var, t.NumFields()), make([]string, t.NumFields())
	for i := range fields {
		fields[i], tags[i] = e.variable(t.Field(i)), t.Tag(i)
		changed = changed || fields[i] != t.Field(i)
	}
	if !changed {
		return t
	}
	return types.NewStruct(fields, tags)
}

func (e *Env) iface(t *types.Interface) types.Type {
	changed := false
	var methods []*types.Func
	for m := range t.ExplicitMethods() {
		sig := e.Subst(m.Type()).(*types.Signature)
		if sig != m.Type() {
			changed = true
			m = types.NewFunc(m.Pos(), m.Pkg(), m.Name(), sig)
		}
		methods = append(methods, m)
	}
	var embeds []types.Type
	for embed := range t.EmbeddedTypes() {
		s := e.Subst(embed)
		changed = changed || s != embed
		embeds = append(embeds, s)
	}
	if !changed {
		return t
	}
	return types.NewInterfaceType(methods, embeds).Complete()
}

func (e *Env) union(t *types.Union) types.Type {
	terms := make([]*types.Term, t.Len())
	for i := range terms {
		terms[i] = types.NewTerm(t.Term(i).Tilde(), e.Subst(t.Term(i).Type()))
	}
	return types.NewUnion(terms)
}

// context makes instances with the same arguments one object.
var context = types.NewContext()

func (e *Env) named(t *types.Named) types.Type {
	if args := t.TypeArgs(); args.Len() > 0 {
		changed := false
		list := make([]types.Type, args.Len())
		for i := range list {
			list[i] = e.Subst(args.At(i))
			changed = changed || list[i] != args.At(i)
		}
		if !changed {
			return t
		}
		made, err := types.Instantiate(context, t.Origin(), list, false)
		if err != nil {
			return t
		}
		return made
	}
	return e.local(t)
}

// local is a type that a generic function declares: each instance has its own.
func (e *Env) local(t *types.Named) types.Type {
	obj := t.Obj()
	if obj.Pkg() == nil || obj.Parent() == nil || obj.Parent() == obj.Pkg().Scope() || t.TypeParams().Len() > 0 {
		return t
	}
	if made := e.locals[obj]; made != nil {
		return made
	}
	if !e.within(obj) {
		return t
	}
	made := types.NewNamed(types.NewTypeName(obj.Pos(), obj.Pkg(), obj.Name(), nil), nil, nil)
	e.locals[obj] = made
	made.SetUnderlying(e.Subst(t.Underlying()))
	return made
}

// within reports whether obj is declared in the function whose parameters e has.
func (e *Env) within(obj *types.TypeName) bool {
	for param := range e.args {
		scope := param.Obj().Parent()
		for s := obj.Parent(); s != nil; s = s.Parent() {
			if s == scope {
				return true
			}
		}
	}
	return false
}
