package interp

import (
	"go/ast"
	"go/token"
	"reflect"

	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/xreflect"
)

// A panic in a goroutine ends a Go process, whoever started it. So a cell's
//
//	go f(a, b)
//
// is compiled as
//
//	go guard(f)(a, b)
//
// where guard is a builtin that keeps f's type. The names of these builtins are
// not identifiers, so cells cannot clash with them.
const (
	guardName = "go guard"
	// guardSliceName gives a function that takes its variadic part as a slice,
	// for go f(a, b...): gomacro starts it as if the dots were not there.
	guardSliceName = "go guard..."
	// guardWaitGroupName guards the function of wg.Go(func() { ... }), which
	// starts a goroutine when wg is a sync.WaitGroup: its second argument.
	guardWaitGroupName = "go guard of WaitGroup"
	// funcName makes a function of a builtin one, for defer close(c) and defer
	// delete(m, k), which gomacro cannot compile.
	funcName = "builtin func"
	// foreverName is what an empty select waits in: gomacro's own does not wait.
	foreverName = "select forever"
)

// declareGuards declares the builtins that rewriteCalls uses.
func (in *interpreter) declareGuards() {
	in.comp.Outer.DeclBuiltin0(depthName, fast.Builtin{Compile: compileDepth, ArgMax: 1})
	in.comp.Outer.DeclBuiltin0(markName, fast.Builtin{Compile: in.compileMark, ArgMax: 1})
	in.comp.Outer.DeclBuiltin0(foreverName, fast.Builtin{Compile: compileForever})
	for _, name := range []string{guardName, guardSliceName, guardWaitGroupName, funcName} {
		in.comp.Outer.DeclBuiltin0(name, fast.Builtin{Compile: in.compileGuard, ArgMin: 1, ArgMax: 3})
	}
}

// rewriteCalls rewrites the go statements in node, the deferred calls of close
// and delete, what is passed to methods named Go, and empty selects.
func rewriteCalls(node ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			name := guardName
			if n.Call.Ellipsis.IsValid() {
				name = guardSliceName
				n.Call.Ellipsis = token.NoPos
			}
			wrap(n.Call, name)
		case *ast.SelectStmt:
			if len(n.Body.List) == 0 {
				call := &ast.CallExpr{Fun: &ast.Ident{NamePos: n.Select, Name: foreverName}, Lparen: n.Select, Rparen: n.Select}
				received := &ast.UnaryExpr{OpPos: n.Select, Op: token.ARROW, X: call}
				n.Body.List = []ast.Stmt{&ast.CommClause{Case: n.Select, Comm: &ast.ExprStmt{X: received}}}
			}
		case *ast.DeferStmt:
			if typedBuiltin(n.Call) {
				wrap(n.Call, funcName)
			}
		case *ast.CallExpr:
			wrapGo(n)
		}
		return true
	})
}

// wrap makes name(f)(args) of f(args). The arguments of close and delete are
// repeated, for their types: name(close, c)(c). The repetition is never run.
func wrap(call *ast.CallExpr, name string) {
	fun := call.Fun
	args := []ast.Expr{fun}
	if typedBuiltin(call) {
		args = append(args, call.Args...)
	}
	call.Fun = &ast.CallExpr{
		Fun:    &ast.Ident{NamePos: fun.Pos(), Name: name},
		Lparen: fun.Pos(),
		Args:   args,
		Rparen: fun.End(),
	}
}

// wrapGo makes x.Go(guard(f, x)) of x.Go(f) where f is a literal without
// parameters and results. The repetition of x is never run.
func wrapGo(call *ast.CallExpr) {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || method.Sel.Name != "Go" || len(call.Args) != 1 {
		return
	}
	f, ok := call.Args[0].(*ast.FuncLit)
	if !ok || f.Type.Params.NumFields() > 0 || f.Type.Results.NumFields() > 0 {
		return
	}
	call.Args[0] = &ast.CallExpr{
		Fun:    &ast.Ident{NamePos: f.Pos(), Name: guardWaitGroupName},
		Lparen: f.Pos(),
		Args:   []ast.Expr{f, method.X},
		Rparen: f.End(),
	}
}

// isWaitGroup reports whether the method Go of x is sync.WaitGroup's.
func isWaitGroup(c *fast.Comp, x ast.Expr) bool {
	e := c.Expr1(x, nil)
	if e.Type == nil || e.Untyped() {
		return false
	}
	owner := memberOwner(c, e.Type, "Go")
	return owner != nil && owner.PkgPath() == "sync" && owner.Name() == "WaitGroup"
}

// compileGuard compiles the builtins above.
func (in *interpreter) compileGuard(c *fast.Comp, sym fast.Symbol, node *ast.CallExpr) *fast.Call {
	f := c.Expr1(node.Args[0], nil)
	if f.Type != nil && f.Type.IdenticalTo(c.TypeOfBuiltin()) {
		f = builtinFunc(c, f, node.Args[1:])
	}
	if f.Type == nil || f.Type.Kind() != reflect.Func {
		c.Errorf("go needs a function call")
	}
	t := f.Type
	if sym.Name == guardSliceName {
		t = withoutDots(c, t)
	}
	guard := func(f xreflect.Value) xreflect.Value { return f }
	if sym.Name != funcName && (sym.Name != guardWaitGroupName || isWaitGroup(c, node.Args[1])) {
		rt, of := t.ReflectType(), in.running().source.name()
		guard = func(f xreflect.Value) xreflect.Value {
			return xreflect.MakeValue(guarded(rt, f.ReflectValue(), of))
		}
	}
	sym.Type = c.Universe.FuncOf([]xreflect.Type{f.Type}, []xreflect.Type{t}, false)
	return &fast.Call{
		Fun:      &fast.Expr{Lit: fast.Lit{Type: sym.Type, Value: guard}, Sym: &sym},
		Args:     []*fast.Expr{f},
		OutTypes: []xreflect.Type{t},
	}
}

// guarded is f as a function of type t that does not panic. t is f's type, or
// that with a slice in place of its variadic part.
func guarded(t reflect.Type, f reflect.Value, of string) reflect.Value {
	call := f.Call
	if f.Type().IsVariadic() {
		call = f.CallSlice
	}
	return reflect.MakeFunc(t, func(args []reflect.Value) (results []reflect.Value) {
		for i := range t.NumOut() {
			results = append(results, reflect.Zero(t.Out(i)))
		}
		defer reportPanic(of)
		return call(args)
	})
}

// withoutDots is t with []T for its last parameter ...T.
func withoutDots(c *fast.Comp, t xreflect.Type) xreflect.Type {
	if !t.IsVariadic() {
		c.Errorf("invalid use of ... in call to non-variadic function")
	}
	var params, results []xreflect.Type
	for i := range t.NumIn() {
		params = append(params, t.In(i))
	}
	for i := range t.NumOut() {
		results = append(results, t.Out(i))
	}
	return c.Universe.FuncOf(params, results, false)
}
