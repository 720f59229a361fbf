package provider_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
)

// issuers runs a test against both issuers of one provider.
func issuers(t *testing.T, o provider.Options, test func(t *testing.T, m metadata, sg bool)) {
	s := providertest.Start(t, o)
	t.Run("main", func(t *testing.T) { test(t, discover(t, s.Issuer), false) })
	t.Run("sgconnect", func(t *testing.T) { test(t, discover(t, s.SGConnect()+"/oauth2"), true) })
}

func TestDiscovery(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	m := discover(t, s.Issuer)
	sg := discover(t, s.SGConnect()+"/oauth2")
	base := s.Issuer + "/sgconnect/oauth2"
	for _, row := range []struct{ what, got, want string }{
		{"issuer", m.Issuer, s.Issuer},
		{"authorize", m.Authorization, s.Issuer + "/authorize"},
		{"token", m.Token, s.Issuer + "/token"},
		{"userinfo", m.UserInfo, s.Issuer + "/userinfo"},
		{"registration", m.Registration, ""},
		{"SG issuer", sg.Issuer, base},
		{"SG authorize", sg.Authorization, base + "/authorize"},
		{"SG token", sg.Token, base + "/access_token"},
		{"SG userinfo", sg.UserInfo, base + "/userinfo"},
		{"SG key set", sg.KeySet, base + "/connect/jwk_uri"},
		{"SG revocation", sg.Revocation, base + "/token/revoke"},
		{"SG end session", sg.EndSession, base + "/connect/endSession"},
		{"SG registration", sg.Registration, ""},
	} {
		want(t, row.what, row.got, row.want)
	}
	if !m.Iss || !slices.Contains(m.Algorithms, "RS256") || !slices.Equal(m.Challenges, []string{"S256"}) {
		t.Errorf("metadata: %+v", m)
	}
	for _, key := range keySet(t, m).Keys {
		if !key.IsPublic() {
			t.Errorf("key %s in the key set is private", key.KeyID)
		}
	}
	for _, path := range []string{"/register", "/register/ipyauth-demo", "/introspect", "/sgconnect/oauth2/register"} {
		if status := postJSON(t, s.Issuer+path, nil, nil); status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: status %d", path, status)
		}
	}
}

func TestImplicit(t *testing.T) {
	issuers(t, provider.Options{}, func(t *testing.T, m metadata, sg bool) {
		for _, types := range []string{"id_token token", "token id_token", "token", "id_token"} {
			t.Run(types, func(t *testing.T) {
				target := request(m, map[string]string{"response_type": types, "nonce": "n-1", "acr_values": "L2"})
				q, fragment := login(t, nil, target)
				if !fragment || q.Has("error") {
					t.Fatalf("response %v, fragment %v", q, fragment)
				}
				want(t, "state", q.Get("state"), "st&te=1")
				want(t, "iss", q.Get("iss"), m.Issuer)
				want(t, "access token", q.Has("access_token"), types != "id_token")
				want(t, "ID token", q.Has("id_token"), types != "token")
				if types != "id_token" {
					want(t, "token_type", q.Get("token_type"), "Bearer")
					want(t, "expires_in", q.Get("expires_in"), "600")
					want(t, "scope", q.Get("scope"), "openid profile")
					want(t, "opaque", !strings.Contains(q.Get("access_token"), "."), sg)
					checkUserInfo(t, m, q.Get("access_token"), sg)
				}
				if types == "token" {
					return
				}
				header, claims := verify(t, m, q.Get("id_token"))
				want(t, "alg", header["alg"], "RS256")
				want(t, "nonce", claims["nonce"], "n-1")
				want(t, "acr", claims["acr"], "L2")
				want(t, "sub", claims["sub"], subject(sg))
				want(t, "name", claims["name"], "Ada Lovelace")
				want(t, "lifetime", claims["exp"].(float64)-claims["iat"].(float64), 600.0)
				if types == "id_token" {
					want(t, "at_hash", claims["at_hash"], nil)
				} else {
					want(t, "at_hash", claims["at_hash"], atHash(q.Get("access_token")))
				}
				if _, ok := claims["auth_time"].(float64); !ok {
					t.Errorf("auth_time: %v", claims["auth_time"])
				}
			})
		}
	})
}

func subject(sg bool) string {
	if sg {
		return "ada.lovelace@example.test"
	}
	return "ada.lovelace"
}

func checkUserInfo(t *testing.T, m metadata, token string, sg bool) {
	t.Helper()
	var info map[string]any
	want(t, "userinfo status", getJSON(t, m.UserInfo, token, &info), http.StatusOK)
	want(t, "userinfo sub", info["sub"], subject(sg))
	want(t, "userinfo name", info["name"], "Ada Lovelace")
	if sg {
		want(t, "userinfo mail", info["mail"], "ada.lovelace@example.test")
	}
}

