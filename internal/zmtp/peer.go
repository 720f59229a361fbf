package zmtp

import (
	"errors"
	"net"
	"sync"
)

// peer is one connection after its handshake.
type peer struct {
	conn     net.Conn
	identity string
	in       *reader
	out      *outbox
	written  chan struct{} // closed when the writing goroutine has ended

	once   sync.Once
	reason error // why it was dropped; set once, before conn is closed
}

func newPeer(conn net.Conn, identity []byte, cfg Config) *peer {
	return &peer{
		conn:     conn,
		identity: string(identity),
		in:       newReader(conn, cfg),
		out:      newOutbox(cfg.MaxQueue),
		written:  make(chan struct{}),
	}
}

// drop ends the connection and with it both goroutines. The first reason stays.
func (p *peer) drop(reason error) {
	p.once.Do(func() {
		p.reason = reason
		p.out.discard()
		p.conn.Close()
	})
}

// write sends what is queued until the peer is dropped, or finished and its queue empty. Messages that queue up
// meanwhile share a system call.
func (p *peer) write(cfg Config) {
	defer close(p.written)
	w := &writer{conn: p.conn, timeout: cfg.WriteTimeout}
	for {
		m, last, ok := p.out.next()
		if !ok {
			return
		}
		err := w.message(m)
		if err == nil && last {
			err = w.flush()
		}
		p.out.done(m)
		if err != nil {
			p.drop(err)
			return
		}
	}
}

// read hands messages and commands to the role until one of them ends the connection.
func (p *peer) read(r role) error {
	for {
		frames, cmd, err := p.in.next()
		switch {
		case err != nil:
			return err
		case cmd == nil:
			err = r.message(p, frames)
		case cmd.name == "PING":
			err = p.pong(cmd.body)
		default:
			err = r.command(p, cmd)
		}
		// A closing socket reads on while it writes what is queued; that nothing more can be queued ends no peer.
		if err != nil && !errors.Is(err, errGone) {
			return err
		}
	}
}

// pong answers a PING (ZMTP 3.1, "Heartbeating"): two octets of time-to-live, then a context to send back. The
// time-to-live is not acted on; TCP's keep-alive finds dead hosts.
func (p *peer) pong(ping []byte) error {
	const ttl, maxContext = 2, 16
	if len(ping) < ttl || len(ping) > ttl+maxContext {
		return errCommand
	}
	body := append([]byte("\x04PONG"), ping[ttl:]...)
	return p.out.offer(outgoing{frames: [][]byte{body}, command: true})
}
