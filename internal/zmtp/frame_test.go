package zmtp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

var smallLimits = Config{MaxFrame: 1000, MaxMessage: 1500, MaxFrames: 4}

// wire is a frame as it travels.
func wire(flags byte, body string) string {
	return string(appendHeader(nil, flags, len(body))) + body
}

// longHeader is the header of a frame whose length needs eight octets, or is said to.
func longHeader(flags byte, size uint64) string {
	return string(binary.BigEndian.AppendUint64([]byte{flags | flagLong}, size))
}

func TestReader(t *testing.T) {
	k, half := strings.Repeat("k", 1000), strings.Repeat("h", 500)
	tests := []struct {
		name, in string
		want     string // of the first message or command, frames joined
		err      error
	}{
		{"baseline", wire(flagMore, "a") + wire(0, "b"), "a|b", nil},
		{"nothing", "", "", io.EOF},
		{"flags alone", "\x00", "", io.ErrUnexpectedEOF},
		{"short length, no body", "\x00\x01", "", io.ErrUnexpectedEOF},
		{"half a long length", "\x02\x00\x00\x00", "", io.ErrUnexpectedEOF},
		{"half a body", "\x00\x05abc", "", io.ErrUnexpectedEOF},
		{"end after a frame that promises more", wire(flagMore, "a"), "", io.ErrUnexpectedEOF},
		{"empty frame", wire(0, ""), "", nil},
		{"longest frame", wire(0, k), k, nil},
		{"frame too long", longHeader(0, 1001), "", errFrameTooLong},
		{"length 2^40", longHeader(0, 1<<40), "", errFrameTooLong},
		{"length 2^62", longHeader(0, 1<<62), "", errFrameTooLong},
		{"length 2^64-1", longHeader(0, 1<<64-1), "", errFrameTooLong},
		{"length 2^64-1 after a frame", wire(flagMore, "a") + longHeader(0, 1<<64-1), "", errFrameTooLong},
		{"longest message", wire(flagMore, k) + wire(0, half), k + "|" + half, nil},
		{"message too long", wire(flagMore, k) + wire(0, half+"x"), "", errTooLong},
		{"most frames", strings.Repeat(wire(flagMore, ""), 3) + wire(0, "x"), "|||x", nil},
		{"too many frames", strings.Repeat(wire(flagMore, ""), 4) + wire(0, "x"), "", errTooManyFrames},
		{"reserved flag 8", "\x08\x00", "", errFlags},
		{"reserved flag 128", "\x80\x00", "", errFlags},
		{"command", wire(flagCommand, "\x04PINGdata"), "command PING data", nil},
		{"command without data", wire(flagCommand, "\x04PING"), "command PING ", nil},
		{"long command", longHeader(flagCommand, 7) + "\x04PINGab", "command PING ab", nil},
		{"empty command", wire(flagCommand, ""), "", errCommand},
		{"command without a name", wire(flagCommand, "\x00data"), "", errCommand},
		{"command shorter than its name", wire(flagCommand, "\x05PING"), "", errCommand},
		{"command of two frames", wire(flagCommand|flagMore, "\x04PING"), "", errCommand},
		{"command too long", longHeader(flagCommand, maxCommand+1), "", errCommand},
		{"command between frames", wire(flagMore, "a") + wire(flagCommand, "\x04PING"), "command PING ", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in))} {
				frames, cmd, err := newReader(in, smallLimits).next()
				got := string(bytes.Join(frames, []byte("|")))
				if cmd != nil {
					got = "command " + cmd.name + " " + string(cmd.body)
				}
				if got != tt.want || !errors.Is(err, tt.err) {
					t.Errorf("got %.50q, %v; want %.50q, %v", got, err, tt.want, tt.err)
				}
			}
		})
	}
}

// TestReaderAllocatesWhatArrives announces 256 MiB and sends 100 kB of it.
func TestReaderAllocatesWhatArrives(t *testing.T) {
	in := longHeader(0, defaultMaxFrame) + strings.Repeat("x", 100_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := newReader(strings.NewReader(in), Config{}.withDefaults(defaultMaxFrame)).next()
	runtime.ReadMemStats(&after)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error is %v, want an unexpected EOF", err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 2<<20 {
		t.Errorf("reading 100 kB of an announced 256 MiB allocated %d bytes", grown)
	}
}

