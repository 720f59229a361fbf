package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/flow"
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/native"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// rangeStmt compiles a range statement of any kind.
func (f *function) rangeStmt(s *ast.RangeStmt, l *label) ops.Stmt {
	t := f.typ(s.X)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			x := f.exprTo(s.X, types.Default(t))
			r := f.loop(s, l, types.Typ[types.Int], types.Typ[types.Rune])
			return flow.RangeString(r, x)
		}
		return f.rangeInt(s, l, t)
	case *types.Slice:
		x := ops.Fn[memory.Slice](f.expr(s.X))
		return flow.RangeSlice(f.loop(s, l, types.Typ[types.Int], u.Elem()), x, f.typeOf(u.Elem()))
	case *types.Array:
		return f.rangeArray(s, l, u)
	case *types.Pointer:
		array := u.Elem().Underlying().(*types.Array)
		n := int(array.Len())
		x := ops.Fn[memory.Ptr](f.expr(s.X))
		view := func(p memory.Ptr) memory.Slice { return memory.Slice{Data: x(p), Len: n, Cap: n} }
		if s.Value != nil && !blank(s.Value) {
			at := f.behind(f.expr(s.X), f.typeOf(u.Elem())).Address()
			view = func(p memory.Ptr) memory.Slice { return memory.Slice{Data: at(p), Len: n, Cap: n} }
		}
		return flow.RangeSlice(f.loop(s, l, types.Typ[types.Int], array.Elem()), view, f.typeOf(array.Elem()))
	case *types.Map:
		m := memory.MapOf(f.typeOf(u))
		x := f.expr(s.X)
		return flow.RangeMap(f.loop(s, l, u.Key(), u.Elem()), x, m)
	case *types.Chan:
		return f.rangeChan(s, l, u)
	case *types.Signature:
		return f.rangeFunc(s, l, u)
	}
	panic("compile: range over " + t.String())
}

// loop prepares the variables and the body of a range statement whose turns have
// a key and an element of the given types.
func (f *function) loop(s *ast.RangeStmt, l *label, key, elem types.Type) flow.Range {
	r := flow.Range{Key: ops.NoPlace, Elem: ops.NoPlace}
	var prepares, stores []ops.Stmt
	bind := func(x ast.Expr, t types.Type) uintptr {
		if x == nil || blank(x) {
			return ops.NoPlace
		}
		temp, prepare, store := f.loopVar(x, s.Tok, t)
		prepares, stores = append(prepares, prepare), append(stores, store)
		return temp.Off
	}
	r.Key, r.Elem = bind(s.Key, key), bind(s.Value, elem)
	r.Break, r.Continue = f.enter(l, true)
	body := f.block(s.Body.List)
	f.leave()
	r.Body = ops.Sequence(compact(append(append(prepares, stores...), body))...)
	return r
}

// compact is list without empty statements.
func compact(list []ops.Stmt) []ops.Stmt {
	var kept []ops.Stmt
	for _, s := range list {
		if s != nil {
			kept = append(kept, s)
		}
	}
	return kept
}

// loopVar is where the loop stores a value of type t for its variable x. prepare
// computes the operands of x and store moves the value on to x; they are nil where
// there is nothing to do.
func (f *function) loopVar(x ast.Expr, tok token.Token, t types.Type) (temp ops.Place, prepare, store ops.Stmt) {
	if id, ok := x.(*ast.Ident); ok && tok == token.DEFINE {
		if v, ok := f.scope.Info.Defs[id].(*types.Var); ok {
			place, fresh := f.declareVar(v)
			if fresh == nil && place.Kind == ops.InFrame {
				return place, nil, nil
			}
			temp = f.temp(f.typeOf(t))
			return temp, fresh, ops.Store(place, ops.Load(temp))
		}
	}
	temp = f.temp(f.typeOf(t))
	prepare, assign := f.settable(x)
	return temp, prepare, assign(f.assignable(ops.Load(temp), t, f.assignedType(x, nil)))
}

