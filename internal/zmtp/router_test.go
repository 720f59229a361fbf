package zmtp_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"

	"github.com/ipyauth/ipyauth/internal/zmtp"
)

func TestRouterWithZMQ4Clients(t *testing.T) {
	noLeaks(t)
	r, addr := newRouter(t, zmtp.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	dealer := zmq4.NewDealer(ctx, zmq4.WithID(zmq4.SocketIdentity("client-1")))
	defer dealer.Close()
	if err := dealer.Dial("tcp://" + addr.String()); err != nil {
		t.Fatal(err)
	}
	if err := dealer.SendMulti(zmq4.NewMsgFrom([]byte("one"), nil, []byte(strings.Repeat("x", 300)))); err != nil {
		t.Fatal(err)
	}
	message := mustRecv(t, r)
	if want := "client-1|one||" + strings.Repeat("x", 300); message != want {
		t.Fatalf("received %q, want %q", message, want)
	}
	mustSend(t, r, message)
	reply, err := dealer.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if got := "client-1|" + join(reply.Frames); got != message {
		t.Errorf("dealer received %q, want %q", got, message)
	}

	req := zmq4.NewReq(ctx)
	defer req.Close()
	if err := req.Dial("tcp://" + addr.String()); err != nil {
		t.Fatal(err)
	}
	if err := req.Send(zmq4.NewMsgString("question")); err != nil {
		t.Fatal(err)
	}
	mustSend(t, r, strings.Replace(mustRecv(t, r), "question", "answer", 1))
	if reply, err = req.Recv(); err != nil || join(reply.Frames) != "answer" {
		t.Errorf("req received %q, %v; want answer", join(reply.Frames), err)
	}
}

// TestRouterReceives has the rows of what one peer sends and what comes out of Recv.
func TestRouterReceives(t *testing.T) {
	long := strings.Repeat("l", 100_000)
	tests := []struct {
		name, kind, identity string
		send                 func(p *rawPeer)
		want                 string
	}{
		{"one frame", "DEALER", "id", func(p *rawPeer) { p.send("a") }, "id|a"},
		{"empty frames", "DEALER", "id", func(p *rawPeer) { p.send("||") }, "id|||"},
		{"long frame", "DEALER", "id", func(p *rawPeer) { p.send("a|" + long + "|b") }, "id|a|" + long + "|b"},
		{"as many frames as allowed", "DEALER", "id", func(p *rawPeer) { p.send(strings.Repeat("|", 255)) }, "id|" + strings.Repeat("|", 255)},
		{"short frame with a long header", "DEALER", "id", func(p *rawPeer) { p.write("\x02\x00\x00\x00\x00\x00\x00\x00\x01a") }, "id|a"},
		{"ROUTER peer", "ROUTER", "id", func(p *rawPeer) { p.send("a") }, "id|a"},
		{"REQ peer", "REQ", "id", func(p *rawPeer) { p.send("|a") }, "id||a"},
		{"longest identity", "DEALER", strings.Repeat("i", 255), func(p *rawPeer) { p.send("a") }, strings.Repeat("i", 255) + "|a"},
		{"no identity", "DEALER", "", func(p *rawPeer) { p.send("a") }, "\x00\x00\x00\x00\x01|a"},
		{"command before", "DEALER", "id", func(p *rawPeer) { p.sendCommand("FOO", "x"); p.send("a") }, "id|a"},
		{"command between frames", "DEALER", "id", func(p *rawPeer) {
			p.write(header(1, 1) + "a")
			p.sendCommand("FOO", "")
			p.write(header(0, 1) + "b")
		}, "id|a|b"},
		{"byte by byte", "DEALER", "id", func(p *rawPeer) {
			for _, b := range []byte(header(1, 300) + strings.Repeat("x", 300) + header(0, 1) + "b") {
				p.write(string([]byte{b}))
			}
		}, "id|" + strings.Repeat("x", 300) + "|b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			noLeaks(t)
			r, addr := newRouter(t, zmtp.Config{})
			p := connect(t, addr, tt.kind, tt.identity)
			tt.send(p)
			got := mustRecv(t, r)
			if got != tt.want {
				t.Fatalf("received %.300q, want %.300q", got, tt.want)
			}
			mustSend(t, r, got)
			if _, want, _ := strings.Cut(tt.want, "|"); p.recv() != want {
				t.Error("the answer differs")
			}
		})
	}
}

