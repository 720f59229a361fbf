package zmtp_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ipyauth/ipyauth/internal/zmtp"
)

func TestReconnects(t *testing.T) {
	noLeaks(t)
	r, addr := newRouter(t, zmtp.Config{})
	for i := range 100 {
		p := connect(t, addr, "DEALER", "same") // under its old identity, as clients do
		p.send(fmt.Sprint(i))
		message := mustRecv(t, r)
		mustSend(t, r, message)
		if got := p.recv(); got != fmt.Sprint(i) {
			t.Fatalf("connection %d received %q", i, got)
		}
		p.Close()
	}
}

func TestUnixSocket(t *testing.T) {
	noLeaks(t)
	path := filepath.Join(t.TempDir(), "kernel-1")
	ln, err := net.Listen("unix", path)
	if err != nil {
		t.Skip("no unix sockets here:", err)
	}
	e := zmtp.NewEcho(ln, zmtp.Config{})
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.Write([]byte(greeting() + ready("REQ", "") + header(1, 0) + header(0, 4) + "ping"))
	buf := make([]byte, 1000)
	conn.SetDeadline(time.Now().Add(patience))
	for got := ""; !strings.HasSuffix(got, header(1, 0)+header(0, 4)+"ping"); {
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatalf("received %q and then %v", got, err)
		}
		got += string(buf[:n])
	}
	mustClose(t, e)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket's file is left: %v", err)
	}
}

// TestCloseSendsWhatIsQueued is the end of a kernel: the reply to shutdown_request must arrive.
func TestCloseSendsWhatIsQueued(t *testing.T) {
	noLeaks(t)
	r, addr := newRouter(t, zmtp.Config{Linger: patience})
	p := connect(t, addr, "DEALER", "id")
	p.send("hello")
	mustRecv(t, r)
	body := strings.Repeat("x", 8<<20) // more than the socket's buffers hold
	mustSend(t, r, "id|"+body)
	mustSend(t, r, "id|last")
	closed := make(chan error)
	go func() { closed <- r.Close() }()
	if got := p.recv(); got != body {
		t.Errorf("received %d bytes, want %d", len(got), len(body))
	}
	if got := p.recv(); got != "last" {
		t.Errorf("received %.100q, want last", got)
	}
	p.mustEnd()
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

// TestCloseLinger: a peer that does not read delays Close by no more than Linger.
func TestCloseLinger(t *testing.T) {
	noLeaks(t)
	r, addr := newRouter(t, zmtp.Config{Linger: 10 * time.Millisecond})
	p := connect(t, addr, "DEALER", "stuck")
	p.send("hello")
	mustRecv(t, r)
	mustSend(t, r, "stuck|"+strings.Repeat("x", 32<<20))
	mustClose(t, r)
	p.mustEnd()
}

// TestCloseWithEverythingGoingOn closes three sockets, twice each, while peers connect, send, are sent to and say
// nothing.
func TestCloseWithEverythingGoingOn(t *testing.T) {
	noLeaks(t)
	for range 20 {
		r, addr := newRouter(t, zmtp.Config{})
		pub, pubAddr := newPublisher(t, zmtp.PublisherConfig{OnSubscribe: welcome})
		dial(t, addr)
		dial(t, pubAddr).write(greeting())
		connect(t, addr, "DEALER", "waits").send("not received")
		connect(t, pubAddr, "SUB", "").send("\x01")
		var wg sync.WaitGroup
		wg.Go(func() {
			for r.Send(split("waits|answer")) == nil {
			}
		})
		wg.Go(func() {
			for pub.Publish(split("t|message")) == nil {
			}
		})
		for range 2 {
			wg.Go(func() { mustClose(t, r) })
			wg.Go(func() { mustClose(t, pub) })
		}
		wg.Wait()
	}
}

// brokenListener fails as a process without file descriptors does, a few times, and tells when it was asked.
type brokenListener struct {
	failures int
	asked    chan time.Duration
	start    time.Time
	closed   chan struct{}
}

func (l *brokenListener) Accept() (net.Conn, error) {
	l.asked <- time.Since(l.start)
	if l.failures--; l.failures >= 0 {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *brokenListener) Close() error   { close(l.closed); return nil }
func (l *brokenListener) Addr() net.Addr { return &net.TCPAddr{} }

func TestAcceptPausesWithoutFileDescriptors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ln := &brokenListener{failures: 10, asked: make(chan time.Duration), start: time.Now(), closed: make(chan struct{})}
		e := zmtp.NewEcho(ln, zmtp.Config{})
		want := time.Duration(0)
		pause := 5 * time.Millisecond
		for i := range 11 {
			if got := <-ln.asked; got != want {
				t.Errorf("attempt %d came after %v, want %v", i, got, want)
			}
			want += pause
			pause = min(2*pause, time.Second)
		}
		mustClose(t, e)
	})
}

func TestCloseDuringPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ln := &brokenListener{failures: 1 << 30, asked: make(chan time.Duration, 1<<10), start: time.Now(), closed: make(chan struct{})}
		e := zmtp.NewEcho(ln, zmtp.Config{})
		synctest.Wait()
		mustClose(t, e)
		if passed := time.Since(ln.start); passed != 0 {
			t.Errorf("Close waited %v for the pause", passed)
		}
	})
}
