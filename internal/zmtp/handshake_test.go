package zmtp

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-zeromq/zmq4"
)

func greetingOf(major, minor byte, mechanism string) string {
	return "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f" + string([]byte{major, minor}) +
		mechanism + strings.Repeat("\x00", 20-len(mechanism)) + strings.Repeat("\x00", 32)
}

func prop(key, value string) string {
	return string([]byte{byte(len(key))}) + key + string(binary.BigEndian.AppendUint32(nil, uint32(len(value)))) + value
}

// TestHandshake changes one thing at a time in what a DEALER sends.
func TestHandshake(t *testing.T) {
	good := greetingOf(3, 1, "NULL")
	dealer := prop("Socket-Type", "DEALER")
	ready := func(properties string) string { return good + wire(flagCommand, "\x05READY"+properties) }
	tests := []struct {
		name, in string
		identity string
		err      error // nil: accepted
	}{
		{"baseline", ready(dealer + prop("Identity", "me")), "me", nil},
		{"without identity", ready(dealer), "", nil},
		{"unknown property", ready(dealer + prop("X-Colour", "green") + prop("Identity", "me")), "me", nil},
		{"lower-case property names", ready(prop("socket-type", "DEALER") + prop("identity", "me")), "me", nil},
		{"minor version 0", greetingOf(3, 0, "NULL") + wire(flagCommand, "\x05READY"+dealer), "", nil},
		{"later major version", greetingOf(4, 0, "NULL") + wire(flagCommand, "\x05READY"+dealer), "", nil},
		{"bytes after READY are left alone", ready(dealer) + "\x00\x01x", "", nil},
		{"READY of 4 KiB", ready(dealer + prop("X-Pad", strings.Repeat("x", 4000))), "", nil},

		{"nothing", "", "", io.EOF},
		{"half a greeting", good[:30], "", io.ErrUnexpectedEOF},
		{"greeting alone", good, "", io.EOF},
		{"half a READY", ready(dealer)[:80], "", io.ErrUnexpectedEOF},
		{"HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "", errNotZMTP},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("r", 100), "", errNotZMTP},
		{"ZMTP 1.0", "\x01\x00" + strings.Repeat("\x00", 20), "", errNotZMTP},
		{"ZMTP 2.0", "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x01\x05\x00\x00", "", errNotZMTP},
		{"wrong signature", strings.Replace(good, "\x7f", "\x7e", 1), "", errNotZMTP},
		{"CURVE", greetingOf(3, 1, "CURVE") + wire(flagCommand, "\x05HELLO"), "", errAny},
		{"PLAIN", greetingOf(3, 1, "PLAIN") + wire(flagCommand, "\x05HELLO"), "", errAny},

		{"message instead of READY", good + wire(0, "\x05READY"+dealer), "", errNotCommand},
		{"READY of two frames", good + wire(flagCommand|flagMore, "\x05READY"+dealer), "", errNotCommand},
		{"reserved flag", good + wire(flagCommand|8, "\x05READY"+dealer), "", errNotCommand},
		{"other command", good + wire(flagCommand, "\x05ERROR\x02no"), "", zmq4.ErrBadCmd},
		{"empty command", good + wire(flagCommand, ""), "", errAny},
		{"READY over 4 KiB", good + longHeader(flagCommand, maxReady+1), "", errReadyTooLong},
		{"READY of 2^40 bytes", good + longHeader(flagCommand, 1<<40), "", errReadyTooLong},
		{"READY of 2^62 bytes", good + longHeader(flagCommand, 1<<62), "", errReadyTooLong},
		{"READY of 2^64-1 bytes", good + longHeader(flagCommand, 1<<64-1), "", errReadyTooLong},
		{"property name past the end", ready("\x04Abc"), "", errReady}, // panics in zmq4
		{"property without a name", ready(prop("", "x")), "", errReady},
		{"property without a length", ready("\x03Abc\x00"), "", errReady}, // panics in zmq4
		{"property value past the end", ready("\x03Abc\x00\x00\x00\x05abcd"), "", errReady},
		{"property value of 2^32-1", ready("\x03Abc\xff\xff\xff\xff"), "", errReady},

		{"no socket type", ready(""), "", errPanic},
		{"unknown socket type", ready(prop("Socket-Type", "FRIEND")), "", errPanic},
		{"SUB", ready(prop("Socket-Type", "SUB")), "", errAny},
		{"PAIR", ready(prop("Socket-Type", "PAIR")), "", errAny},
		{"identity of 256 bytes", ready(dealer + prop("Identity", strings.Repeat("i", 256))), "", errIdentity},
		{"identity of the kind that is made up", ready(dealer + prop("Identity", "\x00\x00\x00\x00\x01")), "", errIdentity},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			identity, err := handshake(&memoryConn{in: strings.NewReader(tt.in)}, zmq4.Router, time.Minute)
			switch {
			case tt.err == errAny && err == nil:
				t.Error("accepted")
			case tt.err != errAny && !errors.Is(err, tt.err):
				t.Errorf("error is %v, want %v", err, tt.err)
			case string(identity) != tt.identity:
				t.Errorf("identity is %q, want %q", identity, tt.identity)
			}
		})
	}
}

