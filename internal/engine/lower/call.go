package lower

import (
	"go/ast"
	"go/types"
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/flow"
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// target is a callee that is known or found, before its arguments.
type target struct {
	call ops.Call
	sig  *types.Signature // without receiver
	plan *run.Signature   // of sig
	recv *ops.Value       // the receiver, nil for none
}

// call compiles a call with one result, or a conversion.
func (f *function) call(e *ast.CallExpr) ops.Value {
	if tv := f.scope.Info.Types[e.Fun]; tv.IsType() {
		return f.conversion(e.Args[0], f.scope.Env.Subst(tv.Type))
	}
	if name := f.builtinName(e.Fun); name != "" {
		return f.builtin(name, e)
	}
	t := f.callee(e)
	r := t.plan.Results[0]
	temp := ops.Place{}
	if r.Type.Shape == memory.Block {
		temp = f.temp(r.Type)
	}
	return t.call.Result(r.Type, r.Off, temp.Off)
}

// callStmt compiles a call as a statement.
func (f *function) callStmt(e *ast.CallExpr) ops.Stmt {
	if tv := f.scope.Info.Types[e.Fun]; tv.IsType() {
		return ops.Do(f.conversion(e.Args[0], f.scope.Env.Subst(tv.Type)))
	}
	if name := f.builtinName(e.Fun); name != "" {
		return f.builtinStmt(name, e)
	}
	t := f.callee(e)
	return t.call.Discard()
}

// callTuple compiles a call with several results, which the statement moves to
// temporaries.
func (f *function) callTuple(e *ast.CallExpr) (ops.Stmt, []ops.Place) {
	t := f.callee(e)
	temps := make([]ops.Place, len(t.plan.Results))
	offs := make([]uintptr, len(temps))
	for i, r := range t.plan.Results {
		temps[i] = f.temp(r.Type)
		offs[i] = temps[i].Off
	}
	return t.call.Results(t.plan.Results, offs), temps
}

// callee finds what a call calls and compiles its arguments.
func (f *function) callee(e *ast.CallExpr) *target {
	t := f.findCallee(e.Fun)
	t.call.Pos = e.Pos()
	if e.Lparen.IsValid() {
		t.call.Pos = e.Lparen
	}
	args := f.arguments(e, t)
	t.call.Args = append(t.receiver(), args...)
	return t
}

// receiver is the argument for the receiver, if there is one.
func (t *target) receiver() []ops.Arg {
	if t.recv == nil {
		return nil
	}
	r := t.plan.Receiver
	return []ops.Arg{ops.Argument(r.Type, *t.recv, r.Off)}
}

// findCallee finds a function without its arguments.
func (f *function) findCallee(fun ast.Expr) *target {
	fun = ast.Unparen(fun)
	sig := f.typ(fun).Underlying().(*types.Signature)
	switch x := fun.(type) {
	case *ast.SelectorExpr:
		if sel := f.scope.Info.Selections[x]; sel != nil && sel.Kind() == types.MethodVal {
			return f.method(x, sel)
		}
		if fn, ok := f.scope.Info.Uses[x.Sel].(*types.Func); ok && f.scope.Info.Selections[x] == nil {
			return f.static(fn, x.Sel, sig)
		}
	case *ast.Ident:
		if fn, ok := f.scope.Info.Uses[x].(*types.Func); ok {
			return f.static(fn, x, sig)
		}
	case *ast.IndexExpr:
		if id := funcIdent(x.X); id != nil {
			if fn, ok := f.scope.Info.Uses[id].(*types.Func); ok {
				return f.static(fn, id, sig)
			}
		}
	case *ast.IndexListExpr:
		if id := funcIdent(x.X); id != nil {
			if fn, ok := f.scope.Info.Uses[id].(*types.Func); ok {
				return f.static(fn, id, sig)
			}
		}
	}
	return f.dynamic(f.expr(fun), sig)
}

// funcIdent is the name of the function that x names, with its package or without.
func funcIdent(x ast.Expr) *ast.Ident {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return x
	case *ast.SelectorExpr:
		return x.Sel
	}
	return nil
}

// static is a call of a declared function.
func (f *function) static(fn *types.Func, id *ast.Ident, sig *types.Signature) *target {
	sig = types.NewSignatureType(nil, nil, nil, f.scope.Env.Tuple(sig.Params()), f.scope.Env.Tuple(sig.Results()), sig.Variadic())
	return &target{
		call: ops.Call{Static: f.Func(fn, f.typeArgs(id), sig)},
		sig:  sig,
		plan: f.Signature(sig),
	}
}

// typeArgs are the type arguments of the instance that id names.
func (f *function) typeArgs(id *ast.Ident) []types.Type {
	inst, ok := f.scope.Info.Instances[id]
	if !ok {
		return nil
	}
	args := make([]types.Type, inst.TypeArgs.Len())
	for i := range args {
		args[i] = f.scope.Env.Subst(inst.TypeArgs.At(i))
	}
	return args
}

// dynamic is a call of a function value.
func (f *function) dynamic(fn ops.Value, sig *types.Signature) *target {
	word := ops.Fn[memory.Ptr](fn)
	native := f.NativeFunc(f.Type(sig))
	return &target{
		call: ops.Call{Func: func(p memory.Ptr) ops.Target { return flow.FuncTarget(word(p), native) }},
		sig:  sig,
		plan: f.Signature(sig),
	}
}

