package idtoken

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

const (
	// maxKeySet bounds a key set document, maxKeys the keys in it.
	maxKeySet = 1 << 20
	maxKeys   = 100
	// RSA keys below 2048 bits are broken or close to it (RFC 7518 section 3.3);
	// above 8192 their verification is a way to keep us busy.
	minRSABits, maxRSABits = 2048, 8192
	// maxCandidates bounds the keys tried for a token that names none.
	maxCandidates = 8
)

var (
	// ErrUnknownKey: the provider publishes no key that fits the token.
	ErrUnknownKey = errors.New("no key fits the ID token")
	// ErrKeysUnavailable: the provider's keys can't be had at the moment.
	ErrKeysUnavailable = errors.New("read key set")
)

// key is a public signature key of a provider.
type key struct {
	public    any // *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey
	kid, algs string
}

// parseKeySet reads a JWK set (RFC 7517) and keeps the keys that are fit for
// checking signatures. A key that is not is left out and does not spoil the
// others: providers publish encryption keys and new types too (section 5).
func parseKeySet(data []byte) ([]key, error) {
	if len(data) > maxKeySet {
		return nil, errors.New("key set is larger than 1 MiB")
	}
	set, err := ParseObject(data)
	if err != nil {
		return nil, err
	}
	list, ok := set["keys"].([]any)
	if !ok || len(list) > maxKeys {
		return nil, errors.New("key set has no list of at most 100 keys")
	}
	var keys []key
	for _, entry := range list {
		if k, ok := parseKey(entry); ok {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// publicMembers are the members handed to go-jose: a key is made of nothing
// else, so certificates in it are not parsed and their addresses not kept.
var publicMembers = []string{"kty", "crv", "x", "y", "n", "e"}

// privateMembers mark a symmetric or private key, which a provider that
// publishes it has lost: nothing it signs proves anything.
var privateMembers = []string{"k", "d", "p", "q", "dp", "dq", "qi", "oth", "priv"}

func parseKey(entry any) (k key, ok bool) {
	object, ok := entry.(map[string]any)
	if !ok || !forSignatures(object) {
		return k, false
	}
	for _, name := range privateMembers {
		if _, there := object[name]; there {
			return k, false
		}
	}
	public := map[string]any{}
	for _, name := range publicMembers {
		if v, there := object[name]; there {
			public[name] = v
		}
	}
	data, err := json.Marshal(public)
	if err != nil {
		return k, false
	}
	var jwk jose.JSONWebKey
	if err := jwk.UnmarshalJSON(data); err != nil {
		return k, false
	}
	k.public = jwk.Key
	k.kid, _ = object["kid"].(string)
	if k.algs = algorithmsOf(jwk.Key); k.algs == "" {
		return k, false
	}
	if alg, there := object["alg"].(string); there {
		if !fits(k.algs, alg) {
			return k, false
		}
		k.algs = alg
	}
	return k, true
}

// forSignatures reads use and key_ops (RFC 7517 sections 4.2 and 4.3).
func forSignatures(object map[string]any) bool {
	if use, there := object["use"]; there && use != "sig" {
		return false
	}
	ops, there := object["key_ops"]
	if !there {
		return true
	}
	list, _ := ops.([]any)
	return slices.Contains(list, any("verify"))
}

// algorithmsOf returns the algorithms a key can verify, "" if it is unfit.
func algorithmsOf(public any) string {
	switch k := public.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits < minRSABits || bits > maxRSABits || k.E < 3 || k.E%2 == 0 {
			return ""
		}
		return "RS256 RS384 RS512 PS256 PS384 PS512"
	case *ecdsa.PublicKey:
		// RFC 7518 section 3.4 ties each algorithm to one curve; golang-jwt does not.
		switch k.Curve {
		case elliptic.P256():
			return "ES256"
		case elliptic.P384():
			return "ES384"
		case elliptic.P521():
			return "ES512"
		}
	case ed25519.PublicKey:
		return "EdDSA"
	}
	return ""
}

func fits(algs, alg string) bool {
	for a := range strings.FieldsSeq(algs) {
		if a == alg {
			return true
		}
	}
	return false
}

// find returns the keys that may have made a signature. A token that names a
// key gets no other; one that names none gets those of the fitting type.
func find(keys []key, alg, kid string) (found []any) {
	for _, k := range keys {
		if fits(k.algs, alg) && (kid == "" || kid == k.kid) && len(found) < maxCandidates {
			found = append(found, k.public)
		}
	}
	return found
}
