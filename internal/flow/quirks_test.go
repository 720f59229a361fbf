package flow_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/params"
)

// What a configuration may say of a provider that strays from the standards; without
// it the strict rule holds.
func TestQuirks(t *testing.T) {
	claims := func(name string, value any) func(s *scene) {
		return func(s *scene) { s.p.Faults.Claims = func(c map[string]any) { c[name] = value } }
	}
	answer := func(name string, value any) func(s *scene) {
		return func(s *scene) {
			s.p.Faults.TokenAnswer = func(m map[string]any) {
				if m[name] = value; value == nil {
					delete(m, name)
				}
			}
		}
	}
	signed := func(algorithm string) func(s *scene) {
		return func(s *scene) {
			s.p.Faults.SignAlg = algorithm
			s.p.Faults.Metadata = func(m map[string]any) { m["id_token_signing_alg_values_supported"] = []string{"RS256", "ES256"} }
		}
	}
	response := func(edit func(v url.Values)) func(s *scene) {
		return func(s *scene) { s.p.Faults.Response = edit }
	}
	rename := func(v url.Values) {
		v.Set("token", v.Get("access_token"))
		v.Del("access_token")
		v.Del("token_type")
	}
	rows := []struct {
		name      string
		grant     string
		configure func(c *params.Config)
		lie       func(s *scene)
		want      *flow.Error // nil: signed in
	}{
		{"another spelling of the issuer", "code", func(c *params.Config) { c.IssuerAliases = []string{"id.example"} }, claims("iss", "id.example"), nil},
		{"another spelling, implicit", "id_token token", func(c *params.Config) { c.IssuerAliases = []string{"id.example"} }, claims("iss", "id.example"), nil},
		{"the issuer itself, beside an alias", "code", func(c *params.Config) { c.IssuerAliases = []string{"id.example"} }, func(*scene) {}, nil},
		{"C47 a spelling nobody named", "code", func(c *params.Config) { c.IssuerAliases = []string{"id.example"} }, claims("iss", "id.example.evil"), flow.ErrIDToken},
		{"A12 an alias in the response is another issuer", "code", func(c *params.Config) { c.IssuerAliases = []string{"id.example"} }, response(func(v url.Values) { v.Set("iss", "id.example") }), flow.ErrIssuer},

		{"a required claim", "code", func(c *params.Config) { c.RequiredClaims = map[string]string{"hd": "example.com"} }, claims("hd", "example.com"), nil},
		{"a required claim has another value", "code", func(c *params.Config) { c.RequiredClaims = map[string]string{"hd": "example.com"} }, claims("hd", "evil.example"), flow.ErrIDToken},
		{"a required claim is missing", "code", func(c *params.Config) { c.RequiredClaims = map[string]string{"hd": "example.com"} }, func(*scene) {}, flow.ErrIDToken},
		{"a required claim is no text", "code", func(c *params.Config) { c.RequiredClaims = map[string]string{"hd": "1"} }, claims("hd", 1), flow.ErrIDToken},
		{"a required claim and no ID token", "token", func(c *params.Config) { c.RequiredClaims = map[string]string{"hd": "example.com"} }, func(*scene) {}, flow.ErrIDToken},

		{"the access token as token", "token", func(c *params.Config) { c.TokenParameter = "token" }, response(rename), nil},
		{"access_token where token may be", "token", func(c *params.Config) { c.TokenParameter = "token" }, func(*scene) {}, nil},
		{"token where nobody said so", "token", func(*params.Config) {}, response(rename), flow.ErrMalformed},
		{"token with line breaks", "token", func(c *params.Config) { c.TokenParameter = "token" }, response(func(v url.Values) { rename(v); v.Set("token", "canary\r\n") }), flow.ErrMalformed},
		{"token of another type", "token", func(c *params.Config) { c.TokenParameter = "token" }, response(func(v url.Values) { rename(v); v.Set("token_type", "mac") }), flow.ErrTokenType},
		{"access_token still needs its type", "token", func(c *params.Config) { c.TokenParameter = "token" }, response(func(v url.Values) { v.Del("token_type") }), flow.ErrTokenType},
		{"an answer without a token type", "code", func(c *params.Config) { c.TokenTypeOptional = true }, answer("token_type", nil), nil},
		{"an answer without a token type, nobody said so", "code", func(*params.Config) {}, answer("token_type", nil), flow.ErrTokenType},
		{"an answer of another token type", "code", func(c *params.Config) { c.TokenTypeOptional = true }, answer("token_type", "mac"), flow.ErrTokenType},

		{"an algorithm of the metadata", "code", func(*params.Config) {}, signed("ES256"), nil},
		{"the one algorithm named", "code", func(c *params.Config) { c.Algorithms = []string{"ES256"} }, signed("ES256"), nil},
		{"an algorithm of the metadata that is not the one named", "code", func(c *params.Config) { c.Algorithms = []string{"RS256"} }, signed("ES256"), flow.ErrIDToken},
		{"A01 token without state", "token", func(c *params.Config) { c.TokenParameter = "token" }, response(func(v url.Values) { rename(v); v.Del("state") }), flow.ErrStateMismatch},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := oidc(t, row.grant)
			row.configure(s.cfg)
			row.lie(s)
			got, err := s.signIn()
			if row.want == nil {
				if err != nil || got.Access.IsZero() {
					t.Errorf("got %v, %v", got, err)
				}
				return
			}
			refused(t, err, row.want)
		})
	}
}

