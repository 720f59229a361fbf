package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/flow"
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
)

func (f *function) ifStmt(s *ast.IfStmt) ops.Stmt {
	var list []ops.Stmt
	if s.Init != nil {
		list = append(list, f.stmt(s.Init))
	}
	cond := f.expr(s.Cond)
	then := f.block(s.Body.List)
	var els ops.Stmt
	if s.Else != nil {
		els = f.stmt(s.Else)
	}
	return ops.Sequence(append(list, ops.If(cond, then, els))...)
}

func (f *function) forStmt(s *ast.ForStmt, l *label) ops.Stmt {
	var list []ops.Stmt
	if s.Init != nil {
		list = append(list, f.stmt(s.Init))
	}
	loop := ops.Loop{}
	if s.Cond != nil {
		cond := f.expr(s.Cond)
		loop.Cond = &cond
	}
	loop.Break, loop.Continue = f.enter(l, true)
	loop.Body = f.block(s.Body.List)
	f.leave()
	if s.Post != nil {
		loop.Post = f.stmt(s.Post)
	}
	loop.Fresh = f.freshVars(s.Init)
	return ops.Sequence(append(list, ops.For(loop))...)
}

// freshVars gives the variables that init declares new memory with the same
// values, nil when none of them has memory of its own.
func (f *function) freshVars(init ast.Stmt) ops.Stmt {
	s, ok := init.(*ast.AssignStmt)
	if !ok || s.Tok != token.DEFINE {
		return nil
	}
	var list []ops.Stmt
	for _, x := range s.Lhs {
		v, ok := f.scope.Info.Defs[x.(*ast.Ident)].(*types.Var)
		if !ok {
			continue
		}
		if place := f.vars[v]; place.Kind == ops.Through && f.scope.Boxed[v] {
			list = append(list, ops.Renew(place))
		}
	}
	if list == nil {
		return nil
	}
	return ops.Sequence(list...)
}

// switchStmt compiles an expression switch.
func (f *function) switchStmt(s *ast.SwitchStmt, l *label) ops.Stmt {
	var list []ops.Stmt
	if s.Init != nil {
		list = append(list, f.stmt(s.Init))
	}
	tag, tagType := ops.Constant(memory.Bool, true), types.Type(types.Typ[types.Bool])
	if s.Tag != nil {
		tagType = types.Default(f.typ(s.Tag))
		temp := f.temp(f.typeOf(tagType))
		list = append(list, ops.Store(temp, f.exprTo(s.Tag, tagType)))
		tag = ops.Load(temp)
	}
	brk, _ := f.enter(l, false)
	defer f.leave()
	var sw flow.Cases
	for i, c := range s.Body.List {
		clause := c.(*ast.CaseClause)
		for _, x := range clause.List {
			sw.Add(ops.Fn[bool](f.caseMatches(x, s.Tag, tag, tagType)), i)
		}
		if clause.List == nil {
			sw.Default = i
			sw.HasDefault = true
		}
		sw.Bodies = append(sw.Bodies, f.block(clause.Body))
	}
	return ops.Sequence(append(list, flow.Switch(sw, brk, fallThrough))...)
}

// caseMatches compares the tag of a switch with the value x of a case.
func (f *function) caseMatches(x, tagExpr ast.Expr, tag ops.Value, tagType types.Type) ops.Value {
	if tagExpr == nil && !types.IsInterface(f.typ(x)) {
		return f.expr(x)
	}
	if f.isNil(x) {
		switch tag.Shape {
		case memory.Iface:
			return ops.IsNilInterface(tag)
		case memory.SliceOf:
			return ops.IsNilSlice(tag)
		}
		return ops.Compare(token.EQL, tag, ops.Constant(memory.Pointer, memory.Ptr(nil)))
	}
	xt := f.typ(x)
	if types.IsInterface(xt) && !types.IsInterface(tagType) {
		return f.compare(token.EQL, xt, f.assignable(tag, tagType, xt), f.expr(x))
	}
	if types.IsInterface(xt) {
		return ops.EqualInterfaces(tag, f.expr(x), hasMethods(tagType), hasMethods(xt))
	}
	return f.compare(token.EQL, tagType, tag, f.exprTo(x, tagType))
}

// typeSwitch compiles a type switch.
func (f *function) typeSwitch(s *ast.TypeSwitchStmt, l *label) ops.Stmt {
	var list []ops.Stmt
	if s.Init != nil {
		list = append(list, f.stmt(s.Init))
	}
	var x ast.Expr
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		x = a.X
	case *ast.AssignStmt:
		x = a.Rhs[0]
	}
	x = ast.Unparen(x).(*ast.TypeAssertExpr).X
	from := f.typ(x)
	temp := f.temp(f.typeOf(from))
	list = append(list, ops.Store(temp, f.expr(x)))
	brk, _ := f.enter(l, false)
	defer f.leave()
	var sw flow.Cases
	for i, c := range s.Body.List {
		clause := c.(*ast.CaseClause)
		var bind ops.Stmt
		v, _ := f.scope.Info.Implicits[clause].(*types.Var)
		bind = f.typeCases(&sw, clause, i, v, ops.Load(temp), from)
		body := f.block(clause.Body)
		if bind != nil {
			body = ops.Sequence(bind, body)
		}
		sw.Bodies = append(sw.Bodies, body)
	}
	return ops.Sequence(append(list, flow.Switch(sw, brk, fallThrough))...)
}