func TestRouterNewestPeerWinsIdentity(t *testing.T) {
	noLeaks(t)
	logf, lines := logLines()
	r, addr := newRouter(t, zmtp.Config{Logf: logf})
	elder := connect(t, addr, "DEALER", "same")
	elder.send("from the elder")
	if got := mustRecv(t, r); got != "same|from the elder" {
		t.Fatal(got)
	}
	newer := connect(t, addr, "DEALER", "same")
	elder.mustEnd()
	mustLog(t, lines, "a newer connection has the same identity")
	newer.send("from the newer")
	if got := mustRecv(t, r); got != "same|from the newer" {
		t.Fatal(got)
	}
	mustSend(t, r, "same|answer")
	if got := newer.recv(); got != "answer" {
		t.Errorf("newer received %q", got)
	}
}

func TestRouterSend(t *testing.T) {
	r, addr := newRouter(t, zmtp.Config{})
	if err := r.Send(split("nobody|hello")); err != nil {
		t.Errorf("Send to an unknown peer: %v, want nil", err)
	}
	if err := r.Send(split("identity alone")); err == nil {
		t.Error("Send without a frame for the peer: no error")
	}
	p := connect(t, addr, "DEALER", "id")
	p.send("hello")
	mustRecv(t, r)
	p.Close()
	for range 100 { // whether the loss is noticed yet or not
		if err := r.Send(split("id|hello")); err != nil {
			t.Fatalf("Send to a peer that has gone: %v, want nil", err)
		}
	}
}