func TestScopeSeparator(t *testing.T) {
	for separator, want := range map[string][]string{",": {"gist", "repo"}, "": {"gist,repo"}} {
		for _, grant := range []string{"code", "token"} {
			s := oidc(t, grant)
			s.cfg.ScopeSeparator = separator
			s.p.Faults.TokenAnswer = func(m map[string]any) { m["scope"] = "gist,repo" }
			s.p.Faults.Response = func(v url.Values) {
				if v.Has("scope") {
					v.Set("scope", "gist,repo")
				}
			}
			if got := s.mustSignIn().Scopes; !slices.Equal(got, want) {
				t.Errorf("%s, separator %q: scopes %q; want %q", grant, separator, got, want)
			}
		}
	}
}

// A provider's own codes get what to do about them, from both endpoints.
func TestHints(t *testing.T) {
	s := oidc(t, "code")
	s.cfg.Hints = map[string]string{"SPA123": "register it as a desktop application", "own_code": "do this"}
	rows := []struct{ code, description, want string }{
		{"invalid_request", "SPA123: no.", "register it as a desktop application"},
		{"own_code", "", "do this"},
		{"own_code_2", "SPA12", "click Sign in to start again"},
		{"access_denied", "no", "click Sign in and agree, or ask for access"},
	}
	for _, row := range rows {
		s.p.Faults = providertest.Faults{Deny: row.code, Response: func(v url.Values) { v.Set("error_description", row.description) }}
		_, atAuthorize := s.signIn()
		s.p.Faults = providertest.Faults{}
		replaced("token", answering(400, "application/json", `{"error":"`+row.code+`","error_description":"`+row.description+`"}`))(&s.p.Faults)
		_, atToken := s.signIn()
		for _, err := range []error{atAuthorize, atToken} {
			if e, ok := err.(*flow.Error); !ok || e.Code != row.code || e.Next != row.want {
				t.Errorf("%s: got %+v; want %q", row.code, err, row.want)
			}
		}
	}
}

// The metadata offer the header; the configuration knows better.
func TestSecretInBody(t *testing.T) {
	for _, inBody := range []bool{true, false} {
		p := providertest.New(t)
		p.Secret = "canary+secret/%"
		s := newScene(t, p, params.ParamsOIDC{Issuer: p.Issuer, ClientID: providertest.ClientID, ClientSecret: params.NewSecret(p.Secret), DotenvFolder: t.TempDir()})
		s.cfg.SecretInBody = inBody
		basic := false
		s.client = flow.New(s.cfg, flow.Options{HTTPClient: watching(func(header bool) { basic = basic || header })})
		s.mustSignIn()
		if basic == inBody {
			t.Errorf("SecretInBody %v: the header is used %v", inBody, basic)
		}
	}
}

// watching tells of each request whether it authenticates the client in its header.
func watching(tell func(basic bool)) *http.Client {
	return &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
		_, _, basic := req.BasicAuth()
		tell(basic)
		return http.DefaultTransport.RoundTrip(req)
	})}
}
