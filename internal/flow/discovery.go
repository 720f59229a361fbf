package flow

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/internal/weburl"
	"github.com/ipyauth/ipyauth/params"
)

const (
	wellKnown = "/.well-known/openid-configuration"
	// Metadata is asked for again after an hour, and sooner if a sign-in goes on
	// without it.
	metadataFor   = time.Hour
	noMetadataFor = 5 * time.Minute
	// optionalTimeout bounds the wait for metadata that may not exist.
	optionalTimeout = 5 * time.Second
)

// provider is what configuration and metadata together say.
type provider struct {
	issuer    string // "" if unknown
	endpoints params.Endpoints
	// promisesIssuer: authorization responses carry iss (RFC 9207 section 3).
	promisesIssuer bool
	algorithms     []string // of ID tokens; nil if neither states them
	challenges     []string // PKCE methods; nil if not stated
	tokenAuth      []string // client authentication methods; nil if not stated
	keys           *idtoken.RemoteKeys
	unverifiable   string // why ID tokens can't be verified; "" if they can, or nothing says why
}

// discover returns the provider's data, from the cache if they are recent.
func (c *Client) discover(ctx context.Context) (*provider, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, c.networkError("discover", ctx.Err())
	}
	old, until := c.known()
	if old != nil && c.now().Before(until) {
		return old, nil
	}
	p, lifetime, err := c.readMetadata(ctx)
	if err != nil {
		return nil, err
	}
	if c.cfg.Algorithms != nil {
		p.algorithms = c.cfg.Algorithms
	}
	c.keepKeys(p, old)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.provider, c.until = p, c.now().Add(lifetime)
	return p, nil
}

// known returns the data at hand, nil if there are none yet.
func (c *Client) known() (*provider, time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.provider, c.until
}

// keepKeys gives p its key set: the one in use if the address stayed the same.
func (c *Client) keepKeys(p, old *provider) {
	switch {
	case p.endpoints.KeySet == "":
	case old != nil && old.keys != nil && old.endpoints.KeySet == p.endpoints.KeySet:
		p.keys = old.keys
	default:
		p.keys = idtoken.NewRemoteKeys(p.endpoints.KeySet, c.http, c.now)
	}
}

// readMetadata tries the discovery addresses. A provider whose discovery is
// optional is used without it, and warned about.
func (c *Client) readMetadata(ctx context.Context) (*provider, time.Duration, error) {
	if len(c.cfg.DiscoveryURLs) == 0 {
		return &provider{issuer: c.cfg.Issuer, endpoints: c.cfg.Endpoints}, metadataFor, nil
	}
	limited := ctx
	if c.cfg.DiscoveryOptional {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, optionalTimeout)
		defer cancel()
	}
	var failed error
	for _, address := range c.cfg.DiscoveryURLs {
		m, err := c.getJSON(limited, "discover", address, "")
		if err == nil {
			var p *provider
			if p, err = c.merge(address, m); err == nil {
				return p, metadataFor, nil
			}
		}
		if failed == nil {
			failed = err
		}
	}
	if !c.cfg.DiscoveryOptional || ctx.Err() != nil {
		return nil, 0, failed
	}
	p := &provider{issuer: c.cfg.Issuer, endpoints: c.cfg.Endpoints}
	if p.endpoints.KeySet == "" || p.issuer == "" {
		// Keys without an issuer would verify any of its tokens, so both or none.
		p.endpoints.KeySet = ""
		p.unverifiable = failed.Error()
	}
	return p, noMetadataFor, nil
}

// merge checks metadata and fills in what the configuration leaves open.
func (c *Client) merge(address string, m map[string]any) (*provider, error) {
	want := c.cfg.Issuer
	if want == "" {
		want = strings.TrimSuffix(address, wellKnown)
	}
	// OpenID Connect Discovery 1.0 section 4.3: identical, or the metadata must
	// not be used. No normalisation: RFC 3986 section 6.2.1.
	issuer, _ := m["issuer"].(string)
	if issuer != want {
		return nil, fail(ErrMetadata, "discover", "the metadata is of issuer "+quoted(issuer)+" and not of "+quoted(want))
	}
	p := &provider{
		issuer:     issuer,
		algorithms: texts(m["id_token_signing_alg_values_supported"]),
		challenges: texts(m["code_challenge_methods_supported"]),
		tokenAuth:  texts(m["token_endpoint_auth_methods_supported"]),
	}
	p.promisesIssuer, _ = m["authorization_response_iss_parameter_supported"].(bool)
	given := c.cfg.Endpoints
	for _, e := range []struct {
		into        *string
		given, name string
		needed      bool
	}{
		{&p.endpoints.Authorization, given.Authorization, "authorization_endpoint", true},
		{&p.endpoints.Token, given.Token, "token_endpoint", c.cfg.ResponseType == params.Code},
		{&p.endpoints.KeySet, given.KeySet, "jwks_uri", true},
		{&p.endpoints.UserInfo, given.UserInfo, "userinfo_endpoint", false},
		{&p.endpoints.Revocation, given.Revocation, "revocation_endpoint", false},
		{&p.endpoints.EndSession, given.EndSession, "end_session_endpoint", false},
	} {
		*e.into = e.given
		if e.given != "" {
			continue
		}
		value, there := m[e.name]
		if !there && !e.needed {
			continue
		}
		text, _ := value.(string)
		if wrong := c.endpointFault(text, issuer); wrong != "" {
			return nil, fail(ErrMetadata, "discover", "the metadata's "+e.name+" "+wrong)
		}
		*e.into = text
	}
	p.endpoints.TokenInfo = given.TokenInfo // no standard metadata name
	return p, nil
}

// endpointFault says what is wrong with an endpoint that metadata names: it must
// be on the issuer's host or one the user allowed, and as safe as the issuer.
func (c *Client) endpointFault(text, issuer string) string {
	u, err := url.Parse(text)
	if err != nil || text == "" || u.Opaque != "" || u.Host == "" {
		return "is missing or not a URL"
	}
	base, err := url.Parse(issuer)
	switch {
	case err != nil || !weburl.Safe(u) || u.Scheme != base.Scheme:
		return "is not https"
	case strings.Contains(text, "#"):
		return "has a fragment"
	case sameHost(u, base):
		return ""
	case slices.ContainsFunc(c.cfg.EndpointHosts, func(host string) bool { return sameHost(u, &url.URL{Scheme: u.Scheme, Host: host}) }):
		return ""
	}
	return "is on host " + quoted(u.Host) + ", which is not the issuer's; add it to EndpointHosts if it is meant"
}

// texts reads a list of texts; anything else is no list.
func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	out := []string{}
	for _, e := range list {
		if text, ok := e.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

// quoted shows a provider's text in a sentence.
func quoted(text string) string { return `"` + plain(text) + `"` }
