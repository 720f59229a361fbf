package providertest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

// keyring holds the private keys, by algorithm. Making RSA keys takes long, so
// the providers of a process share them.
type keyring map[string]crypto.Signer

var (
	genuine = sync.OnceValues(makeKeys)
	foreign = sync.OnceValues(makeKeys)
)

func makeKeys() (keyring, error) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		return nil, err
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return keyring{"RS256": rsaKey, "RS384": rsaKey, "PS256": rsaKey, "ES256": p256, "ES384": p384, "EdDSA": ed}, nil
}

// keyIDs names the published keys; algorithms of one key share its name.
var keyIDs = map[string]string{"RS256": "rsa", "RS384": "rsa", "PS256": "rsa", "ES256": "p256", "ES384": "p384", "EdDSA": "ed"}

func ring(t testing.TB, make func() (keyring, error)) keyring {
	t.Helper()
	keys, err := make()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// ForeignKey is the public half of the RSA key that Faults.ForeignKey signs with.
func ForeignKey(t testing.TB) crypto.PublicKey { return ring(t, foreign)["RS256"].Public() }

// publishedKeys are the public keys as JWKs.
func publishedKeys(t testing.TB) []map[string]any {
	var list []map[string]any
	keys := ring(t, genuine)
	for _, alg := range []string{"RS256", "ES256", "ES384", "EdDSA"} {
		list = append(list, JWK(t, keys[alg].Public(), keyIDs[alg]))
	}
	return list
}

// JWK returns a public key as a JWK for signatures.
func JWK(t testing.TB, public crypto.PublicKey, kid string) map[string]any {
	t.Helper()
	data, err := json.Marshal(jose.JSONWebKey{Key: public, KeyID: kid, Use: "sig"})
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// IDToken makes an ID token for nonce and access token, with the faults that
// concern it.
func (p *Provider) IDToken(nonce, accessToken string) string {
	p.t.Helper()
	return p.idToken(nonce, accessToken, "")
}

// idToken also ties the token to the code it came for, if there is one.
func (p *Provider) idToken(nonce, accessToken, code string) string {
	p.t.Helper()
	alg := p.Faults.SignAlg
	if alg == "" {
		alg = "RS256"
	}
	now := p.Now()
	claims := map[string]any{
		"iss": p.Issuer, "sub": Subject, "aud": ClientID, "azp": ClientID, "acr": "L2", "name": "Ann Example",
		"iat": now.Unix(), "auth_time": now.Unix(), "exp": now.Add(Lifetime).Unix(),
	}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	if accessToken != "" {
		claims["at_hash"] = TokenHash(alg, accessToken)
	}
	if code != "" {
		claims["c_hash"] = TokenHash(alg, code)
	}
	if p.Faults.Claims != nil {
		p.Faults.Claims(claims)
	}
	raw := p.sign(alg, claims)
	if p.Faults.IDToken != nil {
		raw = p.Faults.IDToken(raw)
	}
	return raw
}

func (p *Provider) sign(alg string, claims jwt.MapClaims) string {
	p.t.Helper()
	keys := ring(p.t, genuine)
	if p.Faults.ForeignKey {
		keys = ring(p.t, foreign)
	}
	var private any = keys[alg]
	method := jwt.GetSigningMethod(alg)
	if p.Faults.HMACKey != "" {
		method, private = jwt.SigningMethodHS256, p.hmacKey()
	}
	token := jwt.NewWithClaims(method, claims)
	token.Header["kid"] = keyIDs[alg]
	if p.Faults.Header != nil {
		p.Faults.Header(token.Header)
	}
	raw, err := token.SignedString(private)
	if err != nil {
		p.t.Fatal(err)
	}
	return raw
}

// hmacKey is what an attacker takes for a shared secret.
func (p *Provider) hmacKey() []byte {
	p.t.Helper()
	public := ring(p.t, genuine)["RS256"].Public()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		p.t.Fatal(err)
	}
	switch p.Faults.HMACKey {
	case "DER":
		return der
	case "PEM":
		return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	case "JWK":
		data, err := json.Marshal(JWK(p.t, public, "rsa"))
		if err != nil {
			p.t.Fatal(err)
		}
		return data
	}
	return []byte(p.Faults.HMACKey)
}

// TokenHash is the at_hash of a token (OpenID Connect Core 1.0 section
// 3.2.2.9), or the c_hash of a code, made without the code under test.
func TokenHash(alg, token string) string {
	hash := map[string]crypto.Hash{
		"RS256": crypto.SHA256, "PS256": crypto.SHA256, "ES256": crypto.SHA256, "RS384": crypto.SHA384, "ES384": crypto.SHA384, "EdDSA": crypto.SHA512,
	}[alg]
	d := hash.New()
	d.Write([]byte(token))
	sum := d.Sum(nil)
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}
