package provider

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/luikyv/go-oidc/pkg/goidc"
)

const (
	algRSA = "RS256"
	algEC  = "ES256"
)

// keyRing holds the signing keys of both issuers: one RSA and one EC key per generation.
type keyRing struct {
	ready chan struct{} // closed when the first generation exists

	mu   sync.Mutex
	err  error
	keys []goidc.JSONWebKey // newest first, at most two generations
}

// newKeyRing makes the first keys on a goroutine of its own, because an RSA key takes between 10 and 300 ms.
func newKeyRing() *keyRing {
	k := &keyRing{ready: make(chan struct{})}
	go func() {
		keys, err := generation()
		k.mu.Lock()
		k.keys, k.err = keys, err
		k.mu.Unlock()
		close(k.ready)
	}()
	return k
}

// set returns private and public keys; go-oidc publishes the public halves only.
func (k *keyRing) set(ctx context.Context) (goidc.JSONWebKeySet, error) {
	select {
	case <-k.ready:
	case <-ctx.Done():
		return goidc.JSONWebKeySet{}, ctx.Err()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return goidc.JSONWebKeySet{Keys: slices.Clone(k.keys)}, k.err
}

func (k *keyRing) rotate() error {
	keys, err := generation()
	if err != nil {
		return err
	}
	<-k.ready
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = append(keys, k.keys[:min(len(k.keys), len(keys))]...)
	return nil
}

// generation makes an RSA and an EC key. Their ids are their thumbprints (RFC 7638), so that a restarted provider never
// uses an old id for a new key.
func generation() ([]goidc.JSONWebKey, error) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make RSA key: %w", err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make EC key: %w", err)
	}
	keys := []goidc.JSONWebKey{
		{Key: rsaKey, Algorithm: algRSA, Use: "sig"},
		{Key: ecKey, Algorithm: algEC, Use: "sig"},
	}
	for i := range keys {
		sum, err := keys[i].Thumbprint(crypto.SHA256)
		if err != nil {
			return nil, fmt.Errorf("name key: %w", err)
		}
		keys[i].KeyID = base64.RawURLEncoding.EncodeToString(sum)
	}
	return keys, nil
}

var errHint = errors.New("id_token_hint is not an ID token of this issuer for this client")

// hint returns the subject of an ID token sent as id_token_hint. The token may have expired: OpenID Connect Core
// 3.1.2.1 and RP-Initiated Logout 1.0 section 2 want such hints accepted, which go-oidc does not.
func (k *keyRing) hint(ctx context.Context, raw, issuer string) (subject string, err error) {
	token, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{algRSA, algEC})
	if err != nil || len(token.Headers) != 1 {
		return "", errHint
	}
	set, err := k.set(ctx)
	if err != nil {
		return "", err
	}
	key, err := set.Key(token.Headers[0].KeyID)
	if err != nil {
		return "", errHint
	}
	var claims jwt.Claims
	if err := token.Claims(key.Public().Key, &claims); err != nil {
		return "", errHint
	}
	if claims.Issuer != issuer || !claims.Audience.Contains(ClientID) || claims.Subject == "" {
		return "", errHint
	}
	return claims.Subject, nil
}
