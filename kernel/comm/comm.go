package comm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
)

// ErrClosed is what sending on a comm returns once either side closed it.
var ErrClosed = errors.New("comm is closed")

// Message is what came from the page.
type Message struct {
	Parent         json.RawMessage // header of the message, as received: pass it to answers
	Data, Metadata json.RawMessage // JSON objects; {} when the page sent none
	Buffers        [][]byte
}

// SendOptions says more about a message to the page. The zero value is a
// message without cause, metadata and buffers.
type SendOptions struct {
	// Parent is the header of the message this one answers. nil means that
	// nothing caused it (a timer, a redirect that arrived): the page then finds
	// no cell to attach output to, which messages on comms do not need.
	Parent   json.RawMessage
	Metadata map[string]any
	Buffers  [][]byte // sent beside the JSON, not in it; must not change afterwards
}

// Comm is one open line. [Manager.Open] and the open handler of a target make
// it; the zero Comm is of no use.
type Comm struct {
	id, target string
	manager    *Manager

	mu        sync.Mutex
	closed    bool
	onMessage func(Message)
	onClose   func(Message)
}

// ID is the comm's id, the same on both sides.
func (c *Comm) ID() string { return c.id }

// Target is the name the comm was opened with.
func (c *Comm) Target() string { return c.target }

// OnMessage sets what is called for each message from the page, in place of
// what was set before. Set it in the open handler or by [OpenOptions]: what
// arrives while nothing is set is dropped.
func (c *Comm) OnMessage(f func(Message)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onMessage = f
}

// OnClose sets what is called when the page closes the comm, in place of what
// was set before. It is not called for [Comm.Close]. The comm is closed
// already when it runs.
func (c *Comm) OnClose(f func(Message)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onClose = f
}

// Send sends data, which JSON must encode as an object; nil is {}. It returns
// once the message is on its way. Errors: [ErrClosed], data that JSON cannot
// hold, and a kernel that is shutting down.
func (c *Comm) Send(data any, o SendOptions) error {
	encoded, err := object(data)
	if err != nil {
		return fmt.Errorf("send on comm %s: %w", c.target, err)
	}
	if c.isClosed() {
		return fmt.Errorf("send on comm %s: %w", c.target, ErrClosed)
	}
	return c.manager.publish(Outgoing{
		Type: "comm_msg", Parent: o.Parent, Metadata: metadata(o.Metadata), Buffers: o.Buffers,
		Content: content{ID: c.id, Data: encoded},
	})
}

// Close tells the page that the comm is over: it removes what belongs to it.
// data as in [Comm.Send]. Closing a closed comm does nothing.
func (c *Comm) Close(data any) error {
	encoded, err := object(data)
	if err != nil {
		return fmt.Errorf("close comm %s: %w", c.target, err)
	}
	if !c.manager.drop(c) {
		return nil
	}
	return c.manager.publish(Outgoing{
		Type: "comm_close", Metadata: metadata(nil),
		Content: content{ID: c.id, Data: encoded},
	})
}

func (c *Comm) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

func (c *Comm) messageHandler() func(Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.onMessage
}

func (c *Comm) closeHandler() func(Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.onClose
}

// content is the content of comm_open, comm_msg and comm_close.
type content struct {
	ID     string          `json:"comm_id"`
	Target string          `json:"target_name,omitempty"`
	Data   json.RawMessage `json:"data"`
}

var empty = json.RawMessage("{}")

// object encodes what must be a JSON object. nil and nil maps are {}: front
// ends read properties of data without looking whether it is null.
func object(v any) (json.RawMessage, error) {
	if v == nil {
		return empty, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // scripts and styles travel in data
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	encoded := bytes.TrimSpace(buf.Bytes())
	if string(encoded) == "null" {
		return empty, nil
	}
	if encoded[0] != '{' {
		return nil, fmt.Errorf("data is a %T, not an object", v)
	}
	return encoded, nil
}

func metadata(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}
