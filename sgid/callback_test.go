package sgid_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

func TestCallback(t *testing.T) {
	s := newScene(t)
	session := s.mustSignIn(t)
	if session.Sub != sgidtest.Subject || session.AccessToken.IsZero() || session.IDToken.IsZero() {
		t.Errorf("got %+v", session)
	}
	rows := []struct {
		name   string
		change func(p *sgid.CallbackParams)
		want   *sgid.Error
		asked  int // requests to the token endpoint
	}{
		{"no code", func(p *sgid.CallbackParams) { p.Code = "" }, sgid.ErrCode, 0},
		{"unknown code", func(p *sgid.CallbackParams) { p.Code = "canary" }, sgid.ErrTokenEndpoint, 1},
		{"no verifier", func(p *sgid.CallbackParams) { p.CodeVerifier = "" }, sgid.ErrCodeVerifier, 0},
		{"a short verifier", func(p *sgid.CallbackParams) { p.CodeVerifier = "canary" }, sgid.ErrCodeVerifier, 0},
		{"a verifier with a space", func(p *sgid.CallbackParams) { p.CodeVerifier = p.CodeVerifier[1:] + " " }, sgid.ErrCodeVerifier, 0},
		{"D66 another sign-in's verifier", func(p *sgid.CallbackParams) { p.CodeVerifier = strings.Repeat("v", 43) }, sgid.ErrTokenEndpoint, 1},
		{"no nonce", func(p *sgid.CallbackParams) { p.Nonce = "" }, sgid.ErrNonce, 0},
		{"a nonce that was omitted", func(p *sgid.CallbackParams) { p.InsecureOmitNonce = true }, sgid.ErrNonce, 0},
		{"C51 another sign-in's nonce", func(p *sgid.CallbackParams) { p.Nonce = "canary" }, sgid.ErrIDToken, 1},
		{"C51 no nonce expected, one in the token", func(p *sgid.CallbackParams) { p.Nonce, p.InsecureOmitNonce = "", true }, sgid.ErrIDToken, 1},
		{"another state", func(p *sgid.CallbackParams) { p.ReturnedState = "canary" }, sgid.ErrState, 0},
		{"no state came back", func(p *sgid.CallbackParams) { p.ReturnedState = "" }, sgid.ErrState, 0},
		{"a state nobody sent", func(p *sgid.CallbackParams) { p.State = "" }, sgid.ErrState, 0},
		{"another redirect URI", func(p *sgid.CallbackParams) { p.RedirectURI = sgidtest.RedirectURI + "/canary" }, sgid.ErrTokenEndpoint, 1},
		{"bad redirect URI", func(p *sgid.CallbackParams) { p.RedirectURI = "canary" }, sgid.ErrRedirectURI, 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s.authorize(t)
			before := s.p.Requests("token")
			p := s.params()
			row.change(&p)
			session, err := s.client.Callback(t.Context(), p)
			e := refused(t, err, row.want)
			if session != nil || s.p.Requests("token")-before != row.asked {
				t.Errorf("session %v, %d requests", session, s.p.Requests("token")-before)
			}
			if row.want == sgid.ErrTokenEndpoint && (e.Status != 400 || e.Code != "invalid_grant") {
				t.Errorf("status %d, code %q", e.Status, e.Code)
			}
		})
	}
}

// The redirect URI of the call is used in both places.
func TestOwnRedirectURIAndNoNonce(t *testing.T) {
	s := newScene(t, func(c *sgid.Config) { c.RedirectURI = sgidtest.RedirectURI + "/1" })
	verifier, challenge, _ := sgid.GeneratePKCEPair(128)
	own := sgidtest.RedirectURI + "/2"
	address, nonce, err := s.client.AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge, RedirectURI: own, InsecureOmitNonce: true})
	if err != nil || nonce != "" {
		t.Fatalf("nonce %q, %v", nonce, err)
	}
	query, err := s.p.Authorize(address)
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.client.Callback(t.Context(), sgid.CallbackParams{
		Code: query.Get("code"), CodeVerifier: verifier, RedirectURI: own, InsecureOmitNonce: true,
	})
	if err != nil || session.Sub != sgidtest.Subject {
		t.Errorf("%v, %v", session, err)
	}
}

