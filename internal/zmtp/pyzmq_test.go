package zmtp_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/ipyauth/ipyauth/internal/zmtp"
)

// TestPyzmq has libzmq, which every Jupyter client uses, as the peer. It runs where IPYAUTH_TEST_PYTHON names a
// Python that has pyzmq, as `make test` sees to.
func TestPyzmq(t *testing.T) {
	python := os.Getenv("IPYAUTH_TEST_PYTHON")
	if python == "" {
		t.Skip("IPYAUTH_TEST_PYTHON is not set")
	}
	noLeaks(t)
	r, routerAddr := newRouter(t, zmtp.Config{})
	p, publisherAddr := newPublisher(t, zmtp.PublisherConfig{OnSubscribe: welcome})
	echoAddr := newEcho(t, zmtp.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		for {
			frames, err := r.Recv(ctx)
			if err != nil {
				return
			}
			if len(frames) == 4 && string(frames[1]) == "publish" {
				publishMany(p, string(frames[2]), string(frames[3]))
			}
			if err := r.Send(frames); err != nil {
				t.Errorf("Send: %v", err)
			}
		}
	})
	args := []string{"testdata/pyzmq_peer.py"}
	for _, addr := range []net.Addr{routerAddr, publisherAddr, echoAddr} {
		args = append(args, strconv.Itoa(addr.(*net.TCPAddr).Port))
	}
	out, err := exec.Command(python, args...).CombinedOutput()
	t.Logf("\n%s", out)
	if err != nil {
		t.Errorf("%s: %v", args[0], err)
	}
}

func publishMany(p *zmtp.Publisher, count, size string) {
	n, _ := strconv.Atoi(count)
	bytes, _ := strconv.Atoi(size)
	for i := range n {
		p.Publish(split(fmt.Sprintf("t|%d|%s", i, strings.Repeat("x", bytes))))
	}
}
