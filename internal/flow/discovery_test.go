package flow_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/providertest"
)

func TestMetadataRefused(t *testing.T) {
	set := func(name string, value any) func(m map[string]any) {
		return func(m map[string]any) { m[name] = value }
	}
	rows := []struct {
		name   string
		change func(m map[string]any)
		says   string
	}{
		{"D57 issuer of another", set("issuer", "https://attacker.example"), "issuer"},
		{"D57 issuer with a slash more", func(m map[string]any) { m["issuer"] = m["issuer"].(string) + "/" }, "issuer"},
		{"D57 issuer in capitals", func(m map[string]any) { m["issuer"] = strings.ToUpper(m["issuer"].(string)) }, "issuer"},
		{"D57 issuer missing", func(m map[string]any) { delete(m, "issuer") }, "issuer"},
		{"D57 issuer no text", set("issuer", 7), "issuer"},
		{"D57 endpoint on http", set("token_endpoint", "http://attacker.example/token"), "token_endpoint"},
		{"D57 endpoint on another host", set("token_endpoint", "https://attacker.example/token"), "token_endpoint"},
		{"D57 endpoint on another port", set("jwks_uri", "http://127.0.0.1:1/keys"), "EndpointHosts"},
		{"D57 endpoint on another loopback name", func(m map[string]any) {
			m["userinfo_endpoint"] = strings.Replace(m["userinfo_endpoint"].(string), "127.0.0.1", "localhost", 1)
		}, "userinfo_endpoint"},
		{"D57 endpoint a file", set("jwks_uri", "file:///etc/passwd"), "jwks_uri"},
		{"D57 endpoint with credentials", func(m map[string]any) {
			m["token_endpoint"] = strings.Replace(m["token_endpoint"].(string), "//", "//user:canary@", 1)
		}, "token_endpoint"},
		{"D57 endpoint with a fragment", func(m map[string]any) { m["authorization_endpoint"] = m["authorization_endpoint"].(string) + "#x" }, "fragment"},
		{"D57 endpoint a script", set("authorization_endpoint", "javascript:alert(1)"), "authorization_endpoint"},
		{"D57 endpoint relative", set("authorization_endpoint", "/authorize"), "authorization_endpoint"},
		{"D57 endpoint no text", set("authorization_endpoint", 7), "authorization_endpoint"},
		{"D57 logout on another host", set("end_session_endpoint", "https://attacker.example"), "end_session_endpoint"},
		{"D57 revocation on another host", set("revocation_endpoint", "https://attacker.example"), "revocation_endpoint"},
		{"authorization endpoint missing", func(m map[string]any) { delete(m, "authorization_endpoint") }, "authorization_endpoint"},
		{"token endpoint missing", func(m map[string]any) { delete(m, "token_endpoint") }, "token_endpoint"},
		{"key set missing", func(m map[string]any) { delete(m, "jwks_uri") }, "jwks_uri"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := oidc(t, "code")
			s.p.Faults.Metadata = row.change
			_, err := s.client.Begin(t.Context(), s.begin)
			refused(t, err, flow.ErrMetadata)
			if !strings.Contains(err.Error(), row.says) {
				t.Errorf("error %q does not name %s", err, row.says)
			}
		})
	}
}

func TestEndpointOnAnAllowedHost(t *testing.T) {
	other := providertest.New(t)
	s := oidc(t, "id_token token")
	s.p.Faults.Metadata = func(m map[string]any) { m["jwks_uri"] = other.BaseURL + "/keys" }
	s.cfg.EndpointHosts = []string{strings.TrimPrefix(other.BaseURL, "http://")}
	if got := s.mustSignIn(); !got.Verified || other.Requests("keys") != 1 {
		t.Errorf("verified %v, keys asked for %d times", got.Verified, other.Requests("keys"))
	}
}

