package widget_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/provider/providertest"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

func TestSignIn(t *testing.T) {
	server := start(t)
	grant := func(responseType string) params.Source {
		p := sgConnect(server)
		p.ResponseType = responseType
		return p
	}
	rows := []struct {
		name     string
		params   params.Source
		verified bool
	}{
		{"SG Connect, implicit token", grant("token"), false},
		{"SG Connect, implicit token id_token", grant("token id_token"), true},
		{"SG Connect, code", grant("code"), true},
		{"OIDC, code", codeFlow(server), true},
		{"OIDC, implicit", params.ParamsOIDC{Issuer: server.Issuer, ClientID: "ipyauth-demo", ResponseType: "token id_token"}, true},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n := open(t, row.params)
			waited := n.startWaiting()
			n.signIn()
			if err := <-waited; err != nil {
				t.Errorf("Wait: %v", err)
			}
			if !strings.HasPrefix(n.auth.LoggedAs(), "alice") && n.auth.LoggedAs() != "Alice" {
				t.Errorf("LoggedAs = %q, want alice", n.auth.LoggedAs())
			}
			if n.get("verified") != row.verified || (n.auth.Claims() != nil) != row.verified {
				t.Errorf("verified = %v, claims %v; want verified %v", n.get("verified"), n.auth.Claims() != nil, row.verified)
			}
			if len(n.auth.AccessToken()) < 20 {
				t.Error("no access token")
			}
			info, err := n.auth.UserInfo(t.Context())
			if err != nil || info["sub"] == nil {
				t.Errorf("UserInfo = %v, %v", info, err)
			}
		})
	}
}

func TestTheWidgetComesBackAfterAReload(t *testing.T) {
	t.Attr("attack", "B35")
	n := open(t, sgConnect(start(t)))
	n.signIn()
	skip := n.count()
	n.send(map[string]any{"type": "hello", "view": "v2"})
	if got := n.message("welcome", skip); got["view"] != "v2" || got["user"] != n.auth.LoggedAs() {
		t.Errorf("welcome = %v, want view v2 and the user", got)
	}
}

// TestAnswersThatAreNotTheProviders starts from a sign-in that succeeds and spoils one thing.
func TestAnswersThatAreNotTheProviders(t *testing.T) {
	server := start(t)
	rows := []struct {
		name  string
		spoil func(n *notebook, callback string) // sends something in place of the answer
	}{
		{"nothing", func(n *notebook, _ string) { n.send(map[string]any{"type": "callback"}) }},
		{"B25 not an envelope", func(n *notebook, _ string) {
			n.send(map[string]any{"type": "callback", "envelope": map[string]any{"access_token": "x"}})
		}},
		{"A05 another flow's id", func(n *notebook, c string) {
			e := sealed(n.t, c)
			e.ID = strings.Repeat("A", 16)
			n.send(map[string]any{"type": "callback", "envelope": e})
		}},
		{"B28 changed on the way", func(n *notebook, c string) {
			e := sealed(n.t, c)
			e.Ciphertext[0] ^= 1
			n.send(map[string]any{"type": "callback", "envelope": e})
		}},
		{"A02 a forged state inside the seal", func(n *notebook, c string) {
			state := c[strings.Index(c, "state=")+len("state="):]
			e := sealed(n.t, c)
			forged, err := sealFor(c, strings.Replace(c, state[:20], strings.Repeat("A", 20), 1))
			if err != nil {
				n.t.Fatal(err)
			}
			e.Enc, e.Ciphertext = forged.Enc, forged.Ciphertext
			n.send(map[string]any{"type": "callback", "envelope": e})
		}},
		{"B37 unsealed", func(n *notebook, c string) {
			_, fragment, _ := strings.Cut(c, "#")
			n.send(map[string]any{"type": "callback", "envelope": map[string]any{"ipyauth": 1,
				"id": sealed(n.t, c).ID, "open": map[string]any{"query": "", "fragment": fragment}}})
		}},
		{"B37 an unsealed refusal, where the answer must be sealed", func(n *notebook, c string) {
			state := c[strings.Index(c, "state=")+len("state="):]
			state, _, _ = strings.Cut(state, "&")
			n.send(map[string]any{"type": "callback", "envelope": map[string]any{"ipyauth": 1,
				"id": sealed(n.t, c).ID, "open": map[string]any{"query": "", "fragment": "error=access_denied&state=" + state}}})
		}},
		{"B37 a claim of being signed in", func(n *notebook, _ string) {
			_ = n.comms.HandleMessage(n.comm, message(`{"method":"update","state":{"status":"signed_in"}}`))
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			n := open(t, sgConnect(server))
			callback := login(t, n.click())
			row.spoil(n, callback)
			if got := n.auth.Status(); got != widget.Pending || n.kinds("received") != 0 {
				t.Fatalf("status = %s, received %d; want pending: the genuine answer may still come", got, n.kinds("received"))
			}
			n.relay(callback)
			n.waitStatus(widget.SignedIn)
		})
	}
}

