package zmtp_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/zmtp"
)

// patience bounds every wait of these tests; none of them comes near it.
const patience = 20 * time.Second

// listen returns a listener on a free port.
func listen(t testing.TB) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

func newRouter(t testing.TB, cfg zmtp.Config) (r *zmtp.Router, addr net.Addr) {
	t.Helper()
	ln := listen(t)
	r = zmtp.NewRouter(ln, cfg)
	t.Cleanup(func() { mustClose(t, r) })
	return r, ln.Addr()
}

func mustClose(t testing.TB, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// mustRecv receives one message as "frame|frame|...".
func mustRecv(t testing.TB, r *zmtp.Router) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	frames, err := r.Recv(ctx)
	if err != nil {
		t.Fatalf("Recv: %v", err)
	}
	return join(frames)
}

func join(frames [][]byte) string {
	s := make([]string, len(frames))
	for i, f := range frames {
		s[i] = string(f)
	}
	return strings.Join(s, "|")
}

func split(s string) [][]byte {
	var frames [][]byte
	for _, f := range strings.Split(s, "|") {
		frames = append(frames, []byte(f))
	}
	return frames
}

func mustSend(t testing.TB, r *zmtp.Router, message string) {
	t.Helper()
	if err := r.Send(split(message)); err != nil {
		t.Fatalf("Send: %v", err)
	}
}

// logLines returns a Logf and the channel its lines arrive on.
func logLines() (func(string, ...any), <-chan string) {
	lines := make(chan string, 1000)
	return func(format string, args ...any) {
		select {
		case lines <- fmt.Sprintf(format, args...):
		default:
		}
	}, lines
}

// mustLog waits for a line that contains want.
func mustLog(t testing.TB, lines <-chan string, want string) {
	t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case line := <-lines:
			if strings.Contains(line, want) {
				return
			}
			t.Logf("other line: %s", line)
		case <-timeout:
			t.Fatalf("no log line contains %q", want)
		}
	}
}

// rawPeer is a client written byte by byte, so that it can do what no ZeroMQ library does.
type rawPeer struct {
	t testing.TB
	*net.TCPConn
}

// dial connects without a word.
func dial(t testing.TB, addr net.Addr) *rawPeer {
	t.Helper()
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return &rawPeer{t, conn.(*net.TCPConn)}
}

// connect dials and shakes hands.
func connect(t testing.TB, addr net.Addr, kind, identity string) *rawPeer {
	t.Helper()
	p := dial(t, addr)
	p.write(greeting() + ready(kind, identity))
	p.read(64)
	if cmd, isCommand := p.recvAny(); !isCommand || !strings.HasPrefix(cmd[0], "\x05READY") {
		t.Fatalf("server sent %q instead of READY", cmd)
	}
	return p
}

func greeting() string {
	return "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f" + "\x03\x01" + "NULL" + strings.Repeat("\x00", 16) +
		"\x00" + strings.Repeat("\x00", 31)
}

func ready(kind, identity string) string {
	body := "\x05READY" + property("Socket-Type", kind) + property("Identity", identity)
	return header(4, uint64(len(body))) + body
}

func property(key, value string) string {
	return string(rune(len(key))) + key + string(binary.BigEndian.AppendUint32(nil, uint32(len(value)))) + value
}

func (p *rawPeer) write(data string) {
	p.t.Helper()
	if _, err := io.WriteString(p.TCPConn, data); err != nil {
		p.t.Fatal(err)
	}
}

func (p *rawPeer) read(n int) []byte {
	p.t.Helper()
	buf := make([]byte, n)
	if _, err := io.ReadFull(p.TCPConn, buf); err != nil {
		p.t.Fatal(err)
	}
	return buf
}

// send sends one message, "frame|frame|...".
func (p *rawPeer) send(message string) {
	p.t.Helper()
	frames := strings.Split(message, "|")
	var data strings.Builder
	for i, f := range frames {
		flags := byte(0)
		if i < len(frames)-1 {
			flags = 1
		}
		data.WriteString(header(flags, uint64(len(f))) + f)
	}
	p.write(data.String())
}

// sendCommand sends a ZMTP command.
func (p *rawPeer) sendCommand(name, body string) {
	p.t.Helper()
	body = string(rune(len(name))) + name + body
	p.write(header(4, uint64(len(body))) + body)
}

func header(flags byte, size uint64) string {
	if size < 256 {
		return string([]byte{flags, byte(size)})
	}
	return string(binary.BigEndian.AppendUint64([]byte{flags | 2}, size))
}

// recv receives one message, "frame|frame|...".
func (p *rawPeer) recv() string {
	p.t.Helper()
	frames, isCommand := p.recvAny()
	if isCommand {
		p.t.Fatalf("server sent command %q", frames[0])
	}
	return strings.Join(frames, "|")
}

// recvAny receives a message, or a command as one frame.
func (p *rawPeer) recvAny() (frames []string, isCommand bool) {
	p.t.Helper()
	for {
		h := p.read(2)
		size := uint64(h[1])
		if h[0]&2 != 0 {
			size = binary.BigEndian.Uint64(append(h[1:2:2], p.read(7)...))
		}
		frames = append(frames, string(p.read(int(size))))
		if h[0]&1 == 0 {
			return frames, h[0]&4 != 0
		}
	}
}

// mustEnd reads until the server closes the connection.
func (p *rawPeer) mustEnd() {
	p.t.Helper()
	_, err := io.Copy(io.Discard, p.TCPConn)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		p.t.Fatalf("connection was not closed by the server: %v", err)
	}
}