// An optional endpoint that is not there is no fault.
func TestSparseMetadata(t *testing.T) {
	s := oidc(t, "id_token token")
	s.p.Faults.Metadata = func(m map[string]any) {
		for name := range m {
			switch name {
			case "issuer", "authorization_endpoint", "jwks_uri":
			default:
				delete(m, name)
			}
		}
	}
	got := s.mustSignIn()
	_, err := s.client.UserInfo(t.Context(), got)
	refused(t, err, flow.ErrUnsupported)
	refused(t, s.client.Revoke(t.Context(), got), flow.ErrUnsupported)
	_, err = s.client.TokenInfo(t.Context(), got)
	refused(t, err, flow.ErrUnsupported)
	_, err = s.client.Refresh(t.Context(), got)
	refused(t, err, flow.ErrUnsupported)
}

// SG Connect publishes no metadata we know of: signing in works without, and
// says what could not be verified.
func TestOptionalDiscovery(t *testing.T) {
	rows := []struct {
		name   string
		change func(s *scene)
		says   string
	}{
		{"not found", func(s *scene) { s.p.Faults.Replace = map[string]http.HandlerFunc{"discovery": http.NotFound} }, "404"},
		{"a sign-in page", func(s *scene) {
			s.p.Faults.Replace = map[string]http.HandlerFunc{"discovery": func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<html>")) }}
		}, "JSON"},
		{"of another issuer", func(s *scene) {
			s.p.Faults.Metadata = func(m map[string]any) { m["issuer"] = "https://sso.example:443/sgconnect/oauth2" }
		}, "sso.example:443"},
		{"without keys", func(s *scene) { s.p.Faults.Metadata = func(m map[string]any) { delete(m, "jwks_uri") } }, "jwks_uri"},
	}
	for _, row := range rows {
		for _, grant := range []string{"token", "token id_token", "code"} {
			t.Run(row.name+", "+grant, func(t *testing.T) {
				s := sgConnect(t, grant)
				row.change(s)
				got := s.mustSignIn()
				if report := fmt.Sprint(got.Report); !strings.Contains(report, "can't be verified") || !strings.Contains(report, row.says) {
					t.Errorf("the report %q does not say %q", report, row.says)
				}
				if got.Verified || got.Claims != nil || got.User != providertest.Subject {
					t.Errorf("verified %v, claims %v, user %q; want not verified, and the user from userinfo", got.Verified, got.Claims, got.User)
				}
				// The one thing that ties an implicit token to this client.
				if want := map[bool]int{true: 1, false: 0}[grant != "code"]; s.p.Requests("tokeninfo") != want {
					t.Errorf("tokeninfo asked %d times; want %d", s.p.Requests("tokeninfo"), want)
				}
			})
		}
	}
	t.Run("issuer and keys given by hand verify without metadata", func(t *testing.T) {
		s := sgConnect(t, "token id_token")
		s.p.Faults.Replace = map[string]http.HandlerFunc{"discovery": http.NotFound}
		s.cfg.Issuer, s.cfg.Endpoints.KeySet = s.p.Issuer, s.p.BaseURL+"/sgconnect/oauth2/connect/jwk_uri"
		if got := s.mustSignIn(); !got.Verified || strings.Contains(fmt.Sprint(got.Report), "can't be verified") {
			t.Errorf("verified %v, report %v", got.Verified, got.Report)
		}
	})
	t.Run("keys without an issuer verify nothing", func(t *testing.T) {
		s := sgConnect(t, "token id_token")
		s.p.Faults.Replace = map[string]http.HandlerFunc{"discovery": http.NotFound}
		s.cfg.Endpoints.KeySet = s.p.BaseURL + "/sgconnect/oauth2/connect/jwk_uri"
		if got := s.mustSignIn(); got.Verified {
			t.Error("verified")
		}
	})
	t.Run("A12 an iss parameter nobody can compare", func(t *testing.T) {
		s := sgConnect(t, "token")
		s.p.Faults.Replace = map[string]http.HandlerFunc{"discovery": http.NotFound}
		got := s.mustSignIn()
		for _, c := range got.Report {
			if c.Name == "iss parameter" && (c.OK || !strings.HasPrefix(c.Text, "not checked")) {
				t.Errorf("report has %+v", c)
			}
		}
	})
}

// Where no ID token can be verified, the provider is asked whose token it is.
func TestSubstitutedOpaqueToken(t *testing.T) {
	rows := []struct {
		name   string
		change func(s *scene)
		want   *flow.Error
	}{
		{"C53 of another client", func(s *scene) { s.p.Faults.TokenInfo = func(m map[string]any) { m["client_id"] = "other" } }, flow.ErrTokenNotOurs},
		{"C53 of no stated client", func(s *scene) { s.p.Faults.TokenInfo = func(m map[string]any) { delete(m, "client_id") } }, flow.ErrTokenNotOurs},
		{"C53 of a list of clients", func(s *scene) {
			s.p.Faults.TokenInfo = func(m map[string]any) { m["client_id"] = []string{providertest.ClientID} }
		}, flow.ErrTokenNotOurs},
		{"C53 not known to the provider", func(s *scene) {
			s.p.Faults.Response = func(v url.Values) { v.Set("access_token", "canary-injected") }
		}, flow.ErrInvalidToken},
		{"C53 no answer", func(s *scene) {
			s.p.Faults.Replace = map[string]http.HandlerFunc{"tokeninfo": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503) }}
		}, &flow.Error{Code: "temporarily_unavailable"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := sgConnect(t, "token")
			row.change(s)
			got, err := s.signIn()
			if got != nil {
				t.Error("tokens were returned")
			}
			refused(t, err, row.want)
		})
	}
	t.Run("C53 with a verified ID token at_hash catches it", func(t *testing.T) {
		s := sgConnect(t, "token id_token")
		s.p.Faults.Response = func(v url.Values) { v.Set("access_token", "canary-injected") }
		_, err := s.signIn()
		refused(t, err, flow.ErrIDToken)
	})
	t.Run("the provider's word on scopes and lifetime is taken", func(t *testing.T) {
		s := sgConnect(t, "token")
		s.p.Faults.Response = func(v url.Values) { v.Del("expires_in") }
		got := s.mustSignIn()
		if left := time.Until(got.Expiry); left < 570*time.Second || left > 576*time.Second {
			t.Errorf("expires in %v; want 576 s", left)
		}
		if last := got.Scopes[len(got.Scopes)-1]; last != "sgx@@auth_level@@L2" {
			t.Errorf("scopes %q", got.Scopes)
		}
	})
}