// TestWriterReader sends messages of all the sizes at which either side changes its way.
func TestWriterReader(t *testing.T) {
	var sent [][][]byte
	for _, n := range []int{0, 1, 255, 256, writeDirect - 1, writeDirect, readStep, readStep + 1, writeBuffer, writeStep + 1, 3*writeStep + 7} {
		body := bytes.Repeat([]byte{byte(n)}, n)
		sent = append(sent, [][]byte{body}, [][]byte{[]byte("first"), body, []byte("last")})
	}
	client, server := net.Pipe()
	defer client.Close()
	go func() {
		defer server.Close()
		w := &writer{conn: server, timeout: time.Minute}
		for _, frames := range sent {
			if err := w.message(outgoing{frames: frames}); err != nil {
				t.Error(err)
			}
		}
		if err := w.flush(); err != nil {
			t.Error(err)
		}
	}()
	r := newReader(client, Config{}.withDefaults(defaultMaxFrame))
	for i, want := range sent {
		frames, cmd, err := r.next()
		if err != nil || cmd != nil || !slices.EqualFunc(frames, want, bytes.Equal) {
			t.Fatalf("message %d: %d frames, command %v, %v", i, len(frames), cmd, err)
		}
	}
	if _, _, err := r.next(); err != io.EOF {
		t.Errorf("after the last message: %v, want EOF", err)
	}
}

// FuzzReader: whatever bytes come, the limits hold, and what is read is written and read again alike.
func FuzzReader(f *testing.F) {
	f.Add([]byte(wire(flagMore, "a") + wire(0, "b")))
	f.Add([]byte(wire(flagCommand, "\x04PING\x00\x00ctx") + wire(0, "")))
	f.Add([]byte(longHeader(0, 1<<62)))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := newReader(bytes.NewReader(in), smallLimits)
		for {
			frames, cmd, err := r.next()
			if err != nil {
				if len(r.frames) > smallLimits.MaxFrames || r.size > uint64(smallLimits.MaxMessage) {
					t.Fatalf("keeps %d frames of %d bytes", len(r.frames), r.size)
				}
				return
			}
			m := outgoing{frames: frames}
			if cmd != nil {
				m = outgoing{frames: [][]byte{append([]byte{byte(len(cmd.name))}, cmd.name+string(cmd.body)...)}, command: true}
			}
			again, cmdAgain, err := newReader(bytes.NewReader(written(t, m)), smallLimits).next()
			if err != nil || !slices.EqualFunc(again, frames, bytes.Equal) || (cmd == nil) != (cmdAgain == nil) {
				t.Fatalf("%q came back as %q, %v, %v", frames, again, cmdAgain, err)
			}
			if cmd != nil && (cmd.name != cmdAgain.name || !bytes.Equal(cmd.body, cmdAgain.body)) {
				t.Fatalf("command %v came back as %v", cmd, cmdAgain)
			}
		}
	})
}

// written is what the writer makes of a message.
func written(t *testing.T, m outgoing) []byte {
	t.Helper()
	conn := &memoryConn{in: strings.NewReader("")}
	w := &writer{conn: conn, timeout: time.Minute}
	if err := errors.Join(w.message(m), w.flush()); err != nil {
		t.Fatal(err)
	}
	return conn.out.Bytes()
}

// memoryConn is a connection without a network, whose input is known from the start.
type memoryConn struct {
	net.Conn
	in  io.Reader
	out bytes.Buffer
}

func (c *memoryConn) Read(p []byte) (int, error)       { return c.in.Read(p) }
func (c *memoryConn) Write(p []byte) (int, error)      { return c.out.Write(p) }
func (c *memoryConn) SetDeadline(time.Time) error      { return nil }
func (c *memoryConn) SetWriteDeadline(time.Time) error { return nil }
