package provider_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
)

// Each shape with discovery, by where its issuer and endpoints are; %s is the provider's address and %o its other name.
var shapeRows = []struct {
	name, issuer                         string
	authorization, token, userInfo, keys string
	scope                                string
	secret, refreshes                    bool
	sub                                  string
	claim, value                         string
}{
	{"google", "%s/google", "%s/google/o/oauth2/v2/auth", "%s/google/token", "%s/google/v1/userinfo", "%s/google/oauth2/v3/certs",
		"openid email", true, true, "ada.lovelace", "email", "ada.lovelace@example.test"},
	{"auth0", "%o/", "%o/authorize", "%o/oauth/token", "%o/userinfo", "%o/.well-known/jwks.json",
		"openid profile", false, false, "auth0|ada.lovelace", "nickname", "ada.lovelace"},
	{"keycloak", "%s/keycloak/realms/demo", "%s/keycloak/realms/demo/protocol/openid-connect/auth", "%s/keycloak/realms/demo/protocol/openid-connect/token",
		"%s/keycloak/realms/demo/protocol/openid-connect/userinfo", "%s/keycloak/realms/demo/protocol/openid-connect/certs",
		"openid profile", false, true, "ada.lovelace", "preferred_username", "ada.lovelace"},
	{"entra", "%s/entra/" + provider.EntraTenant + "/v2.0", "%s/entra/" + provider.EntraTenant + "/oauth2/v2.0/authorize", "%s/entra/" + provider.EntraTenant + "/oauth2/v2.0/token",
		"%s/entra/" + provider.EntraTenant + "/oidc/userinfo", "%s/entra/" + provider.EntraTenant + "/discovery/v2.0/keys",
		"openid User.Read offline_access", false, true, "ada.lovelace", "tid", provider.EntraTenant},
	{"okta", "%s/oauth2/default", "%s/oauth2/default/v1/authorize", "%s/oauth2/default/v1/token", "%s/oauth2/default/v1/userinfo", "%s/oauth2/default/v1/keys",
		"openid profile", false, false, "ada.lovelace", "name", "Ada Lovelace"},
	{"sgid", "%s/sgid/v2", "%s/sgid/v2/oauth/authorize", "%s/sgid/v2/oauth/token", "%s/sgid/v2/oauth/userinfo", "%s/sgid/v2/.well-known/jwks.json",
		"openid myinfo.name", true, false, "u=ada.lovelace", "", ""},
}

func TestShapes(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	at := strings.NewReplacer("%s", s.Issuer, "%o", strings.Replace(s.Issuer, "127.0.0.1", "localhost", 1)).Replace
	for _, row := range shapeRows {
		t.Run(row.name, func(t *testing.T) {
			m := discover(t, strings.TrimSuffix(at(row.issuer), "/"))
			want(t, "issuer", m.Issuer, at(row.issuer))
			want(t, "authorization endpoint", m.Authorization, at(row.authorization))
			want(t, "token endpoint", m.Token, at(row.token))
			want(t, "userinfo endpoint", m.UserInfo, at(row.userInfo))
			want(t, "key set", m.KeySet, at(row.keys))
			want(t, "registration endpoint", m.Registration, "")
			form := code(t, m, row.scope)
			if row.secret {
				var refused tokens
				want(t, "status without secret", postJSON(t, m.Token, form, &refused), http.StatusUnauthorized)
				want(t, "error without secret", refused.Error, "invalid_client")
				form.Set("client_secret", "any")
			}
			var got tokens
			want(t, "status", postJSON(t, m.Token, form, &got), http.StatusOK)
			want(t, "has a refresh token", got.Refresh != "", row.refreshes)
			_, claims := verify(t, m, got.ID)
			checkClaims(t, claims, row.sub, row.claim, row.value)
			var info map[string]any
			want(t, "userinfo status", getJSON(t, m.UserInfo, got.Access, &info), http.StatusOK)
			checkClaims(t, info, row.sub, row.claim, row.value)
			if m.Revocation != "" {
				revoke := url.Values{"token": {got.Access}, "client_id": {provider.ClientID}, "client_secret": form["client_secret"]}
				want(t, "status of revocation", postJSON(t, m.Revocation, revoke, &info), http.StatusOK)
				want(t, "userinfo status after revocation", getJSON(t, m.UserInfo, got.Access, &info), http.StatusUnauthorized)
			}
		})
	}
}

func checkClaims(t *testing.T, claims jwt.MapClaims, sub, name, value string) {
	t.Helper()
	want(t, "sub", claims["sub"], sub)
	if name != "" {
		want(t, name, claims[name], value)
	}
}

