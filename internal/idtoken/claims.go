package idtoken

import (
	"crypto"
	_ "crypto/sha256" // the hashes below
	_ "crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// maxSubject is OpenID Connect Core 1.0 section 2's limit for sub.
	maxSubject = 255
	// maxAge refuses tokens made long before this sign-in.
	maxAge = 24 * time.Hour
	// maxDate is the last second of the year 9999, past which RFC 3339 ends.
	maxDate = 253402300799
)

// claimsCheck checks the claims of one token: OpenID Connect Core 1.0 sections
// 3.1.3.7 and 3.2.2.11.
type claimsCheck struct {
	*report
	claims map[string]any
	expect Expect
	now    time.Time
	skew   time.Duration
}

func (c *claimsCheck) run(v *Verifier, alg string) {
	c.issuer(v.Issuer, v.IssuerAliases, v.InsecureSkipSignature)
	c.audience(v.ClientID, v.TrustedAudiences)
	c.subject()
	c.times()
	c.nonce()
	c.tokenHash(alg)
	c.codeHash(alg)
	c.acr()
	c.authTime()
}

// text returns a claim that must be text.
func (c *claimsCheck) text(name string) (value string, there, ok bool) {
	v, there := c.claims[name]
	value, ok = v.(string)
	return value, there, ok
}

func (c *claimsCheck) issuer(want string, aliases []string, unsigned bool) {
	got, _, ok := c.text("iss")
	switch {
	case want == "" && unsigned:
		c.skip(CheckIssuer, "the provider's issuer is not known")
	case !ok || got == "":
		c.fail(CheckIssuer, "missing")
	case got != want && !slices.Contains(aliases, got):
		c.fail(CheckIssuer, "is "+show(got)+" and not "+show(want))
	default:
		c.pass(CheckIssuer, got)
	}
}

func (c *claimsCheck) audience(clientID string, trusted []string) {
	audiences, ok := c.audiences()
	others := slices.DeleteFunc(slices.Clone(audiences), func(a string) bool { return a == clientID })
	switch {
	case !ok || len(audiences) == 0:
		c.fail(CheckAudience, "missing or malformed")
	case clientID == "" || len(others) == len(audiences):
		c.fail(CheckAudience, "the token is for another client")
	case slices.ContainsFunc(others, func(a string) bool { return !slices.Contains(trusted, a) }):
		c.fail(CheckAudience, "the token is for other clients too")
	default:
		c.pass(CheckAudience, "the token is for this client")
	}
	party, there, ok := c.text("azp")
	switch {
	case there && (!ok || party != clientID):
		c.fail(CheckParty, "the token was issued to another client")
	case there:
		c.pass(CheckParty, "issued to this client")
	case len(others) > 0:
		c.fail(CheckParty, "missing, though there are several audiences")
	}
}

// audiences reads aud, one text or a list of them (RFC 7519 section 4.1.3).
func (c *claimsCheck) audiences() (list []string, ok bool) {
	switch aud := c.claims["aud"].(type) {
	case string:
		return []string{aud}, true
	case []any:
		for _, v := range aud {
			text, ok := v.(string)
			if !ok {
				return nil, false
			}
			list = append(list, text)
		}
		return list, true
	}
	return nil, false
}

func (c *claimsCheck) subject() {
	sub, _, ok := c.text("sub")
	switch {
	case !ok || sub == "" || len(sub) > maxSubject:
		c.fail(CheckSubject, "missing, or not a text of at most 255 bytes")
	case c.expect.Subject != "" && sub != c.expect.Subject:
		c.fail(CheckSubject, "the token is for another user")
	default:
		c.pass(CheckSubject, "present")
	}
}

// date reads a NumericDate (RFC 7519 section 2: seconds, fractions allowed).
func (c *claimsCheck) date(name string) (t time.Time, there, ok bool) {
	v, there := c.claims[name]
	n, ok := v.(json.Number)
	if !ok {
		return t, there, false
	}
	seconds, err := strconv.ParseFloat(n.String(), 64)
	if err != nil || seconds < 0 || seconds > maxDate {
		return t, true, false
	}
	return time.Unix(int64(seconds), 0), true, true
}

func (c *claimsCheck) times() {
	const malformed = "missing or not a date"
	exp, _, ok := c.date("exp")
	switch {
	case !ok:
		c.fail(CheckExpiry, malformed)
	case !c.now.Before(exp.Add(c.skew)):
		c.fail(CheckExpiry, "expired at "+c.clocks(exp))
	default:
		c.pass(CheckExpiry, "valid until "+stamp(exp))
	}
	if nbf, there, ok := c.date("nbf"); there {
		switch {
		case !ok:
			c.fail(CheckNotBefore, "not a date")
		case c.now.Add(c.skew).Before(nbf):
			c.fail(CheckNotBefore, "valid only from "+c.clocks(nbf))
		default:
			c.pass(CheckNotBefore, "valid since "+stamp(nbf))
		}
	}
	iat, _, ok := c.date("iat")
	switch {
	case !ok:
		c.fail(CheckIssuedAt, malformed)
	case c.now.Add(c.skew).Before(iat):
		c.fail(CheckIssuedAt, "issued at "+c.clocks(iat))
	case iat.Add(maxAge).Before(c.now):
		c.fail(CheckIssuedAt, "issued long ago, at "+c.clocks(iat))
	default:
		c.pass(CheckIssuedAt, "issued at "+stamp(iat))
	}
}

