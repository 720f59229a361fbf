package zmtp

import (
	"context"
	"net"

	"github.com/go-zeromq/zmq4"
)

// Echo is a REP socket that sends every message back: a Jupyter kernel's heartbeat. Peers are REQ and DEALER
// sockets. Messages go back as they came, the envelope up to the empty delimiter included, so one
// without a delimiter is echoed too.
type Echo struct {
	socket *socket
}

// NewEcho serves the listener, which it owns from now on.
func NewEcho(ln net.Listener, cfg Config) *Echo {
	e := &Echo{}
	e.socket = newSocket(ln, zmq4.Rep, cfg.withDefaults(echoMaxFrame), (*echoRole)(e))
	e.socket.start()
	return e
}

// Close ends all connections and goroutines.
func (e *Echo) Close() error { return e.socket.close() }

// echoRole keeps the role's methods out of Echo's.
type echoRole Echo

func (e *echoRole) join(*peer) {}

// message queues the echo. While the peer does not read its echoes, nothing more is read from it.
func (e *echoRole) message(p *peer, frames [][]byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), e.socket.cfg.WriteTimeout)
	defer cancel()
	return p.out.put(ctx, outgoing{frames: frames})
}

func (e *echoRole) command(*peer, *command) error { return nil }

func (e *echoRole) leave(*peer) {}
