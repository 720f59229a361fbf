package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
)

func (f *function) assign(s *ast.AssignStmt) ops.Stmt {
	switch s.Tok {
	case token.DEFINE:
		return f.define(s.Lhs, s.Rhs)
	case token.ASSIGN:
		return f.assignAll(s.Lhs, s.Rhs)
	}
	return f.update(s.Lhs[0], s.Tok+token.ADD-token.ADD_ASSIGN, s.Rhs[0])
}

// define compiles x, y := …, and var x, y = …, whose values may be missing.
func (f *function) define(lhs, rhs []ast.Expr) ops.Stmt {
	if len(rhs) == 0 {
		var list []ops.Stmt
		for _, x := range lhs {
			if v, ok := f.scope.Info.Defs[x.(*ast.Ident)].(*types.Var); ok && !blank(x) {
				list = append(list, f.declareZero(v))
			}
		}
		return ops.Sequence(list...)
	}
	if len(lhs) == 1 && len(rhs) == 1 {
		return f.defineOne(lhs[0].(*ast.Ident), rhs[0])
	}
	// All values are computed before the first variable comes into being: the
	// right side may mean another variable of the same name.
	stmt, values, from := f.values(lhs, rhs)
	list := []ops.Stmt{stmt}
	for i, x := range lhs {
		id := x.(*ast.Ident)
		if blank(id) {
			continue
		}
		var place ops.Place
		if v, ok := f.scope.Info.Defs[id].(*types.Var); ok {
			var fresh ops.Stmt
			if place, fresh = f.declareVar(v); fresh != nil {
				list = append(list, fresh)
			}
		} else {
			place = f.place(id)
		}
		list = append(list, ops.Store(place, f.assignable(values[i], from[i], f.varType(id))))
	}
	return ops.Sequence(list...)
}

// varType is the type of the variable that id names.
func (f *function) varType(id *ast.Ident) types.Type {
	return f.scope.Env.Subst(f.scope.Info.ObjectOf(id).Type())
}

func blank(x ast.Expr) bool {
	id, ok := ast.Unparen(x).(*ast.Ident)
	return ok && id.Name == "_"
}

func (f *function) declareZero(v *types.Var) ops.Stmt {
	place, fresh := f.declareVar(v)
	if fresh != nil && place.Kind == ops.Through {
		return fresh // new memory is zero
	}
	return ops.Zero(place)
}

// declareVar is declare, but for variables that cells promoted to globals.
func (f *function) declareVar(v *types.Var) (ops.Place, ops.Stmt) {
	if place, ok := f.Promoted(v); ok {
		return place, nil
	}
	return f.declare(v)
}

func (f *function) defineOne(id *ast.Ident, x ast.Expr) ops.Stmt {
	v, ok := f.scope.Info.Defs[id].(*types.Var)
	if !ok || blank(id) {
		return f.assignAll([]ast.Expr{id}, []ast.Expr{x})
	}
	t := f.scope.Env.Subst(v.Type())
	value := f.exprTo(x, t) // before the variable comes into being
	place, fresh := f.declareVar(v)
	if fresh == nil {
		return ops.Store(place, value)
	}
	temp := f.temp(place.Type)
	return ops.Sequence(ops.Store(temp, value), fresh, ops.Store(place, ops.Load(temp)))
}

// values computes the right side of an assignment. The statement moves the values
// to temporaries.
func (f *function) values(lhs, rhs []ast.Expr) (ops.Stmt, []ops.Value, []types.Type) {
	var values []ops.Value
	var from []types.Type
	if len(rhs) == 1 && len(lhs) > 1 {
		exec, temps := f.tuple(rhs[0])
		for i, temp := range temps {
			values = append(values, ops.Load(temp))
			from = append(from, f.tupleType(rhs[0], i))
		}
		return exec, values, from
	}
	var list []ops.Stmt
	for i, x := range rhs {
		t := f.assignedType(lhs[i], x)
		temp := f.temp(f.typeOf(t))
		list = append(list, ops.Store(temp, f.exprTo(x, t)))
		values = append(values, ops.Load(temp))
		from = append(from, t)
	}
	return ops.Sequence(list...), values, from
}