func TestAReplayedAnswerChangesNothing(t *testing.T) {
	t.Attr("attack", "A03")
	n := open(t, sgConnect(start(t)))
	callback := login(t, n.click())
	n.relay(callback)
	n.waitStatus(widget.SignedIn)
	token := n.auth.AccessToken()
	n.relay(callback)
	if n.auth.AccessToken() != token {
		t.Error("a replay changed the token")
	}
	n.auth.Clear()
	n.relay(callback)
	if n.auth.Status() != widget.SignedOut {
		t.Errorf("a replay after Clear: status = %s, want signed_out", n.auth.Status())
	}
}

func TestAnAnswerOfAnotherWidgetIsIgnored(t *testing.T) {
	t.Attr("attack", "A05")
	server := start(t)
	n, other := open(t, sgConnect(server)), open(t, sgConnect(server))
	n.click()
	other.click()
	n.relay(login(t, other.click()))
	if n.auth.Status() != widget.Pending || n.kinds("received") != 0 {
		t.Errorf("status = %s, received %d; want pending and none", n.auth.Status(), n.kinds("received"))
	}
}

func TestDenied(t *testing.T) {
	t.Attr("attack", "A17")
	n := open(t, sgConnect(start(t)))
	waited := n.startWaiting()
	address := n.click()
	callback, err := providertest.Deny(t.Context(), providertest.NewBrowser(), address, "alice")
	if err != nil {
		t.Fatal(err)
	}
	n.relay(callback)
	n.waitStatus(widget.Failed)
	if failure, _ := n.get("error").(map[string]any); failure["code"] != "access_denied" || failure["next"] == "" {
		t.Errorf("error = %v, want access_denied and what to do", n.get("error"))
	}
	if err := <-waited; !errors.Is(err, widget.ErrDenied) {
		t.Errorf("Wait = %v, want ErrDenied", err)
	}
	n.signIn()
}

func TestWindowClosedThenTheAnswerComesAfterAll(t *testing.T) {
	t.Attr("attack", "B30 B31")
	n := open(t, sgConnect(start(t)))
	waited := n.startWaiting()
	address := n.click()
	id, _ := n.message("authorize", 0)["id"].(string)
	n.send(map[string]any{"type": "popup_closed", "id": id})
	n.waitStatus(widget.Failed)
	if err := <-waited; !errors.Is(err, widget.ErrCanceled) {
		t.Errorf("Wait = %v, want ErrCanceled", err)
	}
	n.relay(login(t, address))
	n.waitStatus(widget.SignedIn)
}

func TestCancelAndClear(t *testing.T) {
	for _, kind := range []string{"cancel", "clear"} {
		t.Run("A04 G92 "+kind, func(t *testing.T) {
			n := open(t, sgConnect(start(t)))
			callback := login(t, n.click())
			n.send(map[string]any{"type": kind})
			n.waitStatus(widget.SignedOut)
			n.relay(callback)
			if n.auth.Status() != widget.SignedOut || n.kinds("received") != 0 {
				t.Error("an answer to a sign-in that was given up signed in")
			}
			n.signIn()
		})
	}
}

