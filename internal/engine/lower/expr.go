package lower

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
)

// typ is the type of an expression, type arguments in place.
func (f *function) typ(e ast.Expr) types.Type {
	if r, ok := f.replaced[e]; ok {
		return r.typ
	}
	return f.scope.Env.Subst(f.scope.Info.TypeOf(e))
}

// mem is the type of an expression as memory sees it.
func (f *function) mem(e ast.Expr) *memory.Type { return f.typeOf(f.typ(e)) }

// expr compiles an expression with one value.
func (f *function) expr(e ast.Expr) ops.Value {
	if r, ok := f.replaced[e]; ok {
		return r.value
	}
	if tv, ok := f.scope.Info.Types[e]; ok && tv.Value != nil {
		return f.constant(tv.Value, f.scope.Env.Subst(tv.Type))
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.expr(e.X)
	case *ast.Ident:
		return f.ident(e)
	case *ast.FuncLit:
		return f.literal(e)
	case *ast.CompositeLit:
		return f.composite(e)
	case *ast.SelectorExpr:
		return f.selector(e)
	case *ast.IndexExpr:
		return f.index(e)
	case *ast.IndexListExpr:
		return f.funcValue(e)
	case *ast.SliceExpr:
		return f.slice(e)
	case *ast.TypeAssertExpr:
		return f.assert(e)
	case *ast.CallExpr:
		return f.call(e)
	case *ast.StarExpr:
		return ops.Load(f.place(e))
	case *ast.UnaryExpr:
		return f.unary(e)
	case *ast.BinaryExpr:
		return f.binary(e)
	}
	panic(fmt.Sprintf("compile: expression %T", e))
}

// exprTo compiles an expression whose value is assigned to something of type t.
func (f *function) exprTo(e ast.Expr, t types.Type) ops.Value {
	if f.isNil(e) {
		return ops.ZeroValue(f.typeOf(t))
	}
	if tv := f.scope.Info.Types[e]; tv.Value != nil && !types.IsInterface(t) {
		return f.constant(tv.Value, t)
	}
	return f.assignable(f.expr(e), f.typ(e), t)
}

// isNil reports whether e is the predeclared nil.
func (f *function) isNil(e ast.Expr) bool {
	tv, ok := f.scope.Info.Types[e]
	return ok && tv.IsNil()
}

// assignable is a value of type from as one of type to.
func (f *function) assignable(v ops.Value, from, to types.Type) ops.Value {
	if !types.IsInterface(to) {
		return v
	}
	if types.IsInterface(from) {
		return f.interfaceTo(v, from, to)
	}
	from = types.Default(from)
	t := f.typeOf(from)
	return ops.Box(t, v, f.tab(t, to))
}

// tab is the first word of interface values of type to that hold a t.
func (f *function) tab(t *memory.Type, to types.Type) memory.Ptr {
	if !hasMethods(to) {
		return t.Raw()
	}
	return memory.Itab(f.typeOf(to), t)
}

// interfaceTo is an interface value as one of another interface type, whose
// methods it has.
func (f *function) interfaceTo(v ops.Value, from, to types.Type) ops.Value {
	switch {
	case !hasMethods(to):
		if hasMethods(from) {
			return ops.ToAny(v)
		}
		return v
	case f.Type(from) == f.Type(to):
		return v
	}
	return ops.ToInterface(v, f.typeOf(to), hasMethods(from))
}

// hasMethods reports whether an interface type has methods.
func hasMethods(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() > 0
}

func (f *function) ident(e *ast.Ident) ops.Value {
	switch obj := f.scope.Info.ObjectOf(e).(type) {
	case *types.Var:
		return ops.Load(f.variable(obj))
	case *types.Func:
		return f.funcValue(e)
	case *types.Nil:
		return ops.ZeroValue(f.mem(e))
	default:
		panic(fmt.Sprintf("compile: identifier %s is a %T", e.Name, obj))
	}
}

