// Package idtoken verifies OpenID Connect ID tokens.
//
// Make a [Verifier] for a provider and client, with a key set from
// [NewRemoteKeys], and call [Verifier.Verify] with what this sign-in expects.
//
// # Security
//
// golang-jwt takes the token apart and checks the signature, under a fixed list
// of asymmetric algorithms and strict base64. It looks at neither `crit`,
// repeated JSON names, `azp`, the nonce nor hashes, and stops at the first thing
// wrong; so the claims are checked here, and all failures are reported
// together. Key references inside the token (jku, x5u, jwk, x5c) are never used.
//
// Attack rows in the tests carry the numbers of the project's attack table.
package idtoken

import (
	"context"
	"time"
)

// Algorithms are the signature algorithms accepted: the asymmetric ones of RFC
// 7518 section 3.1 and Ed25519 of RFC 8037. There is no MAC among them (a
// notebook holds no secret a provider could share it with) and no "none".
var Algorithms = []string{
	"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
}

// defaultSkew is how far the two clocks may differ.
const defaultSkew = 60 * time.Second

// KeySet finds a provider's public keys. It must be safe for concurrent use.
type KeySet interface {
	// Keys returns the keys that may have made a signature of algorithm alg
	// under the name kid ("" if the token names none): never one of another
	// type, curve, use or declared algorithm. With none it returns
	// [ErrUnknownKey], and [ErrKeysUnavailable] if it can't tell.
	Keys(ctx context.Context, alg, kid string) ([]any, error)
}

// Verifier checks the ID tokens of one provider for one client. It is safe for
// concurrent use if its KeySet and Now are.
type Verifier struct {
	// Issuer must equal the iss claim byte for byte. It may be "" only with
	// InsecureSkipSignature; iss is then not checked.
	Issuer string
	// IssuerAliases are other spellings of Issuer that the iss claim may have.
	IssuerAliases []string
	// ClientID must be in the aud claim.
	ClientID string
	// TrustedAudiences are others that may be there too.
	TrustedAudiences []string
	// Algorithms narrows [Algorithms]; nil means all of them.
	Algorithms []string
	// Keys finds the key of a token's signature.
	Keys KeySet
	// InsecureSkipSignature accepts tokens whose signature nobody checked, for
	// providers that publish no keys. Whoever can write the response can then
	// write the claims: [Token.Signed] is false and they prove nothing.
	InsecureSkipSignature bool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Skew is how far the clocks may differ; 0 means 60 seconds.
	Skew time.Duration
}

// Expect is what one sign-in expects of its token.
type Expect struct {
	// Nonce is the nonce sent; the token must carry it.
	Nonce string
	// NonceOptional accepts a token without a nonce, as a refresh gives (OpenID
	// Connect Core 1.0 section 12.2).
	NonceOptional bool
	// AccessToken, if not "", is compared with the at_hash claim.
	AccessToken string
	// RequireAccessTokenHash refuses a token without at_hash (section 3.2.2.9:
	// required when both came through the browser).
	RequireAccessTokenHash bool
	// Code, if not "", is the authorization code the token came for; a c_hash claim
	// must fit it (section 3.3.2.11: the claim is required in hybrid responses only,
	// which this project does not ask for).
	Code string
	// Subject, if not "", must equal the sub claim.
	Subject string
	// RequiredACR, if not empty, lists the acr values accepted. RefusedACR lists
	// values refused.
	RequiredACR, RefusedACR []string
	// AuthenticatedSince, if not zero, makes auth_time required and refuses an
	// earlier one.
	AuthenticatedSince time.Time
}

// Token is an ID token that passed.
type Token struct {
	// Claims are the token's claims; numbers are json.Number.
	Claims map[string]any
	// Signed is false if the signature was not checked.
	Signed bool
	// Report lists every check.
	Report []Check
}

// Verify checks raw. Its error is a *[Refused], which holds every check that
// failed; errors.Is finds each by &Error{Check: name}.
func (v *Verifier) Verify(ctx context.Context, raw string, e Expect) (*Token, error) {
	r := &report{checks: make([]Check, 0, 16)}
	p := v.open(ctx, r, raw)
	if p.claims != nil {
		c := claimsCheck{report: r, claims: p.claims, expect: e, now: v.now(), skew: v.skew()}
		c.run(v, p.alg)
	}
	if len(r.failed) > 0 {
		return nil, &Refused{Failed: r.failed, Report: r.checks}
	}
	return &Token{Claims: p.claims, Signed: !v.InsecureSkipSignature, Report: r.checks}, nil
}

func (v *Verifier) now() time.Time {
	if v.Now == nil {
		return time.Now()
	}
	return v.Now()
}

func (v *Verifier) skew() time.Duration {
	if v.Skew == 0 {
		return defaultSkew
	}
	return v.Skew
}
