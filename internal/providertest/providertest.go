// Package providertest is an OpenID Connect provider for tests that lies on
// request: it is honest and strict until a field of [Faults] is set, and each
// field is one fault.
//
//	p := providertest.New(t)
//	p.Faults.Claims = func(c map[string]any) { c["aud"] = "someone else" }
//	query, fragment := p.Authorize(authorizationURL) // what the browser would bring back
//
// It knows one client, [ClientID], signs in [Subject] at once, and has no pages.
package providertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// What the provider knows.
const (
	ClientID    = "ipyauth-test"
	Subject     = "ann@example.com"
	RedirectURI = "http://127.0.0.1:8888/callback/"
	// Lifetime is expires_in of its access tokens.
	Lifetime = 10 * time.Minute
)

// Provider is a running provider. Set its fields before the request they are
// to affect.
type Provider struct {
	// Issuer is its identifier.
	Issuer string
	// BaseURL is where its server is.
	BaseURL string
	// Secret, if set, is the client secret its token endpoint demands.
	Secret string
	// Now is its clock.
	Now func() time.Time
	// Faults are its lies.
	Faults Faults

	t         testing.TB
	paths     paths
	published []map[string]any // its public keys as JWKs

	mu       sync.Mutex // guards the following
	grants   map[string]grant
	refresh  map[string]grant
	tokens   map[string]grant
	requests map[string]int
	serial   int
}

// paths are where the endpoints are.
type paths struct {
	discovery, authorize, token, userInfo, tokenInfo, keys, revoke, logout string
}

// grant is what a user agreed to.
type grant struct {
	challenge, nonce, scope, redirectURI string
}

// New starts a provider that has discovery.
func New(t testing.TB) *Provider {
	return start(t, "", paths{
		discovery: "/.well-known/openid-configuration", authorize: "/authorize", token: "/token",
		userInfo: "/userinfo", keys: "/keys", revoke: "/revoke", logout: "/logout",
	})
}

// NewSgConnect starts a provider with SG Connect's addresses: BaseURL +
// "/sgconnect" is what a BaseURL parameter takes.
func NewSgConnect(t testing.TB) *Provider {
	const base = "/sgconnect/oauth2"
	return start(t, base, paths{
		discovery: base + "/.well-known/openid-configuration", authorize: base + "/authorize", token: base + "/access_token",
		userInfo: base + "/userinfo", tokenInfo: base + "/tokeninfo", keys: base + "/connect/jwk_uri",
	})
}

func start(t testing.TB, issuerPath string, at paths) *Provider {
	t.Helper()
	p := &Provider{
		Now: time.Now, t: t, paths: at, published: publishedKeys(t),
		grants: map[string]grant{}, refresh: map[string]grant{}, tokens: map[string]grant{}, requests: map[string]int{},
	}
	server := httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(server.Close)
	p.BaseURL = server.URL
	p.Issuer = server.URL + issuerPath
	return p
}

// Requests returns how often an endpoint was asked: "discovery", "token",
// "userinfo", "tokeninfo", "keys" or "revoke".
func (p *Provider) Requests(endpoint string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests[endpoint]
}

func (p *Provider) serve(w http.ResponseWriter, r *http.Request) {
	name, handler := p.route(r.URL.Path)
	p.mu.Lock()
	p.requests[name]++
	p.mu.Unlock()
	if replaced := p.Faults.Replace[name]; replaced != nil {
		handler = replaced
	}
	if handler == nil {
		http.NotFound(w, r)
		return
	}
	handler(w, r)
}

func (p *Provider) route(path string) (name string, handler http.HandlerFunc) {
	switch path {
	case p.paths.discovery:
		return "discovery", p.serveDiscovery
	case p.paths.token:
		return "token", p.serveToken
	case p.paths.userInfo:
		return "userinfo", p.serveUserInfo
	case p.paths.tokenInfo:
		return "tokeninfo", p.serveTokenInfo
	case p.paths.keys:
		return "keys", p.serveKeys
	case p.paths.revoke:
		return "revoke", p.serveRevoke
	}
	return "other", nil
}

// next makes a value of the kind named that no other has.
func (p *Provider) next(kind string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.serial++
	return fmt.Sprintf("canary-%s-%04d", kind, p.serial)
}

// Authorize plays the browser: it takes the authorization URL the client made,
// signs the user in and returns what the provider's redirect carries, without
// ? and #. It fails the test if the request is not what the standards ask for.
func (p *Provider) Authorize(authorizationURL string) (query, fragment string) {
	p.t.Helper()
	u, err := url.Parse(authorizationURL)
	if err != nil {
		p.t.Fatalf("authorization URL: %v", err)
	}
	q := u.Query()
	p.checkRequest(u, q)
	response := p.respond(q)
	if p.Faults.Response != nil {
		p.Faults.Response(response)
	}
	inFragment := strings.Contains(q.Get("response_type"), "token")
	if p.Faults.OtherPart {
		inFragment = !inFragment
	}
	if inFragment {
		return "", response.Encode()
	}
	return response.Encode(), ""
}

// respond makes the honest response.
func (p *Provider) respond(q url.Values) url.Values {
	g := grant{challenge: q.Get("code_challenge"), nonce: q.Get("nonce"), scope: q.Get("scope"), redirectURI: q.Get("redirect_uri")}
	v := url.Values{"state": {q.Get("state")}, "iss": {p.Issuer}}
	if p.Faults.Deny != "" {
		v.Set("error", p.Faults.Deny)
		return v
	}
	types := strings.Fields(q.Get("response_type"))
	if len(types) == 1 && types[0] == "code" {
		code := p.next("code")
		p.mu.Lock()
		p.grants[code] = g
		p.mu.Unlock()
		v.Set("code", code)
		return v
	}
	token := p.issue(g)
	v.Set("access_token", token)
	v.Set("token_type", "Bearer")
	v.Set("expires_in", fmt.Sprint(int(Lifetime.Seconds())))
	v.Set("scope", g.scope)
	if len(types) == 2 {
		v.Set("id_token", p.IDToken(g.nonce, token))
	}
	return v
}

// issue makes an access token.
func (p *Provider) issue(g grant) string {
	token := p.next("access")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens[token] = g
	return token
}

// checkRequest is strict about what a client must send.
func (p *Provider) checkRequest(u *url.URL, q url.Values) {
	p.t.Helper()
	if got := u.Scheme + "://" + u.Host + u.Path; got != p.BaseURL+p.paths.authorize {
		p.t.Errorf("authorization endpoint is %s", got)
	}
	for name, values := range q {
		if len(values) != 1 {
			p.t.Errorf("%s is sent %d times", name, len(values))
		}
	}
	if q.Get("client_id") != ClientID || q.Get("redirect_uri") != RedirectURI {
		p.t.Errorf("client_id %q, redirect_uri %q", q.Get("client_id"), q.Get("redirect_uri"))
	}
	if len(q.Get("state")) < 22 || len(q.Get("nonce")) < 22 {
		p.t.Error("state or nonce is missing or has less than 128 bits")
	}
	switch q.Get("response_type") {
	case "code":
		// RFC 7636 section 4.2: 43 characters are a SHA-256 hash.
		if q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 {
			p.t.Error("no S256 code challenge")
		}
	case "token", "token id_token", "id_token token":
		if q.Has("code_challenge") {
			p.t.Error("a code challenge is sent and there will be no code")
		}
	default:
		p.t.Errorf("response_type %q", q.Get("response_type"))
	}
}
