package interp

import (
	"go/ast"
	"go/token"
	"runtime"
	"strconv"
	"sync"
	"weak"

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

// maxDefers is how many deferred calls may wait when a function with a defer is
// called. gomacro recovers from a panic before each of them and panics again
// after it, and Go walks the whole stack each time: 1,000 take up to two
// thirds of a second, 10,000 a minute.
const maxDefers = 1_000

// stackOverflow is the runtime error in its place.
type stackOverflow struct{ defers bool }

func (stackOverflow) RuntimeError() {}
func (s stackOverflow) Error() string {
	if s.defers {
		return "runtime error: stack overflow, more than 1000 calls with a defer deep"
	}
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
			if n := defers(body); n > 0 {
				check.Args = []ast.Expr{&ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: strconv.Itoa(n)}}
			}
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

// defers is how many defer statements a function has.
func defers(body *ast.BlockStmt) (n int) {
	ast.Inspect(body, func(node ast.Node) bool {
		switch node.(type) {
		case *ast.DeferStmt:
			n++
		case *ast.FuncLit:
			return false
		}
		return true
	})
	return n
}

// deferLevel is a running function with defers: how deep it is, and how many
// deferred calls wait there and above it.
type deferLevel struct{ depth, waiting int }

// deferLevels holds the levels of each goroutine, outermost first. What a
// goroutine has left is dropped with gomacro's state of it.
var deferLevels sync.Map // weak.Pointer[fast.Run] -> *[]deferLevel

// enterDefers notes that a function with n defers begins, and is how many wait
// with it. Levels as deep as it and deeper are of functions that have ended:
// nothing needs to be noted at their ends.
func enterDefers(env *fast.Env, n int) int {
	key := weak.Make(env.Run)
	found, ok := deferLevels.Load(key)
	if !ok {
		found, _ = deferLevels.LoadOrStore(key, new([]deferLevel))
		runtime.AddCleanup(env.Run, func(key weak.Pointer[fast.Run]) { deferLevels.Delete(key) }, key)
	}
	levels := found.(*[]deferLevel)
	for len(*levels) > 0 && (*levels)[len(*levels)-1].depth >= env.CallDepth {
		*levels = (*levels)[:len(*levels)-1]
	}
	if len(*levels) > 0 {
		n += (*levels)[len(*levels)-1].waiting
	}
	*levels = append(*levels, deferLevel{env.CallDepth, n})
	return n
}

// compileDepth compiles the check. Its argument is the number of the function's
// defers.
func compileDepth(c *fast.Comp, sym fast.Symbol, call *ast.CallExpr) *fast.Call {
	check := func(env *fast.Env) xreflect.Value {
		if env.CallDepth > maxCalls {
			panic(stackOverflow{})
		}
		return xreflect.Value{}
	}
	if len(call.Args) > 0 {
		n, _ := strconv.Atoi(call.Args[0].(*ast.BasicLit).Value)
		check = func(env *fast.Env) xreflect.Value {
			if env.CallDepth > maxCalls {
				panic(stackOverflow{})
			}
			if enterDefers(env, n) > maxDefers {
				panic(stackOverflow{defers: true})
			}
			return xreflect.Value{}
		}
	}
	t := c.TypeOfInterface()
	use := func(xreflect.Value) {}
	sym.Type = c.Universe.FuncOf([]xreflect.Type{t}, nil, false)
	return &fast.Call{
		Fun:  &fast.Expr{Lit: fast.Lit{Type: sym.Type, Value: use}, Sym: &sym},
		Args: []*fast.Expr{{Lit: fast.Lit{Type: t}, Fun: check}},
	}
}
