package widget_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/kernel/comm"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

// TestAHostilePage sends what scripts in the page, or another notebook's, may send. It
// makes nobody signed in, nothing of it reaches the state, and a sign-in works after it.
func TestAHostilePage(t *testing.T) {
	huge := strings.Repeat("A", 50<<20)
	custom := func(contents ...string) []string {
		for i, content := range contents {
			contents[i] = `{"method":"custom","content":` + content + `}`
		}
		return contents
	}
	rows := []struct {
		name string
		data []string // comm messages, in order
	}{
		{"B37 signed in, it says", custom(`{"type":"signed_in","user":"eve"}`, `{"type":"user","user":"eve"}`, `{"type":"welcome","user":"eve"}`)},
		{"B37 a token in the open", custom(`{"type":"callback","via":"opener","access_token":"x","id_token":"y"}`)},
		{"B37 the kernel's own words", custom(`{"type":"received","id":"AAAAAAAAAAAAAAAA"}`, `{"type":"authorize","id":"AAAAAAAAAAAAAAAA","url":"https://evil.example/"}`)},
		{"B37 the state", []string{`{"method":"update","state":{"status":"signed_in","verified":true,"error":null,"expires_at":9e15,"provider":{"id":"x","name":"x"}}}`}},
		{"B37 the state by echo", []string{`{"method":"echo_update","state":{"status":"signed_in"}}`}},
		{"B37 the front end's code", []string{`{"method":"update","state":{"_esm":"export default {}","_css":"*{}"}}`}},
		{"B36 out of order", custom(`{"type":"callback","envelope":null}`, `{"type":"popup_closed","id":""}`, `{"type":"renew"}`, `{"type":"cancel"}`, `{"type":"clear"}`)},
		{"B36 twice", custom(`{"type":"cancel"}`, `{"type":"cancel"}`, `{"type":"clear"}`, `{"type":"clear"}`, `{"type":"renew"}`, `{"type":"renew"}`)},
		{"B36 of other types", custom(`{"type":7}`, `{"type":"hello","view":{}}`, `{"type":"begin","secure":"yes"}`, `[]`, `"x"`, `null`, `{"type":"popup_closed","id":[]}`)},
		{"B36 unknown", append(custom(`{"type":"admin"}`, `{}`), `{"method":"backbone"}`, `{}`, `[]`, `7`)},
		{"B36 50 MB as envelope", custom(`{"type":"callback","envelope":"` + huge + `"}`)},
		{"B36 50 MB as view", custom(`{"type":"hello","view":"` + huge + `"}`)},
		{"B36 50 MB as state", []string{`{"method":"update","state":{"status":"` + huge + `"}}`}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n, p := counted(t)
			n.send(map[string]any{"type": "hello", "view": "v1"})
			n.message("welcome", 0)
			before := n.snapshot()
			for _, data := range row.data {
				if err := n.comms.HandleMessage(n.comm, message(data)); err != nil {
					t.Fatal(err)
				}
			}
			if n.auth.Status() != widget.SignedOut || n.auth.AccessToken() != "" || n.auth.LoggedAs() != "" || n.auth.Claims() != nil {
				t.Errorf("signed out became %v", n.auth)
			}
			for key, value := range n.snapshot() {
				if before[key] != value {
					t.Errorf("state %s = %.200s, was %.200s", key, value, before[key])
				}
			}
			if n.longest() > 1<<20 {
				t.Error("a huge message was sent on to every tab")
			}
			n.relayVia("opener", answerOf(t, p, n.click()))
			n.waitStatus(widget.SignedIn)
		})
	}
}

// snapshot is the widget's state as the page has it, each value as JSON.
func (n *notebook) snapshot() map[string]string {
	n.mu.Lock()
	defer n.mu.Unlock()
	state := map[string]string{}
	for key, value := range n.state {
		text, err := json.Marshal(value)
		if err != nil {
			n.t.Fatal(err)
		}
		state[key] = string(text)
	}
	return state
}

