package sgidtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"sync"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

// keyring has the keys of one sgID and of its client.
type keyring struct {
	signing, client *rsa.PrivateKey
	elliptic        *ecdsa.PrivateKey
}

// Making RSA keys takes long, so the providers of a process share them.
var (
	genuine = sync.OnceValues(makeKeys)
	foreign = sync.OnceValues(makeKeys)
)

func makeKeys() (*keyring, error) {
	var k keyring
	var err error
	if k.signing, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return nil, err
	}
	if k.client, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return nil, err
	}
	k.elliptic, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return &k, err
}

// PKCS1 is the client's private key as registration hands it out.
func (p *Provider) PKCS1() string {
	return encodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(p.keys.client))
}

// PKCS8 is the same key in the other form.
func (p *Provider) PKCS8() string { return encodePEM("PRIVATE KEY", pkcs8(p.keys.client)) }

// EllipticPKCS8 is a private key of a type sgID does not use.
func (p *Provider) EllipticPKCS8() string { return encodePEM("PRIVATE KEY", pkcs8(p.keys.elliptic)) }

// pkcs8 encodes keys made above, which can't fail.
func pkcs8(key any) []byte {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return der
}

func encodePEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// publicJWKs are the published keys.
func (p *Provider) publicJWKs() []map[string]any {
	data, err := json.Marshal(jose.JSONWebKey{Key: p.keys.signing.Public(), KeyID: KeyID, Use: "sig", Algorithm: "RS256"})
	if err != nil {
		panic(err) // a public key encodes
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		panic(err)
	}
	return []map[string]any{m}
}

// IDToken makes an ID token for a nonce, with the faults that concern it.
func (p *Provider) IDToken(nonce string) (string, error) {
	now := p.Now()
	claims := jwt.MapClaims{
		"iss": p.Issuer, "sub": Subject, "aud": ClientID, "iat": now.Unix(), "exp": now.Add(Lifetime).Unix(),
	}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	if p.Faults.Claims != nil {
		p.Faults.Claims(claims)
	}
	method, key, err := p.signer()
	if err != nil {
		return "", err
	}
	token := jwt.NewWithClaims(method, claims)
	token.Header["kid"] = KeyID
	if p.Faults.Header != nil {
		p.Faults.Header(token.Header)
	}
	raw, err := token.SignedString(key)
	if err == nil && p.Faults.IDToken != nil {
		raw = p.Faults.IDToken(raw)
	}
	return raw, err
}

func (p *Provider) signer() (jwt.SigningMethod, any, error) {
	keys := p.keys
	if p.Faults.ForeignKey {
		var err error
		if keys, err = foreign(); err != nil {
			return nil, nil, err
		}
	}
	switch alg := p.Faults.SignAlg; alg {
	case "":
		return jwt.SigningMethodRS256, keys.signing, nil
	case "HS256":
		der, err := x509.MarshalPKIXPublicKey(keys.signing.Public())
		return jwt.SigningMethodHS256, []byte(encodePEM("PUBLIC KEY", der)), err
	case "ES256":
		return jwt.SigningMethodES256, keys.elliptic, nil
	default:
		return jwt.GetSigningMethod(alg), keys.signing, nil
	}
}

// Answer makes an answer of the userinfo endpoint for the data, with the faults
// that concern it.
func (p *Provider) Answer(data map[string]string) (map[string]any, error) {
	f := p.Faults
	length := f.BlockKeyBytes
	if length == 0 {
		length = 16
	}
	blockKey, other := make([]byte, length), make([]byte, length)
	rand.Read(blockKey)
	rand.Read(other)
	client := p.keys
	if f.ForeignClient {
		var err error
		if client, err = foreign(); err != nil {
			return nil, err
		}
	}
	jwk := `{"kty":"oct","kid":"block","alg":"A` + map[int]string{16: "128", 32: "256"}[length] + `GCMKW","k":"` + base64.RawURLEncoding.EncodeToString(blockKey) + `"}`
	if f.BlockKeyJWK != nil {
		jwk = f.BlockKeyJWK(jwk)
	}
	key, err := encrypt(f.BlockKey.or("RSA-OAEP-256", "A256GCM"), client.client.Public(), jwk)
	if err != nil {
		return nil, err
	}
	wrap := map[int]string{16: "A128GCMKW", 32: "A256GCMKW"}[length]
	if f.ForeignField {
		blockKey = other
	}
	sealed := map[string]any{}
	for name, value := range data {
		if sealed[name], err = encrypt(f.Field.or(wrap, "A128GCM"), blockKey, value); err != nil {
			return nil, err
		}
	}
	answer := map[string]any{"sub": Subject, "key": key, "data": sealed}
	if f.UserInfo != nil {
		answer = maps.Clone(answer)
		f.UserInfo(answer)
	}
	return answer, nil
}

// or fills in what is not set.
func (e Encryption) or(alg, enc string) Encryption {
	if e.Alg == "" {
		e.Alg = alg
	}
	if e.Enc == "" {
		e.Enc = enc
	}
	return e
}

func encrypt(e Encryption, key any, text string) (string, error) {
	var options *jose.EncrypterOptions
	if e.Compress {
		options = &jose.EncrypterOptions{Compression: jose.DEFLATE}
	}
	encrypter, err := jose.NewEncrypter(jose.ContentEncryption(e.Enc), jose.Recipient{Algorithm: jose.KeyAlgorithm(e.Alg), Key: key}, options)
	if err != nil {
		return "", err
	}
	sealed, err := encrypter.Encrypt([]byte(text))
	if err != nil {
		return "", err
	}
	compact, err := sealed.CompactSerialize()
	if err == nil && e.Change != nil {
		compact = e.Change(compact)
	}
	return compact, err
}
