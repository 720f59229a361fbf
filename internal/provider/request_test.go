package provider_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
)

func TestRedirectURI(t *testing.T) {
	const listed = "https://hub.example.test/hub/user-redirect/callback/"
	m := discover(t, providertest.Start(t, provider.Options{RedirectURIs: []string{listed}}).Issuer)
	for _, row := range []struct {
		uri string
		ok  bool
	}{
		{callback, true},
		{"http://localhost:8888/callback/", true},
		{"http://[::1]:8888/callback/", true},
		{"http://127.0.0.1/callback/", true},
		{"http://127.0.0.1:1/user/ada%40example/callback/", true},
		{listed, true},
		{listed + "x", false},
		{"", false},
		{"http://127.0.0.1:8888/callback", false},
		{"http://127.0.0.1:8888/callback/x", false},
		{"http://127.0.0.1:8888/mycallback/", false},
		{"http://127.0.0.1:8888/", false},
		{"https://127.0.0.1:8888/callback/", false},
		{"HTTP://127.0.0.1:8888/callback/", false},
		{"http://127.0.0.2:8888/callback/", false},
		{"http://10.0.0.1:8888/callback/", false},
		{"http://127.0.0.1.example.test/callback/", false},
		{"http://127.0.0.1@example.test/callback/", false},
		{"http://ada@127.0.0.1:8888/callback/", false},
		{"http://localhost.example.test/callback/", false},
		{"http://LOCALHOST:8888/callback/", false},
		{"http://[::1%25lo]:8888/callback/", false},
		{"http://[::ffff:127.0.0.1]:8888/callback/", false},
		{"http://0:8888/callback/", false},
		{"http://127.0.0.1:99999/callback/", false},
		{"http://127.0.0.1:/callback/", false},
		{"http://127.0.0.1:0/callback/", false},
		{"http://127.0.0.1:8888/callback/#x", false},
		{"http://127.0.0.1:8888/callback/#/callback/", false},
		{"http://127.0.0.1:8888/?x=/callback/", false},
		{"http://127.0.0.1:8888\\@example.test/callback/", false},
		{"//127.0.0.1:8888/callback/", false},
		{"/callback/", false},
		{"javascript:alert(1)//callback/", false},
		{"http:127.0.0.1/callback/", false},
		{" http://127.0.0.1:8888/callback/", false},
		{"<script>/callback/", false},
	} {
		t.Run(row.uri, func(t *testing.T) {
			got, err := providertest.Login(t.Context(), nil, request(m, map[string]string{"redirect_uri": row.uri}), "ada")
			if row.ok {
				if err != nil || !strings.HasPrefix(got, row.uri+"#") {
					t.Errorf("got %q, %v", got, err)
				}
				return
			}
			var page *providertest.PageError
			if !errors.As(err, &page) || page.Status != http.StatusBadRequest {
				t.Fatalf("got %q, %v; want an error page", got, err)
			}
			sent := row.uri
			if sent == "" {
				sent = "(none)"
			}
			for _, text := range []string{strings.TrimSpace(sent), "http://127.0.0.1:PORT/.../callback/", listed} {
				if !strings.Contains(page.Text, text) {
					t.Errorf("the page does not show %q: %s", text, page.Text)
				}
			}
		})
	}
}

// What can't be told to the client is a page, never a redirect.
func TestRequestPages(t *testing.T) {
	m := discover(t, providertest.Start(t, provider.Options{}).Issuer)
	for _, row := range []struct {
		name, url, says string
	}{
		{"unknown client", request(m, map[string]string{"client_id": "someone"}), "Sent client_id someone"},
		{"no client", request(m, map[string]string{"client_id": ""}), "Sent client_id (none)"},
		{"redirect URI twice", request(m, nil) + "&redirect_uri=" + url.QueryEscape(callback), "Sent twice redirect_uri"},
		{"state twice", request(m, nil) + "&state=x", "Sent twice state"},
		{"bad hint", request(m, map[string]string{"id_token_hint": "x.y.z"}), "id_token_hint"},
		{"unknown session", m.Authorization + "/nothing", "click Sign in again"},
		{"unreadable query", m.Authorization + "?a=%zz", "could not be read"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := providertest.Login(t.Context(), nil, row.url, "ada")
			var page *providertest.PageError
			if !errors.As(err, &page) || page.Status != http.StatusBadRequest || !strings.Contains(page.Text, row.says) {
				t.Errorf("got %q, %v; want a page that says %q", got, err, row.says)
			}
		})
	}
}