// assignedType is the type that x has as the value of lhs.
func (f *function) assignedType(lhs, x ast.Expr) types.Type {
	if blank(lhs) {
		if f.isNil(x) {
			return types.NewInterfaceType(nil, nil)
		}
		return types.Default(f.typ(x))
	}
	if id, ok := lhs.(*ast.Ident); ok {
		return f.varType(id)
	}
	return f.typ(lhs)
}

// tupleType is the type of value i of an expression with several values.
func (f *function) tupleType(x ast.Expr, i int) types.Type {
	if t, ok := f.typ(x).(*types.Tuple); ok {
		return t.At(i).Type()
	}
	if i == 0 {
		return f.typ(x)
	}
	return types.Typ[types.Bool]
}

// tuple compiles an expression with several values: a call, or one of the forms
// v, ok. The statement moves the values to the places.
func (f *function) tuple(x ast.Expr) (ops.Stmt, []ops.Place) {
	x = ast.Unparen(x)
	if call, ok := x.(*ast.CallExpr); ok {
		return f.callTuple(call)
	}
	t := f.tupleType(x, 0)
	dst, ok := f.temp(f.typeOf(t)), f.temp(boolType)
	places := []ops.Place{dst, ok}
	switch x := x.(type) {
	case *ast.IndexExpr:
		u := f.typ(x.X).Underlying().(*types.Map)
		return f.find(x, u, dst, &ok), places
	case *ast.TypeAssertExpr:
		return f.assertTo(x, dst, ok, t), places
	case *ast.UnaryExpr:
		return f.receiveTo(x, dst, &ok), places
	}
	panic("compile: no tuple")
}

// assignAll compiles x, y = …
func (f *function) assignAll(lhs, rhs []ast.Expr) ops.Stmt {
	if len(lhs) == 1 && len(rhs) == 1 {
		return f.assignOne(lhs[0], rhs[0])
	}
	// First the operands of the left side, then the values, then the assignments.
	var list []ops.Stmt
	stores := make([]func(v ops.Value) ops.Stmt, len(lhs))
	for i, x := range lhs {
		if !blank(x) {
			prepare, store := f.settable(x)
			list = append(list, prepare)
			stores[i] = store
		}
	}
	stmt, values, from := f.values(lhs, rhs)
	list = append(list, stmt)
	for i, x := range lhs {
		if stores[i] != nil {
			list = append(list, stores[i](f.assignable(values[i], from[i], f.assignedType(x, nil))))
		}
	}
	return ops.Sequence(list...)
}

// settable prepares an assignment to x: the statement computes its operands, and
// store makes the assignment.
func (f *function) settable(x ast.Expr) (prepare ops.Stmt, store func(v ops.Value) ops.Stmt) {
	if e, u := f.mapElement(x); e != nil {
		m := memory.MapOf(f.typeOf(u))
		mp, key := f.temp(m.Type), f.temp(m.Key)
		prepare = ops.Sequence(ops.Store(mp, f.expr(e.X)), ops.Store(key, f.exprTo(e.Index, u.Key())))
		return prepare, func(v ops.Value) ops.Stmt {
			return ops.SetInMap(m, ops.Load(mp), ops.Load(key), v, f.temp(m.Key).Off, f.temp(m.Elem).Off)
		}
	}
	if e, ok := ast.Unparen(x).(*ast.IndexExpr); ok {
		if u, ok := f.typ(e.X).Underlying().(*types.Slice); ok {
			return f.settableElement(e, u)
		}
	}
	place := f.place(x)
	if place.Kind == ops.InFrame || place.Kind == ops.Fixed || place.Kind == ops.Captured || place.Kind == ops.Through && !place.Nil {
		return ops.Nothing, func(v ops.Value) ops.Stmt { return ops.Store(place, v) }
	}
	slot := f.temp(pointerType)
	unchecked := place
	unchecked.Nil = false // a nil pointer panics when the assignment is made
	prepare = ops.Store(slot, ops.Make(memory.Pointer, ops.Base(unchecked)))
	there := ops.Place{Kind: ops.Through, Slot: slot.Off, Off: place.Off, Type: place.Type, Nil: place.Nil}
	return prepare, func(v ops.Value) ops.Stmt { return ops.Store(there, v) }
}