// longest is the length of the longest message to the front end.
func (n *notebook) longest() (length int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, text := range n.all {
		length = max(length, len(text))
	}
	return length
}

// TestStrayComms: messages for comms that are not the widget's leave it alone.
func TestStrayComms(t *testing.T) {
	rows := []struct {
		name string
		send func(n *notebook) error
	}{
		{"B36 an unknown target", func(n *notebook) error {
			return n.comms.HandleOpen("x", "evil.target", message(`{"state":{"status":"signed_in"}}`))
		}},
		{"B36 a comm that is gone", func(n *notebook) error {
			return n.comms.HandleMessage("gone", message(`{"method":"custom","content":{"type":"clear"}}`))
		}},
		{"B36 a close of one that is gone, twice", func(n *notebook) error {
			_ = n.comms.HandleClose("gone", comm.Message{})
			return n.comms.HandleClose("gone", comm.Message{})
		}},
		{"B36 the widget's own id, opened again by the page", func(n *notebook) error {
			return n.comms.HandleOpen(n.comm, "jupyter.widget", message(`{"state":{"status":"signed_in"}}`))
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n, p := counted(t)
			before := n.snapshot()
			if row.send(n) == nil {
				t.Error("the kernel took it")
			}
			if !maps.Equal(before, n.snapshot()) || n.auth.Status() != widget.SignedOut {
				t.Errorf("status = %s, want signed_out and the state as it was", n.auth.Status())
			}
			n.relayVia("opener", answerOf(t, p, n.click()))
			n.waitStatus(widget.SignedIn)
		})
	}
}

// TestAForgedSignInDuringOne: scripts in the page talk to the comm while a person is at
// the provider; who is signed in at the end is who the provider named.
func TestAForgedSignInDuringOne(t *testing.T) {
	t.Attr("attack", "B37")
	n, p := counted(t)
	address := n.click()
	for _, content := range []map[string]any{
		{"type": "user", "user": "eve"},
		{"type": "callback", "via": "opener", "envelope": map[string]any{"status": "signed_in", "user": "eve"}},
		{"type": "received", "id": answerOf(t, p, address).ID},
	} {
		n.send(content)
	}
	_ = n.comms.HandleMessage(n.comm, message(`{"method":"update","state":{"status":"signed_in"}}`))
	if n.auth.Status() != widget.Pending || n.get("status") != "pending" {
		t.Fatalf("status = %s, in the page %v; want pending", n.auth.Status(), n.get("status"))
	}
	n.relayVia("opener", answerOf(t, p, address))
	n.waitStatus(widget.SignedIn)
	if n.auth.LoggedAs() != "Ann Example" {
		t.Errorf("LoggedAs = %q, want whom the provider named", n.auth.LoggedAs())
	}
}

// TestAProviderNameIsText: what a configuration calls the provider goes to the page as
// the text it is; js/test/view.test.ts shows it as such.
func TestAProviderNameIsText(t *testing.T) {
	t.Attr("attack", "F88")
	const markup = `<svg onload="alert(1)"><script>alert(2)</script>`
	n := open(t, named{params.ParamsOIDC{Issuer: providertest.New(t).Issuer, ClientID: "x"}, markup})
	n.click()
	provider, _ := n.get("provider").(map[string]any)
	if len(provider) != 2 || provider["name"] != markup {
		t.Errorf("provider = %v, want an id and the name, and no picture", provider)
	}
	for kind, text := range n.auth.SimpleRender() {
		if kind == "text/html" || kind == "image/svg+xml" {
			t.Errorf("%s: %v, want no markup", kind, text)
		}
	}
}

// named calls a provider by another name.
type named struct {
	params.Source
	name string
}

func (n named) Resolve() (*params.Config, error) {
	config, err := n.Source.Resolve()
	if err == nil {
		config.Name = n.name
	}
	return config, err
}
