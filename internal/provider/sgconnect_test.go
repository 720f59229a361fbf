package provider_test

import (
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
)

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

type tokenInfo struct {
	ClientID      string   `json:"client_id"`
	AuthLevel     string   `json:"auth_level"`
	OriginNetwork string   `json:"origin_network"`
	GrantType     string   `json:"grant_type"`
	Scope         []string `json:"scope"`
	Realm         string   `json:"realm"`
	ExpiresIn     int      `json:"expires_in"`
	AccessToken   string   `json:"access_token"`
	TokenType     string   `json:"token_type"`
	Mail          string   `json:"mail"`
}

func TestTokenInfo(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	m := discover(t, s.SGConnect()+"/oauth2")
	q, _ := login(t, nil, request(m, map[string]string{
		"response_type": "token id_token", "scope": "openid profile mail api.demo.v1", "acr_values": "L2",
	}))
	implicit := q.Get("access_token")
	if !uuid.MatchString(implicit) {
		t.Error("the access token is not a UUID")
	}
	var exchanged tokens
	postJSON(t, m.Token, code(t, m, "openid offline_access"), &exchanged)

	for _, row := range []struct {
		token, grant, level string
		scope               []string
	}{
		{implicit, "implicit", "L2", []string{"openid", "profile", "mail", "api.demo.v1", "sgx@@auth_level@@L2"}},
		{exchanged.Access, "authorization_code", "L1", []string{"openid", "offline_access", "sgx@@auth_level@@L1"}},
	} {
		var got tokenInfo
		want(t, "status", getJSON(t, s.SGConnect()+"/oauth2/tokeninfo", row.token, &got), http.StatusOK)
		want(t, "client_id", got.ClientID, provider.ClientID)
		want(t, "auth_level", got.AuthLevel, row.level)
		want(t, "origin_network", got.OriginNetwork, "INTERNET")
		want(t, "grant_type", got.GrantType, row.grant)
		want(t, "realm", got.Realm, "/")
		want(t, "access_token", got.AccessToken, row.token)
		want(t, "token_type", got.TokenType, "Bearer")
		want(t, "mail", got.Mail, "ada.lovelace@example.test")
		if got.ExpiresIn < 590 || got.ExpiresIn > 600 {
			t.Errorf("expires_in: %d", got.ExpiresIn)
		}
		if !slices.Equal(got.Scope, row.scope) {
			t.Errorf("scope: %v, want %v", got.Scope, row.scope)
		}
	}
}

func TestUserInfoOfSGConnect(t *testing.T) {
	m := discover(t, providertest.Start(t, provider.Options{}).SGConnect()+"/oauth2")
	q, _ := login(t, nil, request(m, with(nil, "acr_values", "L2")))
	var got map[string]any
	getJSON(t, m.UserInfo, q.Get("access_token"), &got)
	for name, value := range map[string]any{
		"sub": "ada.lovelace@example.test", "mail": "ada.lovelace@example.test", "name": "Ada Lovelace",
		"auth_level": "L2", "origin_network": "INTERNET", "is_sg_group_user": false,
	} {
		want(t, name, got[name], value)
	}
}

// RFC 6750 section 3: a challenge with each refusal, without an error code when no token was sent.
func TestBearerRefused(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	sg := s.SGConnect() + "/oauth2"
	q, _ := login(t, nil, request(discover(t, sg), nil))
	var code200 tokens
	postJSON(t, sg+"/access_token", code(t, discover(t, sg), "openid offline_access"), &code200)
	for _, endpoint := range []string{sg + "/tokeninfo", sg + "/userinfo", s.Issuer + "/userinfo"} {
		for _, row := range []struct {
			name, header, challenge, error string
		}{
			{"no token", "", "Bearer", "invalid_request"},
			{"other scheme", "Basic " + q.Get("access_token"), "Bearer", "invalid_request"},
			{"empty token", "Bearer ", "Bearer", "invalid_request"},
			{"unknown token", "Bearer 00000000-0000-4000-8000-000000000000", `Bearer error="invalid_token"`, "invalid_token"},
			{"broken JWT", "Bearer a.b.c", `Bearer error="invalid_token"`, "invalid_token"},
			{"ID token", "Bearer " + q.Get("id_token"), `Bearer error="invalid_token"`, "invalid_token"},
			{"refresh token", "Bearer " + code200.Refresh, `Bearer error="invalid_token"`, "invalid_token"},
		} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, endpoint, nil)
			if err != nil {
				t.Fatal(err)
			}
			if row.header != "" {
				req.Header.Set("Authorization", row.header)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			want(t, row.name+": status", resp.StatusCode, http.StatusUnauthorized)
			want(t, row.name+": challenge", resp.Header.Get("WWW-Authenticate"), row.challenge)
			var got tokens
			doJSON(t, req, &got)
			want(t, row.name+": error", got.Error, row.error)
		}
	}
	// The refresh token still works: using it as an access token is no replay.
	want(t, "refresh", postJSON(t, sg+"/access_token", refreshForm(code200.Refresh), nil), http.StatusOK)
}