// On an issuer named localhost, the shape without a path takes the address.
func TestOtherHost(t *testing.T) {
	for _, row := range []struct{ issuer, other string }{
		{"http://127.0.0.1:9", "http://localhost:9"}, {"http://localhost", "http://127.0.0.1"}, {"http://[::1]:9", "http://localhost:9"},
	} {
		p, err := provider.New(provider.Options{Issuer: row.issuer})
		if err != nil {
			t.Fatal(err)
		}
		for origin, issuer := range map[string]string{row.issuer: row.issuer, row.other: row.other + "/"} {
			want(t, "issuer at "+origin, discoverAt(t, p, origin).Issuer, issuer)
		}
	}
}

func discoverAt(t *testing.T, p http.Handler, origin string) (m metadata) {
	t.Helper()
	client := &http.Client{Transport: providertest.Transport(p)}
	resp, err := client.Get(origin + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	decode(t, resp.Body, &m)
	return m
}

func gitHub(t *testing.T) metadata {
	at := providertest.Start(t, provider.Options{}).Issuer + "/github"
	return metadata{Authorization: at + "/login/oauth/authorize", Token: at + "/login/oauth/access_token", UserInfo: at + "/api/v3/user"}
}

func TestGitHub(t *testing.T) {
	m := gitHub(t)
	form := code(t, m, "read:user,gist")
	form.Set("client_secret", "any")
	got := postForm(t, m.Token, form)
	want(t, "scope", got.Get("scope"), "read:user,gist")
	want(t, "token type", got.Get("token_type"), "bearer")
	want(t, "parameters", len(got), 3)
	var user map[string]any
	want(t, "user status", getJSON(t, m.UserInfo, got.Get("access_token"), &user), http.StatusOK)
	want(t, "login", user["login"], "ada.lovelace")
	want(t, "user status of another token", getJSON(t, m.UserInfo, "nope", &user), http.StatusUnauthorized)

	t.Run("JSON, and no scope", func(t *testing.T) {
		form := code(t, m, "")
		form.Set("client_secret", "any")
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, m.Token, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Accept", "application/json")
		var got tokens
		want(t, "status", doJSON(t, req, &got), http.StatusOK)
		want(t, "type", got.Type, "bearer")
		want(t, "scope", got.Scope, "")
	})
	for _, row := range []struct{ name, parameter, value, want string }{
		{"no secret", "client_secret", "", "incorrect_client_credentials"},
		{"unknown code", "code", "nope", "bad_verification_code"},
		{"wrong verifier", "code_verifier", strings.Repeat("v", 43), "bad_verification_code"},
	} {
		t.Run(row.name, func(t *testing.T) {
			form := code(t, m, "gist")
			form.Set("client_secret", "any")
			form.Set(row.parameter, row.value)
			want(t, "error", postForm(t, m.Token, form).Get("error"), row.want)
		})
	}
	t.Run("no discovery", func(t *testing.T) {
		issuer := strings.TrimSuffix(m.UserInfo, "/api/v3/user")
		for _, path := range []string{"/.well-known/openid-configuration", "/jwks"} {
			want(t, path, status(t, issuer+path), http.StatusNotFound)
		}
	})
}

// postForm posts a form and reads a form; errors have status 200, too.
func postForm(t *testing.T, address string, form url.Values) url.Values {
	t.Helper()
	resp, err := http.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	want(t, "status", resp.StatusCode, http.StatusOK)
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := url.ParseQuery(string(body))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func status(t *testing.T, address string) int {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func TestTokenParameter(t *testing.T) {
	at := providertest.Start(t, provider.Options{}).Issuer + "/implicit"
	q, fragment := login(t, nil, request(metadata{Authorization: at + "/authorize"}, map[string]string{
		"response_type": "token", "scope": "READ_SCOPE WRITE_SCOPE", "nonce": "",
	}))
	if !fragment || len(q) != 2 || q.Get("token") == "" || q.Get("state") != "st&te=1" {
		t.Fatalf("response %v, fragment %v", q, fragment)
	}
	var user map[string]any
	want(t, "user status", getJSON(t, at+"/userinfo", q.Get("token"), &user), http.StatusOK)
	want(t, "name", user["name"], "Ada Lovelace")
	q, _ = login(t, nil, request(metadata{Authorization: at + "/authorize"}, map[string]string{"response_type": "code"}))
	want(t, "error of a code request", q.Get("error"), "unsupported_response_type")
}