// errAny stands for an error of zmq4's that it does not export.
var errAny = errors.New("any error")

// TestSocketTypes is ZMTP 3.0's table of who may talk to whom.
func TestSocketTypes(t *testing.T) {
	accepted := map[zmq4.SocketType]string{
		zmq4.Router: "DEALER REQ ROUTER",
		zmq4.XPub:   "SUB XSUB",
		zmq4.Rep:    "DEALER REQ",
	}
	for kind, want := range accepted {
		var got []string
		for _, peer := range strings.Fields("DEALER PAIR PUB PULL PUSH REP REQ ROUTER SUB XPUB XSUB") {
			in := greetingOf(3, 1, "NULL") + wire(flagCommand, "\x05READY"+prop("Socket-Type", peer))
			if _, err := handshake(&memoryConn{in: strings.NewReader(in)}, kind, time.Minute); err == nil {
				got = append(got, peer)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s accepts %q, want %q", kind, got, want)
		}
	}
}

// TestHandshakeDeadline has peers that send a part, or one byte a second for ever.
func TestHandshakeDeadline(t *testing.T) {
	for _, tt := range []struct {
		name string
		peer func(net.Conn)
	}{
		{"silent", func(net.Conn) {}},
		{"half a greeting", func(c net.Conn) { io.WriteString(c, greetingOf(3, 1, "NULL")[:40]) }},
		{"no READY", func(c net.Conn) { io.WriteString(c, greetingOf(3, 1, "NULL")) }},
		{"drips", func(c net.Conn) {
			for _, b := range []byte(greetingOf(3, 1, "NULL")) {
				if _, err := c.Write([]byte{b}); err != nil {
					return
				}
				time.Sleep(time.Second) // synctest's clock
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := net.Pipe()
				var wg sync.WaitGroup
				wg.Go(func() { io.Copy(io.Discard, client) })
				wg.Go(func() { tt.peer(client) })
				start := time.Now()
				_, err := handshake(server, zmq4.Router, 5*time.Second)
				if !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("error is %v, want a deadline", err)
				}
				if took := time.Since(start); took != 5*time.Second {
					t.Errorf("gave up after %v, want 5 s", took)
				}
				server.Close()
				client.Close()
				wg.Wait()
			})
		})
	}
}

// FuzzHandshake: no bytes make zmq4 panic, but for a socket type it does not know; that one is recovered.
func FuzzHandshake(f *testing.F) {
	f.Add([]byte(greetingOf(3, 1, "NULL") + wire(flagCommand, "\x05READY"+prop("Socket-Type", "DEALER")+prop("Identity", "me"))))
	f.Add([]byte(greetingOf(3, 1, "NULL") + wire(flagCommand, "\x05READY\x04Abc")))
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		identity, err := handshake(&memoryConn{in: strings.NewReader(string(in))}, zmq4.Router, time.Minute)
		if errors.Is(err, errPanic) && !strings.Contains(err.Error(), "unknown socket-type") {
			t.Fatal(err)
		}
		if err == nil && len(identity) > 255 {
			t.Fatalf("identity of %d bytes", len(identity))
		}
	})
}