// typeCases adds the types of a clause to a switch. The statement it returns makes
// the clause's variable, nil for none.
func (f *function) typeCases(sw *flow.Cases, clause *ast.CaseClause, i int, v *types.Var, x ops.Value, from types.Type) ops.Stmt {
	okAt := f.temp(boolType)
	var holder ops.Place
	single := len(clause.List) == 1 && !f.isNil(clause.List[0])
	for _, t := range clause.List {
		if f.isNil(t) {
			sw.Add(ops.Fn[bool](ops.IsNilInterface(x)), i)
			continue
		}
		to := f.typ(t)
		dst := f.temp(f.typeOf(to))
		if single {
			holder = dst
		}
		test := f.assertValue(x, from, to, dst, okAt)
		sw.Add(ops.Fn[bool](f.after(test, ops.Load(okAt))), i)
	}
	if clause.List == nil {
		sw.Default, sw.HasDefault = i, true
	}
	if v == nil {
		return nil
	}
	place, fresh := f.declare(v)
	value := x
	if single {
		value = ops.Load(holder)
	}
	store := ops.Store(place, value)
	if fresh != nil {
		return ops.Sequence(fresh, store)
	}
	return store
}

// selectStmt compiles a select statement.
func (f *function) selectStmt(s *ast.SelectStmt, l *label) ops.Stmt {
	brk, _ := f.enter(l, false)
	defer f.leave()
	var cases []flow.SelectCase
	hasDefault := -1
	var bodies []ops.Stmt
	for i, c := range s.Body.List {
		clause := c.(*ast.CommClause)
		if clause.Comm == nil {
			hasDefault = i
			bodies = append(bodies, f.block(clause.Body))
			continue
		}
		sc, bind := f.commCase(clause.Comm)
		sc.Body = i
		cases = append(cases, sc)
		body := f.block(clause.Body)
		if bind != nil {
			body = ops.Sequence(bind, body)
		}
		bodies = append(bodies, body)
	}
	return flow.Breakable(flow.Select(cases, hasDefault, bodies), brk)
}

// commCase is a case of a select; bind assigns what it received.
func (f *function) commCase(s ast.Stmt) (c flow.SelectCase, bind ops.Stmt) {
	switch s := s.(type) {
	case *ast.SendStmt:
		ct := f.typ(s.Chan).Underlying().(*types.Chan)
		temp := f.temp(f.typeOf(ct.Elem()))
		c = flow.SelectCase{Chan: f.expr(s.Chan), Type: f.Type(ct), Send: ops.Store(temp, f.exprTo(s.Value, ct.Elem())), Elem: temp}
		return c, nil
	case *ast.ExprStmt:
		return f.receiveCase(s.X, nil, token.ASSIGN)
	case *ast.AssignStmt:
		return f.receiveCase(s.Rhs[0], s.Lhs, s.Tok)
	}
	panic("compile: select case")
}

func (f *function) receiveCase(x ast.Expr, lhs []ast.Expr, tok token.Token) (c flow.SelectCase, bind ops.Stmt) {
	recv := ast.Unparen(x).(*ast.UnaryExpr)
	ct := f.typ(recv.X).Underlying().(*types.Chan)
	temp, ok := f.temp(f.typeOf(ct.Elem())), f.temp(boolType)
	c = flow.SelectCase{Chan: f.expr(recv.X), Type: f.Type(ct), Elem: temp, OK: ok.Off}
	from := []types.Type{ct.Elem(), types.Typ[types.Bool]}
	values := []ops.Value{ops.Load(temp), ops.Load(ok)}
	var list []ops.Stmt
	for i, x := range lhs {
		if blank(x) {
			continue
		}
		if id, isIdent := x.(*ast.Ident); isIdent && tok == token.DEFINE {
			if v, isNew := f.scope.Info.Defs[id].(*types.Var); isNew {
				place, fresh := f.declareVar(v)
				if fresh != nil {
					list = append(list, fresh)
				}
				list = append(list, ops.Store(place, values[i]))
				continue
			}
		}
		prepare, store := f.settable(x)
		list = append(list, prepare, store(f.assignable(values[i], from[i], f.assignedType(x, nil))))
	}
	return c, ops.Sequence(list...)
}

func (f *function) send(s *ast.SendStmt) ops.Stmt {
	elem := f.typ(s.Chan).Underlying().(*types.Chan).Elem()
	ch := f.expr(s.Chan)
	temp := f.temp(f.typeOf(elem))
	return flow.Send(ch, ops.Store(temp, f.exprTo(s.Value, elem)), temp.Off, f.Type(elem))
}

// receive compiles <-ch.
func (f *function) receive(e *ast.UnaryExpr) ops.Value {
	elem := f.typ(e.X).Underlying().(*types.Chan).Elem()
	temp := f.temp(f.typeOf(elem))
	return f.after(f.receiveTo(e, temp, nil), ops.Load(temp))
}

func (f *function) receiveTo(e *ast.UnaryExpr, dst ops.Place, ok *ops.Place) ops.Stmt {
	okAt := ops.NoPlace
	if ok != nil {
		okAt = ok.Off
	}
	return flow.Receive(f.expr(e.X), dst.Type, dst.Off, okAt)
}
