package widget_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
	liartest "github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

// TestWhatTheProviderWroteIsNotSaved: it may be about a person. It is in no message to the
// page and in no text that a failing cell saves; code that looks at the error finds it.
func TestWhatTheProviderWroteIsNotSaved(t *testing.T) {
	const written = "Ann Example (ann@corp.example) is locked"
	inBrowser := func(l *liartest.Provider, code string) {
		l.Faults.Deny = code
		l.Faults.Response = func(v url.Values) { v.Set("error_description", written) }
	}
	atTokens := func(l *liartest.Provider, code string) {
		l.Faults.Replace = map[string]http.HandlerFunc{"token": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]string{"error": code, "error_description": written})
		}}
	}
	rows := []struct {
		name   string
		code   string
		refuse func(l *liartest.Provider, code string)
		says   string // %s is the provider's name
	}{
		{"E72 a code of its own", "account_locked", inBrowser, "%s refused the request (account_locked)."},
		{"E72 a code of its own, at the token endpoint", "account_locked", atTokens, "%s refused the request (account_locked)."},
		{"E72 a code of the standard", "access_denied", inBrowser, "The request was refused: you, or %s, said no."},
		{"E72 no code", "<b>", inBrowser, "%s refused the request (unknown_error)."},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			liar := liartest.New(t)
			row.refuse(liar, row.code)
			n := open(t, params.ParamsOIDC{Issuer: liar.Issuer, ClientID: liartest.ClientID})
			waited := n.startWaiting()
			n.relayVia("opener", answerOf(t, liar, n.click()))
			err := <-waited
			n.waitStatus(widget.Failed)
			n.send(map[string]any{"type": "inspect", "view": "v"})
			n.message("details", 0)
			if failure, _ := n.get("error").(map[string]any); failure["message"] != strings.ReplaceAll(row.says, "%s", strings.TrimPrefix(liar.Issuer, "http://")) {
				t.Errorf("the page says %q; want %q", failure["message"], row.says)
			}
			saved := fmt.Sprintf("%v %s %s %v", err, err, n.auth, n.auth.SimpleRender()) + strings.Join(n.all, "\n")
			if strings.Contains(saved, "Ann") || strings.Contains(saved, "corp.example") {
				t.Errorf("the provider's text is saved: %s", saved)
			}
			if cause := new(flow.Error); !errors.As(err, &cause) || cause.Description != written {
				t.Errorf("cause %+v; want the provider's text", cause)
			}
		})
	}
}
