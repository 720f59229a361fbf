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
	codec   *jupyter.Codec
	session *jupyter.Session
	topic   string // before the message type
	log     *slog.Logger

	mu      sync.Mutex
	socket  publisher
	running json.RawMessage // header of the execute_request that is busy, nil between cells
}

// send publishes one message. Errors are those of content that JSON cannot
// hold, and of a closed socket.
func (p *iopub) send(msgType string, parent json.RawMessage, content any) error {
	return p.sendFull(msgType, parent, content, nil, nil)
}

func (p *iopub) sendFull(msgType string, parent json.RawMessage, content, metadata any, buffers [][]byte) error {
	frames, err := p.encode(msgType, parent, content, metadata, buffers)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.socket.Publish(frames)
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
	frames, err := p.encode(jupyter.TypeStatus, parent, jupyter.Status{ExecutionState: state}, nil, nil)
	if err == nil {
		err = p.socket.Publish(frames)
	}
	if err != nil {
		p.log.Debug("publish status", "state", state, "error", err)
	}
}

// welcome is the first message of one subscriber (JEP 65): from here on it
// misses nothing. It has no parent, and goes to that subscriber alone.
func (p *iopub) welcome(topic []byte) [][]byte {
	m, err := p.session.NewMessage(jupyter.TypeIOPubWelcome, nil, jupyter.IOPubWelcome{Subscription: string(topic)}, nil)
	if err != nil {
		return nil
	}
	m.Identities = [][]byte{topic}
	frames, err := p.codec.Encode(m)
	if err != nil {
		return nil
	}
	return frames
}

// encode makes the frames of a message; the first one is the topic that
// subscriptions are matched with.
func (p *iopub) encode(msgType string, parent json.RawMessage, content, metadata any, buffers [][]byte) ([][]byte, error) {
	m, err := p.session.NewMessage(msgType, parent, content, metadata)
	if err != nil {
		return nil, err
	}
	m.Identities = [][]byte{[]byte(p.topic + msgType)}
	m.Buffers = buffers
	return p.codec.Encode(m)
}
