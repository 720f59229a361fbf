package zmtp

import (
	"errors"
	"time"
)

// ErrClosed is returned by calls on a socket after its Close.
var ErrClosed = errors.New("zmtp: socket closed")

// ErrQueueFull is returned by [Router.Send] for a message that was dropped because its peer has MaxQueue bytes
// or more still to read.
var ErrQueueFull = errors.New("zmtp: peer's queue is full")

// errNoFrames is a caller's mistake: a message needs the identity or topic and, for a Router, one frame more.
var errNoFrames = errors.New("zmtp: message has too few frames")

// Config bounds what a peer can do to a socket. A field that is zero or negative has the default named here.
type Config struct {
	// HandshakeTimeout is how long a new connection has for greeting and READY: 5 s.
	HandshakeTimeout time.Duration
	// WriteTimeout is how long a peer may accept no part of what is written to it (parts of at most 1 MiB), and
	// how long Publish waits for room: 10 s. Then the peer is dropped.
	WriteTimeout time.Duration
	// Linger is how long Close goes on writing what is queued: 1 s.
	Linger time.Duration
	// MaxFrame is the longest frame accepted: 256 MiB; Publisher 8 KiB and Echo 64 KiB, whose peers send little.
	MaxFrame int64
	// MaxMessage is the largest sum of a message's frames: MaxFrame.
	MaxMessage int64
	// MaxFrames is the largest number of frames in a message: 256.
	MaxFrames int
	// MaxQueue is how many bytes may wait for one peer: 64 MiB. One message is always accepted, however long.
	MaxQueue int64
	// MaxPeers is how many connections a socket has at once: 1024. Further ones are closed at once.
	MaxPeers int
	// Logf gets one line per refused or dropped peer, from any goroutine. Nil is silent.
	Logf func(format string, args ...any)
}

const (
	defaultHandshakeTimeout = 5 * time.Second
	defaultWriteTimeout     = 10 * time.Second
	defaultLinger           = time.Second
	defaultMaxFrame         = 256 << 20
	defaultMaxFrames        = 256
	defaultMaxQueue         = 64 << 20
	defaultMaxPeers         = 1024

	publisherMaxFrame = 8 << 10  // a subscription: one byte and a topic
	echoMaxFrame      = 64 << 10 // Jupyter clients send "ping"
)

func (c Config) withDefaults(maxFrame int64) Config {
	orDefault(&c.HandshakeTimeout, defaultHandshakeTimeout)
	orDefault(&c.WriteTimeout, defaultWriteTimeout)
	orDefault(&c.Linger, defaultLinger)
	orDefault(&c.MaxFrame, maxFrame)
	orDefault(&c.MaxMessage, c.MaxFrame)
	orDefault(&c.MaxFrames, defaultMaxFrames)
	orDefault(&c.MaxQueue, defaultMaxQueue)
	orDefault(&c.MaxPeers, defaultMaxPeers)
	if c.Logf == nil {
		c.Logf = func(string, ...any) {}
	}
	return c
}

func orDefault[T ~int | ~int64](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}
