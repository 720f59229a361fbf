package widget_test

import (
	"encoding/base64"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/internal/seal"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

// answerOf signs in at a provider that may lie, and seals what it answers.
func answerOf(t *testing.T, liar *providertest.Provider, address string) *seal.Envelope {
	t.Helper()
	query, fragment := liar.Authorize(address)
	_, state, found := strings.Cut(address, "state=")
	state, _, _ = strings.Cut(state, "&")
	parts := strings.Split(state, ".")
	if !found || len(parts) != 5 {
		t.Fatal("the authorization URL has no state of five parts")
	}
	public, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := seal.SealResponse(seal.Response{Query: query, Fragment: fragment}, parts[0], state, public)
	if err != nil {
		t.Fatal(err)
	}
	return envelope
}

// TestALyingProvider starts from a sign-in that succeeds; each row tells one lie. The
// sign-in fails with one sentence and one thing to do, and works again once the provider
// is honest.
func TestALyingProvider(t *testing.T) {
	rows := []struct {
		name string
		lie  providertest.Faults
		want error
		code string
	}{
		{"C42 signed by a foreign key", providertest.Faults{ForeignKey: true}, flow.ErrIDToken, flow.ErrIDToken.Code},
		{"C48 another audience", providertest.Faults{Claims: set("aud", "someone-else")}, flow.ErrIDToken, flow.ErrIDToken.Code},
		{"C51 another nonce", providertest.Faults{Claims: set("nonce", "another")}, flow.ErrIDToken, flow.ErrIDToken.Code},
		{"C52 another token's at_hash", providertest.Faults{Claims: set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")}, flow.ErrIDToken, flow.ErrIDToken.Code},
		{"A17 access denied", providertest.Faults{Deny: "access_denied"}, widget.ErrDenied, "access_denied"},
		{"A17 busy", providertest.Faults{Deny: "temporarily_unavailable"}, widget.ErrUnavailable, "temporarily_unavailable"},
		{"A17 an error code of its own", providertest.Faults{Deny: "teapot"}, widget.ErrRejected, "teapot"},
		{"A08 a response in the query", providertest.Faults{OtherPart: true}, flow.ErrMode, flow.ErrMode.Code},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			liar := providertest.New(t)
			n := open(t, params.ParamsOIDC{Issuer: liar.Issuer, ClientID: providertest.ClientID, ResponseType: "id_token token"})
			waited := n.startWaiting()
			liar.Faults = row.lie
			n.send(map[string]any{"type": "callback", "envelope": answerOf(t, liar, n.click())})
			n.waitStatus(widget.Failed)
			if err := <-waited; !errors.Is(err, row.want) {
				t.Errorf("Wait = %v, want %v", err, row.want)
			}
			failure, _ := n.get("error").(map[string]any)
			if failure["code"] != row.code || failure["message"] == "" || failure["next"] == "" {
				t.Errorf("error = %v, want code %s, a sentence and what to do", failure, row.code)
			}
			if n.auth.AccessToken() != "" {
				t.Error("a refused answer left a token")
			}

			liar.Faults = providertest.Faults{}
			n.send(map[string]any{"type": "callback", "envelope": answerOf(t, liar, n.click())})
			n.waitStatus(widget.SignedIn)
		})
	}
}

func set(claim string, value any) func(map[string]any) {
	return func(m map[string]any) { maps.Copy(m, map[string]any{claim: value}) }
}
