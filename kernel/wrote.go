package kernel

import (
	"slices"
	"strings"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// Wrote is cell.Wrote.
func (h host) Wrote(text string) bool {
	h.mu.Lock()
	current := h.current
	h.mu.Unlock()
	return current != nil && strings.Contains(current.Code, text) || h.history.has(text)
}

// has reports whether text stands in a cell.
func (h *history) has(text string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(h.entries, func(e jupyter.HistoryEntry) bool { return strings.Contains(e.Input, text) })
}