// What can is an error response, in the fragment for the implicit grant and in the query for codes.
func TestRequestErrors(t *testing.T) {
	m := discover(t, providertest.Start(t, provider.Options{}).Issuer)
	pkce := map[string]string{"response_type": "code", "code_challenge": strings.Repeat("x", 43), "code_challenge_method": "S256"}
	for _, row := range []struct {
		name     string
		change   map[string]string
		error    string
		says     string
		fragment bool
	}{
		{"unknown scope", with(nil, "scope", "openid api.nope"), "invalid_scope", "api.nope", true},
		{"unknown scope, code", with(pkce, "scope", "api.nope"), "invalid_scope", "api.nope", false},
		{"odd scope", with(nil, "scope", "openid \"\\ü"), "invalid_scope", "scope '''", true},
		{"no response type", with(nil, "response_type", ""), "invalid_request", "response_type", false},
		{"unknown response type", with(nil, "response_type", "magic"), "unsupported_response_type", "response_type", false},
		{"hybrid response type", with(pkce, "response_type", "code token"), "unsupported_response_type", "response_type", true},
		{"response type twice", with(nil, "response_type", "token token"), "unsupported_response_type", "response_type", true},
		{"no nonce", with(nil, "nonce", ""), "invalid_request", "nonce", true},
		{"ID token without openid", with(nil, "scope", "api.read"), "invalid_request", "openid", true},
		{"query mode for tokens", with(nil, "response_mode", "query"), "invalid_request", "response_mode", false},
		{"form_post mode", with(nil, "response_mode", "form_post"), "invalid_request", "response_mode", false},
		{"json mode", with(nil, "response_mode", "json"), "invalid_request", "response_mode", false},
		{"code without PKCE", map[string]string{"response_type": "code"}, "invalid_request", "pkce", false},
		{"plain PKCE", with(pkce, "code_challenge_method", "plain"), "invalid_request", "code_challenge_method", false},
		{"PKCE without method", with(pkce, "code_challenge_method", ""), "invalid_request", "code_challenge_method", false},
		{"prompt none and login", with(nil, "prompt", "none login"), "invalid_request", "prompt", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			q, fragment := login(t, nil, request(m, row.change))
			want(t, "error", q.Get("error"), row.error)
			want(t, "state", q.Get("state"), "st&te=1")
			want(t, "iss", q.Get("iss"), m.Issuer)
			want(t, "fragment", fragment, row.fragment)
			if d := q.Get("error_description"); !strings.Contains(d, row.says) {
				t.Errorf("description %q does not say %q", d, row.says)
			}
			for _, secret := range []string{"access_token", "id_token", "code"} {
				want(t, secret, q.Has(secret), false)
			}
		})
	}
}

func TestPostedRequest(t *testing.T) {
	m := discover(t, providertest.Start(t, provider.Options{}).Issuer)
	browser := providertest.NewBrowser()
	login(t, browser, request(m, nil))
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	target, _ := url.Parse(request(m, nil))
	resp, err := browser.PostForm(m.Authorization, target.Query())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got := resp.Header.Get("Location"); !strings.HasPrefix(got, callback+"#") {
		t.Errorf("status %d, location %q", resp.StatusCode, got)
	}
}

// No scope but openid is needed, and none at all is fine for a bare access token.
func TestScopes(t *testing.T) {
	m := discover(t, providertest.Start(t, provider.Options{}).Issuer)
	for _, row := range []struct{ types, asked, granted string }{
		{"id_token token", "openid", "openid"},
		{"token", "api.demo.v1", "api.demo.v1"},
		{"token", "", ""},
		// OpenID Connect Core 11: ignored where no code is returned.
		{"id_token token", "openid offline_access email", "openid email"},
	} {
		q, _ := login(t, nil, request(m, map[string]string{"response_type": row.types, "scope": row.asked}))
		want(t, row.asked+": error", q.Get("error"), "")
		want(t, row.asked, q.Get("scope"), row.granted)
	}
}

func TestAuthenticationLevel(t *testing.T) {
	issuers(t, provider.Options{}, func(t *testing.T, m metadata, sg bool) {
		fallback := any(nil)
		if sg {
			fallback = "L1"
		}
		for _, row := range []struct {
			asked string
			want  any
		}{
			{"L1", "L1"}, {"L2", "L2"}, {"L2 L1", "L2"}, {"urn:other L2", "L2"}, {"urn:other", fallback}, {"", fallback},
		} {
			q, _ := login(t, nil, request(m, map[string]string{"acr_values": row.asked}))
			_, claims := verify(t, m, q.Get("id_token"))
			want(t, row.asked, claims["acr"], row.want)
		}
	})
}

// Tokens, codes and levels end by the clock; synctest turns it.
func TestExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := provider.New(provider.Options{Issuer: "http://127.0.0.1:1"})
		if err != nil {
			t.Fatal(err)
		}
		browser := providertest.NewBrowser()
		browser.Transport = providertest.Transport(p)
		base := "http://127.0.0.1:1/sgconnect/oauth2"
		m := metadata{Authorization: base + "/authorize"}
		q, _ := login(t, browser, request(m, nil))
		status := func() int {
			req, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, base+"/tokeninfo", nil)
			req.Header.Set("Authorization", "Bearer "+q.Get("access_token"))
			resp, err := browser.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode
		}
		time.Sleep(9 * time.Minute)
		want(t, "after 9 minutes", status(), http.StatusOK)
		time.Sleep(61 * time.Second)
		want(t, "after 10 minutes", status(), http.StatusUnauthorized)
	})
}
