package provider_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
)

const callback = "http://127.0.0.1:8888/callback/"

// metadata is the part of the discovery document the tests need.
type metadata struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	UserInfo      string   `json:"userinfo_endpoint"`
	KeySet        string   `json:"jwks_uri"`
	Revocation    string   `json:"revocation_endpoint"`
	EndSession    string   `json:"end_session_endpoint"`
	Registration  string   `json:"registration_endpoint"`
	ResponseTypes []string `json:"response_types_supported"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	Iss           bool     `json:"authorization_response_iss_parameter_supported"`
}

func discover(t testing.TB, issuer string) metadata {
	t.Helper()
	var m metadata
	if status := getJSON(t, issuer+"/.well-known/openid-configuration", "", &m); status != http.StatusOK {
		t.Fatalf("discovery: status %d", status)
	}
	return m
}

func getJSON(t testing.TB, address, token string, v any) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return doJSON(t, req, v)
}

func postJSON(t testing.TB, address string, form url.Values, v any) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return doJSON(t, req, v)
}

func doJSON(t testing.TB, req *http.Request, v any) int {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(body) > 0 && v != nil {
		if err := json.Unmarshal(body, v); err != nil {
			t.Fatalf("%s: %v in %q", req.URL.Path, err, body)
		}
	}
	return resp.StatusCode
}

// request is a valid authorization request; change replaces or, with "", removes parameters.
func request(m metadata, change map[string]string) string {
	q := url.Values{
		"client_id":     {provider.ClientID},
		"redirect_uri":  {callback},
		"response_type": {"id_token token"},
		"scope":         {"openid profile"},
		"state":         {"st&te=1"},
		"nonce":         {"n-" + rand.Text()},
	}
	for name, value := range change {
		q.Set(name, value)
		if value == "" {
			q.Del(name)
		}
	}
	return m.Authorization + "?" + q.Encode()
}

// login signs in and returns the response parameters.
func login(t testing.TB, browser *http.Client, authorizationURL string) (url.Values, bool) {
	t.Helper()
	got, err := providertest.Login(t.Context(), browser, authorizationURL, "ada.lovelace")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(got, callback+"?") && !strings.HasPrefix(got, callback+"#") {
		t.Fatalf("answered at %s", got)
	}
	q, fragment, err := providertest.Response(got)
	if err != nil {
		t.Fatal(err)
	}
	return q, fragment
}

// code signs in for an authorization code and returns the token request that redeems it.
func code(t testing.TB, m metadata, scope string) url.Values {
	t.Helper()
	verifier := rand.Text() + rand.Text()
	q, fragment := login(t, nil, request(m, map[string]string{
		"response_type": "code", "scope": scope,
		"code_challenge": challenge(verifier), "code_challenge_method": "S256",
	}))
	iss := m.Issuer
	if !m.Iss {
		iss = ""
	}
	if fragment || q.Get("code") == "" || q.Get("state") != "st&te=1" || q.Get("iss") != iss {
		t.Fatalf("code response: %v, fragment %v", q, fragment)
	}
	return url.Values{
		"grant_type": {"authorization_code"}, "client_id": {provider.ClientID}, "code": {q.Get("code")},
		"redirect_uri": {callback}, "code_verifier": {verifier},
	}
}

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func refreshForm(token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "client_id": {provider.ClientID}, "refresh_token": {token}}
}

type tokens struct {
	Access    string `json:"access_token"`
	ID        string `json:"id_token"`
	Refresh   string `json:"refresh_token"`
	Type      string `json:"token_type"`
	ExpiresIn int    `json:"expires_in"`
	Scope     string `json:"scope"`
	Error     string `json:"error"`
}

func keySet(t testing.TB, m metadata) *jose.JSONWebKeySet {
	t.Helper()
	var set jose.JSONWebKeySet
	if status := getJSON(t, m.KeySet, "", &set); status != http.StatusOK {
		t.Fatalf("key set: status %d", status)
	}
	return &set
}

// verify checks an ID token with another library than the one that made it, and returns its header and claims.
func verify(t testing.TB, m metadata, raw string) (header map[string]any, claims jwt.MapClaims) {
	t.Helper()
	set := keySet(t, m)
	token, err := jwt.Parse(raw, func(token *jwt.Token) (any, error) {
		kid, _ := token.Header["kid"].(string)
		keys := set.Key(kid)
		if len(keys) != 1 || !keys[0].IsPublic() {
			return nil, errors.New("no public key with this id")
		}
		return keys[0].Key, nil
	}, jwt.WithValidMethods([]string{"RS256", "ES256"}), jwt.WithIssuer(m.Issuer), jwt.WithAudience(provider.ClientID),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding())
	if err != nil {
		t.Fatalf("verify ID token: %v", err)
	}
	return token.Header, token.Claims.(jwt.MapClaims)
}

// atHash is OpenID Connect Core 3.2.2.9.
func atHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

func want(t testing.TB, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func with(base map[string]string, name, value string) map[string]string {
	m := maps.Clone(base)
	if m == nil {
		m = map[string]string{}
	}
	m[name] = value
	return m
}
