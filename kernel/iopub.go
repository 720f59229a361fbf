package kernel

import (
	"encoding/json"
	"log/slog"
	"sync"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// publisher is the IOPub socket, as far as this package writes to it.
type publisher interface {
	Publish(frames [][]byte) error
}

// iopub is the only writer of the IOPub socket: what is sent first arrives
// first, at every subscriber. It queues nothing itself; a caller waits while
// the socket does, which is what slows down a cell that prints faster than its
// readers read.
type iopub struct {
	packer *packer
	topic  string // before the message type
	log    *slog.Logger

	mu      sync.Mutex
	socket  publisher
	running json.RawMessage // header of the execute_request that is busy, nil between cells
}

// send publishes one message, and what is to be said about it once if a secret
// was hidden in it. Errors are those of content that JSON cannot hold, and of a
// closed socket.
func (p *iopub) send(o message) error {
	m, err := p.pack(o)
	if err != nil {
		return err
	}
	hint := ""
	if seen[o.kind] {
		hint = p.packer.hidden.hint(m.hidden)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.socket.Publish(m.frames); err != nil || hint == "" {
		return err
	}
	m, err = p.pack(message{kind: jupyter.TypeStream, parent: o.parent, content: jupyter.Stream{Name: jupyter.Stderr, Text: hint}})
	if err != nil {
		return err
	}
	return p.socket.Publish(m.frames)
}

// seen are the messages that front ends show below a cell.
var seen = map[string]bool{
	jupyter.TypeStream: true, jupyter.TypeDisplayData: true, jupyter.TypeUpdateDisplayData: true,
	jupyter.TypeExecuteResult: true, jupyter.TypeError: true,
}

// starting publishes the first status of all (messaging specification, "Kernel
// status"); nothing caused it.
func (p *iopub) starting() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status(jupyter.StateStarting, nil)
}

// begin publishes busy for a cell, which is then the running one.
func (p *iopub) begin(cell json.RawMessage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = cell
	p.status(jupyter.StateBusy, cell)
}

// end publishes idle for the running cell.
func (p *iopub) end(cell json.RawMessage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = nil
	p.status(jupyter.StateIdle, cell)
}

// busy publishes busy for a request that is no cell.
func (p *iopub) busy(parent json.RawMessage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status(jupyter.StateBusy, parent)
}

// idle publishes idle for a request that is no cell.
//
// Front ends and the server take the last status for the state of the kernel,
// whatever its parent. So while a cell runs, its busy is published once more:
// otherwise each comm message would let the kernel look idle in the middle of
// a long cell, and the server could cull it.
func (p *iopub) idle(parent json.RawMessage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status(jupyter.StateIdle, parent)
	if p.running != nil {
		p.status(jupyter.StateBusy, p.running)
	}
}

// status is called with the lock held.
func (p *iopub) status(state string, parent json.RawMessage) {
	m, err := p.pack(message{kind: jupyter.TypeStatus, parent: parent, content: jupyter.Status{ExecutionState: state}})
	if err == nil {
		err = p.socket.Publish(m.frames)
	}
	if err != nil {
		p.log.Debug("publish status", "state", state, "error", err)
	}
}

// welcome is the first message of one subscriber (JEP 65): from here on it
// misses nothing. It has no parent, and goes to that subscriber alone.
func (p *iopub) welcome(topic []byte) [][]byte {
	m, err := p.packer.pack(message{
		kind: jupyter.TypeIOPubWelcome, to: [][]byte{topic}, content: jupyter.IOPubWelcome{Subscription: string(topic)},
	})
	if err != nil {
		return nil
	}
	return m.frames
}

// pack makes the frames of a message; the first one is the topic that
// subscriptions are matched with.
func (p *iopub) pack(o message) (packed, error) {
	o.to = [][]byte{[]byte(p.topic + o.kind)}
	return p.packer.pack(o)
}
