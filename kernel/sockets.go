package kernel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/internal/zmtp"
)

// router is a ROUTER socket, as far as this package uses it.
type router interface {
	Recv(ctx context.Context) ([][]byte, error)
	Send(frames [][]byte) error
}

// channel is one of the three sockets that requests and replies travel on.
type channel struct {
	name string
	router
}

// sockets are the five of a connection file.
type sockets struct {
	shell, control, stdin *zmtp.Router
	iopub                 *zmtp.Publisher
	heartbeat             *zmtp.Echo
}

// listen binds the five sockets. Peers can connect from then on; what they
// send waits until it is received.
func listen(info jupyter.ConnectionInfo, welcome func(topic []byte) [][]byte, log *slog.Logger) (*sockets, error) {
	var listeners []net.Listener
	for _, s := range []struct {
		name string
		port int
	}{
		{"shell", info.ShellPort}, {"control", info.ControlPort}, {"stdin", info.StdinPort},
		{"iopub", info.IOPubPort}, {"heartbeat", info.HBPort},
	} {
		ln, err := bind(info.Address(s.port))
		if err != nil {
			for _, ln := range listeners {
				ln.Close()
			}
			return nil, fmt.Errorf("listen for %s: %w", s.name, err)
		}
		listeners = append(listeners, ln)
	}
	cfg := zmtp.Config{Logf: func(format string, args ...any) { log.Info(fmt.Sprintf(format, args...)) }}
	return &sockets{
		shell:     zmtp.NewRouter(listeners[0], cfg),
		control:   zmtp.NewRouter(listeners[1], cfg),
		stdin:     zmtp.NewRouter(listeners[2], cfg),
		iopub:     zmtp.NewPublisher(listeners[3], zmtp.PublisherConfig{Config: cfg, OnSubscribe: welcome}),
		heartbeat: zmtp.NewEcho(listeners[4], cfg),
	}, nil
}

// bind listens on one address. A Unix socket's file that nobody listens on any
// more (its kernel was killed) is taken over; Close removes the file.
func bind(network, address string) (net.Listener, error) {
	ln, err := net.Listen(network, address)
	if err == nil || network != "unix" {
		return ln, err
	}
	if conn, dialErr := net.Dial(network, address); dialErr == nil {
		conn.Close()
		return nil, err
	}
	if info, statErr := os.Lstat(address); statErr != nil || info.Mode()&os.ModeSocket == 0 {
		return nil, err
	}
	if removeErr := os.Remove(address); removeErr != nil {
		return nil, err
	}
	return net.Listen(network, address)
}

// close lets what is queued leave, all sockets at the same time, then ends
// them.
func (s *sockets) close() {
	var wg sync.WaitGroup
	for _, socket := range []interface{ Close() error }{s.shell, s.control, s.stdin, s.iopub, s.heartbeat} {
		wg.Go(func() { socket.Close() })
	}
	wg.Wait()
}

// receive hands every good message of a channel to take, until the socket or
// the kernel ends. What cannot be trusted or read is dropped with a log line.
func (k *kernel) receive(c *channel, take func(*request)) {
	for {
		frames, err := c.Recv(k.life)
		if err != nil {
			if k.life.Err() == nil {
				k.end(&fault{fmt.Errorf("receive on %s: %w", c.name, err)})
			}
			return
		}
		m, err := k.codec.Decode(frames)
		if err != nil {
			k.log.Warn("message dropped", "channel", c.name, "error", err)
			continue
		}
		take(&request{Message: m, from: c})
	}
}

// reply answers a request on the channel it came from.
func (k *kernel) reply(r *request, msgType string, content any) {
	if err := k.send(r.from, r.Identities, msgType, r.RawHeader, content); err != nil {
		k.log.Warn("reply not sent", "type", msgType, "error", err)
	}
}

// replyError answers a request that failed: messaging specification,
// "Request-Reply".
func (k *kernel) replyError(r *request, msgType string, err error) {
	k.reply(r, msgType, jupyter.ErrorReply{ErrorContent: errorContent(err)})
}

func (k *kernel) send(to *channel, identities [][]byte, msgType string, parent []byte, content any) error {
	m, err := k.packer.pack(message{kind: msgType, to: identities, parent: parent, content: content})
	if err != nil {
		return err
	}
	if err := to.Send(m.frames); err != nil && !errors.Is(err, zmtp.ErrClosed) {
		return err
	}
	return nil
}
