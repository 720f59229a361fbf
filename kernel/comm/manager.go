package comm

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

var (
	// ErrUnknownTarget is returned by [Manager.HandleOpen] for a target nobody
	// registered; the page has been told by comm_close.
	ErrUnknownTarget = errors.New("unknown comm target")
	// ErrUnknownComm is returned for a message to a comm that is not open.
	ErrUnknownComm = errors.New("unknown comm")
	// ErrExists is returned when a comm of that id is open already.
	ErrExists = errors.New("comm id is in use")
)

// PanicError is a panic in a handler, caught by the manager.
type PanicError struct {
	Value any
	Stack []byte
}

// Error is the panic's value and where it happened.
func (e *PanicError) Error() string { return fmt.Sprintf("handler panicked: %v\n%s", e.Value, e.Stack) }

// Outgoing is a message to the page, for the kernel to publish on IOPub.
type Outgoing struct {
	Type              string          // comm_open, comm_msg or comm_close
	Parent            json.RawMessage // header of the message that caused it, nil for none
	Content, Metadata any             // encode as JSON objects
	Buffers           [][]byte
}

// Manager knows the targets and the open comms of one kernel.
type Manager struct {
	publish    func(Outgoing) error
	cellParent func() json.RawMessage

	mu      sync.Mutex
	targets map[string]func(*Comm, Message) error
	comms   map[string]*Comm
}

// NewManager is for kernels. publish sends a message on IOPub, in the order of
// the calls; it may wait, and its error is returned to whoever sends.
// cellParent gives the header of the execute_request that runs or ran last,
// nil before the first: the parent of a comm_open for which none is given.
func NewManager(publish func(Outgoing) error, cellParent func() json.RawMessage) *Manager {
	return &Manager{
		publish:    publish,
		cellParent: cellParent,
		targets:    make(map[string]func(*Comm, Message) error),
		comms:      make(map[string]*Comm),
	}
}

// Register says what to do when the page opens a comm of this target: open is
// called with the new comm and the opening message, and sets the handlers.
// When open returns an error or panics, the comm is closed. A second
// registration replaces the first; nil ends it.
func (m *Manager) Register(target string, open func(*Comm, Message) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if open == nil {
		delete(m.targets, target)
		return
	}
	m.targets[target] = open
}

// OpenOptions says more about a comm that the kernel opens. All fields may be
// left out.
type OpenOptions struct {
	ID       string // "" is a fresh one
	Data     any    // encodes as a JSON object
	Metadata map[string]any
	Parent   json.RawMessage // nil is the running cell, or the last one
	Buffers  [][]byte
	// The handlers, set before the page can know of the comm: with
	// [Comm.OnMessage] after Open a quick answer could be missed.
	OnMessage func(Message)
	OnClose   func(Message)
}

// Open opens a comm to what the page has registered as target. A page that
// knows no such target closes the comm again, seen by OnClose. Errors:
// [ErrExists], data that JSON cannot hold, a kernel that is shutting down.
func (m *Manager) Open(target string, o OpenOptions) (*Comm, error) {
	data, err := object(o.Data)
	if err != nil {
		return nil, fmt.Errorf("open comm %s: %w", target, err)
	}
	if o.ID == "" {
		o.ID = newID()
	}
	if o.Parent == nil {
		o.Parent = m.cellParent()
	}
	c := &Comm{id: o.ID, target: target, manager: m, onMessage: o.OnMessage, onClose: o.OnClose}
	if !m.add(c) {
		return nil, fmt.Errorf("open comm %s: %w", target, ErrExists)
	}
	err = m.publish(Outgoing{
		Type: "comm_open", Parent: o.Parent, Metadata: metadata(o.Metadata), Buffers: o.Buffers,
		Content: content{ID: c.id, Target: target, Data: data},
	})
	if err != nil {
		m.drop(c)
		return nil, fmt.Errorf("open comm %s: %w", target, err)
	}
	return c, nil
}

// Info gives the open comms of a target, id to target; of all targets for "".
func (m *Manager) Info(target string) map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	comms := make(map[string]string)
	for id, c := range m.comms {
		if target == "" || c.target == target {
			comms[id] = c.target
		}
	}
	return comms
}

// HandleOpen is for kernels: the page opened a comm. The three Handle methods
// are called from one goroutine, in the order the messages came. Their error
// is for the log: the page has been told what it needs to know.
func (m *Manager) HandleOpen(id, target string, msg Message) error {
	m.mu.Lock()
	open := m.targets[target]
	m.mu.Unlock()
	if open == nil {
		// Messaging specification, "Opening a Comm": a target that does not
		// exist is answered by comm_close, on IOPub, never by an error.
		return errors.Join(fmt.Errorf("%w %q", ErrUnknownTarget, target), m.refuse(id, msg))
	}
	c := &Comm{id: id, target: target, manager: m}
	if id == "" || !m.add(c) {
		return fmt.Errorf("comm_open for %q: %w", target, ErrExists)
	}
	err := guard(func() error { return open(c, msg.complete()) })
	if err == nil {
		return nil
	}
	err = fmt.Errorf("comm_open for %q: %w", target, err)
	if !m.drop(c) {
		return err // the open handler closed it itself
	}
	return errors.Join(err, m.refuse(id, msg))
}

// HandleMessage is for kernels: the page sent a message.
func (m *Manager) HandleMessage(id string, msg Message) error {
	c := m.lookup(id)
	if c == nil {
		return ErrUnknownComm
	}
	handle := c.messageHandler()
	if handle == nil {
		return nil
	}
	return c.call("comm_msg", handle, msg)
}

// HandleClose is for kernels: the page closed a comm.
func (m *Manager) HandleClose(id string, msg Message) error {
	c := m.lookup(id)
	if c == nil || !m.drop(c) {
		return ErrUnknownComm
	}
	handle := c.closeHandler()
	if handle == nil {
		return nil
	}
	return c.call("comm_close", handle, msg)
}

func (c *Comm) call(what string, handle func(Message), msg Message) error {
	err := guard(func() error { handle(msg.complete()); return nil })
	if err != nil {
		return fmt.Errorf("%s for %q: %w", what, c.target, err)
	}
	return nil
}

func (m *Manager) refuse(id string, cause Message) error {
	return m.publish(Outgoing{
		Type: "comm_close", Parent: cause.Parent, Metadata: metadata(nil),
		Content: content{ID: id, Data: empty},
	})
}

func (m *Manager) lookup(id string) *Comm {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.comms[id]
}

// add makes c known, unless its id is taken.
func (m *Manager) add(c *Comm) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.comms[c.id] != nil {
		return false
	}
	m.comms[c.id] = c
	return true
}

// drop closes c on this side; false when it was closed before.
func (m *Manager) drop(c *Comm) bool {
	m.mu.Lock()
	if m.comms[c.id] == c {
		delete(m.comms, c.id)
	}
	m.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.closed
	c.closed = true
	return !was
}

// complete has {} where the page sent nothing or null.
func (msg Message) complete() Message {
	for _, field := range []*json.RawMessage{&msg.Data, &msg.Metadata} {
		if len(*field) == 0 || string(*field) == "null" {
			*field = empty
		}
	}
	return msg
}

// guard runs a handler and turns its panic into an error.
func guard(handle func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &PanicError{Value: r, Stack: debug.Stack()}
		}
	}()
	return handle()
}

func newID() string {
	var id [16]byte
	rand.Read(id[:]) // never fails: crypto/rand ends the program instead
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return hex.EncodeToString(id[:])
}
