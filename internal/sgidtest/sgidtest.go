// Package sgidtest is sgID for tests: its four endpoints, honest and strict
// until a field of [Faults] is set, each of which is one fault.
//
//	p := sgidtest.New(t)
//	p.Faults.Claims = func(c map[string]any) { c["aud"] = "someone else" }
//	query, err := p.Authorize(authorizationURL) // what the browser would bring back
//
// It knows one client and signs in one user at once, without pages. Keys and
// the client secret are made when the process starts.
package sgidtest

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// What the provider knows.
const (
	ClientID    = "IPYAUTH-TEST"
	RedirectURI = "https://app.example.com/callback"
	// Subject is the user, in the form of sgID's pairwise identifiers.
	Subject = "u=0f1a2b3c-ann"
	// KeyID names the published key.
	KeyID = "sgid-test"
	// Lifetime is that of its ID tokens.
	Lifetime = 10 * time.Minute
)

// Provider is a running fake. Set its fields before the request they are to
// affect.
type Provider struct {
	// Hostname is what a client is configured with; Issuer is below it.
	Hostname, Issuer string
	// ClientSecret is what the token endpoint demands.
	ClientSecret string
	// Data is what the user shares, by scope.
	Data map[string]string
	// Now is its clock.
	Now func() time.Time
	// Faults are its lies.
	Faults Faults

	keys   *keyring
	server *httptest.Server

	mu       sync.Mutex // guards the following
	grants   map[string]grant
	tokens   map[string]grant
	requests map[string]int
	serial   int
}

// grant is what the user agreed to.
type grant struct {
	challenge, nonce, redirectURI string
	scopes                        []string
}

// New starts a provider that ends with the test.
func New(t testing.TB) *Provider {
	t.Helper()
	p, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// Start starts a provider, for examples; Close ends it.
func Start() (*Provider, error) {
	keys, err := genuine()
	if err != nil {
		return nil, err
	}
	p := &Provider{
		ClientSecret: rand.Text(), Now: time.Now, keys: keys,
		Data: map[string]string{
			"myinfo.name":       "TAN XIAO HUI",
			"myinfo.email":      "",
			"myinfo.vehicles":   `[{"vehicle_number":"SGX1234A"}]`,
			"myinfo.residence":  `{"floor":"05","unit":"12"}`,
			"myinfo.birth_name": "Zoë 陈小慧",
		},
		grants: map[string]grant{}, tokens: map[string]grant{}, requests: map[string]int{},
	}
	p.server = httptest.NewServer(http.HandlerFunc(p.serve))
	p.Hostname = p.server.URL
	p.Issuer = p.Hostname + "/v2"
	return p, nil
}

// Close stops the server.
func (p *Provider) Close() { p.server.Close() }

// Requests returns how often an endpoint was asked: "token", "keys" or
// "userinfo".
func (p *Provider) Requests(endpoint string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests[endpoint]
}

// Authorize is the browser and the user who agrees: it takes an authorization
// URL and returns the query of the redirect. The error says what in the request
// sgID would not accept.
func (p *Provider) Authorize(authorizationURL string) (url.Values, error) {
	u, err := url.Parse(authorizationURL)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	if got := u.Scheme + "://" + u.Host + u.Path; got != p.Issuer+"/oauth/authorize" {
		return nil, fmt.Errorf("authorization endpoint is %s", got)
	}
	for name, values := range q {
		if len(values) != 1 || values[0] == "" {
			return nil, fmt.Errorf("%s is sent %d times or empty", name, len(values))
		}
	}
	scopes := strings.Split(q.Get("scope"), " ")
	switch {
	case q.Get("client_id") != ClientID:
		return nil, fmt.Errorf("client_id %q", q.Get("client_id"))
	case q.Get("response_type") != "code" || !slices.Contains(scopes, "openid"):
		return nil, fmt.Errorf("response_type %q, scope %q", q.Get("response_type"), scopes)
	case q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43:
		return nil, fmt.Errorf("no S256 code challenge")
	case !strings.HasPrefix(q.Get("redirect_uri"), RedirectURI):
		return nil, fmt.Errorf("redirect_uri %q", q.Get("redirect_uri"))
	}
	code := p.next("code")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.grants[code] = grant{
		challenge: q.Get("code_challenge"), nonce: q.Get("nonce"), redirectURI: q.Get("redirect_uri"), scopes: scopes,
	}
	v := url.Values{"code": {code}}
	if q.Has("state") {
		v.Set("state", q.Get("state"))
	}
	return v, nil
}

func (p *Provider) next(kind string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.serial++
	return fmt.Sprintf("canary-%s-%d-%s", kind, p.serial, rand.Text())
}

// shared is the part of Data that the scopes cover.
func (p *Provider) shared(g grant) map[string]string {
	data := maps.Clone(p.Data)
	maps.DeleteFunc(data, func(name, _ string) bool { return !slices.Contains(g.scopes, name) })
	return data
}
