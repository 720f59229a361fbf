package flow

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/ipyauth/ipyauth/internal/secret"
	"github.com/ipyauth/ipyauth/internal/weburl"
	"github.com/ipyauth/ipyauth/params"
)

const (
	// pendingFor is how long a response is waited for.
	pendingFor = 10 * time.Minute
	// Bytes of randomness: the id names a flow, the others must not be guessed.
	// RFC 7636 section 4.1 recommends 32 for the verifier.
	idBytes, stateBytes, nonceBytes, verifierBytes = 12, 16, 16, 32
)

// BeginOptions say where a sign-in starts from.
type BeginOptions struct {
	// RedirectURI is the callback page's address as the notebook page knows it.
	// It is used when the configuration names none.
	RedirectURI string
	// Relay is the public key the callback page seals its response for, an
	// uncompressed P-256 point of 65 bytes.
	Relay []byte
	// KernelID and CommID tell the callback page whom to bring the response if
	// it finds no window to give it to; both may be empty.
	KernelID, CommID string
	// Secure says that the page is a secure context: it has the cryptography to
	// seal a response.
	Secure bool
}

// Pending is a sign-in that waits for its response. It is safe for concurrent use.
type Pending struct {
	client   *Client
	provider *provider
	cfg      *params.Config

	id          string
	state       secret.String
	nonce       secret.String
	verifier    secret.String // PKCE; empty for implicit
	address     secret.String
	redirectURI string
	begun       time.Time

	mu        sync.Mutex // guards the following
	used      bool
	cancelled bool
}

// ID names the flow: the first part of its state. It is no secret.
func (p *Pending) ID() string { return p.id }

// State is the whole state parameter. It is the additional data that a sealed
// response is bound to.
func (p *Pending) State() string { return p.state.Reveal() }

// URL is the authorization request, for the browser.
func (p *Pending) URL() string { return p.address.Reveal() }

// RedirectURI is the redirect URI sent.
func (p *Pending) RedirectURI() string { return p.redirectURI }

// ResponseType is what was asked for.
func (p *Pending) ResponseType() params.ResponseType { return p.cfg.ResponseType }

// Expires is when the response comes too late.
func (p *Pending) Expires() time.Time { return p.begun.Add(pendingFor) }

// Used reports whether the response came (and was good or bad), so that no
// other is waited for.
func (p *Pending) Used() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.used
}

// Cancel ends the sign-in: a later response is refused.
func (p *Pending) Cancel() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cancelled = true
}