func (f *function) unary(e *ast.UnaryExpr) ops.Value {
	switch e.Op {
	case token.AND:
		return f.addressOf(e.X)
	case token.ARROW:
		return f.receive(e)
	case token.NOT:
		return ops.Not(f.expr(e.X))
	}
	return ops.Unary(e.Op, f.exprTo(e.X, f.typ(e)))
}

// addressOf is &x. The address of a composite literal is that of a new variable.
func (f *function) addressOf(x ast.Expr) ops.Value {
	if paren, ok := x.(*ast.ParenExpr); ok {
		return f.addressOf(paren.X)
	}
	if lit, ok := x.(*ast.CompositeLit); ok {
		return ops.Make(memory.Pointer, f.newComposite(lit))
	}
	return ops.Make(memory.Pointer, f.place(x).Address())
}

func (f *function) binary(e *ast.BinaryExpr) ops.Value {
	switch e.Op {
	case token.LAND:
		return ops.And(f.expr(e.X), f.expr(e.Y))
	case token.LOR:
		return ops.Or(f.expr(e.X), f.expr(e.Y))
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return f.comparison(e)
	case token.SHL, token.SHR:
		return ops.Shift(e.Op, f.exprTo(e.X, f.typ(e)), f.shiftCount(e.Y))
	}
	t := f.typ(e)
	return ops.Binary(e.Op, f.exprTo(e.X, t), f.exprTo(e.Y, t))
}

// shiftCount is a shift count in 64 bits.
func (f *function) shiftCount(e ast.Expr) ops.Value {
	if tv := f.scope.Info.Types[e]; tv.Value != nil {
		if n, exact := constant.Uint64Val(constant.ToInt(tv.Value)); exact {
			return ops.Constant(memory.Uint64, n)
		}
	}
	v := f.expr(e)
	switch v.Shape {
	case memory.Int8, memory.Int16, memory.Int32, memory.Int64:
		return ops.Convert(memory.Int64, v)
	}
	return ops.Convert(memory.Uint64, v)
}

// comparison compares two operands, one of which may have to become an interface.
func (f *function) comparison(e *ast.BinaryExpr) ops.Value {
	if f.isNil(e.X) || f.isNil(e.Y) {
		return f.compareNil(e)
	}
	x, y := f.typ(e.X), f.typ(e.Y)
	t := x
	switch {
	case types.IsInterface(y) && !types.IsInterface(x):
		t = y
	case types.IsInterface(x):
	case isUntyped(x):
		t = y
	}
	t = types.Default(t)
	if types.IsInterface(x) && types.IsInterface(y) {
		v := ops.EqualInterfaces(f.expr(e.X), f.expr(e.Y), hasMethods(x), hasMethods(y))
		return negate(v, e.Op)
	}
	return f.compare(e.Op, t, f.exprTo(e.X, t), f.exprTo(e.Y, t))
}

func isUntyped(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&types.IsUntyped != 0
}

func negate(v ops.Value, op token.Token) ops.Value {
	if op == token.NEQ {
		return ops.Not(v)
	}
	return v
}

// compare compares two values of type t.
func (f *function) compare(op token.Token, t types.Type, x, y ops.Value) ops.Value {
	mt := f.typeOf(t)
	switch mt.Shape {
	case memory.Iface:
		return negate(ops.EqualInterfaces(x, y, hasMethods(t), hasMethods(t)), op)
	case memory.Block:
		return negate(ops.EqualBlocks(mt, x, y, f.temp(mt).Off), op)
	}
	return ops.Compare(op, x, y)
}

func (f *function) compareNil(e *ast.BinaryExpr) ops.Value {
	x := e.X
	if f.isNil(x) {
		x = e.Y
	}
	if f.isNil(x) {
		return ops.Constant(memory.Bool, e.Op == token.EQL)
	}
	v := f.expr(x)
	switch v.Shape {
	case memory.Iface:
		return negate(ops.IsNilInterface(v), e.Op)
	case memory.SliceOf:
		return negate(ops.IsNilSlice(v), e.Op)
	}
	return ops.Compare(e.Op, v, ops.Constant(memory.Pointer, memory.Ptr(nil)))
}
