package compile

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Cell is a compiled cell.
type Cell struct {
	code   *run.Code
	values []global
}

// Unit compiles a checked cell and makes what it declares known.
func (p *Program) Unit(name string, u *check.Unit) *Cell {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.declare(u)
	p.addLate(u.Late)
	for _, g := range u.Globals {
		at := p.global(g.Obj)
		p.globals[g.Local] = at
	}
	c := &Cell{code: run.NewCode(name, &run.Signature{}, func(*run.Code) {})}
	var root ast.Node = u.Cell.File
	f := p.newFunction(c.code, scope{u.Info, u.Pkg, nil, findBoxed(root, u.Info)}, nil)
	c.code.Defers = u.Cell.Body != nil && hasDefer(u.Cell.Body.Body)
	f.finish(f.steps(c, u))
	for _, g := range u.Globals {
		if g.Local != g.Obj {
			delete(p.globals, g.Local)
		}
	}
	return c
}

// addLate takes note of types that got methods. Compiled code may have met them
// without, and remembers that for ever: so they are made anew, and what was
// compiled for the old ones is compiled again.
func (p *Program) addLate(late []*types.Named) {
	for _, named := range late {
		p.types.Forget(named)
	}
	if len(late) == 0 {
		return
	}
	for _, d := range p.funcs {
		p.renew(d)
	}
}

// steps compiles what a cell runs.
func (f *function) steps(c *Cell, u *check.Unit) ops.Stmt {
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
			lines = append(lines, ops.Line{Pos: u.Last.Pos(), Stmt: f.lastValue(c, u.Last)})
		case s.Func != nil:
			fn := f.instance(f.funcs[s.Func.Obj], nil)
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
func (f *function) initialize(s check.Step) ops.Stmt {
	places := make([]ops.Place, len(s.Vars))
	for i, v := range s.Vars {
		if v.Name() != "_" {
			g := f.global(v)
			places[i] = ops.Place{Kind: ops.Fixed, Addr: g.addr, Type: g.typ}
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
func (f *function) lastValue(c *Cell, x ast.Expr) ops.Stmt {
	t := f.typ(x)
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() == 0 {
		return f.exprStmt(x)
	} else if ok || f.hasOK(x) {
		exec, temps := f.tuple(x)
		list := []ops.Stmt{exec}
		for i, temp := range temps {
			list = append(list, ops.Store(f.shown(c, f.tupleType(x, i)), ops.Load(temp)))
		}
		return ops.Sequence(list...)
	}
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok && f.scope.info.Types[x].IsVoid() {
		return f.callStmt(call)
	}
	if f.isNil(x) {
		return ops.Nothing
	}
	t = types.Default(t)
	return ops.Store(f.shown(c, t), f.exprTo(x, t))
}

// hasOK reports whether x may be assigned to v, ok. As in gophernotes such an
// expression at a cell's end shows both.
func (f *function) hasOK(x ast.Expr) bool {
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
func (f *function) shown(c *Cell, t types.Type) ops.Place {
	mt := f.typeOf(t)
	g := global{mt.New(), mt}
	c.values = append(c.values, g)
	return ops.Place{Kind: ops.Fixed, Addr: g.addr, Type: mt}
}

// Run runs the cell, as the function that a thread's first frame calls.
func (c *Cell) Run(p memory.Ptr) {
	q := run.Of(p).Thread.NewFrame(c.code)
	c.code.Run(p, q)
}

// Values are the values of the expression at the cell's end, after Run.
func (c *Cell) Values() []reflect.Value {
	var list []reflect.Value
	for _, g := range c.values {
		list = append(list, g.typ.Value(g.addr))
	}
	return list
}
