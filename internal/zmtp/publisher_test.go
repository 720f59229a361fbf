package zmtp_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"

	"github.com/ipyauth/ipyauth/internal/zmtp"
)

func newPublisher(t testing.TB, cfg zmtp.PublisherConfig) (*zmtp.Publisher, net.Addr) {
	t.Helper()
	ln := listen(t)
	p := zmtp.NewPublisher(ln, cfg)
	t.Cleanup(func() { mustClose(t, p) })
	return p, ln.Addr()
}

// welcome greets every subscriber, which tells a test that its subscription has arrived.
func welcome(topic []byte) [][]byte { return [][]byte{topic, []byte("welcome")} }

// subscribe connects a subscriber and waits for its welcome.
func subscribe(t testing.TB, addr net.Addr, topic string) *rawPeer {
	t.Helper()
	p := connect(t, addr, "SUB", "")
	p.send("\x01" + topic)
	if got := p.recv(); got != topic+"|welcome" {
		t.Fatalf("first message is %q, want the welcome", got)
	}
	return p
}

func mustPublish(t testing.TB, p *zmtp.Publisher, message string) {
	t.Helper()
	if err := p.Publish(split(message)); err != nil {
		t.Fatalf("Publish: %v", err)
	}
}

func TestPublisherWithZMQ4Client(t *testing.T) {
	noLeaks(t)
	p, addr := newPublisher(t, zmtp.PublisherConfig{OnSubscribe: welcome})
	sub := zmq4.NewSub(context.Background())
	defer sub.Close()
	if err := sub.Dial("tcp://" + addr.String()); err != nil {
		t.Fatal(err)
	}
	if err := sub.SetOption(zmq4.OptionSubscribe, "topic"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.WaitSubscriber(ctx); err != nil {
		t.Fatal(err)
	}
	mustPublish(t, p, "other|not for it")
	mustPublish(t, p, "topic.a|hello|"+strings.Repeat("x", 100_000))
	for _, want := range []string{"topic|welcome", "topic.a|hello|" + strings.Repeat("x", 100_000)} {
		if msg, err := sub.Recv(); err != nil || join(msg.Frames) != want {
			t.Errorf("received %.100q, %v; want %.100q", join(msg.Frames), err, want)
		}
	}
}

// TestSubscriptions has the rows of what a subscriber sends, and which of the topics a, ab, b, c it then gets.
func TestSubscriptions(t *testing.T) {
	tests := []struct {
		name string
		send func(p *rawPeer)
		want string
	}{
		{"to everything", func(p *rawPeer) { p.send("\x01") }, "a|ab|b|c|"},
		{"message form", func(p *rawPeer) { p.send("\x01a") }, "a|ab|"},
		{"command form", func(p *rawPeer) { p.sendCommand("SUBSCRIBE", "a") }, "a|ab|"},
		{"command form, to everything", func(p *rawPeer) { p.sendCommand("SUBSCRIBE", "") }, "a|ab|b|c|"},
		{"two topics", func(p *rawPeer) { p.send("\x01ab"); p.send("\x01b") }, "ab|b|"},
		{"overlapping topics give one copy", func(p *rawPeer) { p.send("\x01a"); p.send("\x01ab") }, "a|ab|"},
		{"cancelled by message", func(p *rawPeer) { p.send("\x01a"); p.send("\x01b"); p.send("\x00a") }, "b|"},
		{"cancelled by command", func(p *rawPeer) { p.send("\x01a"); p.send("\x01b"); p.sendCommand("CANCEL", "a") }, "b|"},
		{"subscribed twice, cancelled once", func(p *rawPeer) { p.send("\x01a"); p.send("\x01a"); p.send("\x00a") }, ""},
		{"cancelled without a subscription", func(p *rawPeer) { p.send("\x00a"); p.send("\x01b") }, "b|"},
		{"an XSUB's own messages", func(p *rawPeer) { p.send("hello"); p.send(""); p.send("\x01a|more"); p.send("\x01b") }, "b|"},
		{"unknown command", func(p *rawPeer) { p.sendCommand("HELLO", "a"); p.send("\x01b") }, "b|"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			noLeaks(t)
			p, addr := newPublisher(t, zmtp.PublisherConfig{OnSubscribe: welcome})
			sub := connect(t, addr, "XSUB", "")
			tt.send(sub)
			sub.send("\x01last")
			for sub.recv() != "last|welcome" { // then everything sent before has been read too
			}
			for _, topic := range []string{"a", "ab", "b", "c", "last"} {
				mustPublish(t, p, topic+"|message")
			}
			got := ""
			for {
				topic, _, _ := strings.Cut(sub.recv(), "|")
				if topic == "last" {
					break
				}
				got += topic + "|"
			}
			if got != tt.want {
				t.Errorf("gets %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWelcomeComesFirst(t *testing.T) {
	noLeaks(t)
	p, addr := newPublisher(t, zmtp.PublisherConfig{OnSubscribe: welcome})
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // publishes without pause while subscribers come
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				p.Publish(split(fmt.Sprint("t|", i)))
			}
		}
	})
	for range 50 {
		sub := subscribe(t, addr, "t") // fails if anything precedes the welcome
		var first, second int
		fmt.Sscanf(sub.recv(), "t|%d", &first)
		fmt.Sscanf(sub.recv(), "t|%d", &second)
		if second != first+1 {
			t.Errorf("message %d follows %d", second, first)
		}
		sub.Close()
	}
	close(stop)
	wg.Wait()
}

func TestWaitSubscriber(t *testing.T) {
	noLeaks(t)
	p, addr := newPublisher(t, zmtp.PublisherConfig{OnSubscribe: welcome})
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.WaitSubscriber(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("without subscribers: %v, want the context's error", err)
	}
	connect(t, addr, "SUB", "") // connected is not subscribed
	if err := p.WaitSubscriber(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("with a peer that has not subscribed: %v, want the context's error", err)
	}
	waiting := make(chan error)
	go func() { waiting <- p.WaitSubscriber(context.Background()) }()
	sub := subscribe(t, addr, "a")
	if err := <-waiting; err != nil {
		t.Errorf("after the first subscription: %v", err)
	}
	sub.send("\x00a")
	sub.sendCommand("PING", "\x00\x00")
	sub.recvAny() // the PONG: the cancellation was read before it
	if err := p.WaitSubscriber(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("after the last subscription was cancelled: %v, want the context's error", err)
	}
	go func() { waiting <- p.WaitSubscriber(context.Background()) }()
	mustClose(t, p)
	if err := <-waiting; !errors.Is(err, zmtp.ErrClosed) {
		t.Errorf("after Close: %v, want ErrClosed", err)
	}
	if err := p.Publish(split("a")); !errors.Is(err, zmtp.ErrClosed) {
		t.Errorf("Publish after Close: %v, want ErrClosed", err)
	}
}

func TestPublishErrors(t *testing.T) {
	p, _ := newPublisher(t, zmtp.PublisherConfig{})
	if err := p.Publish(nil); err == nil {
		t.Error("Publish of no frames: no error")
	}
	if err := p.Publish(split("topic|no subscriber")); err != nil {
		t.Errorf("Publish without subscribers: %v, want nil", err)
	}
}

// TestStuckSubscriber has one that never reads beside one that does: the healthy one must get everything, in order, and
// the stuck one must be gone after the write time-out.
func TestStuckSubscriber(t *testing.T) {
	noLeaks(t)
	logf, lines := logLines()
	p, addr := newPublisher(t, zmtp.PublisherConfig{
		Config:      zmtp.Config{MaxQueue: 256 << 10, WriteTimeout: 500 * time.Millisecond, Logf: logf},
		OnSubscribe: welcome,
	})
	healthy, stuck := subscribe(t, addr, ""), subscribe(t, addr, "")
	const n = 2000
	body := strings.Repeat("x", 16<<10)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range n {
			if err := p.Publish(split(fmt.Sprintf("t|%d|%s", i, body))); err != nil {
				t.Error(err)
			}
		}
	}()
	for i := range n {
		if want := fmt.Sprintf("t|%d|%s", i, body); healthy.recv() != want {
			t.Fatalf("message %d is not what was published", i)
		}
	}
	<-done
	mustLog(t, lines, "drops") // by Publish or by the writer, whoever notices first
	stuck.mustEnd()
	mustPublish(t, p, "t|after")
	if got := healthy.recv(); got != "t|after" {
		t.Errorf("healthy subscriber received %.100q", got)
	}
}

