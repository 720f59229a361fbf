package anywidget

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/ipyauth/ipyauth/kernel/comm"
)

// receive handles one comm_msg from a front end. Methods it does not know, and data of
// another shape, are ignored: other versions of the front end may send them.
func (m *Model) receive(msg comm.Message) {
	var data struct {
		Method      string          `json:"method"`
		State       map[string]any  `json:"state"`
		BufferPaths [][]any         `json:"buffer_paths"`
		Content     json.RawMessage `json:"content"`
	}
	if json.Unmarshal(msg.Data, &data) != nil {
		return
	}
	switch data.Method {
	case "request_state":
		m.answerState(msg)
	case "update":
		joinBuffers(data.State, data.BufferPaths, msg.Buffers)
		m.takeUpdate(data.State, msg)
	case "custom":
		if m.options.OnCustom != nil && len(data.Content) > 0 {
			m.options.OnCustom(data.Content, msg)
		}
	}
}

// answerState sends the whole state. The front end builds the model from the first
// update whose parent is its request.
func (m *Model) answerState(msg comm.Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.comm != nil {
		_ = sendState(m.comm, "update", m.state, msg.Parent)
	}
}

// takeUpdate takes the keys that the front end may write and echoes them, so that other
// tabs learn of the change (ipywidgets messages.md 2.1, "echo_update"). For any other key
// the kernel's value is sent back: a page can't talk a model into a state.
func (m *Model) takeUpdate(changes map[string]any, msg comm.Message) {
	taken, refused := map[string]any{}, map[string]any{}
	m.mu.Lock()
	for key, value := range changes {
		if slices.Contains(m.options.Writable, key) {
			taken[key] = value
		} else if own, ok := m.state[key]; ok {
			refused[key] = own
		}
	}
	maps.Copy(m.state, taken)
	if m.comm != nil && len(taken) > 0 {
		_ = sendState(m.comm, "echo_update", taken, msg.Parent)
	}
	if m.comm != nil && len(refused) > 0 {
		_ = sendState(m.comm, "update", refused, msg.Parent)
	}
	m.mu.Unlock()
	if m.options.OnUpdate != nil && len(taken) > 0 {
		m.options.OnUpdate(taken)
	}
}
