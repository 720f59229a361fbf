package interp

import (
	"go/ast"
	"go/token"

	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/xreflect"
)

// undo remembers what the names that a cell declares stood for before. gomacro
// binds a name while it compiles: without undo, a cell that fails leaves names
// whose value does not exist, or has another type than their binding says. What
// it cannot bring back is the old definition of a type: gomacro changes a type
// that is defined again in place.
type undo []before

type before struct {
	name string
	bind *fast.Bind    // nil: the name was not bound
	typ  xreflect.Type // nil: the name was no type
}

// note remembers the names that node declares at the top of a cell.
func (u *undo) note(c *fast.Comp, node ast.Node) {
	switch n := node.(type) {
	case *ast.FuncDecl:
		if n.Recv == nil {
			u.add(c, n.Name)
		}
	case *ast.GenDecl:
		for _, spec := range n.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				u.add(c, s.Name)
			case *ast.ValueSpec:
				u.add(c, s.Names...)
			}
		}
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return
		}
		for _, left := range n.Lhs {
			if name, ok := left.(*ast.Ident); ok {
				u.add(c, name)
			}
		}
	case *ast.LabeledStmt:
		u.note(c, n.Stmt)
	}
}

func (u *undo) add(c *fast.Comp, names ...*ast.Ident) {
	for _, n := range names {
		*u = append(*u, before{n.Name, c.Binds[n.Name], c.Types[n.Name]})
	}
}

// revert restores the names noted from index from on, the last one first.
func (u undo) revert(c *fast.Comp, from int) {
	for i := len(u) - 1; i >= from; i-- {
		u[i].restore(c)
	}
}

func (b before) restore(c *fast.Comp) {
	if b.bind != nil {
		c.Binds[b.name] = b.bind
	} else {
		delete(c.Binds, b.name)
	}
	if b.typ != nil {
		c.Types[b.name] = b.typ
	} else {
		delete(c.Types, b.name)
	}
}

// revertRun restores the names of steps that did not run. failed is the step
// that panicked: of several declarations in it, those stay whose value is
// there.
func (u undo) revertRun(in *interpreter, env *fast.Env, failed *step) {
	u.revert(in.comp, failed.undoneAfter)
	for i := failed.undoneAfter - 1; i >= failed.undone; i-- {
		if len(failed.nodes) == 1 || !u[i].replaced(in.comp, env) {
			u[i].restore(in.comp)
		}
	}
	if len(failed.nodes) == 1 {
		in.resetTo(failed.slots)
	}
}

// replaced reports whether the name's new binding can be used: the slot it
// refers to holds a value of its type.
func (b before) replaced(c *fast.Comp, env *fast.Env) bool {
	now := c.Binds[b.name]
	if now == nil {
		return true // a type
	}
	switch now.Desc.Class() {
	case fast.VarBind, fast.FuncBind:
		v := env.Vals[now.Desc.Index()]
		return v.IsValid() && v.Type() == now.Type.ReflectType()
	case fast.IntBind:
		// These slots are never without a value; what one holds may be an
		// older variable's.
		return b.bind == nil || b.bind.Type.IdenticalTo(now.Type)
	}
	return true
}

// slots counts the places for variables that gomacro has handed out.
type slots struct{ vals, ints int }

func (in *interpreter) mark() slots {
	return slots{in.comp.BindNum, in.comp.IntBindNum}
}

// resetTo hands out the same places again. Only while nothing has used them:
// before the step that they were made for runs, or when it was a statement that
// failed.
func (in *interpreter) resetTo(s slots) {
	in.comp.BindNum, in.comp.IntBindNum = s.vals, s.ints
}
