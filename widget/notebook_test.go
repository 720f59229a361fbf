package widget_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
	"github.com/ipyauth/ipyauth/internal/seal"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/comm"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

const callbackPage = "http://127.0.0.1:8888/callback/"

// notebook plays the front end and the kernel around one Auth: it shows the widget, sends
// what the page would send and keeps what the page would get.
type notebook struct {
	t     *testing.T
	comms *comm.Manager
	auth  *widget.Auth
	comm  string // id of the widget's comm

	mu       sync.Mutex
	state    map[string]any
	messages []map[string]any // custom messages, in order
	all      []string         // every message to the front end, as JSON
	changed  chan struct{}
}

// open shows the widget for p in a notebook of its own.
func open(t *testing.T, p params.Source) *notebook {
	t.Helper()
	n := &notebook{t: t, state: map[string]any{}, changed: make(chan struct{})}
	n.comms = comm.NewManager(n.receive, func() json.RawMessage { return json.RawMessage(`{"msg_id":"cell"}`) })
	t.Cleanup(comm.Bind(n.comms))
	ctx, interrupt := context.WithCancelCause(context.Background())
	t.Cleanup(func() { interrupt(nil) })
	t.Cleanup(cell.Bind(host{ctx}))
	auth, err := widget.New(p)
	if err != nil {
		t.Fatal(err)
	}
	n.auth = auth
	bundle := auth.SimpleRender()
	view, _ := bundle["application/vnd.jupyter.widget-view+json"].(map[string]any)
	n.comm, _ = view["model_id"].(string)
	if n.comm == "" {
		t.Fatalf("the widget's bundle has no model: %v", bundle)
	}
	return n
}

type host struct{ ctx context.Context }

func (h host) Context() context.Context            { return h.ctx }
func (h host) Display(cell.Display) error          { return nil }
func (h host) KernelID() string                    { return "0b5a1c9e-0000-4000-8000-000000000000" }
func (h host) Prompt(string, bool) (string, error) { return "", cell.ErrNoInput }

func (n *notebook) receive(o comm.Outgoing) error {
	text, err := json.Marshal(o.Content)
	if err != nil {
		return err
	}
	var content struct {
		Data struct {
			Method  string
			State   map[string]any
			Content map[string]any
		}
	}
	if err := json.Unmarshal(text, &content); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, string(text))
	for key, value := range content.Data.State {
		n.state[key] = value
	}
	if content.Data.Method == "custom" {
		n.messages = append(n.messages, content.Data.Content)
	}
	close(n.changed)
	n.changed = make(chan struct{})
	return nil
}

// send sends a custom message of the page.
func (n *notebook) send(content any) {
	n.t.Helper()
	data, err := json.Marshal(map[string]any{"method": "custom", "content": content})
	if err != nil {
		n.t.Fatal(err)
	}
	if err := n.comms.HandleMessage(n.comm, comm.Message{Parent: json.RawMessage(`{"msg_id":"page"}`), Data: data}); err != nil {
		n.t.Fatal(err)
	}
}

// wait waits until ok holds of what the page has got.
func (n *notebook) wait(what string, ok func() bool) {
	n.t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		n.mu.Lock()
		done, changed := ok(), n.changed
		n.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			n.mu.Lock()
			defer n.mu.Unlock()
			n.t.Fatalf("waited for %s; status %v, error %v, messages %v", what, n.state["status"], n.state["error"], n.messages)
		}
	}
}

func (n *notebook) waitStatus(status widget.Status) {
	n.t.Helper()
	n.wait("status "+string(status), func() bool { return n.state["status"] == string(status) })
}

// get returns one value of the widget's state as the page has it.
func (n *notebook) get(key string) any {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.state[key]
}

// message waits for a custom message of a type that came after the first skip ones.
func (n *notebook) message(kind string, skip int) (found map[string]any) {
	n.t.Helper()
	n.wait("message "+kind, func() bool {
		for _, m := range n.messages[min(skip, len(n.messages)):] {
			if m["type"] == kind {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// startWaiting calls Wait as a cell does and returns once it waits.
func (n *notebook) startWaiting() (ended <-chan error) {
	n.t.Helper()
	waited := make(chan error, 1)
	go func() { waited <- n.auth.WaitContext(n.t.Context()) }()
	n.wait("Wait to begin", func() bool { return n.state["waiting"] == true })
	return waited
}

func (n *notebook) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.messages)
}

// click clicks Sign in and returns the address the window is sent to.
func (n *notebook) click() string {
	n.t.Helper()
	skip := n.count()
	n.send(map[string]any{"type": "begin", "view": "v1", "click": "c1", "redirect_uri": callbackPage, "secure": true})
	address, _ := n.message("authorize", skip)["url"].(string)
	return address
}

// relay does what the callback page does with the address it was called with.
func (n *notebook) relay(callbackURL string) {
	n.t.Helper()
	n.send(map[string]any{"type": "callback", "via": "opener", "envelope": sealed(n.t, callbackURL)})
}

func sealed(t *testing.T, callbackURL string) *seal.Envelope {
	t.Helper()
	envelope, err := sealFor(callbackURL, callbackURL)
	if err != nil {
		t.Fatal(err)
	}
	return envelope
}

// sealFor seals the answer in one address for the sign-in that another belongs to.
func sealFor(flowURL, answerURL string) (*seal.Envelope, error) {
	answer, err := url.Parse(answerURL)
	if err != nil {
		return nil, err
	}
	values, _, err := providertest.Response(flowURL)
	if err != nil {
		return nil, err
	}
	state := values.Get("state")
	parts := strings.Split(state, ".")
	public, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, err
	}
	return seal.SealResponse(seal.Response{Query: answer.RawQuery, Fragment: answer.EscapedFragment()}, parts[0], state, public)
}

func message(data string) comm.Message {
	return comm.Message{Parent: json.RawMessage(`{"msg_id":"page"}`), Data: json.RawMessage(data)}
}

// signIn signs alice in, from the click to the token.
func (n *notebook) signIn() {
	n.t.Helper()
	n.relay(login(n.t, n.click()))
	n.waitStatus(widget.SignedIn)
}

func login(t *testing.T, address string) string {
	t.Helper()
	callback, err := providertest.Login(t.Context(), providertest.NewBrowser(), address, "alice")
	if err != nil {
		t.Fatal(err)
	}
	return callback
}

// sgConnect is a baseline that signs in: SG Connect's homologation, played by the demo
// provider.
func sgConnect(server *providertest.Server) params.ParamsSgConnect {
	return params.ParamsSgConnect{Mode: "HOM", BaseURL: server.SGConnect(), ClientID: "ipyauth-demo",
		Scope: "api.demo.v1", ResponseType: "token id_token"}
}

// codeFlow is a baseline with a token that renews itself.
func codeFlow(server *providertest.Server) params.ParamsOIDC {
	return params.ParamsOIDC{Issuer: server.Issuer, ClientID: "ipyauth-demo", Scope: "openid profile offline_access"}
}

func start(t *testing.T) *providertest.Server {
	t.Helper()
	return providertest.Start(t, provider.Options{})
}

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}