func TestASecondClickReplacesTheFirst(t *testing.T) {
	t.Attr("attack", "G92")
	n := open(t, sgConnect(start(t)))
	waited := n.startWaiting()
	first := login(t, n.click())
	second := login(t, n.click())
	n.relay(first)
	if n.auth.Status() != widget.Pending || n.kinds("received") != 0 {
		t.Fatalf("status = %s after the first click's answer, want pending", n.auth.Status())
	}
	n.relay(second)
	n.waitStatus(widget.SignedIn)
	if err := <-waited; err != nil {
		t.Errorf("Wait = %v, want nil: a second click is no failure", err)
	}
}

func TestProviderDown(t *testing.T) {
	n := open(t, params.ParamsOIDC{Issuer: "http://127.0.0.1:9", ClientID: "x"})
	waited := n.startWaiting()
	n.send(map[string]any{"type": "begin", "view": "v", "click": "c", "redirect_uri": callbackPage, "secure": true})
	n.waitStatus(widget.Failed)
	if err := <-waited; !errors.Is(err, widget.ErrUnavailable) {
		t.Errorf("Wait = %v, want ErrUnavailable", err)
	}
}

func TestWaitEnds(t *testing.T) {
	n := open(t, sgConnect(start(t)))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := n.auth.WaitContext(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait = %v, want context.Canceled", err)
	}
}

func TestClient(t *testing.T) {
	server := start(t)
	n := open(t, sgConnect(server))
	userInfo := server.SGConnect() + "/oauth2/userinfo"
	if _, err := n.auth.Client().Get(userInfo); !errors.Is(err, widget.ErrSignInRequired) {
		t.Errorf("signed out: %v, want ErrSignInRequired", err)
	}
	n.signIn()
	resp, err := n.auth.Client().Get(userInfo)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "alice") {
		t.Errorf("userinfo: %s %s", resp.Status, body)
	}
	for _, address := range []string{"https://example.com/", "http://example.com/", "file:///etc/passwd"} {
		if _, err := n.auth.Client().Get(address); !errors.Is(err, widget.ErrHostNotAllowed) {
			t.Errorf("%s: %v, want ErrHostNotAllowed", address, err)
		}
	}
}

func TestNothingPrintsASecret(t *testing.T) {
	n := open(t, codeFlow(start(t)))
	n.signIn()
	token := n.auth.AccessToken()
	encoded, err := json.Marshal(map[string]any{"a": n.auth})
	if err != nil {
		t.Fatal(err)
	}
	n.send(map[string]any{"type": "inspect", "view": "v"})
	n.message("details", 0)
	printed := []string{fmt.Sprint(n.auth), fmt.Sprintf("%+v %#v %s %q %x %d %T", n.auth, n.auth, n.auth, n.auth, n.auth, n.auth, n.auth),
		fmt.Sprintf("%+v", struct{ a *widget.Auth }{n.auth}), string(encoded), fmt.Sprint(n.auth.SimpleRender()), strings.Join(n.all, "\n")}
	for _, text := range printed {
		if strings.Contains(text, token[:12]) {
			t.Error("a token was printed")
		}
	}
}

func TestNewAuthSaysWhatIsWrong(t *testing.T) {
	rows := []struct {
		name   string
		params params.Source
		code   string
	}{
		{"nil", nil, "params_missing"},
		{"mode", params.ParamsSgConnect{Mode: "UAT", ClientID: "x"}, params.CodeMode},
		{"no base URL for HOM", params.ParamsSgConnect{Mode: "HOM", ClientID: "x"}, params.CodeBaseURL},
		{"no client id", params.ParamsOIDC{Issuer: "https://example.com"}, params.CodeClientID},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			defer func() {
				var err *params.Error
				if e, _ := recover().(error); !errors.As(e, &err) || err.Code != row.code || err.Next == "" {
					t.Errorf("NewAuth panicked with %v, want code %s and what to do", e, row.code)
				}
			}()
			widget.NewAuth(row.params)
		})
	}
}
