// Package provider is the demo identity provider: a small OpenID provider for trying ipyauth and for its tests, with a
// login page on which any name and password works. Call [ListenAndServe] for a server, or [New] for a handler.
//
// One handler holds many issuers. The main one is at Options.Issuer, with the endpoints most providers have. The second
// has the shape of SG Connect (paths, opaque tokens, tokeninfo) below Options.Issuer + [SGConnectPath], the third that
// of sgID below Options.Issuer + [SGIDPath]; shapes.go lists those of the other providers a notebook can name.
// Where their shape has it, they offer the implicit grant ("token", "id_token token" in any order, "id_token"), the authorization code grant with
// PKCE (S256 only), refresh tokens that change at each use, revocation, userinfo, discovery and logout.
//
// # Security
//
// It is for demonstrations: it knows no passwords and keeps everything in memory. [Serve] refuses addresses other
// machines can reach.
//
// # Compatibility
//
// The protocol comes from github.com/luikyv/go-oidc, whose interface changes with each minor release: nothing of it
// appears in this package's interface.
package provider

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	// ClientID is the one registered client: public, without a secret.
	ClientID = "ipyauth-demo"

	// SGConnectPath is where the SG Connect shape starts: its base URL is Options.Issuer + SGConnectPath, and its
	// issuer identifier that base URL + "/oauth2".
	SGConnectPath = "/sgconnect"

	// defaultLifetime is what SG Connect's tokens have.
	defaultLifetime = 10 * time.Minute

	maxBody = 64 << 10
)

// Options configures a provider. The zero value, with an Issuer, is a provider that behaves well; the fields after
// Logger make it misbehave, for tests.
type Options struct {
	// Issuer is the main issuer identifier: scheme and host only, such as "http://127.0.0.1:9000".
	// Serve and ListenAndServe take it from the listener when it is empty.
	Issuer string
	// TokenLifetime is how long access and ID tokens live, in whole seconds; 0 means ten minutes.
	TokenLifetime time.Duration
	// RedirectURIs are accepted as they are written, in addition to loopback ones that end in "/callback/".
	RedirectURIs []string
	// Scopes are accepted in addition to the ones the provider has words for.
	Scopes []string
	// SigningAlgorithm of ID tokens and JWT access tokens: "RS256" (also when empty) or "ES256".
	SigningAlgorithm string
	// Logger receives why requests were refused; nil discards it. No token or code is logged.
	Logger *slog.Logger

	// OpenerPolicy is sent as Cross-Origin-Opener-Policy with every page and redirect; "" sends none.
	OpenerPolicy string
	// OmitExpiresIn leaves expires_in out of implicit responses.
	OmitExpiresIn bool
	// Deny refuses every authorization request with access_denied, without showing a page.
	Deny bool
	// LoginDelay is waited before a login form is answered.
	LoginDelay time.Duration
	// HideSGConnectKeys answers 404 at the SG Connect shape's discovery and key set, so that its ID tokens can't be
	// verified.
	HideSGConnectKeys bool
}

// Provider is an http.Handler that serves all issuers. It is safe for concurrent use.
type Provider struct {
	options Options
	secure  bool // the issuer is https: so are the cookies
	cookie  string
	mux     *http.ServeMux
	keys    *keyRing
	people  *people
	log     *slog.Logger

	clientKey func() (*rsa.PrivateKey, error) // opens what the sgID shape encrypts; made when first asked for
}

// New returns a provider for o.Issuer. It returns at once: the RSA key is made in the background, and the first request
// that needs it waits.
func New(o Options) (*Provider, error) {
	u, err := url.Parse(o.Issuer)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.Scheme+"://"+u.Host != o.Issuer {
		return nil, fmt.Errorf("read issuer: %q is not a scheme and a host, such as http://127.0.0.1:9000", o.Issuer)
	}
	switch o.SigningAlgorithm {
	case "":
		o.SigningAlgorithm = algRSA
	case algRSA, algEC:
	default:
		return nil, fmt.Errorf("choose signing algorithm: %q is neither %s nor %s", o.SigningAlgorithm, algRSA, algEC)
	}
	if o.TokenLifetime == 0 {
		o.TokenLifetime = defaultLifetime
	}
	if o.TokenLifetime < time.Second {
		return nil, errors.New("read token lifetime: less than a second")
	}
	p := &Provider{
		options: o,
		secure:  u.Scheme == "https",
		// Browsers keep one cookie jar for all ports of a host: two demo providers must not share a name.
		cookie: "ipyauth_demo_" + u.Port(),
		mux:    http.NewServeMux(),
		keys:   newKeyRing(),
		people: newPeople(),
		log:    o.Logger,
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	p.clientKey = sync.OnceValues(newClientKey)
	for _, s := range shapes {
		if s.otherHost && !loopbackHost(u.Hostname()) {
			continue
		}
		i, err := newIssuer(p, s)
		if err != nil {
			return nil, err
		}
		i.mount(p.mux)
	}
	p.mountDemoKey(u)
	p.mux.HandleFunc("GET /{$}", p.index)
	return p, nil
}

// ServeHTTP answers one request.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if p.options.OpenerPolicy != "" {
		h.Set("Cross-Origin-Opener-Policy", p.options.OpenerPolicy)
	}
	p.mux.ServeHTTP(w, r)
}

// RotateKey makes new signing keys and uses them from now on. The keys used until now stay in the key set; the ones
// before them leave it.
func (p *Provider) RotateKey() error {
	return p.keys.rotate()
}

// other is this machine's other name, as origin and as host.
func (p *Provider) other() (origin, host string) {
	u, _ := url.Parse(p.options.Issuer) // New has parsed it
	host = "localhost"
	if u.Hostname() == host {
		host = "127.0.0.1"
	}
	if port := u.Port(); port != "" {
		u.Host = net.JoinHostPort(host, port)
	} else {
		u.Host = host
	}
	return u.String(), host
}

// lifetime is Options.TokenLifetime in seconds.
func (p *Provider) lifetime() int {
	return int(p.options.TokenLifetime / time.Second)
}

func (p *Provider) index(w http.ResponseWriter, _ *http.Request) {
	p.render(w, http.StatusOK, "note", view{
		Title: "The demo provider is running",
		Lead:  "Sign in from a notebook; there is nothing to do here.",
		Rows: []row{
			{"Issuer", []string{p.options.Issuer}},
			{"SG Connect base URL", []string{p.options.Issuer + SGConnectPath}},
			{"sgID hostname", []string{p.options.Issuer + SGIDPath}},
			{"Client", []string{ClientID + " (public, no secret)"}},
			{"Redirect URIs", p.allowedRedirects()},
		},
	})
}
