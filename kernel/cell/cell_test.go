package cell_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/ipyauth/ipyauth/kernel/cell"
)

type host struct{ id string }

func (h host) Context() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cell.ErrInterrupted)
	return ctx
}
func (h host) Display(cell.Display) error                      { return errors.New("shown by " + h.id) }
func (h host) KernelID() string                                { return h.id }
func (h host) Prompt(prompt string, hide bool) (string, error) { return prompt + h.id, nil }

func TestOutsideAKernel(t *testing.T) {
	if cell.Context() != context.Background() {
		t.Error("Context is not context.Background()")
	}
	if err := cell.Publish(cell.Display{}); err != cell.ErrNoKernel {
		t.Errorf("Publish: %v", err)
	}
	if _, err := cell.Prompt("who?", false); err != cell.ErrNoKernel {
		t.Errorf("Prompt: %v", err)
	}
	cell.Hide("a secret", "token", "")() // does nothing, and nothing is to be undone
	if err := cell.Reveal(cell.Display{}); err != cell.ErrNoKernel {
		t.Errorf("Reveal: %v", err)
	}
	if err := cell.Clear(true); err != cell.ErrNoKernel {
		t.Errorf("Clear: %v", err)
	}
	if err := cell.Update(cell.Display{Transient: map[string]any{"display_id": "x"}}); err != cell.ErrNoKernel {
		t.Errorf("Update: %v", err)
	}
	if err := cell.Update(cell.Display{}); err != cell.ErrNoID {
		t.Errorf("Update without id: %v", err)
	}
	if id := cell.KernelID(); id != "" {
		t.Errorf("KernelID %q", id)
	}
}

func TestBind(t *testing.T) {
	unbindFirst := cell.Bind(host{"first"})
	unbindSecond := cell.Bind(host{"second"})
	if got := cell.KernelID(); got != "second" {
		t.Errorf("KernelID %q, want the one bound last", got)
	}
	unbindFirst()
	if got := cell.KernelID(); got != "second" {
		t.Errorf("KernelID %q after the first was unbound", got)
	}
	if err := context.Cause(cell.Context()); err != cell.ErrInterrupted {
		t.Errorf("cause %v", err)
	}
	if err := cell.Publish(cell.Display{}); err == nil || err.Error() != "shown by second" {
		t.Errorf("Publish: %v", err)
	}
	if got, err := cell.Prompt("by ", true); got != "by second" || err != nil {
		t.Errorf("Prompt: %q, %v", got, err)
	}
	unbindSecond()
	unbindSecond()
	TestOutsideAKernel(t)
}

// hider notes what it is asked to hide.
type hider struct {
	host
	calls *[]string
}

func (h hider) Hide(secret, what, hint string) (forget func()) {
	*h.calls = append(*h.calls, "hide "+secret+", "+what+", "+hint)
	return func() { *h.calls = append(*h.calls, "forget "+secret) }
}

func (h hider) Reveal(cell.Display) error { return errors.New("revealed by " + h.id) }

// A host that hides nothing shows what is to be revealed as it shows anything.
func TestHide(t *testing.T) {
	var calls []string
	t.Cleanup(cell.Bind(host{"plain"}))
	cell.Hide("one", "token", "hint")()
	if err := cell.Reveal(cell.Display{}); err == nil || err.Error() != "shown by plain" {
		t.Errorf("Reveal on a host that hides nothing: %v", err)
	}
	t.Cleanup(cell.Bind(hider{host{"hider"}, &calls}))
	forget := cell.Hide("two", "token", "hint")
	if err := cell.Reveal(cell.Display{}); err == nil || err.Error() != "revealed by hider" {
		t.Errorf("Reveal: %v", err)
	}
	forget()
	if want := []string{"hide two, token, hint", "forget two"}; !slices.Equal(calls, want) {
		t.Errorf("the host was asked to %q, want %q", calls, want)
	}
}
