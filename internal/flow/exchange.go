package flow

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/internal/secret"
)

// exchange redeems the code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
func (p *Pending) exchange(ctx context.Context, k *Checked) (*Tokens, error) {
	const op = "exchange code"
	c := p.client
	conf := c.oauthConfig(p.provider, p.redirectURI)
	answer, err := conf.Exchange(c.tokenContext(ctx), k.code.Reveal(), oauth2.VerifierOption(p.verifier.Reveal()))
	if err != nil {
		return nil, c.tokenError(op, p.provider, err, k.code.Reveal(), p.verifier.Reveal(), p.State())
	}
	k.pass("code challenge", "S256; the provider took the verifier")
	t, err := c.tokensOf(op, answer, k.report)
	if err != nil {
		return nil, err
	}
	if t.ID.IsZero() && p.provider.keys != nil && slices.Contains(c.cfg.Scopes, "openid") {
		// OpenID Connect Core 1.0 section 3.1.3.3: there is one.
		return nil, fail(ErrIDToken, op, "there is no ID token in the answer")
	}
	t.nonce = p.nonce
	expect := idtoken.Expect{Nonce: p.nonce.Reveal(), AccessToken: t.Access.Reveal(), Code: k.code.Reveal()}
	if err := c.finish(ctx, p.provider, t, expect, p.begun); err != nil {
		return nil, err
	}
	return t, nil
}

// Refresh gets new tokens for old ones by the refresh token (RFC 6749 section
// 6). t is not changed and stays usable if there is an error. The refresh token
// that counts is the result's: providers that rotate it accept each once. An ID
// token that comes must be of the same user (OpenID Connect Core 1.0 section
// 12.2); if none comes, claims and report stay. ErrInvalidGrant means that the
// user has to sign in again, ErrUnsupported that there is no refresh token.
func (c *Client) Refresh(ctx context.Context, t *Tokens) (*Tokens, error) {
	const op = "refresh"
	if t.Refresh.IsZero() {
		return nil, fail(ErrUnsupported, op, "the provider gave no refresh token")
	}
	p, err := c.discover(ctx)
	if err != nil {
		return nil, err
	}
	conf := c.oauthConfig(p, "")
	source := conf.TokenSource(c.tokenContext(ctx), &oauth2.Token{RefreshToken: t.Refresh.Reveal()})
	answer, err := source.Token()
	if err != nil {
		return nil, c.tokenError(op, p, err, t.Refresh.Reveal())
	}
	fresh, err := c.tokensOf(op, answer, nil)
	if err != nil {
		return nil, err
	}
	if answer.Extra("scope") == nil {
		fresh.Scopes = slices.Clone(t.Scopes) // section 6: as before
	}
	fresh.nonce, fresh.subject = t.nonce, t.subject
	if fresh.ID.IsZero() {
		fresh.ID, fresh.Claims, fresh.Verified, fresh.User = t.ID, t.Claims, t.Verified, t.User
		fresh.Report = slices.Clone(t.Report)
		return fresh, nil
	}
	expect := idtoken.Expect{
		Nonce: t.nonce.Reveal(), NonceOptional: true, Subject: t.subject, AccessToken: fresh.Access.Reveal(),
	}
	if err := c.finish(ctx, p, fresh, expect, time.Time{}); err != nil {
		return nil, err
	}
	return fresh, nil
}

// tokensOf reads the token endpoint's answer (RFC 6749 section 5.1).
func (c *Client) tokensOf(op string, answer *oauth2.Token, report []Check) (*Tokens, error) {
	typ := answer.TokenType
	if c.cfg.TokenTypeOptional {
		typ = cmp.Or(typ, "bearer") // see params.Config.TokenTypeOptional
	}
	if err := checkTokenType(op, typ); err != nil {
		return nil, err
	}
	if !bearerToken(answer.AccessToken) {
		return nil, fail(ErrAnswer, op, "the access token is malformed")
	}
	var scopes []string
	if scope, ok := answer.Extra("scope").(string); ok {
		scopes = c.scopeTokens(scope)
	}
	t := c.newTokens(secret.New(answer.AccessToken), scopes, expiryIn(answer.ExpiresIn, c.now()), report)
	t.Refresh = secret.New(answer.RefreshToken)
	if id, there := answer.Extra("id_token").(string); there {
		t.ID = secret.New(id)
	}
	return t, nil
}