// TestSlowSubscriber reads slower than is published, but reads: back-pressure holds the publisher, nothing is lost.
func TestSlowSubscriber(t *testing.T) {
	noLeaks(t)
	p, addr := newPublisher(t, zmtp.PublisherConfig{Config: zmtp.Config{MaxQueue: 64 << 10}, OnSubscribe: welcome})
	slow := subscribe(t, addr, "")
	const n = 1000
	body := strings.Repeat("x", 8<<10)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range n {
			if err := p.Publish(split(fmt.Sprintf("t|%d|%s", i, body))); err != nil {
				t.Error(err)
			}
		}
	}()
	for i := range n {
		if want := fmt.Sprintf("t|%d|%s", i, body); slow.recv() != want {
			t.Fatalf("message %d is not what was published", i)
		}
	}
	<-done
}

func TestTooManySubscriptions(t *testing.T) {
	noLeaks(t)
	logf, lines := logLines()
	_, addr := newPublisher(t, zmtp.PublisherConfig{Config: zmtp.Config{Logf: logf}})
	sub := connect(t, addr, "SUB", "")
	for i := range 256 {
		sub.send(fmt.Sprint("\x01", i))
		sub.send(fmt.Sprint("\x01", i)) // again: does not count
	}
	sub.sendCommand("PING", "\x00\x00")
	sub.recvAny()
	sub.send("\x01one more")
	sub.mustEnd()
	mustLog(t, lines, "too many subscriptions")
}

// TestPublisherOrder has several goroutines publish: every subscriber sees the same order.
func TestPublisherOrder(t *testing.T) {
	noLeaks(t)
	p, addr := newPublisher(t, zmtp.PublisherConfig{OnSubscribe: welcome})
	subs := []*rawPeer{subscribe(t, addr, ""), subscribe(t, addr, "t")}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 200 {
				p.Publish(split(fmt.Sprintf("t|%d.%d", g, i)))
			}
		})
	}
	for range 4 * 200 {
		if a, b := subs[0].recv(), subs[1].recv(); a != b {
			t.Fatalf("one subscriber sees %q where the other sees %q", a, b)
		}
	}
	wg.Wait()
}
