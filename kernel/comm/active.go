package comm

import (
	"slices"
	"sync"
)

var (
	activeMu sync.RWMutex
	active   []*binding // the last one counts
)

type binding struct{ manager *Manager }

// Bind is for kernels: m is what [Active] returns until unbind is called. With
// several kernels in one process (tests do that) the one bound last counts.
func Bind(m *Manager) (unbind func()) {
	b := &binding{m}
	activeMu.Lock()
	defer activeMu.Unlock()
	active = append(active, b)
	return func() {
		activeMu.Lock()
		defer activeMu.Unlock()
		if i := slices.Index(active, b); i >= 0 {
			active = slices.Delete(active, i, i+1)
		}
	}
}

// Active is the running kernel's manager, nil outside a kernel.
func Active() *Manager {
	activeMu.RLock()
	defer activeMu.RUnlock()
	if len(active) == 0 {
		return nil
	}
	return active[len(active)-1].manager
}
