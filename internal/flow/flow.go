// Package flow signs a user in with OAuth 2.0 and OpenID Connect: the
// authorization code grant with PKCE, and the implicit grant for providers and
// clients that have nothing else.
//
// The steps are types, so that none can be left out:
//
//	pending, err := client.Begin(ctx, options)   // state, nonce, PKCE; pending.URL() is for the browser
//	checked, err := pending.Check(response)      // what the callback page brought back; no network
//	tokens, err := checked.Tokens(ctx)           // code exchange, ID token verification
//
// # Security
//
// Codes, tokens, the PKCE verifier and the client secret stay in this process,
// wrapped in secret.String; no error holds one, a URL's query or a body. Each
// sign-in has its own state and nonce of 128 bits. The grants are never mixed: a
// response that does not fit what was asked for is refused, and so is one from
// another issuer (RFC 9207). Requests go to https, to http only on this machine,
// and follow no redirect elsewhere.
//
// Attack rows in the tests carry the numbers of the project's attack table.
package flow

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/ipyauth/ipyauth/params"
)

// Options are what a Client is made of besides its configuration. The zero
// value is for use; the fields are for tests and unusual networks.
type Options struct {
	// HTTPClient gives the transport (proxy, certificates); nil means one made
	// for this. Its own redirect policy, cookies and time-out are not used.
	HTTPClient *http.Client
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Rand gives states, nonces and verifiers; nil means crypto/rand.
	Rand io.Reader
}

// Client signs in with one provider for one configuration. It is safe for
// concurrent use.
type Client struct {
	cfg  *params.Config
	http *http.Client
	now  func() time.Time
	rand io.Reader

	// turn is held while metadata are read; waiting callers can leave.
	turn chan struct{}

	mu       sync.Mutex // guards the following
	provider *provider
	until    time.Time // when provider is to be discovered again
}

// New makes a Client for a resolved configuration.
func New(cfg *params.Config, o Options) *Client {
	c := &Client{cfg: cfg, http: newHTTPClient(o.HTTPClient), now: o.Now, rand: o.Rand, turn: make(chan struct{}, 1)}
	if c.now == nil {
		c.now = time.Now
	}
	if c.rand == nil {
		c.rand = rand.Reader
	}
	return c
}

// Prepare does discovery and fetches the provider's keys, so that a later click
// finds both there. Begin and Tokens do the same when needed: an error here may
// be ignored.
func (c *Client) Prepare(ctx context.Context) error {
	p, err := c.discover(ctx)
	if err != nil {
		return err
	}
	if p.keys == nil {
		return nil
	}
	if err := p.keys.Load(ctx); err != nil {
		return c.networkError("read key set", err)
	}
	return nil
}

// random returns n random bytes in base64url.
func (c *Client) random(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(c.rand, b); err != nil {
		return "", fmt.Errorf("begin sign-in: read random bytes: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}
