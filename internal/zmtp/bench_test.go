package zmtp_test

import (
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/zmtp"
)

// jupyterMessage has the frames of a small execute_request.
var jupyterMessage = strings.Join([]string{
	"<IDS|MSG>", strings.Repeat("s", 64), strings.Repeat("h", 250), "{}", "{}", strings.Repeat("c", 150),
}, "|")

func BenchmarkRouterRoundTrip(b *testing.B) {
	r, addr := newRouter(b, zmtp.Config{})
	p := connect(b, addr, "DEALER", "id")
	b.ReportAllocs()
	for b.Loop() {
		p.send(jupyterMessage)
		mustSend(b, r, mustRecv(b, r))
		p.recv()
	}
}

func BenchmarkPublish(b *testing.B) {
	p, addr := newPublisher(b, zmtp.PublisherConfig{OnSubscribe: welcome})
	sub := subscribe(b, addr, "")
	go func() {
		buf := make([]byte, 1<<16)
		for {
			if _, err := sub.TCPConn.Read(buf); err != nil {
				return
			}
		}
	}()
	frames := split("topic|" + jupyterMessage)
	b.ReportAllocs()
	b.SetBytes(int64(len(jupyterMessage)))
	for b.Loop() {
		if err := p.Publish(frames); err != nil {
			b.Fatal(err)
		}
	}
}
