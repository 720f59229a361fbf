package zmtp

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"

	"github.com/go-zeromq/zmq4"
)

// PublisherConfig configures a Publisher.
type PublisherConfig struct {
	Config
	// OnSubscribe returns a message for a subscriber that has just added the topic: JEP 65's iopub_welcome. It goes to
	// that subscriber alone, before anything else on that topic. Frame 0 must start with the topic, or the
	// subscriber's own filter drops it. Nil sends nothing. It is called from any goroutine and must not wait
	// for the subscriber.
	OnSubscribe func(topic []byte) [][]byte
}

// Publisher is a publishing socket that sees subscriptions (XPUB): it sends each message to every peer that
// subscribed to a prefix of its first frame. Peers are SUB and XSUB sockets. Its methods may be called
// concurrently.
type Publisher struct {
	socket      *socket
	onSubscribe func(topic []byte) [][]byte

	order sync.Mutex // held by Publish: all subscribers see messages in one order
	late  []*peer    // Publish's scratch space

	mu     sync.Mutex
	topics map[*peer]map[string]struct{} // of peers that have any
	some   chan struct{}                 // closed while topics is not empty
}

// NewPublisher serves the listener, which it owns from now on.
func NewPublisher(ln net.Listener, cfg PublisherConfig) *Publisher {
	p := &Publisher{
		onSubscribe: cfg.OnSubscribe,
		topics:      make(map[*peer]map[string]struct{}),
		some:        make(chan struct{}),
	}
	p.socket = newSocket(ln, zmq4.XPub, cfg.withDefaults(publisherMaxFrame), (*publisherRole)(p))
	p.socket.start()
	return p
}

// Publish queues a message for all its subscribers; frame 0 is the topic. Nothing is lost on the way to a
// subscriber that reads: when a queue is full, Publish waits, after it has served the others. It waits
// Config.WriteTimeout at most, then drops those subscribers that have not made room. Without subscribers the
// message is dropped. The error is [ErrClosed]. The frames must not change afterwards.
func (p *Publisher) Publish(frames [][]byte) error {
	if len(frames) == 0 {
		return errNoFrames
	}
	p.order.Lock()
	defer p.order.Unlock()
	select {
	case <-p.socket.closing:
		return ErrClosed
	default:
	}
	m := outgoing{frames: frames}
	p.offerAll(m)
	if len(p.late) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), p.socket.cfg.WriteTimeout)
	defer cancel()
	for _, sub := range p.late {
		if err := sub.out.put(ctx, m); errors.Is(err, ErrQueueFull) {
			sub.drop(err)
		}
	}
	clear(p.late)
	return nil
}

// offerAll serves the subscribers that have room, and leaves the others in late.
func (p *Publisher) offerAll(m outgoing) {
	p.late = p.late[:0]
	topic := string(m.frames[0])
	p.mu.Lock()
	defer p.mu.Unlock()
	for sub, topics := range p.topics {
		if matches(topics, topic) && errors.Is(sub.out.offer(m), ErrQueueFull) {
			p.late = append(p.late, sub)
		}
	}
}

func matches(prefixes map[string]struct{}, topic string) bool {
	for prefix := range prefixes {
		if strings.HasPrefix(topic, prefix) {
			return true
		}
	}
	return false
}

// WaitSubscriber waits until there is a subscription. The error is ctx's or [ErrClosed].
func (p *Publisher) WaitSubscriber(ctx context.Context) error {
	p.mu.Lock()
	some := p.some
	p.mu.Unlock()
	select {
	case <-some:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-p.socket.closing:
		return ErrClosed
	}
}

// Close gives queued messages Config.Linger to leave, then ends all connections and goroutines.
func (p *Publisher) Close() error { return p.socket.close() }

// publisherRole keeps the role's methods out of Publisher's.
type publisherRole Publisher

func (p *publisherRole) join(*peer) {}

// message takes a subscription in the form of ZMTP 3.0, "The Publish-Subscribe Pattern": a message of one frame,
// which is 1 or 0 and the topic. Whatever else an XSUB sends is ignored.
func (p *publisherRole) message(sub *peer, frames [][]byte) error {
	if len(frames) != 1 || len(frames[0]) == 0 {
		return nil
	}
	switch topic := frames[0][1:]; frames[0][0] {
	case 1:
		return p.subscribe(sub, topic)
	case 0:
		p.cancel(sub, topic)
	}
	return nil
}

// command takes a subscription in the form of ZMTP 3.1: SUBSCRIBE and CANCEL.
func (p *publisherRole) command(sub *peer, c *command) error {
	switch c.name {
	case "SUBSCRIBE":
		return p.subscribe(sub, c.body)
	case "CANCEL":
		p.cancel(sub, c.body)
	}
	return nil
}

// maxTopics bounds what one subscriber makes us remember; Jupyter clients have one topic, "".
const maxTopics = 256

var errTooManyTopics = errors.New("too many subscriptions")

func (p *publisherRole) subscribe(sub *peer, topic []byte) error {
	p.mu.Lock()
	topics := p.topics[sub] // only this goroutine, the one that reads from sub, changes it
	_, again := topics[string(topic)]
	p.mu.Unlock()
	switch {
	case again:
		return nil
	case len(topics) >= maxTopics:
		return errTooManyTopics
	}
	var welcome [][]byte
	if p.onSubscribe != nil {
		welcome = p.onSubscribe(topic)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	// The welcome and the topic become effective under one lock: nothing is published in between.
	if len(welcome) > 0 {
		if err := sub.out.offer(outgoing{frames: welcome}); err != nil {
			return err
		}
	}
	if topics == nil {
		topics = make(map[string]struct{})
		if p.topics[sub] = topics; len(p.topics) == 1 {
			close(p.some)
		}
	}
	topics[string(topic)] = struct{}{}
	return nil
}

func (p *publisherRole) cancel(sub *peer, topic []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	topics, ok := p.topics[sub]
	if !ok {
		return
	}
	if delete(topics, string(topic)); len(topics) == 0 {
		p.forget(sub)
	}
}

func (p *publisherRole) leave(sub *peer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.topics[sub]; ok {
		p.forget(sub)
	}
}

// forget removes a peer that has topics. p.mu is held.
func (p *publisherRole) forget(sub *peer) {
	if delete(p.topics, sub); len(p.topics) == 0 {
		p.some = make(chan struct{})
	}
}
