package compile

import (
	"go/types"
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/escape"
	"github.com/ipyauth/ipyauth/internal/engine/lower"
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Cell is a compiled cell.
type Cell struct {
	code   *run.Code
	values []ops.Place
}

// Unit compiles a checked cell and makes what it declares known.
func (p *Program) Unit(name string, u *check.Unit) *Cell {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.declare(u)
	p.addLate(u.Late)
	p.freshLocks(u)
	for _, g := range u.Globals {
		at := p.global(g.Obj)
		p.globals[g.Local] = at
	}
	c := &Cell{code: run.NewCode(name, &run.Signature{}, func(*run.Code) {})}
	scope := lower.Scope{Info: u.Info, Boxed: escape.Boxed(u.Cell.File, u.Info)}
	c.values = lower.Cell(names{p}, c.code, scope, u)
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

// Run runs the cell, as the function that a thread's first frame calls.
func (c *Cell) Run(p memory.Ptr) {
	q := run.Of(p).Thread.NewFrame(c.code)
	c.code.Run(p, q)
}

// Values are the values of the expression at the cell's end, after Run.
func (c *Cell) Values() []reflect.Value {
	var list []reflect.Value
	for _, place := range c.values {
		list = append(list, place.Type.Value(place.Addr))
	}
	return list
}