// Revoke tells the provider that the tokens are not needed any more (RFC 7009):
// the refresh token first, as that takes the access tokens with it. It returns
// the first error after trying both. ErrUnsupported if there is no endpoint.
func (c *Client) Revoke(ctx context.Context, t *Tokens) error {
	const op = "revoke"
	p, err := c.discover(ctx)
	if err != nil {
		return err
	}
	if p.endpoints.Revocation == "" {
		return fail(ErrUnsupported, op, c.cfg.Name+" has no revocation endpoint")
	}
	var failed error
	for _, token := range []struct {
		value secret.String
		hint  string
	}{{t.Refresh, "refresh_token"}, {t.Access, "access_token"}} {
		if token.value.IsZero() {
			continue
		}
		if err := c.revoke(ctx, p, token.value, token.hint); failed == nil {
			failed = err
		}
	}
	return failed
}

func (c *Client) revoke(ctx context.Context, p *provider, token secret.String, hint string) error {
	const op = "revoke"
	form := url.Values{"token": {token.Reveal()}, "token_type_hint": {hint}}
	conf := c.oauthConfig(p, "")
	if conf.Endpoint.AuthStyle == oauth2.AuthStyleInParams {
		form.Set("client_id", conf.ClientID)
		if conf.ClientSecret != "" {
			form.Set("client_secret", conf.ClientSecret)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.endpoints.Revocation, strings.NewReader(form.Encode()))
	if err != nil {
		return fail(ErrUnreachable, op, "the address is not usable")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if conf.Endpoint.AuthStyle == oauth2.AuthStyleInHeader {
		// RFC 6749 section 2.3.1: encoded before they are put together.
		req.SetBasicAuth(url.QueryEscape(conf.ClientID), url.QueryEscape(conf.ClientSecret))
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return c.networkError(op, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return c.statusError(op, resp)
	}
	return nil
}

// tokenContext hands x/oauth2 our client, with the token endpoint's own rules.
func (c *Client) tokenContext(ctx context.Context) context.Context {
	client := *c.http
	client.Transport = jsonOnly{client.Transport}
	return context.WithValue(ctx, oauth2.HTTPClient, &client)
}

// jsonOnly demands that a success be plain JSON (RFC 6749 section 5.1). x/oauth2
// would read a form too, take names in any case and the last of repeated ones.
type jsonOnly struct{ next http.RoundTripper }

func (j jsonOnly) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Accept", "application/json")
	resp, err := j.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	// Read here, where an error keeps its type.
	data, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	success := resp.StatusCode >= 200 && resp.StatusCode <= 299
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if _, err := idtoken.ParseObject(data); success && (err != nil || media != "application/json") {
		return nil, errNotJSON
	}
	resp.Body = io.NopCloser(bytes.NewReader(data))
	return resp, nil
}

// tokenError makes an error of x/oauth2's, whose texts have the answer's body in
// them. hide are the secrets sent, should the provider repeat them.
func (c *Client) tokenError(op string, p *provider, err error, hide ...string) error {
	var refused *oauth2.RetrieveError
	var netErr *url.Error
	switch {
	case errors.As(err, &refused) && refused.ErrorCode != "":
		e := c.refusal(op, refused.ErrorCode, refused.ErrorDescription, refused.ErrorURI, p.endpoints.Token, hide...)
		e.RetryAfter = retryAfter(refused.Response)
		return e
	case errors.As(err, &refused):
		return c.statusError(op, refused.Response)
	case errors.As(err, &netErr):
		return c.networkError(op, err)
	}
	return fail(ErrAnswer, op, c.cfg.Name+" answered, but not with a token")
}
