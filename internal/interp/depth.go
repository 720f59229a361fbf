package interp

import (
	"go/ast"

	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/xreflect"
)

// Go ends the process when a goroutine's stack reaches 1 GB, and nothing can
// recover from it. So each function of a cell that calls another begins with a
// look at how deep it is.
const (
	depthName = "call depth"
	// maxCalls is the deepest recursion. A call of interpreted code takes up to
	// 4 KB of stack, or more where compiled code is in between.
	maxCalls = 50_000
)

// stackOverflow is the runtime error in its place.
type stackOverflow struct{}

func (stackOverflow) RuntimeError() {}
func (stackOverflow) Error() string {
	return "runtime error: stack overflow, more than 50000 calls deep"
}

// checkDepth makes the functions in node check.
func checkDepth(node ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		var body *ast.BlockStmt
		switch n := n.(type) {
		case *ast.FuncDecl:
			body = n.Body
		case *ast.FuncLit:
			body = n.Body
		}
		if body != nil && calls(body) {
			pos := body.Lbrace
			check := &ast.CallExpr{Fun: &ast.Ident{NamePos: pos, Name: depthName}, Lparen: pos, Rparen: pos}
			body.List = append([]ast.Stmt{&ast.ExprStmt{X: check}}, body.List...)
		}
		return true
	})
}

func calls(body *ast.BlockStmt) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.CallExpr:
			found = true
		case *ast.FuncLit:
			return false
		}
		return !found
	})
	return found
}

// compileDepth compiles the check.
func compileDepth(c *fast.Comp, sym fast.Symbol, _ *ast.CallExpr) *fast.Call {
	check := func(env *fast.Env) xreflect.Value {
		if env.CallDepth > maxCalls {
			panic(stackOverflow{})
		}
		return xreflect.Value{}
	}
	t := c.TypeOfInterface()
	use := func(xreflect.Value) {}
	sym.Type = c.Universe.FuncOf([]xreflect.Type{t}, nil, false)
	return &fast.Call{
		Fun:  &fast.Expr{Lit: fast.Lit{Type: sym.Type, Value: use}, Sym: &sym},
		Args: []*fast.Expr{{Lit: fast.Lit{Type: t}, Fun: check}},
	}
}
