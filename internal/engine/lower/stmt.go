package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/flow"
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// label is what a label means: where goto, break and continue with it go to.
type label struct {
	to, brk, cont run.Control
}

// leavable is a statement that break and continue without a label may leave; cont
// is zero when it is no loop.
type leavable struct{ brk, cont run.Control }

func (f *function) newLabel() run.Control {
	f.lastLabel++
	return f.lastLabel
}

// labelOf is the label that id declares or uses.
func (f *function) labelOf(id *ast.Ident) *label {
	obj := f.scope.Info.ObjectOf(id)
	l := f.labels[obj]
	if l == nil {
		l = &label{f.newLabel(), f.newLabel(), f.newLabel()}
		f.labels[obj] = l
	}
	return l
}

// block compiles statements that stand together.
func (f *function) block(list []ast.Stmt) ops.Stmt {
	var lines []ops.Line
	labels := map[run.Control]int{}
	for _, s := range list {
		for {
			l, ok := s.(*ast.LabeledStmt)
			if !ok {
				break
			}
			labels[f.labelOf(l.Label).to] = len(lines)
			if keepsLabel(l.Stmt) {
				break
			}
			s = l.Stmt
		}
		if _, ok := s.(*ast.EmptyStmt); ok && len(labels) == 0 {
			continue
		}
		lines = append(lines, ops.Line{Pos: s.Pos(), Stmt: f.stmt(s)})
	}
	return ops.Block(lines, labels)
}

// keepsLabel reports whether break or continue may name the label of s.
func keepsLabel(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt, *ast.BlockStmt:
		return true
	}
	return false
}

// stmt compiles a statement.
func (f *function) stmt(s ast.Stmt) ops.Stmt {
	switch s := s.(type) {
	case *ast.EmptyStmt:
		return ops.Nothing
	case *ast.ExprStmt:
		return f.exprStmt(s.X)
	case *ast.AssignStmt:
		return f.assign(s)
	case *ast.IncDecStmt:
		return f.incDec(s)
	case *ast.DeclStmt:
		return f.decl(s.Decl.(*ast.GenDecl))
	case *ast.BlockStmt:
		return f.block(s.List)
	case *ast.LabeledStmt:
		return f.labeled(s)
	case *ast.ReturnStmt:
		return f.returnStmt(s)
	case *ast.BranchStmt:
		return f.branch(s)
	case *ast.IfStmt:
		return f.ifStmt(s)
	case *ast.ForStmt:
		return f.forStmt(s, nil)
	case *ast.RangeStmt:
		return f.rangeStmt(s, nil)
	case *ast.SwitchStmt:
		return f.switchStmt(s, nil)
	case *ast.TypeSwitchStmt:
		return f.typeSwitch(s, nil)
	case *ast.SelectStmt:
		return f.selectStmt(s, nil)
	case *ast.SendStmt:
		return f.send(s)
	case *ast.GoStmt:
		return f.goStmt(s.Call)
	case *ast.DeferStmt:
		return f.deferStmt(s.Call)
	}
	panic(fmt.Sprintf("compile: statement %T", s))
}

func (f *function) exprStmt(x ast.Expr) ops.Stmt {
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok {
		return f.callStmt(call)
	}
	return ops.Do(f.expr(x))
}

// labeled compiles a statement whose label break or continue may name.
func (f *function) labeled(s *ast.LabeledStmt) ops.Stmt {
	l := f.labelOf(s.Label)
	switch x := s.Stmt.(type) {
	case *ast.ForStmt:
		return f.forStmt(x, l)
	case *ast.RangeStmt:
		return f.rangeStmt(x, l)
	case *ast.SwitchStmt:
		return f.switchStmt(x, l)
	case *ast.TypeSwitchStmt:
		return f.typeSwitch(x, l)
	case *ast.SelectStmt:
		return f.selectStmt(x, l)
	case *ast.BlockStmt:
		return flow.Breakable(f.block(x.List), l.brk)
	}
	return f.block([]ast.Stmt{s})
}

// enter begins a statement that break leaves, with continue if it is a loop, and
// returns the controls for both.
func (f *function) enter(l *label, loop bool) (brk, cont run.Control) {
	if l == nil {
		l = &label{brk: f.newLabel(), cont: f.newLabel()}
	}
	t := leavable{brk: l.brk}
	if loop {
		t.cont = l.cont
	}
	f.targets = append(f.targets, t)
	return l.brk, l.cont
}

func (f *function) leave() { f.targets = f.targets[:len(f.targets)-1] }

