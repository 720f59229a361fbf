package ops

import (
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Cases are the clauses of a switch. Tests are tried in order; each names the
// body that runs when it holds.
type Cases struct {
	tests      []func(p Ptr) bool
	to         []int
	Bodies     []Stmt
	Default    int
	HasDefault bool
}

// Add adds a test for body i.
func (c *Cases) Add(test func(p Ptr) bool, i int) {
	c.tests = append(c.tests, test)
	c.to = append(c.to, i)
}

// Switch runs the body of the first test that holds, and those behind it as long
// as bodies end with the control fall.
func Switch(c Cases, brk, fall run.Control) Stmt {
	tests, to, bodies := c.tests, c.to, c.Bodies
	none := -1
	if c.HasDefault {
		none = c.Default
	}
	return func(p Ptr) run.Control {
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

// Renew gives a variable with memory of its own new memory with the same value.
func Renew(pl Place) Stmt {
	t, slot := pl.Type, pl.Slot
	return func(p Ptr) run.Control {
		at := memory.At[Ptr](p, slot)
		*at = t.Copy(*at)
		return run.Next
	}
}

// Base computes the address of a place without its offset, and without a check.
func Base(pl Place) func(p Ptr) Ptr { return pl.base() }
