// Package anywidget is the kernel's half of a Jupyter widget whose front end is an
// anywidget ES module: it opens the comm, keeps the model's state, and answers the
// front end's requests for it, so that a widget survives a page reload.
//
// Start with [For], which gives the registry of a kernel's comm manager, and
// [Registry.New], which makes a model. [Model.Bundle] is what a cell displays.
//
// # Security
//
// Everything in a model's state and in its custom messages reaches every browser tab
// of the notebook and may be saved into the notebook file. Nothing secret belongs here.
//
// # Compatibility
//
// Jupyter widget messaging protocol 2.1 (ipywidgets 7.6 and newer), anywidget 0.9 and newer.
package anywidget

import (
	"encoding/json"
	"maps"
	"sync"

	"github.com/ipyauth/ipyauth/kernel/comm"
)

const (
	widgetTarget  = "jupyter.widget"
	controlTarget = "jupyter.widget.control"

	// protocolVersion goes into the metadata of each comm_open; the front end
	// refuses a model without it.
	protocolVersion = "2.1.0"

	// moduleRange is the only range that every anywidget release accepts: each minor
	// release before 1.0 is its own compatibility range in semver.
	moduleRange = "*"

	mimeWidget = "application/vnd.jupyter.widget-view+json"
)

// Registry holds the live models of one kernel. It is safe for concurrent use.
type Registry struct {
	comms *comm.Manager

	mu     sync.Mutex
	models map[string]*Model // by comm id
}

var registries struct {
	sync.Mutex
	of map[*comm.Manager]*Registry
}

// For returns the registry of m, the same one at each call. The first call makes it
// and takes over the comm targets of the widget protocol.
func For(m *comm.Manager) *Registry {
	registries.Lock()
	defer registries.Unlock()
	if r, ok := registries.of[m]; ok {
		return r
	}
	r := &Registry{comms: m, models: map[string]*Model{}}
	if registries.of == nil {
		registries.of = map[*comm.Manager]*Registry{}
	}
	registries.of[m] = r
	m.Register(controlTarget, r.openControl)
	return r
}

// openControl serves one front end's control comm. Several may be open at once, one a
// tab (ipywidgets messages.md, "jupyter.widget.control").
func (r *Registry) openControl(c *comm.Comm, _ comm.Message) error {
	c.OnMessage(func(msg comm.Message) {
		var request struct {
			Method string `json:"method"`
		}
		if json.Unmarshal(msg.Data, &request) != nil || request.Method != "request_states" {
			return
		}
		states, paths, buffers := r.states()
		_ = c.Send(map[string]any{"method": "update_states", "states": states, "buffer_paths": paths},
			comm.SendOptions{Parent: msg.Parent, Buffers: buffers})
	})
	return nil
}

// states is the content of update_states. Its shape is the nested one that ipywidgets
// sends, not the flat one of messages.md.
func (r *Registry) states() (states map[string]any, paths [][]any, buffers [][]byte) {
	r.mu.Lock()
	models := maps.Clone(r.models)
	r.mu.Unlock()

	states, paths = map[string]any{}, [][]any{}
	for id, m := range models {
		state, statePaths, stateBuffers := splitBuffers(m.fullState())
		states[id] = map[string]any{
			"model_name":           state["_model_name"],
			"model_module":         state["_model_module"],
			"model_module_version": state["_model_module_version"],
			"state":                state,
		}
		for _, p := range statePaths {
			paths = append(paths, append([]any{id, "state"}, p...))
		}
		buffers = append(buffers, stateBuffers...)
	}
	return states, paths, buffers
}

func (r *Registry) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.models, id)
}
