package flow

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/internal/secret"
	"github.com/ipyauth/ipyauth/params"
)

// Tokens are the result of a sign-in or refresh. They are not changed
// afterwards.
type Tokens struct {
	// Access, Refresh and ID are the tokens; Refresh and ID may be empty.
	Access, Refresh, ID secret.String
	// Type is the access token's type, always "Bearer".
	Type string
	// Scopes were granted, Asked were asked for; they may differ either way.
	Scopes, Asked []string
	// Expiry is when the access token ends; zero if the provider did not say.
	Expiry time.Time
	// Claims are those of a verified ID token, nil if none was verified.
	// Numbers are json.Number.
	Claims map[string]any
	// Verified: there was an ID token, signed by the provider, and every check
	// passed.
	Verified bool
	// Report lists the checks made, and those that could not be.
	Report []Check
	// User names the user, "" if nothing did.
	User string

	subject string // of the ID token, verified or not; "" if there was none
	nonce   secret.String
}

// Tokens verifies what an implicit response carries, or exchanges the code and
// verifies what that gives. It works once; later calls give ErrUsed. Errors are
// *[Error]: those of Check, ErrIDToken, ErrTokenNotOurs, ErrSubject,
// ErrInvalidGrant, ErrUnreachable, ErrAnswer and the provider's own codes.
func (k *Checked) Tokens(ctx context.Context) (*Tokens, error) {
	first := false
	k.once.Do(func() { first = true })
	if !first || k.pending == nil {
		return nil, fail(ErrUsed, "get tokens", "this response was used already")
	}
	p := k.pending
	if p.cfg.ResponseType == params.Code {
		return p.exchange(ctx, k)
	}
	t := p.client.newTokens(k.access, k.scopes, k.expiry, k.report)
	t.ID, t.nonce = k.id, p.nonce
	expect := idtoken.Expect{Nonce: p.nonce.Reveal(), AccessToken: k.access.Reveal(), RequireAccessTokenHash: true}
	if err := p.client.finish(ctx, p.provider, t, expect, p.begun); err != nil {
		return nil, err
	}
	return t, nil
}

func (c *Client) newTokens(access secret.String, scopes []string, expiry time.Time, report []Check) *Tokens {
	if scopes == nil {
		scopes = c.cfg.Scopes // RFC 6749 section 5.1: not stated means as asked
	}
	return &Tokens{
		Access: access, Type: "Bearer", Scopes: slices.Clone(scopes), Asked: slices.Clone(c.cfg.Scopes), Expiry: expiry,
		Report: slices.Clone(report),
	}
}

// finish verifies new tokens: the ID token; where nothing verified ties an
// access token from the browser to this client, its token information; and the
// user's name.
func (c *Client) finish(ctx context.Context, p *provider, t *Tokens, expect idtoken.Expect, begun time.Time) error {
	if p.unverifiable != "" {
		t.Report = append(t.Report, Check{Name: "discovery", Text: "ID tokens can't be verified: " + p.unverifiable})
	}
	if err := c.verify(ctx, p, t, expect, begun); err != nil {
		return err
	}
	if err := c.requireClaims(t); err != nil {
		return err
	}
	if expect.RequireAccessTokenHash && !t.Verified {
		if err := c.checkTokenInfo(ctx, p, t); err != nil {
			return err
		}
	}
	return c.nameUser(ctx, p, t)
}

// verify checks the ID token, if there is one.
func (c *Client) verify(ctx context.Context, p *provider, t *Tokens, expect idtoken.Expect, begun time.Time) error {
	if t.ID.IsZero() {
		t.Report = append(t.Report, Check{Name: "ID token", Text: "not checked: there is none"})
		return nil
	}
	expect.RequiredACR, expect.RefusedACR = c.cfg.ACR.Required, c.cfg.ACR.TooLow
	if seconds, err := strconv.Atoi(c.cfg.Extra["max_age"]); err == nil && !begun.IsZero() {
		expect.AuthenticatedSince = begun.Add(-time.Duration(seconds) * time.Second)
	}
	v := &idtoken.Verifier{
		Issuer: p.issuer, IssuerAliases: c.cfg.IssuerAliases, ClientID: c.cfg.ClientID, Algorithms: p.algorithms, Now: c.now, Skew: c.cfg.ClockSkew,
		InsecureSkipSignature: p.keys == nil, // see params.Config.DiscoveryOptional
	}
	if p.keys != nil {
		v.Keys = p.keys
	}
	token, err := v.Verify(ctx, t.ID.Reveal(), expect)
	if err != nil {
		return idTokenError(err, t.Report)
	}
	t.subject, _ = token.Claims["sub"].(string)
	t.Report = append(t.Report, token.Report...)
	if t.Verified = token.Signed; t.Verified {
		t.Claims = token.Claims
	}
	return nil
}

// requireClaims holds what was asked for against what a signed ID token states.
func (c *Client) requireClaims(t *Tokens) error {
	for _, name := range slices.Sorted(maps.Keys(c.cfg.RequiredClaims)) {
		if got, _ := t.Claims[name].(string); got != c.cfg.RequiredClaims[name] {
			e := fail(ErrIDToken, "verify ID token", "the ID token's "+name+" is not the one asked for")
			e.Next, e.Report = "sign in with another account", append(slices.Clone(t.Report), Check{Name: name, Text: "not the one asked for"})
			return e
		}
		t.Report = append(t.Report, Check{Name: name, OK: true, Text: "the one asked for"})
	}
	return nil
}

