package widget_test

import (
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
