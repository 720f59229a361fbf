package anywidget

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"

	"github.com/ipyauth/ipyauth/kernel/comm"
)

// Options describes a model.
type Options struct {
	// ID names the widget class, such as "ipyauth.Auth". The front end drops CSS
	// without it.
	ID string
	// ESM is the front end: the text of one ES module with a default export.
	ESM string
	// CSS is added to the page once; its rules are global, so each needs a prefix.
	CSS string
	// State is the model's first state. A []byte in it travels as a binary buffer.
	State map[string]any
	// Writable names the state keys that the front end may change. Changes of others
	// are undone in the page.
	Writable []string
	// Text is shown where widgets are not: front ends without the widget manager,
	// untrusted notebooks, saved files. It is called at each display.
	Text func() string
	// OnCustom receives what the front end sends by model.send, in order, on the comm
	// lane: it must not wait for a cell or the network. May be nil.
	OnCustom func(content json.RawMessage, from comm.Message)
	// OnUpdate receives state that the front end changed, after it was taken into the
	// model. Same rules as OnCustom. May be nil.
	OnUpdate func(changed map[string]any)
}

// Model is the kernel's half of one widget. It is safe for concurrent use.
type Model struct {
	registry *Registry
	options  Options

	// mu orders state changes and their messages: what the front end receives last is
	// what the model holds.
	mu    sync.Mutex
	state map[string]any
	comm  *comm.Comm // nil before the first display and after a comm_close
}

// New makes a model. Nothing is sent before its first display.
func (r *Registry) New(o Options) *Model {
	m := &Model{registry: r, options: o, state: map[string]any{
		"_model_module":         "anywidget",
		"_model_module_version": moduleRange,
		"_model_name":           "AnyModel",
		"_view_module":          "anywidget",
		"_view_module_version":  moduleRange,
		"_view_name":            "AnyView",
		"_view_count":           nil,
		"_anywidget_id":         o.ID,
		"_esm":                  o.ESM,
		"_css":                  o.CSS,
	}}
	maps.Copy(m.state, o.State)
	return m
}

// Open opens the model's comm if it is not open and returns the comm's id, which is the
// model's id in the front end.
func (m *Model) Open() (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.comm != nil {
		return m.comm.ID(), nil
	}
	state, paths, buffers := splitBuffers(m.state)
	c, err := m.registry.comms.Open(widgetTarget, comm.OpenOptions{
		Data:      map[string]any{"state": state, "buffer_paths": paths},
		Metadata:  map[string]any{"version": protocolVersion},
		Buffers:   buffers,
		OnMessage: m.receive,
		OnClose:   func(comm.Message) { m.closed() },
	})
	if err != nil {
		return "", fmt.Errorf("open widget: %w", err)
	}
	m.comm = c
	m.registry.mu.Lock()
	m.registry.models[c.ID()] = m
	m.registry.mu.Unlock()
	return c.ID(), nil
}

// closed forgets a comm that a front end closed: one tab may do so for reasons of its
// own. The next display opens a new one.
func (m *Model) closed() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.comm != nil {
		m.registry.forget(m.comm.ID())
		m.comm = nil
	}
}

// Bundle opens the model if need be and returns the MIME bundle that displays it.
func (m *Model) Bundle() (map[string]any, error) {
	id, err := m.Open()
	if err != nil {
		return nil, err
	}
	bundle := map[string]any{
		mimeWidget: map[string]any{"version_major": 2, "version_minor": 0, "model_id": id},
	}
	if m.options.Text != nil {
		bundle["text/plain"] = m.options.Text()
	}
	return bundle, nil
}

// Set merges changes into the state and tells the front ends. The values must not be
// changed afterwards.
func (m *Model) Set(changes map[string]any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.Copy(m.state, changes)
	if m.comm == nil {
		return nil
	}
	return sendState(m.comm, "update", changes, nil)
}

// Send sends a custom message to every view of the model in every tab. reply is the
// message it answers, nil if none.
func (m *Model) Send(content any, reply *comm.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.comm == nil {
		return nil
	}
	var parent json.RawMessage
	if reply != nil {
		parent = reply.Parent
	}
	return m.comm.Send(map[string]any{"method": "custom", "content": content}, comm.SendOptions{Parent: parent})
}

func (m *Model) fullState() map[string]any {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.state)
}

func sendState(c *comm.Comm, method string, state map[string]any, parent json.RawMessage) error {
	state, paths, buffers := splitBuffers(state)
	return c.Send(map[string]any{"method": method, "state": state, "buffer_paths": paths},
		comm.SendOptions{Parent: parent, Buffers: buffers})
}