// idTokenError makes the error of a refused ID token, with the whole report.
func idTokenError(err error, before []Check) error {
	e := fail(ErrIDToken, "verify ID token", err.Error())
	e.cause = err
	var refused *idtoken.Refused
	if errors.As(err, &refused) {
		e.Report = append(slices.Clone(before), refused.Report...)
		e.Description = strings.TrimPrefix(refused.Error(), "ID token refused: ")
		if len(refused.Failed) == 1 && errors.Is(err, idtoken.ErrKeysUnavailable) {
			e.Next = nextFor(ErrUnreachable.Code)
		}
	}
	return e
}

// checkTokenInfo asks the provider whose token this is. It is the one thing
// that shows a substituted token where no ID token can be verified (RFC 9700
// section 4.6.1), so without an answer the token is not used.
func (c *Client) checkTokenInfo(ctx context.Context, p *provider, t *Tokens) error {
	if p.endpoints.TokenInfo == "" {
		t.Report = append(t.Report, Check{Name: "access token", Text: "not checked: the provider has no way to ask whom it was issued to"})
		return nil
	}
	info, err := c.getJSON(ctx, "check token", p.endpoints.TokenInfo, t.Access.Reveal())
	if err != nil {
		return err
	}
	if id, _ := info["client_id"].(string); id != c.cfg.ClientID {
		return fail(ErrTokenNotOurs, "check token", "the access token was issued to another client")
	}
	t.Report = append(t.Report, Check{Name: "access token", OK: true, Text: "the provider says it was issued to this client"})
	c.fillFromTokenInfo(t, info)
	return nil
}

// fillFromTokenInfo takes the scopes really granted, and the lifetime if the
// response did not state it.
func (c *Client) fillFromTokenInfo(t *Tokens, info map[string]any) {
	if scopes := texts(info["scope"]); scopes != nil {
		t.Scopes = c.scopeTokens(strings.Join(scopes, " "))
	}
	if t.Expiry.IsZero() {
		if n, ok := info["expires_in"].(interface{ Int64() (int64, error) }); ok {
			if seconds, err := n.Int64(); err == nil {
				t.Expiry = expiryIn(seconds, c.now())
			}
		}
	}
}

// nameUser finds a name to show: in the verified claims, else in userinfo,
// where OpenID Connect Core 1.0 section 5.4 puts a profile if there is an access
// token. A userinfo that is about someone else is refused; one that does not
// answer only leaves the name open.
func (c *Client) nameUser(ctx context.Context, p *provider, t *Tokens) error {
	if t.User = c.cfg.DisplayName(t.Claims); p.endpoints.UserInfo == "" || t.User != "" && c.wellNamed(t.Claims) {
		return nil
	}
	info, err := c.userInfo(ctx, p, t)
	switch {
	case errors.Is(err, ErrSubject):
		return err
	case err != nil:
		t.Report = append(t.Report, Check{Name: "userinfo", Text: "not checked: " + err.Error()})
		return nil
	}
	if name := c.cfg.DisplayName(info); name != "" {
		t.User = name
	}
	t.Report = append(t.Report, Check{Name: "userinfo", OK: true, Text: "about " + t.User})
	return nil
}

// wellNamed reports whether claims hold a name better than sub, which may be a
// number, or the provider has none better.
func (c *Client) wellNamed(claims map[string]any) bool {
	for _, name := range c.cfg.UserClaims {
		if name == "sub" {
			return name == c.cfg.UserClaims[0]
		}
		if text, _ := claims[name].(string); text != "" {
			return true
		}
	}
	return false
}

// UserInfo asks the provider about the user (OpenID Connect Core 1.0 section
// 5.3). If there was an ID token, its sub must be the same (section 5.3.2):
// ErrSubject. Other errors: ErrInvalidToken, ErrUnsupported, ErrUnreachable,
// ErrAnswer.
func (c *Client) UserInfo(ctx context.Context, t *Tokens) (map[string]any, error) {
	p, err := c.discover(ctx)
	if err != nil {
		return nil, err
	}
	return c.userInfo(ctx, p, t)
}

func (c *Client) userInfo(ctx context.Context, p *provider, t *Tokens) (map[string]any, error) {
	const op = "get userinfo"
	if p.endpoints.UserInfo == "" {
		return nil, fail(ErrUnsupported, op, c.cfg.Name+" has no userinfo endpoint")
	}
	info, err := c.getJSON(ctx, op, p.endpoints.UserInfo, t.Access.Reveal())
	if err != nil {
		return nil, err
	}
	if sub, _ := info["sub"].(string); t.subject != "" && sub != t.subject {
		return nil, fail(ErrSubject, op, "userinfo is about another user than the ID token")
	}
	return info, nil
}

// TokenInfo asks the provider about the access token, where it has an endpoint
// for that (SG Connect). ErrTokenNotOurs if it was issued to another client;
// other errors as for UserInfo.
func (c *Client) TokenInfo(ctx context.Context, t *Tokens) (map[string]any, error) {
	const op = "get token information"
	p, err := c.discover(ctx)
	if err != nil {
		return nil, err
	}
	if p.endpoints.TokenInfo == "" {
		return nil, fail(ErrUnsupported, op, c.cfg.Name+" has no endpoint for token information")
	}
	info, err := c.getJSON(ctx, op, p.endpoints.TokenInfo, t.Access.Reveal())
	if err != nil {
		return nil, err
	}
	if id, there := info["client_id"]; there && id != c.cfg.ClientID {
		return nil, fail(ErrTokenNotOurs, op, "the access token was issued to another client")
	}
	// Some providers repeat the token itself.
	info = maps.Clone(info)
	delete(info, "access_token")
	return info, nil
}
