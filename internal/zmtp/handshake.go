package zmtp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// What a peer can get wrong before it is connected.
var (
	errNotZMTP      = errors.New("peer does not speak ZMTP 3")
	errNotCommand   = errors.New("peer sent something else than a command")
	errReadyTooLong = errors.New("peer's READY command is too long")
	errReady        = errors.New("peer's READY command is malformed")
	errIdentity     = errors.New("peer's identity is longer than 255 bytes or starts with a zero byte")
	errPanic        = errors.New("zmq4 panicked")
)

// maxReady bounds the READY command; real ones have under 100 bytes.
const maxReady = 4 << 10

// handshake opens a ZMTP connection as server, and returns the identity the peer gave itself, nil if none. Its
// errors are those above, zmq4's, and those of the connection, a timeout among them.
func handshake(conn net.Conn, kind zmq4.SocketType, timeout time.Duration) (identity []byte, err error) {
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return nil, err
	}
	// zmq4 panics on a socket type it has not heard of, for one.
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %.80q", errPanic, fmt.Sprint(v)) // the text may be the peer's
		}
	}()
	z, err := zmq4.Open(&guard{Conn: conn}, null.Security(), kind, nil, true, nil)
	if err != nil {
		return nil, err
	}
	identity = []byte(z.Peer.Meta["Identity"])
	// ZMTP 3.0, "The Identity Property"; identities that start with zero are those a ROUTER makes up.
	if len(identity) > 255 || len(identity) > 0 && identity[0] == 0 {
		return nil, errIdentity
	}
	return identity, conn.SetDeadline(time.Time{})
}

// guard is the connection that zmq4 sees during the handshake. zmq4 allocates what a length field says and
// slices properties unchecked, so guard reads greeting and READY itself, exactly and within bounds, and hands
// them on when they are sound. Not a byte of what follows is read.
type guard struct {
	net.Conn
	step  int
	ready []byte // checked, not yet handed on
}

// Read implements io.Reader.
func (g *guard) Read(p []byte) (int, error) {
	if len(g.ready) == 0 {
		var err error
		switch g.step {
		case 0:
			g.ready, err = readGreeting(g.Conn)
		case 1:
			g.ready, err = readReady(g.Conn)
		default:
			err = io.ErrUnexpectedEOF // the handshake is two reads; zmq4 must not want more
		}
		if err != nil {
			return 0, err
		}
		g.step++
	}
	n := copy(p, g.ready)
	g.ready = g.ready[n:]
	return n, nil
}

// readGreeting reads the 64 bytes of ZMTP 3.0, "The Greeting". Signature and major version come first, so that an
// HTTP client or ZMTP 2 need not wait for the deadline.
func readGreeting(r io.Reader) ([]byte, error) {
	const (
		size         = 64
		majorVersion = 10
	)
	greeting := make([]byte, size)
	if _, err := io.ReadFull(r, greeting[:majorVersion+1]); err != nil {
		return nil, err
	}
	if greeting[0] != 0xff || greeting[9] != 0x7f || greeting[majorVersion] < 3 {
		return nil, errNotZMTP
	}
	if _, err := io.ReadFull(r, greeting[majorVersion+1:]); err != nil {
		return nil, err
	}
	return greeting, nil
}

// readReady reads the frame of the peer's first command (ZMTP 3.0, "The NULL Security Mechanism").
func readReady(r io.Reader) ([]byte, error) {
	frame := make([]byte, 2, 9)
	if _, err := io.ReadFull(r, frame); err != nil {
		return nil, err
	}
	size := uint64(frame[1])
	switch frame[0] {
	case flagCommand:
	case flagCommand | flagLong:
		frame = frame[:9]
		if _, err := io.ReadFull(r, frame[2:]); err != nil {
			return nil, err
		}
		size = binary.BigEndian.Uint64(frame[1:])
	default:
		return nil, errNotCommand
	}
	if size > maxReady {
		return nil, errReadyTooLong
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	if err := checkReady(body); err != nil {
		return nil, err
	}
	return append(frame, body...), nil
}

// checkReady walks over the properties as zmq4 will, with bounds. Other commands it leaves to zmq4, which
// refuses them.
func checkReady(body []byte) error {
	const name = "\x05READY"
	if len(body) < len(name) || string(body[:len(name)]) != name {
		return nil
	}
	for p := body[len(name):]; len(p) > 0; {
		key := int(p[0])
		if key == 0 || len(p) < 1+key+4 {
			return errReady
		}
		p = p[1+key:]
		value := uint64(binary.BigEndian.Uint32(p))
		if uint64(len(p)-4) < value {
			return errReady
		}
		p = p[4+value:]
	}
	return nil
}
