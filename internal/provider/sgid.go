package provider

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/luikyv/go-oidc/pkg/goidc"
)

// SGIDPath is where the sgID shape starts: its hostname is Options.Issuer + SGIDPath, and its issuer identifier that
// hostname + "/v2". The demo client's private key is at SGIDPath + "/demo-private-key.pem".
const SGIDPath = "/sgid"

// sgIDShape answers at userinfo with data that only the client's private key opens.
var sgIDShape = shape{
	name:          "sgID (demo)",
	path:          SGIDPath + "/v2",
	authorization: "/oauth/authorize",
	token:         "/oauth/token",
	userinfo:      "/oauth/userinfo",
	keySet:        "/.well-known/jwks.json",
	revocation:    "/oauth/revoke",
	endSession:    "/oauth/logout",
	opaque:        true,
	secret:        true,
	rsaOnly:       true,
	pkceRequired:  true,
	omitsIssuer:   true,
	responses:     []goidc.ResponseType{goidc.ResponseTypeCode},
	scopes: []scope{
		{"myinfo.name", "See your name"}, {"myinfo.email", "See your e-mail address"},
		{"myinfo.mobile_number", "See your phone number"}, {"myinfo.date_of_birth", "See your date of birth"},
		{"myinfo.vehicles", "See your vehicles"},
	},
	subject: func(p person) string { return "u=" + p.id },
	claims:  func(person, *goidc.Grant) map[string]any { return nil },
	user:    sealedUser,
}

// sgIDData is what sgID has about p. A value that is a list is text, too.
func sgIDData(p person) map[string]string {
	return map[string]string{
		"myinfo.name":          p.name,
		"myinfo.email":         p.mail,
		"myinfo.mobile_number": "+65 0000 0000",
		"myinfo.date_of_birth": "1815-12-10",
		"myinfo.vehicles":      `[{"vehicle_number":"DEMO 1"}]`,
	}
}

// sealedUser is sgID's userinfo: a fresh block key, encrypted to the client, and each value encrypted to that key.
func sealedUser(i *issuer, p person, g *goidc.Grant) (any, error) {
	client, err := i.p.clientKey()
	if err != nil {
		return nil, err
	}
	blockKey := make([]byte, 16)
	_, _ = rand.Read(blockKey) // never fails
	jwk, err := json.Marshal(jose.JSONWebKey{Key: blockKey, Algorithm: string(jose.A128GCMKW)})
	if err != nil {
		return nil, fmt.Errorf("encode block key: %w", err)
	}
	key, err := encrypt(jose.RSA_OAEP_256, jose.A256GCM, client.Public(), jwk)
	if err != nil {
		return nil, err
	}
	data, all := map[string]string{}, sgIDData(p)
	for _, name := range strings.Fields(g.Scopes) {
		value, ok := all[name]
		if !ok {
			continue
		}
		if data[name], err = encrypt(jose.A128GCMKW, jose.A128GCM, blockKey, []byte(value)); err != nil {
			return nil, err
		}
	}
	return map[string]any{"sub": g.Subject, "key": key, "data": data}, nil
}

func encrypt(alg jose.KeyAlgorithm, enc jose.ContentEncryption, key any, text []byte) (string, error) {
	encrypter, err := jose.NewEncrypter(enc, jose.Recipient{Algorithm: alg, Key: key}, nil)
	if err != nil {
		return "", fmt.Errorf("encrypt: %w", err)
	}
	sealed, err := encrypter.Encrypt(text)
	if err != nil {
		return "", fmt.Errorf("encrypt: %w", err)
	}
	return sealed.CompactSerialize()
}

func newClientKey() (*rsa.PrivateKey, error) {
	return rsa.GenerateKey(rand.Reader, 2048)
}

// mountDemoKey serves the private key that sgID's registration would hand out. Only an issuer on this machine does.
func (p *Provider) mountDemoKey(issuer *url.URL) {
	if !loopbackHost(issuer.Hostname()) {
		return
	}
	p.mux.HandleFunc("GET "+SGIDPath+"/demo-private-key.pem", func(w http.ResponseWriter, _ *http.Request) {
		key, err := p.clientKey()
		if err != nil {
			http.Error(w, "the key could not be made", http.StatusInternalServerError)
			return
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			http.Error(w, "the key could not be encoded", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/x-pem-file")
		w.Header().Set("Cache-Control", "no-store")
		_ = pem.Encode(w, &pem.Block{Type: "PRIVATE KEY", Bytes: der}) // a failed write means that the client has gone
	})
}
