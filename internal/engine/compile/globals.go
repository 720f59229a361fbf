package compile

import (
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/check"
)

// Drop forgets package-level variables that no cell will name.
func (p *Program) Drop(vars []*types.Var) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, v := range vars {
		delete(p.globals, v)
	}
}

// freshLocks gives variables that the unit declares again new memory when they hold
// locks: a goroutine that an interrupt left behind may still wait at the old ones,
// and would take what wakes the new one's user. What was compiled for the old
// variables is compiled again.
func (p *Program) freshLocks(u *check.Unit) {
	found := false
	for _, g := range u.Globals {
		if _, again := p.globals[g.Obj]; again && holdsLock(g.Obj.Type()) {
			delete(p.globals, g.Obj)
			found = true
		}
	}
	if !found {
		return
	}
	for _, d := range p.funcs {
		p.renew(d)
	}
}

// holdsLock reports whether values of t contain one of package sync's types.
func holdsLock(t types.Type) bool {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if pkg := named.Obj().Pkg(); pkg != nil && pkg.Path() == "sync" {
			return true
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return holdsLock(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if holdsLock(f.Type()) {
				return true
			}
		}
	}
	return false
}