func TestCode(t *testing.T) {
	issuers(t, provider.Options{TokenLifetime: 90 * time.Second}, func(t *testing.T, m metadata, sg bool) {
		var got tokens
		want(t, "status", postJSON(t, m.Token, code(t, m, "openid profile"), &got), http.StatusOK)
		want(t, "type", got.Type, "Bearer")
		want(t, "expires_in", got.ExpiresIn, 90)
		want(t, "scope", got.Scope, "openid profile")
		want(t, "refresh token", got.Refresh, "")
		_, claims := verify(t, m, got.ID)
		want(t, "sub", claims["sub"], subject(sg))
		checkUserInfo(t, m, got.Access, sg)
	})
}

func TestCodeRefused(t *testing.T) {
	m := discover(t, providertest.Start(t, provider.Options{}).Issuer)
	for _, row := range []struct {
		name   string
		change func(url.Values)
		status int
		want   string
	}{
		{"wrong verifier", func(q url.Values) { q.Set("code_verifier", strings.Repeat("v", 43)) }, 400, "invalid_grant"},
		{"no verifier", func(q url.Values) { q.Del("code_verifier") }, 400, "invalid_grant"},
		{"unknown code", func(q url.Values) { q.Set("code", "nope") }, 400, "invalid_grant"},
		{"other redirect URI", func(q url.Values) { q.Set("redirect_uri", "http://localhost:8888/callback/") }, 400, "invalid_grant"},
		{"other client", func(q url.Values) { q.Set("client_id", "someone") }, 401, "invalid_client"},
		{"other grant", func(q url.Values) { q.Set("grant_type", "password") }, 400, "unsupported_grant_type"},
	} {
		t.Run(row.name, func(t *testing.T) {
			form := code(t, m, "openid")
			row.change(form)
			var got tokens
			want(t, "status", postJSON(t, m.Token, form, &got), row.status)
			want(t, "error", got.Error, row.want)
		})
	}
}

// A code works once; used again it takes its tokens with it (RFC 6749 section 4.1.2).
func TestCodeReplay(t *testing.T) {
	issuers(t, provider.Options{}, func(t *testing.T, m metadata, _ bool) {
		form := code(t, m, "openid")
		var first, second, third tokens
		want(t, "first", postJSON(t, m.Token, form, &first), http.StatusOK)
		want(t, "second", postJSON(t, m.Token, form, &second), http.StatusBadRequest)
		want(t, "second error", second.Error, "invalid_grant")
		want(t, "third", postJSON(t, m.Token, form, &third), http.StatusBadRequest)
		want(t, "third error", third.Error, "invalid_grant")
		want(t, "userinfo", getJSON(t, m.UserInfo, first.Access, nil), http.StatusUnauthorized)
	})
}

func TestRefresh(t *testing.T) {
	issuers(t, provider.Options{}, func(t *testing.T, m metadata, sg bool) {
		var first, second, replayed, third tokens
		postJSON(t, m.Token, code(t, m, "openid profile offline_access"), &first)
		if first.Refresh == "" {
			t.Fatal("no refresh token")
		}
		want(t, "refresh", postJSON(t, m.Token, refreshForm(first.Refresh), &second), http.StatusOK)
		if second.Refresh == "" || second.Refresh == first.Refresh || second.Access == first.Access {
			t.Error("the tokens did not change")
		}
		checkUserInfo(t, m, second.Access, sg)
		verify(t, m, second.ID)
		want(t, "refresh token as access token", getJSON(t, m.UserInfo, second.Refresh, nil), http.StatusUnauthorized)
		want(t, "narrower", postJSON(t, m.Token, narrowed(refreshForm(second.Refresh), "openid"), &third), http.StatusOK)
		want(t, "scope", third.Scope, "openid")

		want(t, "replay", postJSON(t, m.Token, refreshForm(first.Refresh), &replayed), http.StatusBadRequest)
		want(t, "replay error", replayed.Error, "invalid_grant")
		want(t, "successor after replay", postJSON(t, m.Token, refreshForm(third.Refresh), nil), http.StatusBadRequest)
		want(t, "access token after replay", getJSON(t, m.UserInfo, third.Access, nil), http.StatusUnauthorized)
	})
}

func narrowed(form url.Values, scope string) url.Values {
	form.Set("scope", scope)
	return form
}

// One refresh token sent many times at once works once.
func TestRefreshConcurrent(t *testing.T) {
	m := discover(t, providertest.Start(t, provider.Options{}).Issuer)
	var first tokens
	postJSON(t, m.Token, code(t, m, "openid offline_access"), &first)
	const n = 8
	statuses := make(chan int, n)
	for range n {
		go func() {
			resp, err := http.PostForm(m.Token, refreshForm(first.Refresh))
			if err != nil {
				statuses <- 0
				return
			}
			resp.Body.Close()
			statuses <- resp.StatusCode
		}()
	}
	worked := 0
	for range n {
		if <-statuses == http.StatusOK {
			worked++
		}
	}
	want(t, "requests that worked", worked, 1)
}

