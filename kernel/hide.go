package kernel

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

// hidden is the secrets that are not published: what packer, output and the log
// ask. Safe for concurrent use.
type hidden struct {
	// made is the mask of the secrets; nil after they changed, until somebody
	// asks. A widget hides each line of a key, and its mask is made once.
	made atomic.Pointer[mask]
	// settle publishes what was printed so far; set before there are secrets.
	settle func()

	mu        sync.Mutex
	secrets   map[secretKey]*hiddenSecret
	last      int             // order of the last secret
	forgotten []*hiddenSecret // of these, the ones hidden until the cell ends; each once
	running   bool            // a cell runs
	settling  int             // secrets that are forgotten once settle is done
	settled   *sync.Cond      // settling is 0
	hinted    map[string]bool // hints that were given
}

func newHidden() *hidden {
	h := &hidden{settle: func() {}}
	h.settled = sync.NewCond(&h.mu)
	return h
}

// secretKey is what hide was told. A cell that is run again, and makes its
// widget anew, tells the same, and it is hidden once, for all of them.
type secretKey struct{ secret, what, hint string }

type hiddenSecret struct {
	secretKey
	patterns []*pattern
	order    int // of one secret under two names the earlier is shown
	uses     int // calls of hide less those forgotten
}

// mostForgotten bounds what a cell that runs for long keeps of secrets that
// were replaced again and again. The oldest go first.
const mostForgotten = 32

// hide is cell.Hide.
func (h *hidden) hide(secret, what, hint string) (forget func()) {
	if len(secret) < leastHidden {
		return func() {}
	}
	key := secretKey{secret, what, hint}
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.secrets[key]
	if s == nil {
		s = h.add(key)
	}
	s.uses++
	return sync.OnceFunc(func() { h.forget(s) })
}

// add makes the patterns of a new secret. The lock is held.
func (h *hidden) add(key secretKey) *hiddenSecret {
	h.last++
	s := &hiddenSecret{secretKey: key, order: h.last}
	for _, form := range forms(key.secret) {
		s.patterns = append(s.patterns, &pattern{text: form, placeholder: "[" + key.what + " hidden]", hint: key.hint})
	}
	if h.secrets == nil {
		h.secrets = make(map[secretKey]*hiddenSecret)
	}
	h.secrets[key] = s
	h.made.Store(nil)
	return s
}

// forget ends the hiding of a secret for what is printed from now on. What was
// printed before may still be on its way through a pipe, or be a value that the
// running cell is about to show.
func (h *hidden) forget(s *hiddenSecret) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.running {
		h.settling++
		go func() {
			h.settle() // may have to wait for who calls forget
			h.mu.Lock()
			defer h.mu.Unlock()
			h.drop(s)
			if h.settling--; h.settling == 0 {
				h.settled.Broadcast()
			}
		}()
		return
	}
	if slices.Contains(h.forgotten, s) {
		h.drop(s) // one use is enough to hide it until the cell ends
		return
	}
	h.forgotten = append(h.forgotten, s)
	if len(h.forgotten) > mostForgotten {
		h.drop(h.forgotten[0])
		h.forgotten = slices.Delete(h.forgotten, 0, 1)
	}
}

// begin says that a cell runs. It waits for secrets that were forgotten before: what the
// cell prints is printed after that.
func (h *hidden) begin() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.settling > 0 {
		h.settled.Wait()
	}
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

// drop ends a use of each of these secrets, and with the last use its hiding.
// The lock is held.
func (h *hidden) drop(used ...*hiddenSecret) {
	for _, s := range used {
		if s.uses--; s.uses == 0 {
			delete(h.secrets, s.secretKey)
			h.made.Store(nil)
		}
	}
}

// mask is what finds the secrets as they are now, nil while there are none.
func (h *hidden) mask() *mask {
	m := h.made.Load()
	if m == nil {
		m = h.remake()
	}
	if len(m.patterns) == 0 {
		return nil
	}
	return m
}

func (h *hidden) remake() *mask {
	h.mu.Lock()
	defer h.mu.Unlock()
	secrets := slices.SortedFunc(maps.Values(h.secrets), func(a, b *hiddenSecret) int { return cmp.Compare(a.order, b.order) })
	var patterns []*pattern
	for _, s := range secrets {
		patterns = append(patterns, s.patterns...)
	}
	m := newMask(patterns)
	h.made.Store(m)
	return m
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
	m := h.mask()
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
