package compile

import "go/types"

// Drop forgets package-level variables that no cell will name.
func (p *Program) Drop(vars []*types.Var) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, v := range vars {
		delete(p.globals, v)
	}
}
