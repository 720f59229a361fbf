package jupytertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// Limit is how long a wait may take before it fails the test.
const Limit = 30 * time.Second

// The sockets a client sends on.
const (
	Shell   = "shell"
	Control = "control"
	Stdin   = "stdin"
)

// Client is connected to one kernel. Send and the receiving behind it may be
// used from any goroutine; what waits may end the test and belongs on its own.
type Client struct {
	File    string // the connection file
	Info    jupyter.ConnectionInfo
	Session string // the client's session id, also its identity on all sockets

	t       testing.TB
	codec   *jupyter.Codec
	sockets map[string]zmq4.Socket
	run     *kernelRun

	mu      sync.Mutex
	count   int
	kernel  string // the kernel's session id
	inbox   []Received
	faults  []error
	arrived chan struct{} // closed and replaced for each message
}

// Received is a message and the socket it came on: "iopub" or one of those that
// the client sends on.
type Received struct {
	Socket string
	*jupyter.Message
}

// kernelRun is the run of a kernel that Start started.
type kernelRun struct {
	ended chan struct{} // closed when it has returned; never for other kernels
	err   error         // what it returned
}

// Start runs a kernel in this process until the test ends, and connects to it.
// run is called with a fresh connection file, or with the one that is given.
func Start(t testing.TB, run func(ctx context.Context, connectionFile string) error, connectionFile ...string) *Client {
	t.Helper()
	file := ""
	if len(connectionFile) > 0 {
		file = connectionFile[0]
	} else {
		file = ConnectionFile(t)
	}
	ctx, cancel := context.WithCancel(context.Background())
	k := &kernelRun{ended: make(chan struct{})}
	go func() {
		defer close(k.ended)
		k.err = run(ctx, file)
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-k.ended:
		case <-time.After(Limit):
			t.Errorf("the kernel still runs %v after its context ended", Limit)
		}
	})
	return connect(t, file, k)
}

// Connect connects to a kernel that somebody else runs, or is about to run, and
// waits for its iopub_welcome: from then on no message is missed.
func Connect(t testing.TB, connectionFile string) *Client {
	t.Helper()
	return connect(t, connectionFile, &kernelRun{ended: make(chan struct{})})
}

func connect(t testing.TB, file string, k *kernelRun) *Client {
	t.Helper()
	info, err := jupyter.ReadConnectionFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{
		File:    file,
		Info:    info,
		Session: newID(),
		t:       t,
		codec:   jupyter.NewCodec([]byte(info.Key)),
		sockets: make(map[string]zmq4.Socket),
		run:     k,
		arrived: make(chan struct{}),
	}
	ctx, cancel := context.WithCancel(context.Background())
	var readers sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		for _, s := range c.sockets {
			s.Close()
		}
		readers.Wait()
		c.report()
	})
	options := []zmq4.Option{
		zmq4.WithID(zmq4.SocketIdentity(c.Session)),
		zmq4.WithDialerRetry(2 * time.Millisecond), zmq4.WithDialerMaxRetries(-1),
		zmq4.WithLogger(log.New(io.Discard, "", 0)),
	}
	open := func(name string, port int, s zmq4.Socket) {
		t.Helper()
		c.sockets[name] = s
		if err := c.dial(s, port); err != nil {
			t.Fatalf("connect to %s: %v", name, err)
		}
		readers.Go(func() { c.receive(ctx, name, s) })
	}
	open(Stdin, info.StdinPort, zmq4.NewDealer(ctx, options...))
	open(Control, info.ControlPort, zmq4.NewDealer(ctx, options...))
	open(Shell, info.ShellPort, zmq4.NewDealer(ctx, options...))
	sub := zmq4.NewSub(ctx, options...)
	open("iopub", info.IOPubPort, sub)
	if err := sub.SetOption(zmq4.OptionSubscribe, ""); err != nil {
		t.Fatalf("subscribe: %v", err)
	}
	c.Await("iopub_welcome", func(r Received) bool { return r.Header.MsgType == jupyter.TypeIOPubWelcome })
	return c
}

// dial retries until the kernel listens.
func (c *Client) dial(s zmq4.Socket, port int) error {
	network, address := c.Info.Address(port)
	if network == "unix" {
		network = "ipc"
	}
	done := make(chan error, 1)
	go func() { done <- s.Dial(network + "://" + address) }()
	select {
	case err := <-done:
		return err
	case <-c.run.ended:
		return fmt.Errorf("the kernel has ended: %w", c.run.err)
	case <-time.After(Limit):
		return fmt.Errorf("nobody listens within %v", Limit)
	}
}

