package sgid

import (
	"crypto/rsa"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/internal/secret"
	"github.com/ipyauth/ipyauth/internal/weburl"
)

// DefaultHostname is sgID itself.
const DefaultHostname = "https://api.id.gov.sg"

// apiVersion is the part of the issuer after the hostname.
const apiVersion = "/v2"

// Secret is text that prints as "[redacted]" in every form, JSON included. Its
// Reveal method returns the text.
type Secret = secret.String

// NewSecret wraps s.
func NewSecret(s string) Secret { return secret.New(s) }

// Config says which client this is. Only the first three fields are required.
type Config struct {
	// ClientID [client_id], ClientSecret [client_secret] and PrivateKey
	// [private_key] come from the client's registration with sgID. PrivateKey is
	// what [ConvertToPKCS8] takes.
	ClientID     string
	ClientSecret Secret
	PrivateKey   Secret
	// RedirectURI [redirect_uri] is where the browser comes back to, unless
	// AuthorizationURL and Callback are given another.
	RedirectURI string
	// Hostname [hostname] is the address of sgID; "" means DefaultHostname. It
	// is https, or http on this machine.
	Hostname string

	// HTTPClient's Transport is used for all requests; nil means the standard
	// one. Its other fields are not.
	HTTPClient *http.Client
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Skew is how far the two clocks may differ; 0 means 60 seconds.
	Skew time.Duration
	// Timeout bounds a request with its answer; 0 means 15 seconds. The context
	// given to a call may be shorter.
	Timeout time.Duration
	// MaxBody bounds an answer, in bytes after decompression; 0 means 1 MiB.
	MaxBody int64
}

// Client is sgid-client's SgidClient. It is safe for concurrent use.
type Client struct {
	clientID     string
	clientSecret Secret
	redirectURI  string
	issuer       string
	http         *http.Client
	verifier     *idtoken.Verifier
	// key is a func because printers that walk fields stop there.
	key func() *rsa.PrivateKey
}

// NewClient makes a client; it sends nothing. The private key is parsed here,
// once, and sgID's key set is fetched when first needed and kept: make one
// Client and share it. Errors: ErrConfig, ErrPrivateKey, ErrHostname,
// ErrRedirectURI. It is the constructor of sgid-client's SgidClient.
func NewClient(cfg Config) (*Client, error) {
	const op = "make client"
	switch {
	case cfg.ClientID == "":
		return nil, fail(ErrConfig, op, "there is no client ID")
	case cfg.ClientSecret.IsZero():
		return nil, fail(ErrConfig, op, "there is no client secret")
	case cfg.Timeout < 0 || cfg.MaxBody < 0 || cfg.Skew < 0:
		return nil, fail(ErrConfig, op, "a limit is negative")
	}
	key, err := parsePrivateKey(op, cfg.PrivateKey.Reveal())
	if err != nil {
		return nil, err
	}
	issuer, err := issuerOf(op, cfg.Hostname)
	if err != nil {
		return nil, err
	}
	if cfg.RedirectURI != "" {
		if err := checkRedirectURI(op, cfg.RedirectURI); err != nil {
			return nil, err
		}
	}
	client := newHTTPClient(cfg)
	return &Client{
		clientID: cfg.ClientID, clientSecret: cfg.ClientSecret, redirectURI: cfg.RedirectURI,
		issuer: issuer, http: client, key: func() *rsa.PrivateKey { return key },
		verifier: &idtoken.Verifier{
			Issuer: issuer, ClientID: cfg.ClientID, Algorithms: []string{"RS256"}, Now: cfg.Now, Skew: cfg.Skew,
			Keys: idtoken.NewRemoteKeys(issuer+"/.well-known/jwks.json", client, cfg.Now),
		},
	}, nil
}

// issuerOf returns the issuer at hostname: all endpoints are below it.
func issuerOf(op, hostname string) (string, error) {
	if hostname == "" {
		hostname = DefaultHostname
	}
	u, err := url.Parse(hostname)
	if err != nil || !weburl.Safe(u) || u.RawQuery != "" || u.ForceQuery || strings.Contains(hostname, "#") {
		return "", fail(ErrHostname, op, "the hostname is not an https address without user, query and fragment")
	}
	return strings.TrimSuffix(u.String(), "/") + apiVersion, nil
}

// pickRedirectURI returns the call's own redirect URI, else the client's.
func (c *Client) pickRedirectURI(op, own string) (string, error) {
	switch {
	case own != "":
		return own, checkRedirectURI(op, own)
	case c.redirectURI != "":
		return c.redirectURI, nil
	}
	return "", fail(ErrRedirectURI, op, "there is a redirect URI neither in the configuration nor in this call")
}

// checkRedirectURI is RFC 6749 section 3.1.2: absolute and without fragment;
// and sgID registers https addresses.
func checkRedirectURI(op, uri string) error {
	u, err := url.Parse(uri)
	if err != nil || !weburl.Safe(u) || strings.Contains(uri, "#") {
		return fail(ErrRedirectURI, op, "the redirect URI is not an https address without user and fragment")
	}
	return nil
}
