package widget_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

// TestRevoke: whatever the provider says, the tokens are forgotten here.
func TestRevoke(t *testing.T) {
	fails := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	rows := []struct {
		name string
		down http.HandlerFunc
		want error
	}{
		{"D70 the provider is told", nil, nil},
		{"D70 the provider is down", fails, widget.ErrUnavailable},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			liar := providertest.New(t)
			n := open(t, params.ParamsOIDC{Issuer: liar.Issuer, ClientID: providertest.ClientID, Scope: "offline_access"})
			n.relayVia("opener", answerOf(t, liar, n.click()))
			n.waitStatus(widget.SignedIn)
			token := n.auth.AccessToken()
			if row.down != nil {
				liar.Faults.Replace = map[string]http.HandlerFunc{"revoke": row.down}
			}
			if err := n.auth.Revoke(t.Context()); !errors.Is(err, row.want) {
				t.Errorf("Revoke = %v, want %v", err, row.want)
			}
			if n.auth.Status() != widget.SignedOut || n.auth.AccessToken() != "" {
				t.Errorf("after Revoke: %s", n.auth.Status())
			}
			if told := !liar.Live(token); told != (row.want == nil) {
				t.Errorf("the provider ended the token: %v", told)
			}
			if err := n.auth.Revoke(t.Context()); err != nil {
				t.Errorf("nothing to revoke: %v", err)
			}
		})
	}
}

// TestRevokeDuringARenewal: the provider gave new tokens that never get here to stay. They
// are forgotten here at once, and ended there as soon as they are known.
func TestRevokeDuringARenewal(t *testing.T) {
	rows := []struct {
		name   string
		revoke func(ctx context.Context, a *widget.Auth) error
		ended  bool
	}{
		{"D70 D67 its tokens are revoked", func(ctx context.Context, a *widget.Auth) error { return a.Revoke(ctx) }, true},
		{"D70 D67 nobody waits longer than asked", func(ctx context.Context, a *widget.Auth) error {
			ctx, stop := context.WithCancel(ctx)
			stop()
			return a.Revoke(ctx)
		}, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			liar := providertest.New(t)
			n := open(t, params.ParamsOIDC{Issuer: liar.Issuer, ClientID: providertest.ClientID, Scope: "offline_access"})
			n.relayVia("opener", answerOf(t, liar, n.click()))
			n.waitStatus(widget.SignedIn)
			asked, release := make(chan struct{}), make(chan struct{})
			var fresh []string
			liar.Faults.TokenAnswer = func(m map[string]any) {
				fresh = append(fresh, m["access_token"].(string), m["refresh_token"].(string))
				close(asked)
				<-release
			}
			n.send(map[string]any{"type": "renew"})
			<-asked
			answered := make(chan error, 1)
			go func() { answered <- row.revoke(t.Context(), n.auth) }()
			n.waitStatus(widget.SignedOut) // before the provider answers
			var err error
			if !row.ended {
				err = <-answered // too
			}
			close(release)
			if row.ended {
				err = <-answered
			}
			if (err == nil) != row.ended || row.ended != !liar.Live(fresh[0]) || row.ended != !liar.Live(fresh[1]) {
				t.Errorf("Revoke = %v; the new tokens live: %v, %v", err, liar.Live(fresh[0]), liar.Live(fresh[1]))
			}
			if n.auth.AccessToken() != "" || n.auth.Status() != widget.SignedOut {
				t.Errorf("after Revoke: %s", n.auth.Status())
			}
		})
	}
}
