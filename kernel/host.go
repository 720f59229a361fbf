package kernel

import (
	"context"
	"fmt"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

// host is the kernel for library code: cell.Host.
type host struct{ *kernel }

func (h host) Context() context.Context {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current == nil {
		return h.life
	}
	return h.current.context
}

func (h host) KernelID() string { return h.id }

func (h host) Prompt(prompt string, password bool) (string, error) { return h.prompt(prompt, password) }

func (h host) Display(d cell.Display) error { return h.show(message{kind: jupyter.TypeDisplayData}, d) }

// Update is messaging specification, "Update display data".
func (h host) Update(d cell.Display) error {
	return h.show(message{kind: jupyter.TypeUpdateDisplayData}, d)
}

// Clear is messaging specification, "Clear output".
func (h host) Clear(wait bool) error {
	h.output.flush(false)
	return h.iopub.send(message{kind: jupyter.TypeClearOutput, parent: h.cellHeader(), content: jupyter.ClearOutput{Wait: wait}})
}

// show publishes d as the content of m.
func (h host) show(m message, d cell.Display) error {
	var content jupyter.DisplayData
	for _, part := range []struct {
		from map[string]any
		to   *jupyter.Dict[any]
	}{{d.Data, &content.Data}, {d.Metadata, &content.Metadata}, {d.Transient, &content.Transient}} {
		var err error
		if *part.to, err = bundle(part.from); err != nil {
			return fmt.Errorf("display: %w", err)
		}
	}
	h.output.flush(false)
	m.parent, m.content = h.cellHeader(), content
	if err := h.iopub.send(m); err != nil {
		return fmt.Errorf("display: %w", err)
	}
	return nil
}