func (f *function) branch(s *ast.BranchStmt) ops.Stmt {
	if s.Tok == token.FALLTHROUGH {
		return ops.Jump(fallThrough)
	}
	if s.Label != nil {
		l := f.labelOf(s.Label)
		switch s.Tok {
		case token.BREAK:
			return ops.Jump(l.brk)
		case token.CONTINUE:
			return ops.Jump(l.cont)
		}
		return ops.Jump(l.to)
	}
	for i := len(f.targets) - 1; i >= 0; i-- {
		t := f.targets[i]
		if s.Tok == token.BREAK {
			return ops.Jump(t.brk)
		}
		if t.cont != 0 {
			return ops.Jump(t.cont)
		}
	}
	panic("compile: " + s.Tok.String() + " outside of a loop")
}

// fallThrough is a control that no function uses as a label.
const fallThrough = run.Control(-1)

func (f *function) returnStmt(s *ast.ReturnStmt) ops.Stmt {
	if len(s.Results) == 0 || len(f.results) == 0 {
		return ops.Jump(run.Return)
	}
	if len(s.Results) == 1 && len(f.results) == 1 {
		r := f.results[0]
		return ops.Sequence(ops.Store(r.place, f.exprTo(s.Results[0], r.typ)), ops.Jump(run.Return))
	}
	var list []ops.Stmt
	var values []ops.Value
	if len(s.Results) == 1 {
		exec, temps := f.tuple(s.Results[0])
		list = append(list, exec)
		from := f.typ(s.Results[0]).(*types.Tuple)
		for i, r := range f.results {
			values = append(values, f.assignable(ops.Load(temps[i]), from.At(i).Type(), r.typ))
		}
	} else {
		for i, r := range f.results {
			t := f.typeOf(r.typ)
			temp := f.temp(t)
			list = append(list, ops.Store(temp, f.exprTo(s.Results[i], r.typ)))
			values = append(values, ops.Load(temp))
		}
	}
	for i, r := range f.results {
		list = append(list, ops.Store(r.place, values[i]))
	}
	return ops.Sequence(append(list, ops.Jump(run.Return))...)
}

// decl compiles a declaration in a function. Types and constants need no code.
func (f *function) decl(d *ast.GenDecl) ops.Stmt {
	if d.Tok != token.VAR {
		return ops.Nothing
	}
	var list []ops.Stmt
	for _, spec := range d.Specs {
		s := spec.(*ast.ValueSpec)
		var names []ast.Expr
		for _, n := range s.Names {
			names = append(names, n)
		}
		list = append(list, f.define(names, s.Values))
	}
	return ops.Sequence(list...)
}

// goStmt starts a call on a goroutine of its own.
func (f *function) goStmt(e *ast.CallExpr) ops.Stmt {
	return flow.Go(f.later(e))
}

// deferStmt defers a call.
func (f *function) deferStmt(e *ast.CallExpr) ops.Stmt {
	if name := f.builtinName(e.Fun); name == "recover" {
		// The function that has this statement is what calls recover.
		return func(p memory.Ptr) run.Control {
			run.Defer(p, func(_ memory.Ptr, pn *run.Panic) {
				if pn == nil { // else a panic makes the call, which is none of that function
					run.Recover(p)
				}
			})
			return run.Next
		}
	}
	return flow.Defer(f.later(e))
}

// later is a call whose target and arguments are computed before it runs.
func (f *function) later(e *ast.CallExpr) *ops.Call {
	if f.builtinName(e.Fun) != "" || f.scope.Info.Types[e.Fun].IsType() {
		return f.wrapped(e)
	}
	return &f.callee(e).call
}

// wrapped is a call of a builtin or a conversion as a call of a function whose
// parameters are its arguments.
func (f *function) wrapped(e *ast.CallExpr) *ops.Call {
	var params []*types.Var
	var list []types.Type
	for _, x := range e.Args {
		t := types.Default(f.typ(x))
		if f.isNil(x) {
			t = types.NewInterfaceType(nil, nil)
		}
		if f.scope.Info.Types[x].IsType() {
			continue
		}
		params = append(params, types.NewParam(token.NoPos, nil, "", t))
		list = append(list, t)
	}
	plan := f.Signature(types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), nil, false))
	code := run.NewCode(f.code.Name, plan, func(*run.Code) {})
	inner := newFunction(f.Program, code, f.scope, nil)
	inner.signature(params, nil, nil)
	var args []ops.Arg
	for i, x := range e.Args {
		if i >= len(params) {
			break
		}
		inner.replace(x, ops.Load(inner.vars[params[i]]), list[i])
		args = append(args, ops.Argument(plan.Params[i].Type, f.exprTo(x, list[i]), plan.Params[i].Off))
	}
	inner.finish(inner.callStmt(e))
	fn := new(run.Function)
	fn.Set(code)
	return &ops.Call{Static: fn, Args: args, Pos: e.Pos()}
}
