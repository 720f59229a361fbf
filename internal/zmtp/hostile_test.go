package zmtp_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/zmtp"
)

// TestHostilePeers lets each row loose on each kind of socket, and then asks whether a well-behaved peer is served
// and everything is given back. The rows that end at once need no time-out: it is an hour.
func TestHostilePeers(t *testing.T) {
	shaken := greeting() + ready("DEALER", "x")
	rows := []struct{ name, data string }{
		{"random bytes", "\x8f\x01\xe2\x77\x00\xff\x13\x37\xca\xfe\xba\xbe\xde\xad\xbe\xef\x00"},
		{"HTTP", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"},
		{"ZMTP 2.0 greeting", "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x01\x05\x00\x00"},
		{"READY of 2^40 bytes", greeting() + header(4, 1<<40)},
		{"READY of 2^62 bytes", greeting() + header(4, 1<<62)},
		{"property past the end", greeting() + header(4, 11) + "\x05READY\x04Abcd"},
		{"unknown socket type", greeting() + ready("FRIEND", "")},
		{"incompatible socket type", greeting() + ready("PULL", "")},
		{"frame of 2^40 bytes", shaken + header(0, 1<<40)},
		{"frame of 2^62 bytes", shaken + header(0, 1<<62)},
		{"frame of 2^64-1 bytes", shaken + header(1, 1<<64-1)},
		{"reserved flags", shaken + "\xf8\x00"},
		{"1000 frames", shaken + strings.Repeat(header(1, 0), 1000)},
		{"malformed command", shaken + header(4, 3) + "\x09ab"},
	}
	sockets := []struct {
		name  string
		start func(t *testing.T, cfg zmtp.Config) (net.Addr, func())
	}{
		{"Router", func(t *testing.T, cfg zmtp.Config) (net.Addr, func()) {
			r, addr := newRouter(t, cfg)
			return addr, func() {
				p := connect(t, addr, "DEALER", "well")
				p.send("hello")
				mustSend(t, r, mustRecv(t, r))
				p.recv()
			}
		}},
		{"Publisher", func(t *testing.T, cfg zmtp.Config) (net.Addr, func()) {
			p, addr := newPublisher(t, zmtp.PublisherConfig{Config: cfg, OnSubscribe: welcome})
			return addr, func() {
				sub := subscribe(t, addr, "a")
				mustPublish(t, p, "a|hello")
				sub.recv()
			}
		}},
		{"Echo", func(t *testing.T, cfg zmtp.Config) (net.Addr, func()) {
			addr := newEcho(t, cfg)
			return addr, func() {
				p := connect(t, addr, "REQ", "")
				p.send("|ping")
				p.recv()
			}
		}},
	}
	for _, s := range sockets {
		for _, row := range rows {
			t.Run(s.name+"/"+row.name, func(t *testing.T) {
				noLeaks(t)
				logf, lines := logLines()
				addr, serve := s.start(t, zmtp.Config{HandshakeTimeout: time.Hour, Logf: logf})
				data := row.data
				if s.name == "Publisher" {
					data = strings.Replace(data, ready("DEALER", "x"), ready("SUB", "x"), 1)
				}
				p := dial(t, addr)
				p.Write([]byte(data)) // fails when the server closes before it has read all
				p.mustEnd()
				mustLog(t, lines, "zmtp: ")
				serve()
			})
		}
	}
}

// TestSilentPeers has a hundred connections that say nothing, or half a greeting: the next client must not wait.
func TestSilentPeers(t *testing.T) {
	noLeaks(t)
	r, addr := newRouter(t, zmtp.Config{HandshakeTimeout: time.Hour})
	for i := range 100 {
		p := dial(t, addr)
		p.write(greeting()[:i%64])
	}
	p := connect(t, addr, "DEALER", "id")
	p.send("hello")
	if got := mustRecv(t, r); got != "id|hello" {
		t.Error(got)
	}
	mustClose(t, r) // does not wait for them either
}

func TestHandshakeTimeout(t *testing.T) {
	noLeaks(t)
	logf, lines := logLines()
	_, addr := newRouter(t, zmtp.Config{HandshakeTimeout: 10 * time.Millisecond, Logf: logf})
	p := dial(t, addr)
	p.mustEnd()
	mustLog(t, lines, "i/o timeout")
}

// TestPeerKilledMidMessage: part of a message is no message, and the peer's end is noticed.
func TestPeerKilledMidMessage(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(p *rawPeer)
		log  string
	}{
		{"closed", func(p *rawPeer) { p.Close() }, "unexpected EOF"},
		{"half-open", func(p *rawPeer) { p.CloseWrite() }, "unexpected EOF"},
		{"reset", func(p *rawPeer) { p.SetLinger(0); p.Close() }, "reset"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			noLeaks(t)
			logf, lines := logLines()
			r, addr := newRouter(t, zmtp.Config{Logf: logf})
			p := connect(t, addr, "DEALER", "killed")
			p.send("whole")
			mustRecv(t, r)
			p.write(header(1, 4) + "part" + header(0, 1000) + "of the second")
			tt.end(p)
			mustLog(t, lines, tt.log)
			q := connect(t, addr, "DEALER", "next")
			q.send("hello")
			if got := mustRecv(t, r); got != "next|hello" {
				t.Errorf("received %q after half a message", got)
			}
		})
	}
}

// TestPeerKilledWhileWrittenTo kills clients in the middle of long answers.
func TestPeerKilledWhileWrittenTo(t *testing.T) {
	noLeaks(t)
	r, addr := newRouter(t, zmtp.Config{})
	body := strings.Repeat("x", 4<<20)
	for i := range 10 {
		p := connect(t, addr, "DEALER", "killed")
		p.send("hello")
		mustSend(t, r, mustRecv(t, r)+"|"+body)
		p.read(1 << 20)
		if i%2 == 0 {
			p.SetLinger(0)
		}
		p.Close()
	}
	p := connect(t, addr, "DEALER", "next")
	p.send("hello")
	mustSend(t, r, mustRecv(t, r))
	if got := p.recv(); got != "hello" {
		t.Errorf("received %q", got)
	}
}

func TestMaxPeers(t *testing.T) {
	noLeaks(t)
	logf, lines := logLines()
	r, addr := newRouter(t, zmtp.Config{MaxPeers: 2, Logf: logf})
	first, second := connect(t, addr, "DEALER", "1"), dial(t, addr)
	second.write(greeting()[:10])
	third := dial(t, addr)
	third.mustEnd()
	mustLog(t, lines, "has 2 peers")
	first.send("hello")
	mustRecv(t, r)
	second.write("\x01") // ZMTP 2
	second.mustEnd()
	for { // the place is free soon after the connection is closed
		p := dial(t, addr)
		if _, err := p.Write([]byte(greeting() + ready("DEALER", "4"))); err != nil {
			continue
		}
		if _, err := p.TCPConn.Read(make([]byte, 1)); err == nil {
			break
		}
	}
}
