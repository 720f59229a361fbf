package zmtp

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync"

	"github.com/go-zeromq/zmq4"
)

// Router is a ROUTER socket: it receives from all peers, and sends to the one that is named. Peers are DEALER,
// REQ and ROUTER sockets. Its methods may be called concurrently.
type Router struct {
	socket *socket
	in     chan [][]byte

	mu      sync.Mutex
	peers   map[string]*peer // by identity
	counter uint32           // of identities made up
	joined  chan struct{}    // closed, and made anew, when a peer comes
}

// NewRouter serves the listener, which it owns from now on.
func NewRouter(ln net.Listener, cfg Config) *Router {
	r := &Router{in: make(chan [][]byte), peers: make(map[string]*peer), joined: make(chan struct{})}
	r.socket = newSocket(ln, zmq4.Router, cfg.withDefaults(defaultMaxFrame), (*routerRole)(r))
	r.socket.start()
	return r
}

// Recv waits for the next message. Frame 0 is the identity of its peer. The error is ctx's or [ErrClosed].
//
// Each peer has at most one message waiting here; until it is taken nothing more is read from that peer.
func (r *Router) Recv(ctx context.Context) ([][]byte, error) {
	select {
	case <-r.socket.closing: // also when a message is waiting
		return nil, ErrClosed
	default:
	}
	select {
	case frames := <-r.in:
		return frames, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-r.socket.closing:
		return nil, ErrClosed
	}
}

// Send queues frames[1:] for the peer whose identity is frames[0], and returns at once. A message for a peer that is
// not connected is dropped without an error, as ZeroMQ has it. One for a peer that has fallen MaxQueue bytes
// behind is dropped with [ErrQueueFull]. After Close the error is [ErrClosed]. The frames must not change
// afterwards.
func (r *Router) Send(frames [][]byte) error {
	if len(frames) < 2 {
		return errNoFrames
	}
	select {
	case <-r.socket.closing:
		return ErrClosed
	default:
	}
	r.mu.Lock()
	p := r.peers[string(frames[0])]
	r.mu.Unlock()
	if p == nil {
		return nil
	}
	if err := p.out.offer(outgoing{frames: frames[1:]}); errors.Is(err, ErrQueueFull) {
		return err
	}
	return nil
}

// WaitPeer waits until a peer with this identity is connected. The error is ctx's or [ErrClosed].
//
// A client connects its sockets in any order, so that one of them may be heard before another can be reached.
func (r *Router) WaitPeer(ctx context.Context, identity []byte) error {
	for {
		r.mu.Lock()
		_, here := r.peers[string(identity)]
		joined := r.joined
		r.mu.Unlock()
		if here {
			return nil
		}
		select {
		case <-joined:
		case <-ctx.Done():
			return ctx.Err()
		case <-r.socket.closing:
			return ErrClosed
		}
	}
}

// Close gives queued messages Config.Linger to leave, then ends all connections and goroutines.
func (r *Router) Close() error { return r.socket.close() }

// routerRole keeps the role's methods out of Router's.
type routerRole Router

// errReplaced is why the elder of two peers with one identity is dropped. A client that lost its connection comes
// back under its old identity, often before the loss is noticed here.
var errReplaced = errors.New("a newer connection has the same identity")

func (r *routerRole) join(p *peer) {
	r.mu.Lock()
	if p.identity == "" {
		p.identity = r.makeUp()
	}
	elder := r.peers[p.identity]
	r.peers[p.identity] = p
	close(r.joined)
	r.joined = make(chan struct{})
	r.mu.Unlock()
	if elder != nil {
		elder.drop(errReplaced)
	}
}

// makeUp makes an identity: a zero byte, which no peer may choose, and a number.
func (r *routerRole) makeUp() string {
	r.counter++
	return string(binary.BigEndian.AppendUint32([]byte{0}, r.counter))
}

func (r *routerRole) message(p *peer, frames [][]byte) error {
	select {
	case r.in <- append([][]byte{[]byte(p.identity)}, frames...):
		return nil
	case <-r.socket.abort:
		return net.ErrClosed
	}
}

// command ignores what a ROUTER has no use for.
func (r *routerRole) command(*peer, *command) error { return nil }

func (r *routerRole) leave(p *peer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.peers[p.identity] == p {
		delete(r.peers, p.identity)
	}
}
