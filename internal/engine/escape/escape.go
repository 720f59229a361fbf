// Package escape finds the variables that need memory of their own.
//
// [Boxed] looks at the syntax tree of a function or of a cell: a variable that it
// does not name may live in the frame.
package escape

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Boxed tells which variables of a function need memory of their own: those
// that a closure captures and those whose address is taken. All others live in
// the frame.
func Boxed(root ast.Node, info *types.Info) map[types.Object]bool {
	b := &boxes{info: info, boxed: map[types.Object]bool{}, owner: map[types.Object]ast.Node{}}
	b.in(root, root)
	return b.boxed
}

type boxes struct {
	info  *types.Info
	boxed map[types.Object]bool
	owner map[types.Object]ast.Node // the function that declares a variable
}

// in looks at a node of the function fn.
func (b *boxes) in(node, fn ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if n != fn {
				b.in(n, n)
				return false
			}
		case *ast.Ident:
			b.ident(n, fn)
		case *ast.CaseClause:
			if obj := b.info.Implicits[n]; obj != nil {
				b.owner[obj] = fn
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				b.box(n.X)
			}
		case *ast.SliceExpr:
			if isArray(b.info.TypeOf(n.X)) {
				b.box(n.X)
			}
		case *ast.SelectorExpr:
			if sel := b.info.Selections[n]; sel != nil && sel.Kind() == types.MethodVal && takesAddress(sel) {
				b.box(n.X)
			}
		}
		return true
	})
}

func (b *boxes) ident(id *ast.Ident, fn ast.Node) {
	if obj, ok := b.info.Defs[id].(*types.Var); ok {
		b.owner[obj] = fn
		return
	}
	obj, ok := b.info.Uses[id].(*types.Var)
	if !ok || obj.IsField() {
		return
	}
	if owner, ok := b.owner[obj]; ok && owner != fn {
		b.boxed[obj] = true
	}
}

// takesAddress reports whether a method call takes the address of its operand.
func takesAddress(sel *types.Selection) bool {
	fn, ok := sel.Obj().(*types.Func)
	if !ok || fn.Signature().Recv() == nil {
		return false
	}
	_, wantsPointer := types.Unalias(fn.Signature().Recv().Type()).(*types.Pointer)
	_, isPointer := sel.Recv().Underlying().(*types.Pointer)
	return wantsPointer && !isPointer
}

// isArray reports whether values of t are arrays, or may be in an instance.
func isArray(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	_, ok := t.Underlying().(*types.Array)
	return ok
}

// box marks the variable that x is a part of.
func (b *boxes) box(x ast.Expr) {
	for {
		switch e := x.(type) {
		case *ast.ParenExpr:
			x = e.X
		case *ast.SelectorExpr:
			sel := b.info.Selections[e]
			if sel == nil || sel.Indirect() {
				return
			}
			x = e.X
		case *ast.IndexExpr:
			if !isArray(b.info.TypeOf(e.X)) {
				return
			}
			x = e.X
		case *ast.Ident:
			if obj := b.info.Uses[e]; obj != nil {
				b.boxed[obj] = true
			}
			return
		default:
			return
		}
	}
}
