package interp

import (
	"fmt"
	"go/ast"
	"os"
	"reflect"

	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/xreflect"
)

// typedBuiltin reports whether call looks like the call of a builtin function
// whose type depends on its arguments, and that Go allows as a statement.
func typedBuiltin(call *ast.CallExpr) bool {
	name, ok := call.Fun.(*ast.Ident)
	return ok && (name.Name == "close" || name.Name == "delete")
}

// builtinFunc is the builtin f as a function value that takes such arguments.
func builtinFunc(c *fast.Comp, f *fast.Expr, args []ast.Expr) *fast.Expr {
	name := f.Sym.Name
	switch {
	case name == "panic":
		return funcExpr(c.TypeOf(func(any) {}), func(v any) { panic(v) })
	case name == "print":
		return funcExpr(c.TypeOf(func(...any) {}), func(v ...any) { fmt.Fprint(os.Stderr, v...) })
	case name == "println":
		return funcExpr(c.TypeOf(func(...any) {}), func(v ...any) { fmt.Fprintln(os.Stderr, v...) })
	case name == "close" && len(args) == 1:
		t := c.Expr1(args[0], nil).Type
		if t == nil || t.Kind() != reflect.Chan {
			c.Errorf("close needs a channel")
		}
		return makeFunc(c, []xreflect.Type{t}, func(args []reflect.Value) { args[0].Close() })
	case name == "delete" && len(args) == 2:
		t := c.Expr1(args[0], nil).Type
		if t == nil || t.Kind() != reflect.Map {
			c.Errorf("delete needs a map")
		}
		return makeFunc(c, []xreflect.Type{t, t.Key()}, func(args []reflect.Value) {
			args[0].SetMapIndex(args[1], reflect.Value{})
		})
	}
	c.Errorf("%s cannot be called like this in the interpreter: write func() { %s(...) }()", name, name)
	return nil
}

// makeFunc is an expression for f as a function with params and no results.
func makeFunc(c *fast.Comp, params []xreflect.Type, f func([]reflect.Value)) *fast.Expr {
	t := c.Universe.FuncOf(params, nil, false)
	return funcExpr(t, reflect.MakeFunc(t.ReflectType(), func(args []reflect.Value) []reflect.Value {
		f(args)
		return nil
	}).Interface())
}

func funcExpr(t xreflect.Type, f any) *fast.Expr {
	v := xreflect.ValueOf(f)
	return &fast.Expr{Lit: fast.Lit{Type: t}, Fun: func(*fast.Env) xreflect.Value { return v }}
}