// rangeInt compiles for i := range n. The counter is the loop's own: what the body
// does to i changes nothing.
func (f *function) rangeInt(s *ast.RangeStmt, l *label, t types.Type) ops.Stmt {
	if s.Key != nil && !blank(s.Key) {
		t = f.assignedType(s.Key, nil)
		if id, ok := s.Key.(*ast.Ident); ok && s.Tok == token.DEFINE {
			t = f.varType(id)
		}
	}
	t = types.Default(t)
	mt := f.typeOf(t)
	counter, limit := f.temp(mt), f.temp(mt)
	start := ops.Sequence(ops.Store(limit, f.exprTo(s.X, t)), ops.Zero(counter))
	var bind ops.Stmt
	if s.Key != nil && !blank(s.Key) {
		temp, prepare, store := f.loopVar(s.Key, s.Tok, t)
		bind = ops.Sequence(compact([]ops.Stmt{ops.Store(temp, ops.Load(counter)), prepare, store})...)
	}
	loop := ops.Loop{}
	loop.Break, loop.Continue = f.enter(l, true)
	body := f.block(s.Body.List)
	f.leave()
	loop.Body = ops.Sequence(compact([]ops.Stmt{bind, body})...)
	cond := ops.Compare(token.LSS, ops.Load(counter), ops.Load(limit))
	loop.Cond = &cond
	one := ops.Convert(mt.Shape, ops.Constant(memory.Int64, int64(1)))
	loop.Post = ops.Store(counter, ops.Binary(token.ADD, ops.Load(counter), one))
	return ops.Sequence(start, ops.For(loop))
}

// rangeArray ranges over a copy of the array, where elements are read.
func (f *function) rangeArray(s *ast.RangeStmt, l *label, u *types.Array) ops.Stmt {
	n := int(u.Len())
	elem := f.typeOf(u.Elem())
	mt := f.mem(s.X)
	r := f.loop(s, l, types.Typ[types.Int], u.Elem())
	if r.Elem == ops.NoPlace && !hasCalls(s.X) {
		// The specification, "For statements with range clause": the expression is
		// not evaluated when its length is constant and no element is read.
		return flow.RangeSlice(r, func(memory.Ptr) memory.Slice { return memory.Slice{Len: n} }, elem)
	}
	x := ops.Address(f.expr(s.X))
	return flow.RangeSlice(r, func(p memory.Ptr) memory.Slice {
		at := x(p)
		if r.Elem != ops.NoPlace {
			at = mt.Copy(at)
		}
		return memory.Slice{Data: at, Len: n, Cap: n}
	}, elem)
}

// hasCalls reports whether x calls functions or receives from channels.
func hasCalls(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.FuncLit:
			return false
		}
		return !found
	})
	return found
}

func (f *function) rangeChan(s *ast.RangeStmt, l *label, u *types.Chan) ops.Stmt {
	ch := f.temp(f.mem(s.X))
	start := ops.Store(ch, f.expr(s.X))
	t := f.typeOf(u.Elem())
	ok := f.temp(boolType)
	r := f.loop(s, l, u.Elem(), nil)
	dst := r.Key
	if dst == ops.NoPlace {
		dst = f.temp(t).Off
	}
	return ops.Sequence(start, flow.RangeChan(r, flow.Receive(ops.Load(ch), t, dst, ok.Off), ok.Off))
}

// rangeFunc ranges over a function: the body is what it calls as yield. It runs in
// the frame of the function that has the loop.
func (f *function) rangeFunc(s *ast.RangeStmt, l *label, u *types.Signature) ops.Stmt {
	yield := u.Params().At(0).Type().Underlying().(*types.Signature)
	params := yield.Params()
	fn := f.expr(s.X)
	var key, elem types.Type
	if params.Len() > 0 {
		key = params.At(0).Type()
	}
	if params.Len() > 1 {
		elem = params.At(1).Type()
	}
	r := f.loop(s, l, key, elem)
	plan := f.Signature(yield)
	code := run.NewCode(f.code.Name+"-range", plan, func(c *run.Code) {
		c.Frame = plan.Layout().Finish(run.HeaderSize)
		c.Body = flow.YieldBody(r, moveParams(r, plan), plan.Results[0].Off)
	})
	slot := f.temp(pointerType)
	t := f.dynamic(fn, types.NewSignatureType(nil, nil, nil, u.Params(), nil, false))
	yieldType := f.Type(yield)
	closure := ops.Make(memory.Pointer, func(p memory.Ptr) memory.Ptr {
		return native.NewClosure(yieldType, &run.Closure{Code: code, Vars: *memory.At[memory.Ptr](p, slot.Off)})
	})
	to := t.plan.Params[0]
	t.call.Args = []ops.Arg{ops.Argument(to.Type, closure, to.Off)}
	t.call.Pos = s.Pos()
	return flow.RangeFunc(t.call.Discard(), slot.Off)
}

// moveParams moves what yield got to where the loop's variables are.
func moveParams(r flow.Range, plan *run.Signature) func(q, p memory.Ptr) {
	return func(q, p memory.Ptr) {
		for i, dst := range []uintptr{r.Key, r.Elem} {
			if dst != ops.NoPlace && i < len(plan.Params) {
				from := plan.Params[i]
				from.Type.Move(memory.Add(p, dst), memory.Add(q, from.Off))
			}
		}
	}
}
