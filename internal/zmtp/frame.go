package zmtp

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"
)

// Flags of a frame (ZMTP 3.0, "Framing"); the other five bits are reserved and zero.
const (
	flagMore    = 1 << 0
	flagLong    = 1 << 1
	flagCommand = 1 << 2
)

// What a peer can get wrong once it is connected. Each ends its connection.
var (
	errFlags         = errors.New("frame with reserved flags")
	errFrameTooLong  = errors.New("frame too long")
	errTooLong       = errors.New("message too long")
	errTooManyFrames = errors.New("message of too many frames")
	errCommand       = errors.New("malformed command")
)

const (
	readBuffer = 16 << 10
	// readStep is how much memory a frame gets before any of its bytes have come; it doubles as they come.
	readStep = 64 << 10
)

// reader reads messages and commands from one connection, within limits.
type reader struct {
	r          *bufio.Reader
	maxFrame   uint64
	maxMessage uint64
	maxFrames  int

	// The message of which some frames have been read.
	frames [][]byte
	size   uint64
}

func newReader(r io.Reader, cfg Config) *reader {
	return &reader{
		r:          bufio.NewReaderSize(r, readBuffer),
		maxFrame:   uint64(cfg.MaxFrame),
		maxMessage: uint64(cfg.MaxMessage),
		maxFrames:  cfg.MaxFrames,
	}
}

// command is a ZMTP command (ZMTP 3.0, "Commands").
type command struct {
	name string
	body []byte
}

// next reads up to the end of the next message, or the next command, whichever ends first; the other is zero.
// io.EOF means that the peer closed between two messages.
func (r *reader) next() ([][]byte, *command, error) {
	for {
		flags, size, err := r.header()
		if err != nil {
			return nil, nil, err
		}
		if flags&flagCommand != 0 {
			// The grammar wants commands between messages. libzmq sends its PING whenever the timer fires,
			// between two frames too, so the message begun is kept.
			cmd, err := r.command(flags, size)
			return nil, cmd, err
		}
		switch {
		case size > r.maxFrame:
			return nil, nil, errFrameTooLong
		case r.size+size > r.maxMessage:
			return nil, nil, errTooLong
		case len(r.frames) >= r.maxFrames:
			return nil, nil, errTooManyFrames
		}
		body, err := r.body(size)
		if err != nil {
			return nil, nil, err
		}
		r.frames = append(r.frames, body)
		r.size += size
		if flags&flagMore == 0 {
			frames := r.frames
			r.frames, r.size = nil, 0
			return frames, nil, nil
		}
	}
}

// header reads flags and length of a frame.
func (r *reader) header() (flags byte, size uint64, err error) {
	if flags, err = r.r.ReadByte(); err != nil {
		if err == io.EOF && len(r.frames) > 0 {
			err = io.ErrUnexpectedEOF
		}
		return 0, 0, err
	}
	if flags&^(flagMore|flagLong|flagCommand) != 0 {
		return 0, 0, errFlags
	}
	if flags&flagLong == 0 {
		short, err := r.r.ReadByte()
		return flags, uint64(short), unexpected(err)
	}
	var long [8]byte
	if _, err := io.ReadFull(r.r, long[:]); err != nil {
		return 0, 0, unexpected(err)
	}
	return flags, binary.BigEndian.Uint64(long[:]), nil
}

// body reads size bytes. The length alone allocates little: memory follows what has arrived.
func (r *reader) body(size uint64) ([]byte, error) {
	body := make([]byte, min(size, readStep))
	for done := 0; ; {
		n, err := io.ReadFull(r.r, body[done:])
		done += n
		if err != nil {
			return nil, unexpected(err)
		}
		if uint64(done) == size {
			return body, nil
		}
		grown := make([]byte, min(size, 2*uint64(done)))
		copy(grown, body)
		body = grown
	}
}

// maxCommand bounds commands after the handshake: PING and subscriptions.
const maxCommand = publisherMaxFrame

// command reads a command frame: one octet for the length of the name, the name, the data.
func (r *reader) command(flags byte, size uint64) (*command, error) {
	if flags&flagMore != 0 || size == 0 || size > maxCommand {
		return nil, errCommand
	}
	body, err := r.body(size)
	if err != nil {
		return nil, err
	}
	n := int(body[0])
	if n == 0 || n > len(body)-1 {
		return nil, errCommand
	}
	return &command{name: string(body[1 : 1+n]), body: body[1+n:]}, nil
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

const (
	writeBuffer = 64 << 10
	// writeDirect is the length from which a frame is not copied into the buffer.
	writeDirect = 16 << 10
	// writeStep is what one write deadline is for.
	writeStep = 1 << 20
)

// writer writes messages to one connection. What it has buffered must be flushed.
type writer struct {
	conn    net.Conn
	timeout time.Duration
	buf     []byte
}

// message writes all frames of a message, or the one frame of a command.
func (w *writer) message(m outgoing) error {
	for i, frame := range m.frames {
		var flags byte
		if m.command {
			flags |= flagCommand
		}
		if i < len(m.frames)-1 {
			flags |= flagMore
		}
		w.buf = appendHeader(w.buf, flags, len(frame))
		if len(frame) < writeDirect {
			w.buf = append(w.buf, frame...)
		}
		if len(frame) >= writeDirect || len(w.buf) >= writeBuffer {
			if err := w.flush(); err != nil {
				return err
			}
		}
		if len(frame) >= writeDirect {
			if err := w.write(frame); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) flush() error {
	if len(w.buf) == 0 {
		return nil
	}
	err := w.write(w.buf)
	w.buf = w.buf[:0]
	return err
}

func (w *writer) write(data []byte) error {
	for len(data) > 0 {
		if err := w.conn.SetWriteDeadline(time.Now().Add(w.timeout)); err != nil {
			return err
		}
		n, err := w.conn.Write(data[:min(len(data), writeStep)])
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

func appendHeader(buf []byte, flags byte, size int) []byte {
	if size <= 255 {
		return append(buf, flags, byte(size))
	}
	buf = append(buf, flags|flagLong)
	return binary.BigEndian.AppendUint64(buf, uint64(size))
}
