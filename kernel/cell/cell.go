// Package cell is what library code may ask of the notebook cell that is
// running: when it is interrupted, to show something, to ask the user; and to
// keep a secret out of what is published.
//
//	func (a *Auth) Wait() error {
//		select {
//		case <-a.done:
//			return nil
//		case <-cell.Context().Done(): // the user pressed interrupt
//			return context.Cause(cell.Context())
//		}
//	}
//
// The same code runs in an ordinary program, where there is no cell: [Context]
// is then context.Background and the rest returns [ErrNoKernel]. A kernel binds
// itself with [Bind]; nothing else in this package is for kernels.
//
// All functions are safe for concurrent use, also from goroutines that outlive
// their cell.
package cell

import (
	"context"
	"errors"
	"slices"
	"sync"
)

var (
	// ErrNoKernel is what functions return outside a kernel.
	ErrNoKernel = errors.New("not running in a Jupyter kernel")
	// ErrNoID is what [Update] returns for data without display_id.
	ErrNoID = errors.New("update display: no display_id")
	// ErrInterrupted is the cause of [Context] after the user interrupted the
	// cell: context.Cause(cell.Context()) == ErrInterrupted.
	ErrInterrupted = errors.New("interrupted")
	// ErrNoInput is what [Prompt] returns when nobody can be asked: no cell is
	// running, or the front end that runs it takes no input (it said
	// allow_stdin false, as non-interactive runs of notebooks do).
	ErrNoInput = errors.New("the front end takes no input")
)

// Display is something to show under the cell, keyed by MIME type. Data of
// package display converts to it: cell.Display(display.HTML("...")).
type Display struct {
	Data, Metadata, Transient map[string]any
}

// Host is the running kernel, as this package sees it.
type Host interface {
	// Context is the context of the running cell; between cells one that ends
	// with the kernel.
	Context() context.Context
	// Display shows d under the running cell, or the last one.
	Display(d Display) error
	// KernelID is Jupyter's id of the kernel, "" when it is not known.
	KernelID() string
	// Prompt asks the user who ran the cell and waits for the answer.
	Prompt(prompt string, password bool) (string, error)
}

var (
	mu    sync.RWMutex
	hosts []*binding // the last one counts
)

type binding struct{ host Host }

// Bind makes h the host until unbind is called. With several kernels in one
// process (tests do that) the one bound last counts.
func Bind(h Host) (unbind func()) {
	b := &binding{h}
	mu.Lock()
	defer mu.Unlock()
	hosts = append(hosts, b)
	return func() {
		mu.Lock()
		defer mu.Unlock()
		if i := slices.Index(hosts, b); i >= 0 {
			hosts = slices.Delete(hosts, i, i+1)
		}
	}
}

func host() Host {
	mu.RLock()
	defer mu.RUnlock()
	if len(hosts) == 0 {
		return nil
	}
	return hosts[len(hosts)-1].host
}

// Context ends when the running cell is interrupted (its cause is then
// [ErrInterrupted]) and when the cell ends. Between cells, in a comm handler
// say, it ends with the kernel. Outside a kernel it is context.Background().
// Take it once and keep it: a later call may be about a later cell.
func Context() context.Context {
	if h := host(); h != nil {
		return h.Context()
	}
	return context.Background()
}

// Publish shows d under the running cell, after everything the cell has
// printed so far. From a goroutine that outlived its cell it goes to the cell
// that started last. Errors: [ErrNoKernel], and data that JSON cannot hold.
func Publish(d Display) error {
	if h := host(); h != nil {
		return h.Display(d)
	}
	return ErrNoKernel
}

// Screen is a [Host] whose front end can change what it has shown.
type Screen interface {
	// Update replaces what was shown with the display_id that d has in Transient.
	Update(d Display) error
	// Clear removes what the running cell has shown, with wait only when there
	// is something new to show.
	Clear(wait bool) error
}

// Update shows d in the place of everything that was published with the same
// id, in whatever cell: both have Transient["display_id"]. Errors: those of
// [Publish], and [ErrNoID].
func Update(d Display) error {
	if id, _ := d.Transient["display_id"].(string); id == "" {
		return ErrNoID
	}
	if s, ok := host().(Screen); ok {
		return s.Update(d)
	}
	return ErrNoKernel
}

// Clear removes what the running cell has printed and shown so far. With wait
// it goes when something new arrives, so that what is redrawn does not flicker.
// Errors: [ErrNoKernel].
func Clear(wait bool) error {
	if s, ok := host().(Screen); ok {
		return s.Clear(wait)
	}
	return ErrNoKernel
}

// KernelID is the id by which the Jupyter server knows this kernel, as in
// /api/kernels/ID. It is "" outside a kernel, and in a kernel that was started
// in a way that does not tell.
func KernelID() string {
	if h := host(); h != nil {
		return h.KernelID()
	}
	return ""
}

// Prompt asks the user who ran the cell for a line of text and waits for it;
// with password the front end hides what is typed. The answer is never saved
// in the notebook. Errors: [ErrNoKernel], [ErrNoInput], and the cause of
// [Context] when the cell is interrupted or ends first.
func Prompt(prompt string, password bool) (string, error) {
	if h := host(); h != nil {
		return h.Prompt(prompt, password)
	}
	return "", ErrNoKernel
}