func TestHosts(t *testing.T) {
	s, other := oidc(t, "code"), providertest.New(t)
	host := strings.TrimPrefix(s.p.BaseURL, "http://")
	if got := s.client.Hosts(); !slices.Equal(got, []string{host}) {
		t.Errorf("hosts %q before discovery; want the issuer's", got)
	}
	otherHost := strings.TrimPrefix(other.BaseURL, "http://")
	s.cfg.EndpointHosts = []string{otherHost}
	s.p.Faults.Metadata = func(m map[string]any) { m["userinfo_endpoint"] = other.BaseURL + "/userinfo" }
	s.pending()
	if got := s.client.Hosts(); !slices.Contains(got, host) || !slices.Contains(got, otherHost) || len(got) != 2 {
		t.Errorf("hosts %q", got)
	}
}

func TestMetadataIsCached(t *testing.T) {
	s := oidc(t, "code")
	now := time.Now()
	s.withNow(func() time.Time { return now })
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := s.client.Begin(t.Context(), s.begin); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := s.p.Requests("discovery"); n != 1 {
		t.Errorf("asked %d times; want once for ten sign-ins", n)
	}
	now = now.Add(time.Hour)
	s.pending()
	if n := s.p.Requests("discovery"); n != 2 {
		t.Errorf("asked %d times after an hour; want twice", n)
	}
	// A failure is not kept: the user clicks again.
	now = now.Add(time.Hour)
	s.p.Faults.Replace = map[string]http.HandlerFunc{"discovery": http.NotFound}
	_, err := s.client.Begin(t.Context(), s.begin)
	refused(t, err, flow.ErrAnswer)
	s.p.Faults.Replace = nil
	s.pending()
}
