package zmtp_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"

	"github.com/ipyauth/ipyauth/internal/zmtp"
)

func newEcho(t testing.TB, cfg zmtp.Config) net.Addr {
	t.Helper()
	ln := listen(t)
	e := zmtp.NewEcho(ln, cfg)
	t.Cleanup(func() { mustClose(t, e) })
	return ln.Addr()
}

func TestEchoWithZMQ4Client(t *testing.T) {
	noLeaks(t)
	addr := newEcho(t, zmtp.Config{})
	req := zmq4.NewReq(context.Background())
	defer req.Close()
	if err := req.Dial("tcp://" + addr.String()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := req.Send(zmq4.NewMsgString("ping")); err != nil {
			t.Fatal(err)
		}
		if msg, err := req.Recv(); err != nil || join(msg.Frames) != "ping" {
			t.Fatalf("received %q, %v; want ping", join(msg.Frames), err)
		}
	}
}

func TestEcho(t *testing.T) {
	for _, tt := range []struct{ name, message string }{
		{"as a REQ sends it", "|ping"},
		{"without delimiter", "ping"},
		{"empty", ""},
		{"empty frames", "||"},
		{"with an envelope", "envelope|of|three||body|body"},
		{"long", "|" + strings.Repeat("x", 60_000)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			noLeaks(t)
			p := connect(t, newEcho(t, zmtp.Config{}), "DEALER", "")
			p.send(tt.message)
			if got := p.recv(); got != tt.message {
				t.Errorf("echo of %.100q is %.100q", tt.message, got)
			}
		})
	}
}

func TestEchoRefusesLongMessages(t *testing.T) {
	noLeaks(t)
	logf, lines := logLines()
	p := connect(t, newEcho(t, zmtp.Config{Logf: logf}), "REQ", "")
	p.write(header(0, 64<<10+1))
	p.mustEnd()
	mustLog(t, lines, "frame too long")
}

// TestEchoPeerThatDoesNotRead floods a socket without reading: the server must neither keep it all nor wait for ever.
func TestEchoPeerThatDoesNotRead(t *testing.T) {
	noLeaks(t)
	logf, lines := logLines()
	addr := newEcho(t, zmtp.Config{MaxQueue: 64 << 10, WriteTimeout: 20 * time.Millisecond, Logf: logf})
	p := dial(t, addr)
	flood := greeting() + ready("DEALER", "") + strings.Repeat(header(0, 60_000)+strings.Repeat("x", 60_000), 500)
	written := make(chan struct{})
	go func() {
		defer close(written)
		p.Write([]byte(flood)) // fails when the server has had enough
	}()
	mustLog(t, lines, "drops")
	p.mustEnd()
	<-written
	healthy := connect(t, addr, "REQ", "")
	healthy.send("|ping")
	if got := healthy.recv(); got != "|ping" {
		t.Errorf("a healthy peer received %q", got)
	}
}

// TestPing is ZMTP 3.1's heartbeat, which any peer may use on any socket.
func TestPing(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"without context", "\x00\x0a", ""},
		{"with context", "\x00\x00context", "context"},
		{"longest context", "\x00\x00sixteen bytes ok", "sixteen bytes ok"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			noLeaks(t)
			p := connect(t, newEcho(t, zmtp.Config{}), "REQ", "")
			p.sendCommand("PING", tt.body)
			frames, isCommand := p.recvAny()
			if want := "\x04PONG" + tt.want; !isCommand || frames[0] != want {
				t.Errorf("answer is %q (command: %v), want %q", frames, isCommand, want)
			}
		})
	}
	for _, tt := range []struct{ name, body string }{
		{"too short", "\x00"},
		{"context too long", "\x00\x00seventeen bytes no"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			noLeaks(t)
			p := connect(t, newEcho(t, zmtp.Config{}), "REQ", "")
			p.sendCommand("PING", tt.body)
			p.mustEnd()
		})
	}
}
