package kernel

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

// hidden is the secrets that are not published: what packer, output and the log
// ask. Safe for concurrent use.
type hidden struct {
	mask atomic.Pointer[mask] // nil while there is no secret
	// settle publishes what was printed so far; set before there are secrets.
	settle func()

	mu        sync.Mutex
	secrets   []*hiddenSecret
	forgotten []*hiddenSecret // of these, the ones hidden until the cell ends
	running   bool            // a cell runs
	hinted    map[string]bool // hints that were given
}

type hiddenSecret struct{ patterns []*pattern }

// mostForgotten bounds what a cell that runs for long keeps of secrets that
// were replaced again and again. The oldest go first.
const mostForgotten = 32

// hide is cell.Hide.
func (h *hidden) hide(secret, what, hint string) (forget func()) {
	if len(secret) < leastHidden {
		return func() {}
	}
	s := &hiddenSecret{}
	for _, form := range forms(secret) {
		s.patterns = append(s.patterns, &pattern{text: form, placeholder: "[" + what + " hidden]", hint: hint})
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.secrets = append(h.secrets, s)
	h.remake()
	return sync.OnceFunc(func() { h.forget(s) })
}

// forget ends the hiding of a secret for what is printed from now on. What was
// printed before may still be on its way through a pipe, or be a value that the
// running cell is about to show.
func (h *hidden) forget(s *hiddenSecret) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.running {
		go func() {
			h.settle()
			h.mu.Lock()
			defer h.mu.Unlock()
			h.drop(s)
		}()
		return
	}
	h.forgotten = append(h.forgotten, s)
	if len(h.forgotten) > mostForgotten {
		h.drop(h.forgotten[0])
		h.forgotten = slices.Delete(h.forgotten, 0, 1)
	}
}

// begin says that a cell runs.
func (h *hidden) begin() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.running = true
}

// end says that everything of the cell has been published.
func (h *hidden) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.running = false
	h.drop(h.forgotten...)
	h.forgotten = nil
}

// drop removes secrets. The lock is held.
func (h *hidden) drop(gone ...*hiddenSecret) {
	if len(gone) == 0 {
		return
	}
	h.secrets = slices.DeleteFunc(h.secrets, func(s *hiddenSecret) bool { return slices.Contains(gone, s) })
	h.remake()
}

// remake makes the mask of the secrets as they are. The lock is held.
func (h *hidden) remake() {
	var patterns []*pattern
	for _, s := range h.secrets {
		patterns = append(patterns, s.patterns...)
	}
	h.mask.Store(newMask(patterns))
}

// hint is what to say once p was hidden for the first time; "" if it was said,
// or there is nothing to say.
func (h *hidden) hint(p *pattern) string {
	if p == nil || p.hint == "" {
		return ""
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.hinted[p.hint] {
		return ""
	}
	if h.hinted == nil {
		h.hinted = make(map[string]bool)
	}
	h.hinted[p.hint] = true
	return p.hint + "\n"
}

// text hides secrets in a text that is kept or logged.
func (h *hidden) text(text string) string {
	m := h.mask.Load()
	if m == nil {
		return text
	}
	shown, found := m.text([]byte(text))
	if found == nil {
		return text
	}
	return string(shown)
}

// Hide is cell.Hider.
func (h host) Hide(secret, what, hint string) (forget func()) {
	return h.hidden.hide(secret, what, hint)
}

// Reveal is cell.Hider.
func (h host) Reveal(d cell.Display) error {
	return h.show(message{kind: jupyter.TypeDisplayData, unsearched: true}, d)
}
