package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/ipyauth/ipyauth/internal/engine/source"
)

// Unit is a checked cell.
type Unit struct {
	Cell *source.Cell
	Info *types.Info
	Pkg  *types.Package

	Imports []*types.Package  // what this cell imports, also by itself
	Types   []*types.TypeName // declared at the top level of this cell
	Funcs   []*Func           // functions and methods with bodies, in order
	Steps   []Step            // what runs, in order
	Last    ast.Expr          // the expression whose value is shown, nil for none; also the last step
	Globals []Global          // variables that this cell makes package-level
	Waiting []Waiting         // functions of this cell that call names no cell has declared yet
	Late    []*types.Named    // types of earlier cells that got methods; they have them at once
	Notes   []string          // remarks to show

	checking *checking
	commit   func()
	dropped  map[types.Object]bool // what Drop leaves out
}

// Drop leaves out of the unit the variables that the step at pos, and those behind
// it, were to declare: it panicked, so that earlier variables of the same names stay.
// It returns those that no cell will name.
func (u *Unit) Drop(pos token.Pos) (gone []*types.Var) {
	at := slices.IndexFunc(u.Steps, func(s Step) bool { return s.has(pos) })
	if at < 0 {
		return nil
	}
	u.dropped = map[types.Object]bool{}
	for _, s := range u.Steps[at:] {
		for _, v := range s.Vars {
			u.dropped[v] = true
		}
		for _, g := range u.Globals {
			if s.has(g.Local.Pos()) {
				u.dropped[g.Obj] = true
			}
		}
	}
	for _, g := range u.Globals {
		if u.dropped[g.Obj] && u.checking.s.names[g.Obj.Name()] != g.Obj {
			gone = append(gone, g.Obj)
		}
	}
	return gone
}

// has reports whether pos is in the step.
func (s Step) has(pos token.Pos) bool {
	within := func(n ast.Node) bool { return n.Pos() <= pos && pos < n.End() }
	if s.Stmt != nil {
		return within(s.Stmt)
	}
	return len(s.Vars) > 0 && s.Vars[0].Pos() == pos || s.Init != nil && within(s.Init)
}

// Commit makes the unit's names part of the session. It does nothing for a unit
// that was discarded or committed before.
func (u *Unit) Commit() {
	if u.current() {
		u.checking.s.pending = nil
		u.commit()
		u.checking, u.commit = nil, nil
	}
}

// Discard takes back what the check did: the methods that types of earlier cells
// have got. The next check does it, too.
func (u *Unit) Discard() {
	if u.current() {
		u.checking.discard()
	}
}

func (u *Unit) current() bool { return u.checking != nil && u.checking.s.pending == u.checking }

func (k *checking) discard() {
	k.takeBack()
	k.s.pending = nil
}

// Func is a function or method with a body.
type Func struct {
	// Obj is what selections and uses refer to. The variables of the body are
	// those below, and not always those of its signature.
	Obj             *types.Func
	Decl            *ast.FuncDecl
	Recv            *types.Var // nil for a function
	Params, Results []*types.Var
	TypeParams      []*types.TypeParam // of the function, or of the receiver
	// Replaces is the function or method of an earlier cell that this one takes
	// the place of, because its name and type are the same; nil for none. It is
	// Obj itself for a method of a type of an earlier cell.
	Replaces *types.Func
	Init     bool // an init function: it is called by a step
}

// Step is a statement, or Vars = Init, or the call of an init function.
//
// A := may declare names that exist: then Info has uses of them, and it assigns.
type Step struct {
	Stmt ast.Stmt
	Vars []*types.Var
	Init ast.Expr // nil for the zero value
	Func *Func
}

// Global is a variable of the cell's top level.
type Global struct {
	// Local is the object that the unit's Info knows, Obj the one that later
	// cells see. They share one place in memory, and differ for a variable of
	// the statements only. Obj is the variable of an earlier cell when that has
	// the same name and type.
	Local, Obj *types.Var
}

// Waiting is a function that cannot run before the names are declared.
type Waiting struct {
	Func  *types.Func
	Names []string
}