func TestRouterRecvErrors(t *testing.T) {
	r, addr := newRouter(t, zmtp.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Recv(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Recv with a cancelled context: %v", err)
	}
	waiting := make(chan error)
	go func() {
		_, err := r.Recv(context.Background())
		waiting <- err
	}()
	p := connect(t, addr, "DEALER", "id")
	mustClose(t, r)
	if err := <-waiting; !errors.Is(err, zmtp.ErrClosed) {
		t.Errorf("Recv during Close: %v, want ErrClosed", err)
	}
	if _, err := r.Recv(context.Background()); !errors.Is(err, zmtp.ErrClosed) {
		t.Errorf("Recv after Close: %v, want ErrClosed", err)
	}
	if err := r.Send(split("id|hello")); !errors.Is(err, zmtp.ErrClosed) {
		t.Errorf("Send after Close: %v, want ErrClosed", err)
	}
	p.mustEnd()
}

// TestRouterPeerThatStopsReading fills one peer's queue: the others must not notice, and nothing accepted may be
// lost.
func TestRouterPeerThatStopsReading(t *testing.T) {
	noLeaks(t)
	r, addr := newRouter(t, zmtp.Config{MaxQueue: 1 << 20, WriteTimeout: time.Hour, Linger: time.Millisecond})
	stuck, healthy := connect(t, addr, "DEALER", "stuck"), connect(t, addr, "DEALER", "healthy")
	for _, p := range []*rawPeer{stuck, healthy} {
		p.send("hello")
		mustRecv(t, r)
	}
	body := strings.Repeat("x", 64<<10)
	accepted := 0
	for ; ; accepted++ {
		err := r.Send(split(fmt.Sprintf("stuck|%d|%s", accepted, body)))
		if errors.Is(err, zmtp.ErrQueueFull) {
			break
		}
		if err != nil || accepted > 10_000 {
			t.Fatalf("message %d: %v, want ErrQueueFull some time", accepted, err)
		}
	}
	healthy.send("question")
	mustSend(t, r, mustRecv(t, r))
	if got := healthy.recv(); got != "question" {
		t.Errorf("healthy peer received %q", got)
	}
	for i := range accepted {
		if want := fmt.Sprintf("%d|%s", i, body); stuck.recv() != want {
			t.Fatalf("message %d is not what was sent", i)
		}
	}
	mustSend(t, r, "stuck|again")
	if got := stuck.recv(); got != "again" {
		t.Errorf("received %.100q, want again", got)
	}
}

func TestRouterWriteTimeout(t *testing.T) {
	noLeaks(t)
	logf, lines := logLines()
	r, addr := newRouter(t, zmtp.Config{WriteTimeout: 20 * time.Millisecond, Logf: logf})
	p := connect(t, addr, "DEALER", "stuck")
	p.send("hello")
	mustRecv(t, r)
	mustSend(t, r, "stuck|"+strings.Repeat("x", 32<<20))
	mustLog(t, lines, "i/o timeout")
	p.mustEnd()
}

// TestRouterFramesStayTogether has many senders at once; the messages are of sizes that take each path through the
// writer.
func TestRouterFramesStayTogether(t *testing.T) {
	noLeaks(t)
	const senders, each = 8, 100
	r, addr := newRouter(t, zmtp.Config{})
	p := connect(t, addr, "DEALER", "id")
	p.send("hello")
	mustRecv(t, r)
	var wg sync.WaitGroup
	for s := range senders {
		wg.Go(func() {
			for i := range each {
				tag := fmt.Sprintf("%d.%d", s, i)
				size := []int{0, 10, 255, 256, 20_000, 70_000}[i%6]
				if err := r.Send(split("id|" + tag + "|" + strings.Repeat(tag, size/len(tag)) + "|" + tag)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	next := make([]int, senders)
	for range senders * each {
		frames := strings.Split(p.recv(), "|")
		tag := frames[0]
		if len(frames) != 3 || frames[2] != tag || strings.ReplaceAll(frames[1], tag, "") != "" {
			t.Fatalf("frames of different messages in one: %.200q", frames)
		}
		var s, i int
		fmt.Sscanf(tag, "%d.%d", &s, &i)
		if i != next[s] {
			t.Fatalf("sender %d: message %d came when %d was due", s, i, next[s])
		}
		next[s]++
	}
	wg.Wait()
}

// TestRouterBackPressure shows that a socket nobody receives from keeps one message per peer, and loses none.
func TestRouterBackPressure(t *testing.T) {
	noLeaks(t)
	r, addr := newRouter(t, zmtp.Config{})
	p := connect(t, addr, "DEALER", "id")
	const n = 1000
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for i := range n {
			p.send(fmt.Sprintf("%d|%s", i, strings.Repeat("x", 10_000)))
		}
	}()
	for i := range n {
		if got := mustRecv(t, r); !strings.HasPrefix(got, fmt.Sprintf("id|%d|", i)) {
			t.Fatalf("message %d: %.20q", i, got)
		}
	}
	<-sent
}

func TestRouterWaitPeer(t *testing.T) {
	noLeaks(t)
	r, addr := newRouter(t, zmtp.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	waited := make(chan error, 2)
	go func() { waited <- r.WaitPeer(ctx, []byte("late")) }()
	for _, id := range []string{"other", "late"} {
		dealer := zmq4.NewDealer(ctx, zmq4.WithID(zmq4.SocketIdentity(id)))
		defer dealer.Close()
		if err := dealer.Dial("tcp://" + addr.String()); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-waited; err != nil {
		t.Errorf("WaitPeer: %v", err)
	}
	if err := r.WaitPeer(ctx, []byte("late")); err != nil {
		t.Errorf("WaitPeer for a peer that is there: %v", err)
	}
	ended, end := context.WithCancel(ctx)
	end()
	if err := r.WaitPeer(ended, []byte("never")); !errors.Is(err, context.Canceled) {
		t.Errorf("WaitPeer with a context that has ended: %v", err)
	}
	go func() { waited <- r.WaitPeer(ctx, []byte("never")) }()
	r.Close()
	if err := <-waited; !errors.Is(err, zmtp.ErrClosed) {
		t.Errorf("WaitPeer on a closed socket: %v", err)
	}
}
