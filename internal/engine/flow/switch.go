// Package flow makes the statements that choose, repeat and wait: switch, range,
// the operations on channels, select, go and defer. It also finds what a call of a
// function value or of an interface's method calls.
//
//	loop := flow.RangeString(flow.Range{Key: off, Elem: ops.NoPlace, Body: body}, text)
//
// Its statements are made of those of package ops and know nothing of shapes. If and
// for are in ops, because they carry out comparisons themselves.
package flow

import (
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Cases are the clauses of a switch. Tests are tried in order; each names the
// body that runs when it holds.
type Cases struct {
	tests      []func(p memory.Ptr) bool
	to         []int
	Bodies     []ops.Stmt
	Default    int
	HasDefault bool
}

// Add adds a test for body i.
func (c *Cases) Add(test func(p memory.Ptr) bool, i int) {
	c.tests = append(c.tests, test)
	c.to = append(c.to, i)
}

// Switch runs the body of the first test that holds, and those behind it as long
// as bodies end with the control fall.
func Switch(c Cases, brk, fall run.Control) ops.Stmt {
	tests, to, bodies := c.tests, c.to, c.Bodies
	none := -1
	if c.HasDefault {
		none = c.Default
	}
	return func(p memory.Ptr) run.Control {
		body := none
		for i, test := range tests {
			if test(p) {
				body = to[i]
				break
			}
		}
		if body < 0 {
			return run.Next
		}
		for ; body < len(bodies); body++ {
			if c := bodies[body](p); c != fall {
				if c == brk {
					return run.Next
				}
				return c
			}
		}
		return run.Next
	}
}

// Breakable is s, which break leaves.
func Breakable(s ops.Stmt, brk run.Control) ops.Stmt {
	return func(p memory.Ptr) run.Control {
		if c := s(p); c != brk {
			return c
		}
		return run.Next
	}
}
