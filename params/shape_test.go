package params_test

import (
	"bytes"
	"crypto/ecdh"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/params"
)

// shape is a provider as it is in the world: its addresses, and how its answers
// differ from the standards'. The test provider plays it behind a transport that
// knows no other address.
type shape struct {
	name   string
	source func(t *testing.T) params.Source
	issuer string // "" without OpenID Connect
	at     params.Endpoints
	play   func(p *providertest.Provider)

	user     string
	verified bool
	renews   bool
	secret   string
}

// shapes are the providers of this package, each with its usual grant and, where it
// has one, the implicit grant.
var shapes = []shape{
	{
		name: "google", issuer: "https://accounts.google.com", at: googleAt, secret: "canary-secret",
		source: func(t *testing.T) params.Source {
			return params.ParamsGoogle{ClientID: providertest.ClientID, ClientSecret: params.NewSecret("canary-secret"), HostedDomain: "example.com", DotenvFolder: t.TempDir()}
		},
		play: func(p *providertest.Provider) {
			p.Faults.Claims = func(c map[string]any) { c["iss"], c["hd"] = "accounts.google.com", "example.com" }
		},
		user: "Ann Example", verified: true, renews: true,
	},
	{
		name: "google-implicit", issuer: "https://accounts.google.com", at: googleAt,
		source: func(t *testing.T) params.Source {
			return params.ParamsGoogle{ClientID: providertest.ClientID, ResponseType: "token id_token", Prompt: "select_account", DotenvFolder: t.TempDir()}
		},
		user: "Ann Example", verified: true,
	},
	{
		name: "auth0", issuer: "https://acme.eu.auth0.com/",
		at: params.Endpoints{
			Authorization: "https://acme.eu.auth0.com/authorize", Token: "https://acme.eu.auth0.com/oauth/token",
			UserInfo: "https://acme.eu.auth0.com/userinfo", KeySet: "https://acme.eu.auth0.com/.well-known/jwks.json",
		},
		source: func(t *testing.T) params.Source {
			return params.ParamsAuth0{Domain: "acme.eu.auth0.com", ClientID: providertest.ClientID, Audience: "https://api.example.com/", Organization: "org_1", DotenvFolder: t.TempDir()}
		},
		play: func(p *providertest.Provider) {
			p.Faults.Claims = func(c map[string]any) { delete(c, "name"); c["nickname"], c["org_id"] = "ann", "org_1" }
		},
		user: "ann", verified: true, renews: true,
	},
	{
		name: "keycloak", issuer: "https://sso.example.com/realms/staff",
		at: params.Endpoints{
			Authorization: "https://sso.example.com/realms/staff/protocol/openid-connect/auth", Token: "https://sso.example.com/realms/staff/protocol/openid-connect/token",
			UserInfo: "https://sso.example.com/realms/staff/protocol/openid-connect/userinfo", KeySet: "https://sso.example.com/realms/staff/protocol/openid-connect/certs",
		},
		source: func(t *testing.T) params.Source {
			return params.ParamsKeycloak{BaseURL: "https://sso.example.com/", Realm: "staff", ClientID: providertest.ClientID, ACRValues: "gold", DotenvFolder: t.TempDir()}
		},
		play: func(p *providertest.Provider) {
			p.Faults.Claims = func(c map[string]any) { delete(c, "name"); c["preferred_username"], c["acr"] = "ann", "gold" }
		},
		user: "ann", verified: true, renews: true,
	},
	{
		name: "entra", issuer: "https://login.microsoftonline.com/" + tenant + "/v2.0",
		at: params.Endpoints{
			Authorization: "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/authorize", Token: "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/token",
			UserInfo: "https://graph.microsoft.com/oidc/userinfo", KeySet: "https://login.microsoftonline.com/" + tenant + "/discovery/v2.0/keys",
		},
		source: func(t *testing.T) params.Source {
			return params.ParamsEntra{Tenant: strings.ToUpper(tenant), ClientID: providertest.ClientID, Scope: "offline_access", DomainHint: "example.com", DotenvFolder: t.TempDir()}
		},
		play: func(p *providertest.Provider) {
			p.Faults.Response = func(v url.Values) { v.Del("iss"); v.Set("session_state", "s") }
			p.Faults.Claims = func(c map[string]any) { delete(c, "at_hash"); c["tid"] = tenant }
			p.Faults.Metadata = func(m map[string]any) {
				delete(m, "code_challenge_methods_supported")
				delete(m, "authorization_response_iss_parameter_supported")
			}
		},
		user: "Ann Example", verified: true, renews: true,
	},
	{
		name: "okta", issuer: "https://acme.okta.com/oauth2/default",
		at: params.Endpoints{
			Authorization: "https://acme.okta.com/oauth2/default/v1/authorize", Token: "https://acme.okta.com/oauth2/default/v1/token",
			UserInfo: "https://acme.okta.com/oauth2/default/v1/userinfo", KeySet: "https://acme.okta.com/oauth2/default/v1/keys",
		},
		source: func(t *testing.T) params.Source {
			return params.ParamsOkta{Domain: "acme.okta.com", ClientID: providertest.ClientID, Scope: "offline_access", IDP: "0oa1", DotenvFolder: t.TempDir()}
		},
		user: "Ann Example", verified: true, renews: true,
	},
	{
		name: "github", secret: "canary-secret",
		at: params.Endpoints{
			Authorization: "https://github.com/login/oauth/authorize", Token: "https://github.com/login/oauth/access_token",
			UserInfo: "https://api.github.com/user",
		},
		source: func(t *testing.T) params.Source {
			return params.ParamsGitHub{ClientID: providertest.ClientID, ClientSecret: params.NewSecret("canary-secret"), Scope: "repo gist", DotenvFolder: t.TempDir()}
		},
		play: func(p *providertest.Provider) {
			p.Faults.Response = func(v url.Values) { v.Del("iss") }
			p.Faults.TokenAnswer = func(m map[string]any) {
				for name := range m {
					if name != "access_token" {
						delete(m, name)
					}
				}
				m["scope"], m["token_type"] = "gist,repo", "bearer"
			}
			p.Faults.UserInfo = func(m map[string]any) { clear(m); m["login"], m["id"], m["name"] = "octocat", 1, nil }
		},
		user: "octocat",
	},
	{
		name: "implicit", at: params.Endpoints{Authorization: "https://sdk.example.com/oauth/authorize"},
		source: func(t *testing.T) params.Source {
			return params.ImplicitAuthCredentials{
				OAuthClientID: providertest.ClientID, OAuthScopes: []params.OAuthScope{params.ReadScope, params.WriteScope},
				AuthorizationEndpoint: "https://sdk.example.com/oauth/authorize", DotenvFolder: t.TempDir(),
			}
		},
		play: func(p *providertest.Provider) {
			p.Faults.Response = func(v url.Values) {
				token, state := v.Get("access_token"), v.Get("state")
				clear(v)
				v.Set("token", token)
				v.Set("state", state)
			}
		},
	},
}