func TestRevocation(t *testing.T) {
	issuers(t, provider.Options{}, func(t *testing.T, m metadata, _ bool) {
		for _, kind := range []string{"refresh_token", "access_token"} {
			var got tokens
			postJSON(t, m.Token, code(t, m, "openid offline_access"), &got)
			token := map[string]string{"refresh_token": got.Refresh, "access_token": got.Access}[kind]
			form := url.Values{"client_id": {provider.ClientID}, "token": {token}, "token_type_hint": {kind}}
			want(t, kind, postJSON(t, m.Revocation, form, nil), http.StatusOK)
			want(t, kind+": refresh", postJSON(t, m.Token, refreshForm(got.Refresh), nil), http.StatusBadRequest)
			want(t, kind+": userinfo", getJSON(t, m.UserInfo, got.Access, nil), http.StatusUnauthorized)
			// RFC 7009 section 2.2: an unknown token is no error.
			want(t, kind+": again", postJSON(t, m.Revocation, form, nil), http.StatusOK)
		}
	})
}

// The two issuers are two providers: neither takes the other's tokens or codes.
func TestIssuersApart(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	m, sg := discover(t, s.Issuer), discover(t, s.SGConnect()+"/oauth2")
	var got tokens
	postJSON(t, m.Token, code(t, m, "openid offline_access"), &got)
	want(t, "userinfo", getJSON(t, sg.UserInfo, got.Access, nil), http.StatusUnauthorized)
	want(t, "refresh", postJSON(t, sg.Token, refreshForm(got.Refresh), nil), http.StatusBadRequest)
	want(t, "code", postJSON(t, sg.Token, code(t, m, "openid"), nil), http.StatusBadRequest)
}

func TestKeyRotation(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	m := discover(t, s.Issuer)
	q, _ := login(t, nil, request(m, nil))
	old, _ := verify(t, m, q.Get("id_token"))
	if err := s.Provider.RotateKey(); err != nil {
		t.Fatal(err)
	}
	verify(t, m, q.Get("id_token"))
	q, _ = login(t, nil, request(m, nil))
	fresh, _ := verify(t, m, q.Get("id_token"))
	if old["kid"] == fresh["kid"] {
		t.Error("the key did not change")
	}
	if err := s.Provider.RotateKey(); err != nil {
		t.Fatal(err)
	}
	if len(keySet(t, m).Key(old["kid"].(string))) != 0 {
		t.Error("the oldest key is still published")
	}
}

func TestES256(t *testing.T) {
	m := discover(t, providertest.Start(t, provider.Options{SigningAlgorithm: "ES256"}).Issuer)
	q, _ := login(t, nil, request(m, nil))
	header, claims := verify(t, m, q.Get("id_token"))
	want(t, "alg", header["alg"], "ES256")
	want(t, "at_hash", claims["at_hash"], atHash(q.Get("access_token")))
}

func TestSwitches(t *testing.T) {
	t.Run("OmitExpiresIn", func(t *testing.T) {
		issuers(t, provider.Options{OmitExpiresIn: true}, func(t *testing.T, m metadata, _ bool) {
			q, _ := login(t, nil, request(m, nil))
			want(t, "expires_in", q.Has("expires_in"), false)
			want(t, "access_token", q.Has("access_token"), true)
		})
	})
	t.Run("Deny", func(t *testing.T) {
		issuers(t, provider.Options{Deny: true}, func(t *testing.T, m metadata, _ bool) {
			q, fragment := login(t, nil, request(m, nil))
			want(t, "fragment", fragment, true)
			want(t, "error", q.Get("error"), "access_denied")
		})
	})
	t.Run("LoginDelay", func(t *testing.T) {
		const delay = 30 * time.Millisecond
		m := discover(t, providertest.Start(t, provider.Options{LoginDelay: delay}).Issuer)
		before := time.Now()
		login(t, nil, request(m, nil))
		if took := time.Since(before); took < delay {
			t.Errorf("signed in after %v", took)
		}
	})
	t.Run("HideSGConnectKeys", func(t *testing.T) {
		s := providertest.Start(t, provider.Options{HideSGConnectKeys: true})
		for _, path := range []string{"/.well-known/openid-configuration", "/connect/jwk_uri"} {
			if status := getJSON(t, s.SGConnect()+"/oauth2"+path, "", nil); status != http.StatusNotFound {
				t.Errorf("%s: status %d", path, status)
			}
		}
		discover(t, s.Issuer)
	})
	t.Run("Scopes", func(t *testing.T) {
		m := discover(t, providertest.Start(t, provider.Options{Scopes: []string{"READ_SCOPE"}}).Issuer)
		q, _ := login(t, nil, request(m, map[string]string{"scope": "openid READ_SCOPE"}))
		want(t, "scope", q.Get("scope"), "openid READ_SCOPE")
	})
}