// arguments compiles the arguments of a call.
func (f *function) arguments(e *ast.CallExpr, t *target) []ops.Arg {
	params := t.sig.Params()
	places := t.plan.Params
	if len(e.Args) == 1 && params.Len() != 1 || len(e.Args) == 1 && t.sig.Variadic() {
		if _, ok := f.scope.Info.TypeOf(e.Args[0]).(*types.Tuple); ok {
			return f.forwarded(e.Args[0], t)
		}
	}
	n := len(places)
	var args []ops.Arg
	if t.sig.Variadic() && !e.Ellipsis.IsValid() {
		n--
	}
	for i := range n {
		pt := params.At(i).Type()
		args = append(args, ops.Argument(places[i].Type, f.exprTo(e.Args[i], pt), places[i].Off))
	}
	if n < len(places) {
		st := params.At(n).Type().(*types.Slice)
		var rest []ops.Value
		for _, x := range e.Args[n:] {
			rest = append(rest, f.exprTo(x, st.Elem()))
		}
		args = append(args, ops.Argument(places[n].Type, f.sliceOf(st, rest), places[n].Off))
	}
	return args
}

// forwarded are the arguments of f(g()), where g has several results.
func (f *function) forwarded(x ast.Expr, t *target) []ops.Arg {
	exec, temps := f.tuple(x)
	from := f.typ(x).(*types.Tuple)
	params := t.sig.Params()
	args := []ops.Arg{func(p, _ memory.Ptr) { exec(p) }}
	n := params.Len()
	if t.sig.Variadic() {
		n--
	}
	for i := range n {
		v := f.assignable(ops.Load(temps[i]), from.At(i).Type(), params.At(i).Type())
		args = append(args, ops.Argument(t.plan.Params[i].Type, v, t.plan.Params[i].Off))
	}
	if t.sig.Variadic() {
		st := params.At(n).Type().(*types.Slice)
		var rest []ops.Value
		for i := n; i < from.Len(); i++ {
			rest = append(rest, f.assignable(ops.Load(temps[i]), from.At(i).Type(), st.Elem()))
		}
		args = append(args, ops.Argument(t.plan.Params[n].Type, f.sliceOf(st, rest), t.plan.Params[n].Off))
	}
	return args
}

// sliceOf is a new slice of values, nil for none.
func (f *function) sliceOf(st *types.Slice, values []ops.Value) ops.Value {
	if len(values) == 0 {
		return ops.ZeroValue(f.typeOf(st))
	}
	elem := f.typeOf(st.Elem())
	slot := f.temp(pointerType).Off
	place := ops.Place{Kind: ops.Through, Slot: slot, Type: elem}
	var list []ops.Stmt
	for i, v := range values {
		list = append(list, ops.Store(place.Part(uintptr(i)*elem.Size, elem), v))
	}
	return ops.NewSlice(elem, len(values), slot, ops.Sequence(list...))
}

// method is a call of a method of the operand x.X.
func (f *function) method(x *ast.SelectorExpr, sel *types.Selection) *target {
	s := f.selection(x, sel)
	fn := s.obj.(*types.Func)
	sig := f.typ(x).Underlying().(*types.Signature)
	sig = types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
	place, t := f.receiverPlace(x.X, s)
	if types.IsInterface(t) {
		return f.interfaceMethod(ops.Load(place), t, fn, sig)
	}
	return f.concreteMethod(place, t, fn, sig)
}

// receiverPlace is where the operand of a method lies, embedded fields followed.
func (f *function) receiverPlace(x ast.Expr, s pathTo) (ops.Place, types.Type) {
	t := f.typ(x)
	path := s.index[:len(s.index)-1]
	if ptr, ok := t.Underlying().(*types.Pointer); ok && len(path) > 0 {
		t = ptr.Elem()
		return f.path(f.behind(f.expr(x), f.typeOf(t)), t, path)
	}
	return f.path(f.place(x), t, path)
}

// concreteMethod is a call of a method of a type that is no interface.
func (f *function) concreteMethod(place ops.Place, t types.Type, fn *types.Func, sig *types.Signature) *target {
	recv := types.Unalias(fn.Origin().Signature().Recv().Type())
	_, wants := recv.(*types.Pointer)
	base, has := t, false
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		base, has = ptr.Elem(), true
	}
	var v ops.Value
	switch {
	case wants == has:
		v = ops.Load(place)
	case wants:
		v = ops.Make(memory.Pointer, place.Address())
	default:
		v = ops.Load(f.behind(ops.Load(place), f.typeOf(base)))
	}
	named := types.Unalias(base).(*types.Named)
	callee := f.Method(named, fn, wants)
	plan := callee.Code().Shape
	return &target{
		call: ops.Call{Static: callee},
		sig:  sig,
		plan: plan,
		recv: &v,
	}
}

// interfaceMethod is a call of a method of an interface.
func (f *function) interfaceMethod(v ops.Value, t types.Type, fn *types.Func, sig *types.Signature) *target {
	it := f.Type(t)
	i := methodIndex(it, fn)
	plan := f.Signature(sig)
	native := f.NativeMethod(it, i)
	iface := ops.Fn[memory.Interface](v)
	return &target{
		call: ops.Call{Func: func(p memory.Ptr) ops.Target { return flow.MethodTarget(iface(p), i, native) }},
		sig:  sig,
		plan: plan,
	}
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