// receive is the goroutine of one socket.
func (c *Client) receive(ctx context.Context, name string, s zmq4.Socket) {
	for {
		raw, err := s.Recv()
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			select { // the kernel went, and zmq4 keeps saying so
			case <-ctx.Done():
				return
			case <-time.After(time.Millisecond):
				continue
			}
		}
		m, err := c.codec.Decode(raw.Frames)
		c.mu.Lock()
		if err == nil {
			err = c.check(m)
			c.inbox = append(c.inbox, Received{name, m})
		}
		if err != nil {
			c.faults = append(c.faults, fmt.Errorf("on %s: %w", name, err))
		}
		c.mu.Unlock()
		c.wake()
	}
}

// check is what every message of a kernel must satisfy.
func (c *Client) check(m *jupyter.Message) error {
	if m.Header.Version != jupyter.ProtocolVersion {
		return fmt.Errorf("%s has protocol version %q", m.Header.MsgType, m.Header.Version)
	}
	if c.kernel == "" {
		c.kernel = m.Header.Session
	}
	if m.Header.Session != c.kernel || m.Header.Session == c.Session {
		return fmt.Errorf("%s has session %q; the kernel's own is %q", m.Header.MsgType, m.Header.Session, c.kernel)
	}
	if _, err := time.Parse(time.RFC3339Nano, m.Header.Date); err != nil {
		return fmt.Errorf("%s: %w", m.Header.MsgType, err)
	}
	return nil
}

func (c *Client) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.arrived)
	c.arrived = make(chan struct{})
}

func (c *Client) report() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, err := range c.faults {
		c.t.Errorf("received from the kernel: %v", err)
	}
}

// Heartbeat sends a message on the heartbeat socket and gives what comes back.
func (c *Client) Heartbeat(message string) string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Limit)
	defer cancel()
	s := zmq4.NewReq(ctx, zmq4.WithLogger(log.New(io.Discard, "", 0)))
	defer s.Close()
	if err := c.dial(s, c.Info.HBPort); err != nil {
		c.t.Fatalf("connect to heartbeat: %v", err)
	}
	if err := s.Send(zmq4.NewMsgString(message)); err != nil {
		c.t.Fatalf("send on heartbeat: %v", err)
	}
	m, err := s.Recv()
	if err != nil {
		c.t.Fatalf("receive on heartbeat: %v", err)
	}
	return string(m.Bytes())
}

// KernelSession is the session id in the kernel's messages.
func (c *Client) KernelSession() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kernel
}

// Ended waits for the kernel that [Start] runs to return, and gives its error.
func (c *Client) Ended() error {
	c.t.Helper()
	select {
	case <-c.run.ended:
		return c.run.err
	case <-time.After(Limit):
		c.t.Fatalf("the kernel still runs after %v", Limit)
		return nil
	}
}

// Await waits for a message, among those that came already too, and gives the
// first one that matches. what names it in the failure.
func (c *Client) Await(what string, match func(Received) bool) Received {
	c.t.Helper()
	limit := time.After(Limit)
	for seen := 0; ; {
		c.mu.Lock()
		arrived, inbox := c.arrived, c.inbox
		c.mu.Unlock()
		for ; seen < len(inbox); seen++ {
			if match(inbox[seen]) {
				return inbox[seen]
			}
		}
		select {
		case <-arrived:
		case <-limit:
			c.t.Fatalf("no %s within %v; received:\n%s", what, Limit, c.summary())
		}
	}
}

// Messages is all that has been received so far, in the order of each socket.
func (c *Client) Messages() []Received {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.inbox)
}

// summary lists the last messages received, for failures.
func (c *Client) summary() string {
	const most = 40
	inbox := c.Messages()
	var b bytes.Buffer
	if len(inbox) > most {
		fmt.Fprintf(&b, "  (%d earlier)\n", len(inbox)-most)
		inbox = inbox[len(inbox)-most:]
	}
	for _, r := range inbox {
		var parent jupyter.Header
		json.Unmarshal(r.ParentHeader, &parent)
		fmt.Fprintf(&b, "  %-7s %-20s parent %s %.120s\n", r.Socket, r.Header.MsgType, strconv.Quote(parent.MsgID), r.Content)
	}
	return b.String()
}
