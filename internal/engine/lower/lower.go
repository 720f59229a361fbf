// Package lower turns the syntax tree of one function into closures over its frame.
//
// [Function] compiles a declared function and [Cell] what a cell runs; [Forward]
// makes the functions that follow embedded fields to a method. All three ask a
// [Program] what the names that they meet stand for.
package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/generics"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Program is what the names in a function stand for. It is asked while a function
// is compiled, never while one runs.
type Program interface {
	// Type is the reflect type of t.
	Type(t types.Type) reflect.Type
	// Signature plans the frame of functions of type sig, without receiver.
	Signature(sig *types.Signature) *run.Signature

	// Global is where a package-level variable of cells is.
	Global(v *types.Var) ops.Place
	// Promoted is where a variable of the cell is that outlives it; false for others.
	Promoted(v *types.Var) (ops.Place, bool)
	// CompiledVar is a pointer to a variable of a compiled package, the zero Value
	// for a variable of cells.
	CompiledVar(v *types.Var) reflect.Value
	// CompiledFunc is a function of a compiled package, the zero Value for a
	// function of cells.
	CompiledFunc(fn *types.Func) reflect.Value

	// Func is the function fn with type arguments, whose type is then sig.
	Func(fn *types.Func, args []types.Type, sig *types.Signature) *run.Function
	// Method is the method fn of named, or of the pointer to it.
	Method(named *types.Named, fn *types.Func, pointer bool) *run.Function
	// Wrapper is the method fn at the end of the path index from a value of type
	// recv, as a function whose first parameter is that value.
	Wrapper(recv types.Type, fn *types.Func, index []int) *run.Function
	// NativeFunc calls compiled function values of type t.
	NativeFunc(t reflect.Type) *run.Code
	// NativeMethod calls method i of values of the interface type it that hold a
	// compiled type.
	NativeMethod(it reflect.Type, i int) *run.Code
}

// Scope is what the identifiers of a function mean.
type Scope struct {
	Info  *types.Info
	Env   *generics.Env         // nil for a function that is not generic
	Boxed map[types.Object]bool // variables with memory of their own
}

// Function compiles the body of the declared function fn to c.
func Function(p Program, c *run.Code, s Scope, fn *check.Func) {
	f := newFunction(p, c, s, nil)
	c.Defers = hasDefer(fn.Decl.Body)
	f.signature(fn.Params, fn.Results, fn.Recv)
	f.finish(f.block(fn.Decl.Body.List))
}

// Path leads from a value of type Recv through embedded fields to a method. The
// value is the first parameter when AsParam is set, else the receiver.
type Path struct {
	Recv    types.Type
	Func    *types.Func
	Index   []int
	AsParam bool
}

// Forward compiles to c a function that calls the method at a path's end with its
// own parameters.
func Forward(p Program, c *run.Code, path Path) {
	sig := path.Func.Signature()
	params, results := unnamed(sig.Params()), unnamed(sig.Results())
	recv := types.NewParam(token.NoPos, nil, "", path.Recv)
	f := newFunction(p, c, Scope{}, nil)
	if path.AsParam {
		f.signature(append([]*types.Var{recv}, params...), results, nil)
	} else {
		f.signature(params, results, recv)
	}
	f.finish(f.forward(f.vars[recv], path.Recv, path.Func, path.Index, params, results))
}

// unnamed are new variables without names for parameters or results.
func unnamed(t *types.Tuple) []*types.Var {
	vars := make([]*types.Var, t.Len())
	for i := range vars {
		vars[i] = types.NewParam(token.NoPos, nil, "", t.At(i).Type())
	}
	return vars
}

// Cell compiles what the cell u runs to c. It returns where c leaves the values of
// the expression at the cell's end.
func Cell(p Program, c *run.Code, s Scope, u *check.Unit) []ops.Place {
	f := &cell{function: newFunction(p, c, s, nil)}
	c.Defers = u.Cell.Body != nil && hasDefer(u.Cell.Body.Body)
	f.finish(f.steps(u))
	return f.values
}

