package compile

import (
	"fmt"
	"go/types"
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/lower"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// functionFor is the function fn with type arguments: interpreted or compiled.
func (p *Program) functionFor(fn *types.Func, args []types.Type, sig *types.Signature) *run.Function {
	origin := fn.Origin()
	if d := p.funcs[origin]; d != nil {
		return p.instance(d, args)
	}
	path := ""
	if fn.Pkg() != nil {
		path = fn.Pkg().Path()
	}
	if len(args) > 0 {
		return p.genericFunction(origin, args, sig)
	}
	rv := p.lib.Func(path, fn.Name())
	if !rv.IsValid() {
		return p.missing(fn, p.funcSignature(sig))
	}
	p.note(fn.Type(), rv.Type())
	return p.nativeFunction(path+"."+fn.Name(), rv, p.funcSignature(sig))
}

// missing is a function that cannot be called: it says why when it is.
func (p *Program) missing(fn *types.Func, plan *run.Signature) *run.Function {
	name := fn.FullName()
	f := new(run.Function)
	f.Set(failing(name, plan, fmt.Errorf("call %s: it is not available in cells", name)))
	return f
}

// methodFunction is the method fn of the type named, or of the pointer to it.
func (p *Program) methodFunction(named *types.Named, fn *types.Func, pointer bool) *run.Function {
	if d := p.funcs[fn.Origin()]; d != nil {
		return p.instance(d, listTypes(named.TypeArgs()))
	}
	if named.TypeArgs().Len() > 0 && p.lib.Type(named) == nil {
		if d := p.shadowMethod(named, fn.Name()); d != nil {
			return p.instance(d, listTypes(named.TypeArgs()))
		}
	}
	rt := p.types.Of(named)
	if pointer {
		rt = reflect.PointerTo(rt)
	}
	return p.compiledMethod(rt, fn)
}

func listTypes(l *types.TypeList) []types.Type {
	list := make([]types.Type, l.Len())
	for i := range list {
		list[i] = l.At(i)
	}
	return list
}

// methodFor is the function behind a selection of a method set: the method itself,
// or one that follows embedded fields to it.
func (p *Program) methodFor(sel *types.Selection) *run.Function {
	fn := sel.Obj().(*types.Func)
	recv := types.Unalias(sel.Recv())
	base, has := recv, false
	if ptr, ok := recv.(*types.Pointer); ok {
		base, has = types.Unalias(ptr.Elem()), true
	}
	if len(sel.Index()) == 1 && !types.IsInterface(base) {
		_, wants := types.Unalias(fn.Origin().Signature().Recv().Type()).(*types.Pointer)
		if wants == has {
			return p.methodFunction(base.(*types.Named), fn, wants)
		}
	}
	return p.wrapper(recv, fn, sel.Index(), false)
}

// wrapper is a function that calls the method at the end of the path index from a
// value of type recv. The receiver is its first parameter when asParam.
func (p *Program) wrapper(recv types.Type, fn *types.Func, index []int, asParam bool) *run.Function {
	obj, _, _ := types.LookupFieldOrMethod(recv, true, fn.Pkg(), fn.Name())
	if m, ok := obj.(*types.Func); ok {
		fn = m
	}
	sig := fn.Signature()
	params, results := tupleTypes(sig.Params()), tupleTypes(sig.Results())
	plan := p.signature(params, results, recv, sig.Variadic())
	if asParam {
		plan = p.signature(append([]types.Type{recv}, params...), results, nil, sig.Variadic())
	}
	code := run.NewCode(fn.FullName(), plan, func(c *run.Code) {
		p.mu.Lock()
		defer p.mu.Unlock()
		lower.Forward(names{p}, c, lower.Path{Recv: recv, Func: fn, Index: index, AsParam: asParam})
	})
	made := new(run.Function)
	made.Set(code)
	return made
}