// settableElement is settable for an element of a slice. A bad index panics when
// the assignment is made.
func (f *function) settableElement(e *ast.IndexExpr, u *types.Slice) (prepare ops.Stmt, store func(v ops.Value) ops.Stmt) {
	s, i, elem := f.temp(sliceType), f.temp(intType), f.typeOf(u.Elem())
	prepare = ops.Sequence(ops.Store(s, f.expr(e.X)), ops.Store(i, f.position(e.Index)))
	at := ops.ElementAddress(ops.Load(s), ops.Load(i), elem.Size)
	place := ops.Place{Kind: ops.Computed, Fn: at, Type: elem}
	return prepare, func(v ops.Value) ops.Stmt { return ops.Store(place, v) }
}

// mapElement is x as an element of a map, nil when it is none.
func (f *function) mapElement(x ast.Expr) (*ast.IndexExpr, *types.Map) {
	e, ok := ast.Unparen(x).(*ast.IndexExpr)
	if !ok {
		return nil, nil
	}
	if u, ok := f.typ(e.X).Underlying().(*types.Map); ok {
		return e, u
	}
	return nil, nil
}

func (f *function) assignOne(lhs, rhs ast.Expr) ops.Stmt {
	t := f.assignedType(lhs, rhs)
	if blank(lhs) {
		return ops.Do(f.exprTo(rhs, t))
	}
	if e, u := f.mapElement(lhs); e != nil {
		m := memory.MapOf(f.typeOf(u))
		return ops.SetInMap(m, f.expr(e.X), f.exprTo(e.Index, u.Key()), f.exprTo(rhs, t), f.temp(m.Key).Off, f.temp(m.Elem).Off)
	}
	if e, ok := ast.Unparen(lhs).(*ast.IndexExpr); ok {
		if u, ok := f.typ(e.X).Underlying().(*types.Slice); ok && f.typeOf(u.Elem()).Shape != memory.Block {
			return ops.SetIndex(f.expr(e.X), ops.Word(f.indexOf(e.Index)), f.exprTo(rhs, u.Elem()))
		}
	}
	return ops.Store(f.place(lhs), f.exprTo(rhs, t))
}

func (f *function) incDec(s *ast.IncDecStmt) ops.Stmt {
	op := token.ADD
	if s.Tok == token.DEC {
		op = token.SUB
	}
	t := f.typ(s.X)
	return f.updateWith(s.X, op, f.constant(constant.MakeInt64(1), t))
}

// update compiles x op= y.
func (f *function) update(x ast.Expr, op token.Token, y ast.Expr) ops.Stmt {
	if op == token.SHL || op == token.SHR {
		return f.updateWith(x, op, f.shiftCount(y))
	}
	return f.updateWith(x, op, f.exprTo(y, f.typ(x)))
}

func (f *function) updateWith(x ast.Expr, op token.Token, y ops.Value) ops.Stmt {
	combine := func(old ops.Value) ops.Value {
		if op == token.SHL || op == token.SHR {
			return ops.Shift(op, old, y)
		}
		return ops.Binary(op, old, y)
	}
	if e, u := f.mapElement(x); e != nil {
		m := memory.MapOf(f.typeOf(u))
		mp, key, elem := f.temp(m.Type), f.temp(m.Key), f.temp(m.Elem)
		return ops.Sequence(
			ops.Store(mp, f.expr(e.X)),
			ops.Store(key, f.exprTo(e.Index, u.Key())),
			ops.FindInMap(m, ops.Load(mp), ops.Load(key), f.temp(m.Key).Off, elem.Off, ops.NoPlace),
			ops.SetInMap(m, ops.Load(mp), ops.Load(key), combine(ops.Load(elem)), f.temp(m.Key).Off, f.temp(m.Elem).Off),
		)
	}
	return ops.Update(f.place(x), f.temp(pointerType).Off, combine)
}
