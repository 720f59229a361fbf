package flow_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/params"
)

// The provider refuses and says back, in one field or another, what it was sent.
func TestTheProviderRepeatsASecret(t *testing.T) {
	const secret = "canary+client secret/%"
	invalid, unknown := &flow.Error{Code: "invalid_client"}, &flow.Error{Code: "unknown_error"}
	long := strings.Repeat("x", 290) // texts are cut after 300
	rows := []struct {
		name string
		want *flow.Error
		// echo changes the answer, of invalid_client and of a link that would be shown
		echo func(answer map[string]string, sent *http.Request)
	}{
		{"nothing", invalid, func(map[string]string, *http.Request) {}},
		{"E76 the client secret, described", invalid, func(a map[string]string, r *http.Request) { a["error_description"] = "is not " + secret }},
		{"E76 the client secret, with invisible characters in it", invalid, func(a map[string]string, r *http.Request) {
			a["error_description"] = strings.ReplaceAll(secret, "+", "\u200b+\u2060")
		}},
		{"E76 the client secret, at the cut", invalid, func(a map[string]string, r *http.Request) { a["error_description"] = long + secret }},
		{"E76 the client secret, as in a form", invalid, func(a map[string]string, r *http.Request) { a["error_description"] = url.QueryEscape(secret) }},
		{"E76 the client's credentials, as in the header", invalid, func(a map[string]string, r *http.Request) {
			a["error_description"] = r.Header.Get("Authorization")
		}},
		{"E76 the client secret in the link", invalid, func(a map[string]string, r *http.Request) { a["error_uri"] += "?s=" + url.QueryEscape(secret) }},
		{"E76 the verifier as the code", unknown, func(a map[string]string, r *http.Request) { a["error"] = r.PostForm.Get("code_verifier") }},
		{"E76 the verifier in the code", unknown, func(a map[string]string, r *http.Request) { a["error"] = "bad:" + r.PostForm.Get("code_verifier") }},
		{"E76 the authorization code as the code", unknown, func(a map[string]string, r *http.Request) { a["error"] = r.PostForm.Get("code") }},
		{"E76 the verifier in the link", invalid, func(a map[string]string, r *http.Request) { a["error_uri"] += r.PostForm.Get("code_verifier") }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := providertest.New(t)
			p.Secret = secret
			s := newScene(t, p, params.ParamsOIDC{Issuer: p.Issuer, ClientID: providertest.ClientID, DotenvFolder: t.TempDir(),
				ClientSecret: params.NewSecret(secret)})
			sent := []string{"client secret", "secret%2F", url.QueryEscape(secret)}
			replaced("token", func(w http.ResponseWriter, r *http.Request) {
				_ = r.ParseForm()
				sent = append(sent, r.PostForm.Get("code"), r.PostForm.Get("code_verifier"), strings.TrimPrefix(r.Header.Get("Authorization"), "Basic "))
				a := map[string]string{"error": "invalid_client", "error_description": "no", "error_uri": p.BaseURL + "/help/"}
				row.echo(a, r)
				text, _ := json.Marshal(a)
				answering(400, "application/json", string(text))(w, r)
			})(&p.Faults)
			_, err := s.signIn()
			refused(t, err, row.want)
			e := new(flow.Error)
			errors.As(err, &e)
			if len(sent) != 6 || row.name == "nothing" && (e.Description != "no" || e.URI == "") {
				t.Fatalf("the baseline: %+v, sent %d values", e, len(sent))
			}
			text := fmt.Sprintf("%+v %q %q", e, e.Code, e.URI)
			for _, value := range sent {
				if value == "" || strings.Contains(text, value) {
					t.Errorf("%q is in %s", value, text)
				}
			}
		})
	}
}

// The same in the response that comes through the browser.
func TestARefusalThatRepeatsTheNonce(t *testing.T) {
	s := oidc(t, "code")
	for _, name := range []string{"error", "error_description", "error_uri"} {
		t.Run("E76 "+name, func(t *testing.T) {
			p := s.pending()
			nonce := mustQuery(t, p.URL()).Get("nonce")
			_, err := p.Check(set(name, map[string]string{"error_uri": s.p.BaseURL + "/"}[name]+nonce)(set("error", "access_denied")(s.respond(p))))
			e := new(flow.Error)
			if !errors.As(err, &e) || !e.Refused || strings.Contains(fmt.Sprintf("%+v", *e), nonce) {
				t.Errorf("got %+v", err)
			}
		})
	}
}