// cell is a cell that is being compiled.
type cell struct {
	*function
	values []ops.Place // variables for what the cell shows
}

// steps compiles what a cell runs.
func (f *cell) steps(u *check.Unit) ops.Stmt {
	var lines []ops.Line
	var group []ast.Stmt // statements that stand together share their labels
	flush := func() {
		if len(group) > 0 {
			lines = append(lines, ops.Line{Pos: group[0].Pos(), Stmt: f.block(group)})
			group = nil
		}
	}
	for i, s := range u.Steps {
		last := i == len(u.Steps)-1 && u.Last != nil
		if s.Stmt != nil && !last {
			group = append(group, s.Stmt)
			continue
		}
		flush()
		switch {
		case last:
			lines = append(lines, ops.Line{Pos: u.Last.Pos(), Stmt: f.lastValue(u.Last)})
		case s.Func != nil:
			fn := f.Func(s.Func.Obj, nil, s.Func.Obj.Signature())
			call := &ops.Call{Static: fn, Pos: s.Func.Decl.Pos()}
			lines = append(lines, ops.Line{Pos: call.Pos, Stmt: call.Discard()})
		case len(s.Vars) > 0:
			lines = append(lines, ops.Line{Pos: s.Vars[0].Pos(), Stmt: f.initialize(s)})
		}
	}
	flush()
	return ops.Block(lines, nil)
}

// initialize compiles the declaration of package-level variables.
func (f *cell) initialize(s check.Step) ops.Stmt {
	places := make([]ops.Place, len(s.Vars))
	for i, v := range s.Vars {
		if v.Name() != "_" {
			places[i] = f.Global(v)
		}
	}
	var list []ops.Stmt
	switch {
	case s.Init == nil:
		for i, v := range s.Vars {
			if v.Name() != "_" {
				list = append(list, ops.Zero(places[i]))
			}
		}
	case len(s.Vars) == 1:
		v := f.exprTo(s.Init, s.Vars[0].Type())
		if s.Vars[0].Name() == "_" {
			return ops.Do(v)
		}
		return ops.Store(places[0], v)
	default:
		exec, temps := f.tuple(s.Init)
		list = append(list, exec)
		for i, v := range s.Vars {
			if v.Name() != "_" {
				list = append(list, ops.Store(places[i], f.assignable(ops.Load(temps[i]), f.tupleType(s.Init, i), v.Type())))
			}
		}
	}
	return ops.Sequence(list...)
}

// lastValue computes the expression at a cell's end into variables of the cell.
func (f *cell) lastValue(x ast.Expr) ops.Stmt {
	t := f.typ(x)
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() == 0 {
		return f.exprStmt(x)
	} else if ok || f.hasOK(x) {
		exec, temps := f.tuple(x)
		list := []ops.Stmt{exec}
		for i, temp := range temps {
			list = append(list, ops.Store(f.shown(f.tupleType(x, i)), ops.Load(temp)))
		}
		return ops.Sequence(list...)
	}
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok && f.scope.Info.Types[x].IsVoid() {
		return f.callStmt(call)
	}
	if f.isNil(x) {
		return ops.Nothing
	}
	t = types.Default(t)
	return ops.Store(f.shown(t), f.exprTo(x, t))
}

// hasOK reports whether x may be assigned to v, ok. As in gophernotes such an
// expression at a cell's end shows both.
func (f *cell) hasOK(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.IndexExpr:
		_, isMap := f.typ(x.X).Underlying().(*types.Map)
		return isMap
	case *ast.TypeAssertExpr:
		return true
	case *ast.UnaryExpr:
		return x.Op == token.ARROW
	}
	return false
}

// shown is a variable of the cell for a value that is shown.
func (f *cell) shown(t types.Type) ops.Place {
	mt := f.typeOf(t)
	place := ops.Place{Kind: ops.Fixed, Addr: mt.New(), Type: mt}
	f.values = append(f.values, place)
	return place
}

// hasDefer reports whether a function has defer statements of its own.
func hasDefer(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			found = true
		}
		return !found
	})
	return found
}