// clocks names both times, as the usual cause is a clock that is wrong.
func (c *claimsCheck) clocks(t time.Time) string {
	return stamp(t) + ", and this computer's clock says " + stamp(c.now) + ": check that it is right"
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (c *claimsCheck) nonce() {
	got, there, ok := c.text("nonce")
	switch {
	case !there && c.expect.NonceOptional:
		return
	case !ok || c.expect.Nonce == "" || !same(got, c.expect.Nonce):
		c.fail(CheckNonce, "missing, or not the one sent: the token was not made for this sign-in")
	default:
		c.pass(CheckNonce, "the one sent")
	}
}

// tokenHash is OpenID Connect Core 1.0 section 3.2.2.9: what came through the browser
// with its token must have at_hash. Section 3.1.3.6 makes it optional where both come
// from the token endpoint.
func (c *claimsCheck) tokenHash(alg string) {
	if _, there := c.claims["at_hash"]; !there && c.expect.AccessToken != "" && c.expect.RequireAccessTokenHash {
		c.fail(CheckTokenHash, "missing, so nothing ties the access token to it")
		return
	}
	c.hash(CheckTokenHash, alg, c.expect.AccessToken, "the access token")
}

// codeHash is section 3.3.2.11.
func (c *claimsCheck) codeHash(alg string) { c.hash(CheckCodeHash, alg, c.expect.Code, "the code") }

// hash compares the claim called name, if there is one, with the hash of value, if that
// is known.
func (c *claimsCheck) hash(name, alg, value, what string) {
	got, there, ok := c.text(name)
	if !there || value == "" {
		return
	}
	switch want := leftHalf(alg, value); {
	case want == "":
		c.skip(name, "the algorithm is not accepted")
	case !ok || !same(got, want):
		c.fail(name, "does not fit "+what)
	default:
		c.pass(name, "fits "+what)
	}
}

// hashes are the hash functions that go with each algorithm: the one its name
// says, and for EdDSA with Ed25519 the SHA-512 it uses itself.
var hashes = map[string]crypto.Hash{
	"RS256": crypto.SHA256, "PS256": crypto.SHA256, "ES256": crypto.SHA256,
	"RS384": crypto.SHA384, "PS384": crypto.SHA384, "ES384": crypto.SHA384,
	"RS512": crypto.SHA512, "PS512": crypto.SHA512, "ES512": crypto.SHA512, "EdDSA": crypto.SHA512,
}

// leftHalf is the hash that at_hash and c_hash carry: its left half in base64url; "" for
// an algorithm that is not accepted.
func leftHalf(alg, value string) string {
	h, known := hashes[alg]
	if !known {
		return ""
	}
	d := h.New()
	d.Write([]byte(value))
	sum := d.Sum(nil)
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

func (c *claimsCheck) acr() {
	required, refused := c.expect.RequiredACR, c.expect.RefusedACR
	if len(required) == 0 && len(refused) == 0 {
		return
	}
	got, there, ok := c.text("acr")
	switch {
	case slices.Contains(refused, got) || there && !ok:
		c.fail(CheckACR, "the authentication level "+show(got)+" is too low")
	case len(required) > 0 && !slices.Contains(required, got):
		c.fail(CheckACR, "the authentication level is none of those asked for ("+strings.Join(required, " ")+")")
	case !there:
		c.skip(CheckACR, "the provider does not state the authentication level")
	default:
		c.pass(CheckACR, "authentication level "+show(got))
	}
}

func (c *claimsCheck) authTime() {
	if c.expect.AuthenticatedSince.IsZero() {
		return
	}
	at, _, ok := c.date("auth_time")
	switch {
	case !ok:
		c.fail(CheckAuthTime, "missing, though max_age was asked for")
	case at.Add(c.skew).Before(c.expect.AuthenticatedSince):
		c.fail(CheckAuthTime, "the user authenticated at "+stamp(at)+", longer ago than was asked for")
	default:
		c.pass(CheckAuthTime, "authenticated at "+stamp(at))
	}
}

// same compares in constant time. What lengths there are is no secret.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// show makes a claim's value fit for a sentence: quoted, in ASCII, cut.
func show(v any) string {
	text, ok := v.(string)
	if !ok {
		return fmt.Sprintf("of type %T", v)
	}
	const limit = 100
	if len(text) > limit {
		text = text[:limit] + "..."
	}
	return strconv.QuoteToASCII(text)
}
