package zmtp

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

// role is what makes a socket a ROUTER, a PUB or a REP. Its methods are called from the goroutine that reads from
// the peer; an error drops the peer.
type role interface {
	join(p *peer)
	message(p *peer, frames [][]byte) error
	command(p *peer, c *command) error
	leave(p *peer)
}

// socket is what the three kinds of socket share: it accepts, shakes hands, and owns connections and goroutines.
type socket struct {
	ln   net.Listener
	kind zmq4.SocketType
	cfg  Config
	role role

	closing chan struct{} // closed first: callers give up
	abort   chan struct{} // closed after the linger time: goroutines give up
	once    sync.Once
	err     error // of the listener's Close
	wg      sync.WaitGroup

	mu     sync.Mutex
	closed bool
	conns  map[net.Conn]*peer // nil while the handshake runs
}

func newSocket(ln net.Listener, kind zmq4.SocketType, cfg Config, r role) *socket {
	return &socket{
		ln:      ln,
		kind:    kind,
		cfg:     cfg,
		role:    r,
		closing: make(chan struct{}),
		abort:   make(chan struct{}),
		conns:   make(map[net.Conn]*peer),
	}
}

func (s *socket) start() {
	s.wg.Go(s.accept)
}

// accept takes connections until Close. When the process is out of file descriptors, or accepting fails for
// another reason that may pass, it pauses: 5 ms at first, then doubling up to a second.
func (s *socket) accept() {
	const first, longest = 5 * time.Millisecond, time.Second
	pause := first
	for {
		conn, err := s.ln.Accept()
		if err == nil {
			pause = first
			s.admit(conn)
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
		s.cfg.Logf("zmtp: %s accepts nothing for %v: %v", s.kind, pause, err)
		select {
		case <-time.After(pause):
		case <-s.closing:
			return
		}
		pause = min(2*pause, longest)
	}
}

// admit starts the goroutine of a new connection.
func (s *socket) admit(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) >= s.cfg.MaxPeers {
		conn.Close()
		if !s.closed {
			s.cfg.Logf("zmtp: %s refuses %v: has %d peers", s.kind, conn.RemoteAddr(), len(s.conns))
		}
		return
	}
	s.conns[conn] = nil
	s.wg.Go(func() {
		s.serve(conn)
		conn.Close()
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
	})
}

// serve is the life of one connection.
func (s *socket) serve(conn net.Conn) {
	identity, err := handshake(conn, s.kind, s.cfg.HandshakeTimeout)
	if err != nil {
		s.cfg.Logf("zmtp: %s refuses %v: %v", s.kind, conn.RemoteAddr(), err)
		return
	}
	p := newPeer(conn, identity, s.cfg)
	if !s.register(p) {
		return
	}
	s.role.join(p)
	go p.write(s.cfg)
	p.drop(p.read(s.role))
	s.role.leave(p)
	<-p.written
	if !errors.Is(p.reason, io.EOF) && !errors.Is(p.reason, net.ErrClosed) {
		s.cfg.Logf("zmtp: %s drops %v: %v", s.kind, conn.RemoteAddr(), p.reason)
	}
}

// register makes the peer known to Close; false if that is under way.
func (s *socket) register(p *peer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.conns[p.conn] = p
	}
	return !s.closed
}

// close stops accepting, gives the queues of connected peers Linger to empty, and ends everything: when it
// returns there is no goroutine and no connection left.
func (s *socket) close() error {
	s.once.Do(func() {
		if err := s.ln.Close(); !errors.Is(err, net.ErrClosed) {
			s.err = err
		}
		s.mu.Lock()
		s.closed = true
		peers := make([]*peer, 0, len(s.conns))
		for conn, p := range s.conns {
			if p == nil {
				conn.Close()
			} else {
				peers = append(peers, p)
			}
		}
		s.mu.Unlock()
		close(s.closing)
		s.drain(peers)
		close(s.abort)
		for _, p := range peers {
			p.drop(net.ErrClosed)
		}
		s.wg.Wait()
	})
	return s.err
}

func (s *socket) drain(peers []*peer) {
	for _, p := range peers {
		p.out.finish()
	}
	linger := time.NewTimer(s.cfg.Linger)
	defer linger.Stop()
	for _, p := range peers {
		select {
		case <-p.written:
		case <-linger.C:
			return
		}
	}
}