// Begin starts a sign-in. It may ask the provider for its metadata. Its errors
// are *[Error]: ErrInsecureContext, ErrRedirectURI, ErrMetadata, ErrPKCE,
// ErrUnreachable, ErrAnswer; anything else is a fault of the caller.
func (c *Client) Begin(ctx context.Context, o BeginOptions) (*Pending, error) {
	if !o.Secure && c.cfg.ResponseType.Implicit() {
		return nil, fail(ErrInsecureContext, "begin sign-in",
			"this page is not a secure context, so a token could be read on its way through the browser")
	}
	redirectURI, err := c.redirectURI(o)
	if err != nil {
		return nil, err
	}
	provider, err := c.discover(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkPKCE(c.cfg, provider); err != nil {
		return nil, err
	}
	p := &Pending{
		client: c, provider: provider, cfg: c.cfg, redirectURI: redirectURI, begun: c.now(),
	}
	if err := p.draw(o); err != nil {
		return nil, err
	}
	p.address = secret.New(p.authorizationURL())
	return p, nil
}

// draw makes the values that are new in each sign-in.
func (p *Pending) draw(o BeginOptions) error {
	if _, err := ecdh.P256().NewPublicKey(o.Relay); err != nil {
		return fail(&Error{Code: "relay_key"}, "begin sign-in", "the relay key is not a P-256 point")
	}
	var values [4]string
	for i, n := range []int{idBytes, stateBytes, nonceBytes, verifierBytes} {
		var err error
		if values[i], err = p.client.random(n); err != nil {
			return err
		}
	}
	p.id = values[0]
	p.state = secret.New(strings.Join([]string{
		p.id, values[1], base64.RawURLEncoding.EncodeToString(o.Relay), statePart(o.KernelID), statePart(o.CommID),
	}, "."))
	p.nonce = secret.New(values[2])
	if p.cfg.ResponseType == params.Code {
		p.verifier = secret.New(values[3])
	}
	return nil
}

var stateParts = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// statePart leaves out an id that would break the state's form. The response
// then can't take the relay that needs it; the others stay.
func statePart(id string) string {
	if !stateParts.MatchString(id) {
		return ""
	}
	return id
}

// redirectURI chooses the redirect URI: the configured one, else the page's.
func (c *Client) redirectURI(o BeginOptions) (string, error) {
	if c.cfg.RedirectURI != "" {
		return c.cfg.RedirectURI, nil
	}
	if o.RedirectURI == "" {
		return "", fail(ErrRedirectURI, "begin sign-in", "there is no redirect URI")
	}
	if wrong := c.pageFault(o.RedirectURI); wrong != "" {
		return "", fail(ErrRedirectURI, "begin sign-in", "the page's callback address "+wrong)
	}
	return o.RedirectURI, nil
}

// pageFault says what is wrong with the page's callback address. http is allowed
// for the code grant only: a code is of no use without the verifier.
func (c *Client) pageFault(page string) string {
	u, err := url.Parse(page)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || plain(page) != page:
		return "is not an absolute URL"
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(page, "#") || !strings.HasSuffix(u.Path, "/"):
		return "has a user, query or fragment, or no trailing slash"
	case !weburl.Safe(u) && c.cfg.ResponseType.Implicit():
		return "is not https"
	}
	return ""
}

// checkPKCE refuses a downgrade: a provider that lists its methods and has no
// S256 gives a public client nothing to tie the code to (RFC 9700 section 2.1.1).
func checkPKCE(cfg *params.Config, p *provider) error {
	if cfg.ResponseType != params.Code || p.challenges == nil || slices.Contains(p.challenges, "S256") || !cfg.ClientSecret.IsZero() {
		return nil
	}
	return fail(ErrPKCE, "begin sign-in", cfg.Name+" does not offer S256, without which a code could be used by others")
}

// authorizationURL is RFC 6749 sections 4.1.1 and 4.2.1, OpenID Connect Core 1.0
// sections 3.1.2.1 and 3.2.2.1.
func (p *Pending) authorizationURL() string {
	conf := p.client.oauthConfig(p.provider, p.redirectURI)
	options := []oauth2.AuthCodeOption{
		oauth2.SetAuthURLParam("response_type", string(p.cfg.ResponseType)),
		oauth2.SetAuthURLParam("nonce", p.nonce.Reveal()),
	}
	if !p.verifier.IsZero() {
		options = append(options, oauth2.S256ChallengeOption(p.verifier.Reveal()))
	}
	for name, value := range p.cfg.Extra {
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	return conf.AuthCodeURL(p.state.Reveal(), options...)
}

// oauthConfig is the configuration in the library's terms.
func (c *Client) oauthConfig(p *provider, redirectURI string) *oauth2.Config {
	// Left to itself the library tries one way of authentication and then the
	// other, and so sends the code twice. A public client only names itself; for
	// a confidential one the header is the default (OpenID Connect Core 1.0
	// section 9).
	style := oauth2.AuthStyleInHeader
	onlyBody := slices.Contains(p.tokenAuth, "client_secret_post") && !slices.Contains(p.tokenAuth, "client_secret_basic")
	if c.cfg.ClientSecret.IsZero() || c.cfg.SecretInBody || onlyBody {
		style = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID:     c.cfg.ClientID,
		ClientSecret: c.cfg.ClientSecret.Reveal(),
		RedirectURL:  redirectURI,
		Scopes:       c.cfg.Scopes,
		Endpoint:     oauth2.Endpoint{AuthURL: p.endpoints.Authorization, TokenURL: p.endpoints.Token, AuthStyle: style},
	}
}
