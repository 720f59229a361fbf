package flow

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ipyauth/ipyauth/internal/secret"
	"github.com/ipyauth/ipyauth/params"
)

// maxLifetime is the longest expires_in believed; more counts as not stated.
const maxLifetime = 10 * 365 * 24 * time.Hour

// Checked is a response that belongs to this sign-in and is whole. What it
// carries is not verified yet: [Checked.Tokens] does that.
type Checked struct {
	pending    *Pending
	code       secret.String
	access, id secret.String
	scopes     []string // nil if not stated
	expiry     time.Time
	report     []Check

	once sync.Once
}

// Check judges a response: RFC 6749 sections 4.1.2 and 4.2.2, RFC 9207, OpenID
// Connect Core 1.0 section 3.2.2.8. It makes no request.
//
// A response without this sign-in's state (ErrStateMismatch), or one that can't
// be read (ErrMalformed, ErrMode), leaves the sign-in waiting for the genuine
// one. Any other ends it: a second call gives ErrUsed. Errors are *[Error], with
// the provider's code where the provider refused.
func (p *Pending) Check(r Response) (*Checked, error) {
	response, err := parseResponse(r)
	if err != nil {
		return nil, err
	}
	if err := p.take(response.values["state"]); err != nil {
		return nil, err
	}
	return p.judge(response)
}

// take uses the sign-in up, if the state is right.
func (p *Pending) take(state string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !secret.New(state).Equal(p.state):
		return fail(ErrStateMismatch, "check response", "the response is not of this sign-in")
	case p.cancelled:
		return fail(ErrCancelled, "check response", "this sign-in was cancelled")
	case p.used:
		return fail(ErrUsed, "check response", "this sign-in has had its response")
	case !p.client.now().Before(p.Expires()):
		return fail(ErrFlowExpired, "check response", "the response came after more than ten minutes")
	}
	p.used = true
	return nil
}

// judge looks at a response whose state is right.
func (p *Pending) judge(r parsed) (*Checked, error) {
	k := &Checked{pending: p}
	k.pass("state", "the one sent")
	if err := k.issuer(r.values); err != nil {
		return nil, err
	}
	// An error may come in either part: a provider that can't make out the
	// response type does not know which (RFC 6749 section 4.2.2.1 says the
	// fragment for implicit, section 4.1.2.1 the query).
	if code, there := r.values["error"]; there {
		return nil, p.client.refusal("sign in", code, r.values["error_description"], r.values["error_uri"],
			p.provider.endpoints.Authorization, p.State(), p.nonce.Reveal(), p.verifier.Reveal())
	}
	if r.inFragment != p.cfg.ResponseType.Implicit() {
		return nil, fail(ErrMode, "check response", "the response is in the wrong part of the address")
	}
	take := k.takeTokens
	if p.cfg.ResponseType == params.Code {
		take = k.takeCode
	}
	if err := take(r.values); err != nil {
		return nil, err
	}
	return k, nil
}

func (k *Checked) pass(name, text string) {
	k.report = append(k.report, Check{Name: name, OK: true, Text: text})
}

// issuer is RFC 9207 section 2.4: compared as text, in error responses too, and
// demanded if promised. Section 4 lets a provider leave it out where an ID token
// comes in the response; that token's iss is then checked.
func (k *Checked) issuer(values map[string]string) error {
	p := k.pending.provider
	got, there := values["iss"]
	_, idToken := values["id_token"]
	switch {
	case there && p.issuer == "":
		k.report = append(k.report, Check{Name: "iss parameter", Text: "not checked: the provider's issuer is not known"})
	case there && got != p.issuer:
		return fail(ErrIssuer, "check response", "the response is of another issuer than "+quoted(p.issuer))
	case there:
		k.pass("iss parameter", p.issuer)
	case p.promisesIssuer && !idToken:
		return fail(ErrIssuer, "check response", "the response does not name its issuer, which the provider promises")
	}
	return nil
}

// takeCode reads the response of the authorization code grant.
func (k *Checked) takeCode(values map[string]string) error {
	for _, name := range []string{"access_token", "id_token", "refresh_token"} {
		if _, there := values[name]; there {
			return fail(ErrMode, "check response", "a token came where a code was asked for")
		}
	}
	// RFC 6749 appendix A.11: VSCHAR.
	code := values["code"]
	if code == "" || strings.ContainsFunc(code, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fail(ErrMalformed, "check response", "the code is missing or malformed")
	}
	k.code = secret.New(code)
	return nil
}

// takeTokens reads the response of the implicit grant.
func (k *Checked) takeTokens(values map[string]string) error {
	for _, name := range []string{"code", "refresh_token"} {
		if _, there := values[name]; there {
			return fail(ErrMode, "check response", "a "+strings.ReplaceAll(name, "_", " ")+" came where a token was asked for")
		}
	}
	token, typ := values["access_token"], values["token_type"]
	if other := k.pending.cfg.TokenParameter; other != "" && token == "" {
		// See params.Config.TokenParameter: the type is then not stated.
		token, typ = values[other], cmp.Or(typ, "bearer")
	}
	if !bearerToken(token) {
		return fail(ErrMalformed, "check response", "the access token is missing or malformed")
	}
	if err := checkTokenType("check response", typ); err != nil {
		return err
	}
	if values["id_token"] == "" && k.pending.cfg.ResponseType.IDToken() {
		return fail(ErrMalformed, "check response", "the ID token is missing")
	}
	k.access, k.id = secret.New(token), secret.New(values["id_token"])
	k.expiry = expiry(values["expires_in"], k.pending.client.now())
	if scope, there := values["scope"]; there {
		k.scopes = k.pending.client.scopeTokens(scope)
	}
	return nil
}

// bearerToken is text that can stand in a header: visible ASCII. RFC 6750
// section 2.1 is narrower (token68), and providers send more than that.
func bearerToken(s string) bool { return s != "" && !strings.ContainsFunc(s, notVisible) }

// checkTokenType is RFC 6749 section 7.1: a client must not use a type it does
// not understand. The name has no case (section 5.1). Another one is not repeated: a
// provider that mixes up its fields could have put anything there.
func checkTokenType(op, typ string) error {
	if !strings.EqualFold(typ, "bearer") {
		return fail(ErrTokenType, op, "the token is not a bearer token")
	}
	return nil
}

// expiry turns expires_in into a time. Anything but a whole number of seconds
// from one to ten years' worth counts as not stated: zero time, no countdown.
func expiry(seconds string, now time.Time) time.Time {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return expiryIn(n, now)
}

func expiryIn(seconds int64, now time.Time) time.Time {
	if seconds <= 0 || seconds > math.MaxInt32 || time.Duration(seconds)*time.Second > maxLifetime {
		return time.Time{}
	}
	// Without the monotonic reading: it stands still while a laptop sleeps.
	return now.Add(time.Duration(seconds) * time.Second).Round(0)
}

// scopeTokens splits a scope value. What is not a scope token by RFC 6749
// section 3.3 is dropped: it would only be shown.
func (c *Client) scopeTokens(scope string) []string {
	if c.cfg.ScopeSeparator != "" {
		scope = strings.ReplaceAll(scope, c.cfg.ScopeSeparator, " ")
	}
	tokens := []string{}
	for _, token := range strings.Fields(scope) {
		if !strings.ContainsFunc(token, func(r rune) bool { return notVisible(r) || r == '"' || r == '\\' }) {
			tokens = append(tokens, token)
		}
	}
	return tokens
}