const tenant = "11111111-2222-3333-4444-555555555555"

var googleAt = params.Endpoints{
	Authorization: "https://accounts.google.com/o/oauth2/v2/auth", Token: "https://oauth2.googleapis.com/token",
	UserInfo: "https://openidconnect.googleapis.com/v1/userinfo", KeySet: "https://www.googleapis.com/oauth2/v3/certs",
	Revocation: "https://oauth2.googleapis.com/revoke",
}

// stage is a shape's provider, running.
type stage struct {
	shape
	t       *testing.T
	p       *providertest.Provider
	token   url.Values // the last token request's form, and whether
	inBasic bool       // the secret came in its header
}

func (s shape) start(t *testing.T) *stage {
	t.Helper()
	g := &stage{shape: s, t: t, p: providertest.New(t)}
	g.p.Issuer, g.p.Secret = s.issuer, s.secret
	if s.play != nil {
		s.play(g.p)
	}
	quirk := g.p.Faults.Metadata
	g.p.Faults.Metadata = func(m map[string]any) {
		m["authorization_endpoint"], m["token_endpoint"], m["userinfo_endpoint"], m["jwks_uri"] = s.at.Authorization, s.at.Token, s.at.UserInfo, s.at.KeySet
		delete(m, "end_session_endpoint")
		delete(m, "revocation_endpoint")
		if quirk != nil {
			quirk(m)
		}
	}
	return g
}

// RoundTrip brings a request to the shape's addresses to the test provider.
func (g *stage) RoundTrip(req *http.Request) (*http.Response, error) {
	path, known := map[string]string{
		strings.TrimSuffix(g.issuer, "/") + "/.well-known/openid-configuration": "/.well-known/openid-configuration",
		g.at.Token: "/token", g.at.UserInfo: "/userinfo", g.at.KeySet: "/keys",
	}[req.URL.String()]
	if !known {
		g.t.Errorf("a request went to %s", req.URL)
		return nil, http.ErrNotSupported
	}
	u, err := url.Parse(g.p.BaseURL + path)
	if err != nil {
		return nil, err
	}
	next := req.Clone(req.Context())
	next.URL, next.Host = u, u.Host
	if path == "/token" {
		data, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		g.token, _ = url.ParseQuery(string(data))
		_, _, g.inBasic = req.BasicAuth()
		next.Body = io.NopCloser(bytes.NewReader(data))
	}
	return http.DefaultTransport.RoundTrip(next)
}

// repeat is randomness without chance.
type repeat byte

func (r repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

func (g *stage) client(cfg *params.Config) *flow.Client {
	return flow.New(cfg, flow.Options{HTTPClient: &http.Client{Transport: g}, Rand: repeat(7)})
}

func (g *stage) begin(client *flow.Client) *flow.Pending {
	g.t.Helper()
	key, err := ecdh.P256().NewPrivateKey(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		g.t.Fatal(err)
	}
	pending, err := client.Begin(g.t.Context(), flow.BeginOptions{
		RedirectURI: providertest.RedirectURI, Relay: key.PublicKey().Bytes(), KernelID: "kernel-1", CommID: "c0ffee", Secure: true,
	})
	if err != nil {
		g.t.Fatalf("Begin: %v", err)
	}
	return pending
}

// signIn plays a whole sign-in.
func (g *stage) signIn(source params.Source) (*flow.Tokens, error) {
	g.t.Helper()
	pending := g.begin(g.client(resolve(g.t, source)))
	address, ok := strings.CutPrefix(pending.URL(), g.at.Authorization+"?")
	if !ok {
		g.t.Fatalf("the authorization request goes to %s", pending.URL())
	}
	query, fragment := g.p.Authorize(g.p.BaseURL + "/authorize?" + address)
	checked, err := pending.Check(flow.Response{Query: query, Fragment: fragment})
	if err != nil {
		return nil, err
	}
	return checked.Tokens(g.t.Context())
}
