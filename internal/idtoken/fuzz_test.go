package idtoken_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/internal/providertest"
)

// The fuzzers' provider is the same in every process: workers share what they find.
const (
	fuzzIssuer = "https://id.example"
	fuzzClient = "fuzz"
)

var (
	fuzzKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	fuzzNow = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// oneKey is the key set of that provider.
type oneKey struct{}

func (oneKey) Keys(_ context.Context, alg, kid string) ([]any, error) {
	if alg != "EdDSA" || kid != "" && kid != "k" {
		return nil, idtoken.ErrUnknownKey
	}
	return []any{fuzzKey.Public()}, nil
}

func fuzzVerifier() (*idtoken.Verifier, idtoken.Expect) {
	return &idtoken.Verifier{Issuer: fuzzIssuer, ClientID: fuzzClient, Keys: oneKey{}, Now: func() time.Time { return fuzzNow }},
		idtoken.Expect{Nonce: nonce, AccessToken: access, RequireAccessTokenHash: true}
}

// fuzzClaims are the claims of a token that is accepted.
func fuzzClaims() map[string]any {
	return map[string]any{
		"iss": fuzzIssuer, "sub": "ann", "aud": fuzzClient, "nonce": nonce, "iat": fuzzNow.Unix(), "exp": fuzzNow.Add(time.Minute).Unix(),
		"at_hash": providertest.TokenHash("EdDSA", access),
	}
}

func fuzzToken(header, claims []byte) string {
	text := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(claims)
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(fuzzKey, []byte(text)))
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// typed fails the test unless err is the refusal of a token, in plain words.
func typed(t *testing.T, token *idtoken.Token, err error) {
	t.Helper()
	var r *idtoken.Refused
	if !errors.As(err, &r) || token != nil || len(r.Failed) == 0 {
		t.Fatalf("Verify = %v, %v; want a refusal", token, err)
	}
	if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Fatalf("error %q", err)
	}
}

// Whatever is accepted was signed by the key of the set. The fuzzer has no key: it can only
// give back what it was given.
func FuzzVerify(f *testing.F) {
	genuine := fuzzToken([]byte(`{"alg":"EdDSA","kid":"k"}`), mustJSON(f, fuzzClaims()))
	f.Add(genuine)
	f.Add(fuzzToken([]byte(`{"alg":"none"}`), mustJSON(f, fuzzClaims())))
	f.Add(fuzzToken([]byte(`{"alg":"HS256"}`), mustJSON(f, fuzzClaims())))
	f.Add(strings.TrimRight(genuine, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
	f.Add("e30.e30.e30")
	f.Add("bnVsbA.bnVsbA.AAAA")
	f.Add("..")
	v, e := fuzzVerifier()
	if token, err := v.Verify(f.Context(), genuine, e); err != nil || !token.Signed {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		token, err := v.Verify(t.Context(), raw, e)
		if err != nil {
			typed(t, token, err)
			return
		}
		if raw != genuine || !token.Signed {
			t.Fatalf("accepted %q", raw)
		}
	})
}

// Header and claims in the fuzzer's hands, well signed: what is accepted says what was
// expected, by a plain reading of its JSON, and go-oidc accepts it too.
func FuzzClaims(f *testing.F) {
	header := []byte(`{"alg":"EdDSA","kid":"k","typ":"JWT"}`)
	f.Add(header, mustJSON(f, fuzzClaims()))
	for name, value := range map[string]any{
		"aud": []string{fuzzClient}, "azp": fuzzClient, "nbf": fuzzNow.Unix(), "exp": 1.5e9, "nonce": nil, "acr": "L2", "x": []any{map[string]any{"y": 1}},
	} {
		claims := fuzzClaims()
		claims[name] = value
		f.Add(header, mustJSON(f, claims))
	}
	f.Add([]byte(`{"alg":"EdDSA","crit":["exp"],"exp":1}`), mustJSON(f, fuzzClaims()))
	f.Add([]byte(`{"ALG":"none","alg":"EdDSA"}`), mustJSON(f, fuzzClaims()))
	v, e := fuzzVerifier()
	f.Fuzz(func(t *testing.T, header, claims []byte) {
		raw := fuzzToken(header, claims)
		token, err := v.Verify(t.Context(), raw, e)
		if err != nil {
			typed(t, token, err)
			return
		}
		checkAccepted(t, header, claims)
		checkByJudge(t, raw, header, token)
	})
}

func checkAccepted(t *testing.T, header, claims []byte) {
	t.Helper()
	var h struct {
		Alg  string          `json:"alg"`
		Crit json.RawMessage `json:"crit"`
	}
	if err := json.Unmarshal(header, &h); err != nil || h.Alg != "EdDSA" || h.Crit != nil {
		t.Fatalf("accepted header %q (%v)", header, err)
	}
	var c struct {
		Iss, Sub, Nonce, Azp string
		Aud                  any
		Exp, Iat             float64
		AtHash               string `json:"at_hash"`
	}
	err := json.Unmarshal(claims, &c)
	if list, ok := c.Aud.([]any); ok && len(list) > 0 && !slices.ContainsFunc(list, func(a any) bool { return a != fuzzClient }) {
		c.Aud = fuzzClient // as often as it likes
	}
	now := float64(fuzzNow.Unix())
	if err != nil || c.Iss != fuzzIssuer || c.Sub == "" || c.Aud != fuzzClient || c.Nonce != nonce || c.Azp != "" && c.Azp != fuzzClient ||
		c.Exp < now-60 || c.Iat > now+61 || c.Iat < now-86400 || c.AtHash != providertest.TokenHash("EdDSA", access) {
		t.Fatalf("accepted claims %q (%v)", claims, err)
	}
}

// checkByJudge leaves out what go-oidc refuses on other grounds: header members and
// distributed claims it reads and this package does not, and an exp within the skew.
func checkByJudge(t *testing.T, raw string, header []byte, token *idtoken.Token) {
	t.Helper()
	var h map[string]any
	if err := json.Unmarshal(header, &h); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(h, func(name string, _ any) bool { return slices.Contains([]string{"alg", "kid", "typ"}, name) })
	exp, err := token.Claims["exp"].(json.Number).Float64()
	_, distributed := token.Claims["_claim_names"]
	_, sources := token.Claims["_claim_sources"]
	if err != nil || len(h) > 0 || distributed || sources || exp < float64(fuzzNow.Unix())+1 {
		return
	}
	keys := &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{fuzzKey.Public()}}
	judge := oidc.NewVerifier(fuzzIssuer, keys, &oidc.Config{ClientID: fuzzClient, SupportedSigningAlgs: []string{"EdDSA"}, Now: func() time.Time { return fuzzNow }})
	theirs, err := judge.Verify(t.Context(), raw)
	if err != nil || theirs.Nonce != nonce || theirs.VerifyAccessToken(access) != nil {
		t.Fatalf("go-oidc refuses %q: %v", token.Claims, err)
	}
}
