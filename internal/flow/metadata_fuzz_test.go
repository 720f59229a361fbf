package flow

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/params"
)

// document is a transport that answers everything with the same text.
type document []byte

func (d document) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: req,
		Body: io.NopCloser(strings.NewReader(string(d)))}, nil
}

// Metadata that are accepted are of the issuer asked, and send nobody anywhere but to its
// host, or the one allowed, over https. Any that are refused are refused with a typed error.
func FuzzMetadata(f *testing.F) {
	const issuer = "https://id.example/realm"
	honest := map[string]any{
		"issuer": issuer, "authorization_endpoint": "https://id.example/authorize?realm=x", "token_endpoint": "https://ID.example:443/token",
		"jwks_uri": "https://keys.example:8443/keys", "userinfo_endpoint": "https://id.example/me", "revocation_endpoint": "https://id.example/revoke",
		"end_session_endpoint": "https://id.example/logout", "code_challenge_methods_supported": []string{"S256"},
		"id_token_signing_alg_values_supported": []string{"RS256"}, "authorization_response_iss_parameter_supported": true,
	}
	add := func(name string, value any) {
		m := map[string]any{}
		for k, v := range honest {
			m[k] = v
		}
		m[name] = value
		data, err := json.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	add("x", 1)
	for _, address := range []string{
		"http://id.example/", "https://evil.example/", "https://id.example@evil.example/", "https://id.example#x", "https:id.example", "//id.example/",
		"https://id.example\\@evil.example", "https://id.example.evil.example", "file:///etc/passwd", "javascript:alert(1)", "https://id.example:444/", "https://[id.example]/",
	} {
		add("token_endpoint", address)
	}
	add("issuer", issuer+"/")
	add("Issuer", "https://evil.example")
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg := &params.Config{Name: "provider", Issuer: issuer, ResponseType: params.Code, DiscoveryURLs: []string{issuer + wellKnown}, EndpointHosts: []string{"keys.example:8443"}}
		c := New(cfg, Options{HTTPClient: &http.Client{Transport: document(data)}})
		p, err := c.discover(t.Context())
		if err != nil {
			e := new(Error)
			if !errors.As(err, &e) || p != nil || e.Next == "" || strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Fatalf("discover = %v, %q; want a typed error", p, err)
			}
			return
		}
		// Once more, by the plain reading that others make.
		var m map[string]any
		if err := json.Unmarshal(data, &m); err != nil || m["issuer"] != issuer || p.issuer != issuer {
			t.Fatalf("accepted issuer %q of %q (%v)", p.issuer, data, err)
		}
		checkEndpoints(t, p.endpoints, m)
	})
}

func checkEndpoints(t *testing.T, e params.Endpoints, m map[string]any) {
	t.Helper()
	for name, address := range map[string]string{
		"authorization_endpoint": e.Authorization, "token_endpoint": e.Token, "jwks_uri": e.KeySet, "userinfo_endpoint": e.UserInfo,
		"revocation_endpoint": e.Revocation, "end_session_endpoint": e.EndSession,
	} {
		if text, _ := m[name].(string); text != address {
			t.Fatalf("%s is %q and was %q", name, address, text)
		}
		if address == "" && name != "authorization_endpoint" && name != "token_endpoint" && name != "jwks_uri" {
			continue
		}
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" || u.User != nil || strings.Contains(address, "#") || u.Opaque != "" {
			t.Fatalf("accepted %s %q", name, address)
		}
		switch host := strings.ToLower(u.Host); host {
		case "id.example", "id.example:443", "id.example:", "keys.example:8443":
		default:
			t.Fatalf("accepted %s on host %q", name, host)
		}
	}
	if e.TokenInfo != "" {
		t.Fatalf("token information at %q", e.TokenInfo)
	}
}