func TestTokenAnswers(t *testing.T) {
	set := func(name string, value any) func(f *sgidtest.Faults) {
		return func(f *sgidtest.Faults) { f.TokenAnswer = func(m map[string]any) { m[name] = value } }
	}
	drop := func(name string) func(f *sgidtest.Faults) {
		return func(f *sgidtest.Faults) { f.TokenAnswer = func(m map[string]any) { delete(m, name) } }
	}
	rows := []struct {
		name   string
		change func(f *sgidtest.Faults)
		want   *sgid.Error
	}{
		{"token_type in another case", set("token_type", "bearer"), nil},
		{"no token_type", drop("token_type"), nil},
		{"D64 another token_type", set("token_type", "canary"), sgid.ErrAccessToken},
		{"D64 token_type a number", set("token_type", 1), sgid.ErrAccessToken},
		{"no access token", drop("access_token"), sgid.ErrAccessToken},
		{"access token empty", set("access_token", ""), sgid.ErrAccessToken},
		{"access token a number", set("access_token", 7), sgid.ErrAccessToken},
		{"access token with a line break", set("access_token", "canary\r\nX: y"), sgid.ErrAccessToken},
		{"access token of a megabyte", set("access_token", strings.Repeat("c", 900<<10)), sgid.ErrAccessToken},
		{"no ID token", drop("id_token"), sgid.ErrIDToken},
		{"ID token empty", set("id_token", ""), sgid.ErrIDToken},
		{"ID token a list", set("id_token", []string{"canary"}), sgid.ErrIDToken},
		{"ID token no JWT", set("id_token", "canary"), sgid.ErrIDToken},
		{"D64 an error with status 200", replaced("token", answering(200, "application/json", `{"error":"canary"}`)), sgid.ErrAccessToken},
		{"D64 a form", replaced("token", answering(200, "application/x-www-form-urlencoded", "access_token=canary")), sgid.ErrTokenEndpoint},
		{"D64 HTML", replaced("token", answering(200, "text/html", "<html>canary")), sgid.ErrTokenEndpoint},
		{"D64 401 with a body", replaced("token", answering(401, "text/plain", "canary")), sgid.ErrTokenEndpoint},
		{"D64 an unknown code", replaced("token", answering(400, "application/json", `{"error":"canary"}`)), sgid.ErrTokenEndpoint},
		{"D64 500", replaced("token", answering(500, "text/html", "canary")), sgid.ErrTokenEndpoint},
		{"C54 access_token twice", replaced("token", answering(200, "application/json", `{"access_token":"canary","access_token":"b"}`)), sgid.ErrTokenEndpoint},
		{"C54 access_token in two cases", replaced("token", answering(200, "application/json", `{"access_token":"canary","Access_Token":"b"}`)), sgid.ErrTokenEndpoint},
		{"D61 larger than a megabyte", replaced("token", answering(200, "application/json", strings.Repeat(" ", 2<<20))), sgid.ErrTokenEndpoint},
	}
	s := newScene(t)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s.p.Faults = sgidtest.Faults{}
			s.authorize(t)
			row.change(&s.p.Faults)
			session, err := s.client.Callback(t.Context(), s.params())
			if row.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if refused(t, err, row.want); session != nil {
				t.Errorf("got %v", session)
			}
		})
	}
}

func TestClocksMayDiffer(t *testing.T) {
	s := newScene(t)
	s.p.Now = func() time.Time { return time.Now().Add(50 * time.Second) }
	s.mustSignIn(t)
	s.authorize(t)
	s.p.Now = func() time.Time { return time.Now().Add(5 * time.Minute) }
	_, err := s.client.Callback(t.Context(), s.params())
	refused(t, err, sgid.ErrIDToken)
	if !errors.Is(err, &sgid.CheckError{Check: "iat"}) {
		t.Errorf("got %v; want iat", err)
	}
}
