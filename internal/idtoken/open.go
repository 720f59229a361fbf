package idtoken

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

const (
	// maxToken refuses what no provider sends before it is parsed.
	maxToken = 64 << 10
	// maxKeyID bounds the kid header, which is only ever looked up.
	maxKeyID = 256
)

// opened is a token taken apart: claims is nil if that was not possible.
type opened struct {
	alg    string
	claims map[string]any
}

// parser takes no other algorithm and no lax base64. It leaves the claims to this
// package, which reports all failures.
var parser = jwt.NewParser(jwt.WithValidMethods(Algorithms), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation())

// open takes the token apart and checks header and signature.
func (v *Verifier) open(ctx context.Context, r *report, raw string) opened {
	header, err := readHeader(raw)
	if err != nil {
		r.fail(CheckFormat, err.Error())
		return opened{}
	}
	algorithms := v.algorithms()
	alg, _ := header["alg"].(string)
	kid, headerFault := keyID(header)

	var claims claimSet
	var keysErr error
	if v.InsecureSkipSignature {
		_, _, err = parser.ParseUnverified(raw, &claims)
	} else {
		_, err = parser.ParseWithClaims(raw, &claims, func(*jwt.Token) (any, error) {
			var keys jwt.VerificationKeySet
			if headerFault != "" || !slices.Contains(algorithms, alg) {
				return nil, errHeader
			}
			if keys, keysErr = v.keys(ctx, alg, kid); keysErr != nil {
				return nil, keysErr
			}
			return keys, nil
		})
	}
	if claims.err != nil || claims.object == nil || errors.Is(err, jwt.ErrTokenMalformed) {
		r.fail(CheckFormat, "the claims or the signature are not strict base64url and plain JSON")
		return opened{}
	}
	r.pass(CheckFormat, "a signed JWT in the compact form")
	if headerFault != "" {
		r.fail(CheckHeader, headerFault)
	} else {
		r.pass(CheckHeader, "no critical extensions")
	}
	if !slices.Contains(algorithms, alg) {
		r.fail(CheckAlgorithm, "the algorithm "+show(header["alg"])+" is not one of "+strings.Join(algorithms, " "))
		r.skip(CheckSignature, "the algorithm is not accepted")
		return opened{alg: alg, claims: claims.object}
	}
	r.pass(CheckAlgorithm, alg)
	checkSignature(r, v.InsecureSkipSignature, err, keysErr)
	return opened{alg: alg, claims: claims.object}
}

// readHeader decodes the JOSE header, strictly: golang-jwt would take the last
// of repeated names, and base64 decoders pass over line breaks.
func readHeader(raw string) (map[string]any, error) {
	if len(raw) > maxToken {
		return nil, errors.New("longer than 64 kB")
	}
	if strings.Count(raw, ".") != 2 || strings.ContainsAny(raw, "\r\n") {
		return nil, errors.New("not three parts: header, claims and signature")
	}
	part, _, _ := strings.Cut(raw, ".")
	data, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return nil, errors.New("the header is not strict base64url")
	}
	header, err := ParseObject(data)
	if err != nil {
		return nil, errors.New("the header is not plain JSON")
	}
	return header, nil
}

// keyID returns the key's name, or what in the header forbids a look at the
// signature.
func keyID(header map[string]any) (kid, fault string) {
	// RFC 7515 section 4.1.11: what crit names must be understood. Nothing is.
	if _, there := header["crit"]; there {
		return "", "has critical extensions (crit), none of which is known"
	}
	// RFC 8725 section 3.11: a token that says it is of another kind (at+jwt,
	// logout+jwt) is not an ID token.
	if typ, _ := header["typ"].(string); strings.HasSuffix(strings.ToLower(typ), "+jwt") {
		return "", "says it is another kind of token (typ)"
	}
	v, there := header["kid"]
	kid, ok := v.(string)
	if there && !ok || len(kid) > maxKeyID {
		return "", "the key id (kid) is not a text of at most 256 bytes"
	}
	return kid, ""
}

// errHeader stops golang-jwt where the header is not accepted.
var errHeader = errors.New("the header is refused")

func (v *Verifier) keys(ctx context.Context, alg, kid string) (jwt.VerificationKeySet, error) {
	if v.Keys == nil {
		return jwt.VerificationKeySet{}, ErrKeysUnavailable
	}
	found, err := v.Keys.Keys(ctx, alg, kid)
	if err != nil {
		return jwt.VerificationKeySet{}, err
	}
	keys := make([]jwt.VerificationKey, len(found))
	for i, k := range found {
		keys[i] = k
	}
	return jwt.VerificationKeySet{Keys: keys}, nil
}

func checkSignature(r *report, skipped bool, err, keysErr error) {
	switch {
	case skipped:
		r.skip(CheckSignature, "the provider publishes no keys")
	case err == nil:
		r.pass(CheckSignature, "made by a key the provider publishes")
	case errors.Is(err, errHeader):
		r.skip(CheckSignature, "the header is not accepted")
	case errors.Is(keysErr, ErrUnknownKey):
		r.failFor(CheckSignature, "the provider publishes no key that fits the token", keysErr)
	case keysErr != nil:
		r.failFor(CheckSignature, "the provider's keys can't be read", keysErr)
	default:
		r.fail(CheckSignature, "not made by the provider's key")
	}
}

// algorithms is the fixed list, narrowed: never widened.
func (v *Verifier) algorithms() []string {
	if v.Algorithms == nil {
		return Algorithms
	}
	return slices.DeleteFunc(slices.Clone(Algorithms), func(a string) bool { return !slices.Contains(v.Algorithms, a) })
}

// claimSet receives the claims from golang-jwt, which uses encoding/json, and
// decodes them strictly. encoding/json calls UnmarshalJSON with valid JSON.
type claimSet struct {
	jwt.Claims // nil: only golang-jwt's own validation, which is off, would call it

	object map[string]any
	err    error
}

func (c *claimSet) UnmarshalJSON(data []byte) error {
	c.object, c.err = parseValid(data)
	return c.err
}
