package widget_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

const tokenLife = 10 * time.Minute

// timed is a notebook in a bubble of testing/synctest, whose time passes when everybody
// waits. The provider is called without a network.
type timed struct {
	*notebook
	wire    *wire
	browser *http.Client
	wall    atomic.Int64 // how far the computer's clock went ahead of its ticks
	zone    atomic.Pointer[time.Location]
}

// wire is the way to the provider.
type wire struct {
	next http.RoundTripper

	mu     sync.Mutex
	asked  int // how often for tokens
	answer func(req *http.Request) (*http.Response, error)
}

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	w.mu.Lock()
	answer := w.answer
	if !strings.HasSuffix(req.URL.Path, "/token") {
		answer = nil
	} else {
		w.asked++
	}
	w.mu.Unlock()
	if answer != nil {
		return answer(req)
	}
	return w.next.RoundTrip(req)
}

// tokens makes the token endpoint answer so; nil is honest.
func (w *wire) tokens(answer func(req *http.Request) (*http.Response, error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = answer
}

func (w *wire) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked
}

func refusing(status int, body string) func(*http.Request) (*http.Response, error) {
	return func(req *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Request: req, Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

func down(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }

// silent answers when the caller gives up.
func silent(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

// inTime signs in, with a refresh token if renewable, and runs test.
func inTime(t *testing.T, renewable bool, test func(t *testing.T, n *timed)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server, err := provider.New(provider.Options{Issuer: "http://127.0.0.1:9", TokenLifetime: tokenLife, SigningAlgorithm: "ES256"})
		if err != nil {
			t.Fatal(err)
		}
		scope := "openid profile"
		if renewable {
			scope += " offline_access"
		}
		n := &timed{notebook: open(t, params.ParamsOIDC{Issuer: "http://127.0.0.1:9", ClientID: "ipyauth-demo", Scope: scope})}
		n.wire = &wire{next: providertest.Transport(server)}
		n.browser = providertest.NewBrowser()
		n.browser.Transport = n.wire.next
		n.zone.Store(time.UTC)
		start := time.Now()
		n.auth.Tune(
			func() time.Time { return time.Now().Add(time.Duration(n.wall.Load())).In(n.zone.Load()) },
			func() time.Duration { return time.Since(start) },
			&http.Client{Transport: n.wire})
		callback, err := providertest.Login(t.Context(), n.browser, n.click(), "alice")
		if err != nil {
			t.Fatal(err)
		}
		n.relay(callback)
		n.waitStatus(widget.SignedIn)
		synctest.Wait() // all that the sign-in has to say was said
		test(t, n)
		n.auth.Clear() // its timer would outlive the bubble
	})
}

// sent counts the messages to the front end.
func (n *timed) sent() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.all)
}

// noPopup fails the test if the page was told to open a window: only a click does that.
func (n *notebook) noPopup(skip int) {
	n.t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, m := range n.messages[skip:] {
		if m["type"] == "authorize" {
			n.t.Errorf("the page was sent to the provider without a click")
		}
	}
}
