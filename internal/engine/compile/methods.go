package compile

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
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
	var params []*types.Var
	for i := range sig.Params().Len() {
		params = append(params, types.NewParam(token.NoPos, nil, "", sig.Params().At(i).Type()))
	}
	var results []*types.Var
	for i := range sig.Results().Len() {
		results = append(results, types.NewParam(token.NoPos, nil, "", sig.Results().At(i).Type()))
	}
	r := types.NewParam(token.NoPos, nil, "", recv)
	own, ownRecv := params, r
	plan := p.signature(varTypes(params), varTypes(results), recv, sig.Variadic())
	if asParam {
		own, ownRecv = append([]*types.Var{r}, params...), nil
		plan = p.signature(varTypes(own), varTypes(results), nil, sig.Variadic())
	}
	code := run.NewCode(fn.FullName(), plan, func(c *run.Code) {
		p.mu.Lock()
		defer p.mu.Unlock()
		f := p.newFunction(c, scope{}, nil)
		f.signature(own, results, ownRecv)
		f.finish(f.forward(f.vars[r], recv, fn, index, params, results))
	})
	made := new(run.Function)
	made.Set(code)
	return made
}

func varTypes(vars []*types.Var) []types.Type { return substVars(vars, nil) }

// forward calls a method with the function's own parameters.
func (f *function) forward(place ops.Place, t types.Type, fn *types.Func, index []int, params, results []*types.Var) ops.Stmt {
	path := index[:len(index)-1]
	place, t = f.path(place, t, path)
	sig := fn.Signature()
	sig = types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
	var tg *target
	if types.IsInterface(t) {
		tg = f.interfaceMethod(ops.Load(place), t, fn, sig)
	} else {
		tg = f.concreteMethod(place, t, fn, sig)
	}
	tg.call.Args = tg.receiver()
	for i, v := range params {
		to := tg.plan.Params[i]
		tg.call.Args = append(tg.call.Args, ops.Argument(to.Type, ops.Load(f.vars[v]), to.Off))
	}
	var offs []uintptr
	for i := range results {
		offs = append(offs, f.results[i].place.Off)
	}
	return tg.call.Results(tg.plan.Results, offs)
}

// methodIndex is the place of a method among those of an interface.
func methodIndex(it reflect.Type, fn *types.Func) int {
	for i := range it.NumMethod() {
		m := it.Method(i)
		if m.Name == fn.Name() && (fn.Exported() || fn.Pkg() == nil || m.PkgPath == fn.Pkg().Path()) {
			return i
		}
	}
	panic("compile: no method " + fn.FullName() + " in " + it.String())
}

// methodValue is x.M as a function: the receiver is computed now.
func (f *function) methodValue(e *ast.SelectorExpr, sel *types.Selection) ops.Value {
	t := f.method(e, sel)
	ft := f.mem(e).Reflect
	if t.call.Func != nil {
		find := t.call.Func
		return ops.Make(memory.Pointer, func(p memory.Ptr) memory.Ptr {
			tg := find(p)
			return newClosure(ft, &run.Closure{Code: tg.Code, Bound: tg.Bound()})
		})
	}
	callee := t.call.Static
	r := callee.Code().Shape.Receiver
	receive := ops.Argument(r.Type, *t.recv, 0)
	return ops.Make(memory.Pointer, func(p memory.Ptr) memory.Ptr {
		bound := r.Type.New()
		receive(p, bound)
		return newClosure(ft, &run.Closure{Code: callee.Code(), Bound: bound})
	})
}

// methodExpr is T.M as a function, whose first parameter is the receiver.
func (f *function) methodExpr(e *ast.SelectorExpr, sel *types.Selection) ops.Value {
	s := f.selection(e, sel)
	fn := f.wrapper(s.recv, s.obj.(*types.Func), s.index, true)
	return ops.Constant(memory.Pointer, newClosure(f.mem(e).Reflect, &run.Closure{Code: fn.Code()}))
}

// funcValue is a declared function as a value.
func (f *function) funcValue(e ast.Expr) ops.Value {
	x := ast.Unparen(e)
	switch i := x.(type) {
	case *ast.IndexExpr:
		x = i.X
	case *ast.IndexListExpr:
		x = i.X
	}
	id := funcIdent(x)
	fn, ok := f.scope.info.Uses[id].(*types.Func)
	if !ok {
		return ops.Load(f.element(e.(*ast.IndexExpr)))
	}
	t := f.mem(e)
	if f.funcs[fn.Origin()] == nil && fn.Pkg() != nil && len(f.typeArgs(id)) == 0 {
		if rv := f.lib.Func(fn.Pkg().Path(), fn.Name()); rv.IsValid() {
			f.note(fn.Type(), rv.Type())
			return ops.Constant(memory.Pointer, memory.FuncWord(rv))
		}
	}
	sig := f.typ(e).Underlying().(*types.Signature)
	callee := f.functionFor(fn, f.typeArgs(id), sig)
	return ops.Make(memory.Pointer, func(memory.Ptr) memory.Ptr {
		return newClosure(t.Reflect, &run.Closure{Code: callee.Code()})
	})
}
