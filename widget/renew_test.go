package widget_test

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
	liartest "github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

// shortLived signs in at a provider whose tokens are over within the time a token must
// still be good for: each use renews it.
func shortLived(t *testing.T) (*notebook, *providertest.Server) {
	server := providertest.Start(t, provider.Options{TokenLifetime: 9 * time.Second})
	n := open(t, codeFlow(server))
	n.signIn()
	return n, server
}

func TestATokenAboutToExpireIsRenewed(t *testing.T) {
	n, _ := shortLived(t)
	first := n.auth.AccessToken()
	if second := n.auth.AccessToken(); first == "" || second == "" || first == second {
		t.Error("a token that is good for less than ten seconds was handed out again")
	}
	if n.get("renewable") != true || n.auth.LoggedAs() == "" {
		t.Errorf("after a renewal: renewable %v, user %q", n.get("renewable"), n.auth.LoggedAs())
	}
}

// The same over a network, for the race detector; TestAHundredAtOnce counts.
func TestOneRenewalForAll(t *testing.T) {
	t.Attr("attack", "G90")
	n, _ := shortLived(t)
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if n.auth.AccessToken() == "" {
				t.Error("no token: the refresh token was used twice")
			}
		})
	}
	all.Wait()
}

func TestClearDuringARenewal(t *testing.T) {
	t.Attr("attack", "E81 G92")
	n, _ := shortLived(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = n.auth.AccessToken()
	}()
	n.auth.Clear()
	<-done
	if n.auth.AccessToken() != "" || n.auth.Status() != widget.SignedOut {
		t.Errorf("a renewal signed in after Clear: status %s", n.auth.Status())
	}
}

// TestASignInDuringARenewal: the renewal ends after a new sign-in did. The newer token
// stays, and can be renewed in its turn.
func TestASignInDuringARenewal(t *testing.T) {
	liar := liartest.New(t)
	n := open(t, params.ParamsOIDC{Issuer: liar.Issuer, ClientID: liartest.ClientID, Scope: "offline_access"})
	signIn := func() {
		n.send(map[string]any{"type": "callback", "envelope": answerOf(t, liar, n.click())})
	}
	signIn()
	n.waitStatus(widget.SignedIn)

	asked, release := make(chan struct{}), make(chan struct{})
	var held atomic.Bool
	liar.Faults.TokenAnswer = func(map[string]any) {
		if held.CompareAndSwap(false, true) {
			close(asked)
			<-release
		}
	}
	old := n.auth.AccessToken()
	n.send(map[string]any{"type": "renew"})
	<-asked
	signIn()
	n.wait("the new token", func() bool { return n.auth.AccessToken() != old })
	newer := n.auth.AccessToken()
	close(release)
	n.send(map[string]any{"type": "renew"})
	n.wait("its renewal", func() bool { return n.auth.AccessToken() != newer })
	if token := n.auth.AccessToken(); token == "" || token == old {
		t.Error("the renewed token is none, or the one of the first sign-in")
	}
}

// A renewal that comes back for somebody else is refused; the session before it stays.
func TestARenewalForAnotherUser(t *testing.T) {
	t.Attr("attack", "C55")
	liar := liartest.New(t)
	n := open(t, params.ParamsOIDC{Issuer: liar.Issuer, ClientID: liartest.ClientID, Scope: "offline_access"})
	n.send(map[string]any{"type": "callback", "envelope": answerOf(t, liar, n.click())})
	n.waitStatus(widget.SignedIn)
	before, user := n.auth.AccessToken(), n.auth.LoggedAs()
	liar.Faults.Claims = func(c map[string]any) { c["sub"], c["name"] = "bob@example.com", "Bob" }
	n.send(map[string]any{"type": "renew"})
	n.wait("the refusal", func() bool { f, _ := n.state["error"].(map[string]any); return f["code"] == "id_token_invalid" })
	if n.auth.Status() != widget.SignedIn || n.auth.AccessToken() != before || n.auth.LoggedAs() != user || n.auth.Claims()["sub"] != liartest.Subject {
		t.Errorf("status %s, user %q, the token before: %v", n.auth.Status(), n.auth.LoggedAs(), n.auth.AccessToken() == before)
	}
}

func TestRenewOnTheWidget(t *testing.T) {
	n := open(t, codeFlow(start(t)))
	n.signIn()
	before := n.auth.AccessToken()
	n.send(map[string]any{"type": "renew", "view": "v"})
	n.wait("the renewal", func() bool { return n.auth.AccessToken() != before })
	if n.auth.Status() != widget.SignedIn {
		t.Errorf("status = %s, want signed_in", n.auth.Status())
	}
}

// TestAnAPIThatRefusesTheTokenGetsARenewedOne: the provider forgets the token, the client
// renews it once and asks again.
func TestAnAPIThatRefusesTheTokenGetsARenewedOne(t *testing.T) {
	n := open(t, codeFlow(start(t)))
	n.signIn()
	refused := n.auth.AccessToken()
	var seen []string
	api := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		if r.Header.Get("Authorization") == "Bearer "+refused {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	resp, err := n.auth.Client(api.Listener.Addr().String()).Get(api.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || len(seen) != 2 || seen[0] == seen[1] {
		t.Errorf("status %d after %d requests, want 200 after two with different tokens", resp.StatusCode, len(seen))
	}
}

func TestARedirectElsewhereGetsNoToken(t *testing.T) {
	t.Attr("attack", "D71")
	n := open(t, codeFlow(start(t)))
	n.signIn()
	asked := false
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	api := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) })
	_, err := n.auth.Client(api.Listener.Addr().String()).Get(api.URL)
	if !errors.Is(err, widget.ErrHostNotAllowed) || asked {
		t.Errorf("redirect elsewhere: %v, asked %v; want ErrHostNotAllowed and no request", err, asked)
	}
}
