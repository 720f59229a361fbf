package idtoken

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// testKeys returns a public key of each kind as JWK members, made once.
var testKeys = sync.OnceValue(func() map[string]map[string]any {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	must(err)
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	must(err)
	p521, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	must(err)
	ed, _, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	keys := map[string]map[string]any{}
	for kid, public := range map[string]any{"rsa": rsaKey.Public(), "p256": p256.Public(), "p384": p384.Public(), "p521": p521.Public(), "ed": ed} {
		data, err := json.Marshal(jose.JSONWebKey{Key: public, KeyID: kid})
		must(err)
		var m map[string]any
		must(json.Unmarshal(data, &m))
		keys[kid] = m
	}
	return keys
})

func keySetJSON(t testing.TB, keys ...any) []byte {
	t.Helper()
	data, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParseKey(t *testing.T) {
	rows := []struct {
		name, kid string
		set       map[string]any // members changed
		algs      string         // "" if the key is left out
	}{
		{"C41 RSA", "rsa", nil, "RS256 RS384 RS512 PS256 PS384 PS512"},
		{"C41 RSA of one algorithm", "rsa", map[string]any{"alg": "RS384"}, "RS384"},
		{"C41 P-256", "p256", nil, "ES256"},
		{"C41 P-384", "p384", nil, "ES384"},
		{"C41 P-521", "p521", nil, "ES512"},
		{"C41 Ed25519", "ed", nil, "EdDSA"},
		{"use sig", "rsa", map[string]any{"use": "sig"}, "RS256 RS384 RS512 PS256 PS384 PS512"},
		{"key_ops verify", "rsa", map[string]any{"key_ops": []any{"verify"}}, "RS256 RS384 RS512 PS256 PS384 PS512"},
		{"unknown members", "p256", map[string]any{"x-new": 1}, "ES256"},
		{"certificates are not parsed", "p256", map[string]any{"x5c": []any{"%%"}, "x5u": "http://169.254.169.254/"}, "ES256"},
		{"C41 use enc", "rsa", map[string]any{"use": "enc"}, ""},
		{"C41 key_ops sign", "rsa", map[string]any{"key_ops": []any{"sign"}}, ""},
		{"C41 key_ops no list", "rsa", map[string]any{"key_ops": "verify"}, ""},
		{"C41 alg of another type", "rsa", map[string]any{"alg": "ES256"}, ""},
		{"C41 alg for encryption", "rsa", map[string]any{"alg": "RSA-OAEP-256"}, ""},
		{"C40 alg HS256", "rsa", map[string]any{"alg": "HS256"}, ""},
		{"C40 symmetric", "rsa", map[string]any{"kty": "oct", "k": "c2VjcmV0"}, ""},
		{"C40 symmetric member in a public key", "rsa", map[string]any{"k": "c2VjcmV0"}, ""},
		{"C40 private", "rsa", map[string]any{"d": "AQAB"}, ""},
		{"C40 private, malformed", "p256", map[string]any{"d": nil}, ""},
		{"D60 kty missing", "rsa", map[string]any{"kty": nil}, ""},
		{"D60 kty unknown", "rsa", map[string]any{"kty": "AKP"}, ""},
		{"D60 modulus missing", "rsa", map[string]any{"n": ""}, ""},
		{"D60 modulus of 1024 bits", "rsa", map[string]any{"n": number(1024)}, ""},
		{"D60 modulus of 2047 bits", "rsa", map[string]any{"n": number(2047)}, ""},
		{"D60 modulus of 16384 bits", "rsa", map[string]any{"n": number(16384)}, ""},
		{"D60 exponent 1", "rsa", map[string]any{"e": "AQ"}, ""},
		{"D60 exponent even", "rsa", map[string]any{"e": "AA4"}, ""},
		{"D60 exponent huge", "rsa", map[string]any{"e": number(512)}, ""},
		{"D60 point off the curve", "p256", map[string]any{"x": base64.RawURLEncoding.EncodeToString(make([]byte, 32))}, ""},
		{"D60 coordinate of the wrong length", "p256", map[string]any{"x": "AQAB"}, ""},
		{"D60 curve of another key", "p256", map[string]any{"crv": "P-384"}, ""},
		{"D60 curve secp256k1", "p256", map[string]any{"crv": "secp256k1"}, ""},
		{"D60 curve X25519", "ed", map[string]any{"crv": "X25519"}, ""},
		{"D60 Ed25519 key of 31 bytes", "ed", map[string]any{"x": base64.RawURLEncoding.EncodeToString(make([]byte, 31))}, ""},
		{"D60 member no text", "rsa", map[string]any{"n": 7}, ""},
		{"D60 base64 broken", "rsa", map[string]any{"n": "%%%"}, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			bad := maps.Clone(testKeys()[row.kid])
			maps.Copy(bad, row.set)
			// A good key stands on either side: a bad one must not spoil it.
			good := testKeys()["ed"]
			keys, err := parseKeySet(keySetJSON(t, good, bad, good))
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case row.algs == "" && len(keys) != 2:
				t.Errorf("kept %d keys; want the two good ones", len(keys))
			case row.algs != "" && (len(keys) != 3 || keys[1].algs != row.algs || keys[1].kid != row.kid):
				t.Errorf("kept %+v; want %s", keys, row.algs)
			}
		})
	}
}

// number is a base64url number of n bits, odd and with its top bit set.
func number(n int) string {
	b := make([]byte, (n+7)/8)
	b[0] |= 1 << ((n - 1) % 8)
	b[len(b)-1] |= 1
	return base64.RawURLEncoding.EncodeToString(b)
}

func TestParseKeySetRefuses(t *testing.T) {
	many := make([]any, maxKeys+1)
	for i := range many {
		many[i] = testKeys()["ed"]
	}
	rows := []struct {
		name string
		data []byte
	}{
		{"D60 HTML", []byte("<html>")},
		{"D60 empty", nil},
		{"D60 null", []byte("null")},
		{"D60 a list", []byte("[]")},
		{"D60 no keys", []byte("{}")},
		{"D60 keys no list", []byte(`{"keys":{}}`)},
		{"D60 too many keys", keySetJSON(t, many...)},
		{"D61 too large", keySetJSON(t, strings.Repeat("x", maxKeySet))},
		{"C54 keys twice", []byte(`{"keys":[],"keys":[]}`)},
		{"C54 a key's member twice", []byte(`{"keys":[{"kty":"RSA","kty":"oct"}]}`)},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if keys, err := parseKeySet(row.data); err == nil {
				t.Errorf("got %v; want an error", keys)
			}
		})
	}
	t.Run("D60 entries that are no keys", func(t *testing.T) {
		if keys, err := parseKeySet(keySetJSON(t, 7, "x", nil, []any{}, testKeys()["ed"])); err != nil || len(keys) != 1 {
			t.Errorf("got %v, %v; want the one that is", keys, err)
		}
	})
}

func TestFind(t *testing.T) {
	keys, err := parseKeySet(keySetJSON(t, testKeys()["rsa"], testKeys()["p256"], testKeys()["ed"]))
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		name, alg, kid string
		want           int
	}{
		{"C46 by name", "RS256", "rsa", 1},
		{"C46 no name: those of the type", "ES256", "", 1},
		{"C41 name of another type", "RS256", "p256", 0},
		{"C41 another curve", "ES384", "p256", 0},
		{"C46 unknown name", "RS256", "../../etc/passwd", 0},
		{"C38 none", "none", "", 0},
		{"C38 empty", "", "", 0},
		{"C39 HS256", "HS256", "rsa", 0},
		{"two algorithms as one", "RS256 RS384", "rsa", 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := find(keys, row.alg, row.kid); len(got) != row.want {
				t.Errorf("found %d; want %d", len(got), row.want)
			}
		})
	}
	t.Run("C46 no name, and many keys of the type", func(t *testing.T) {
		var same []key
		for range maxCandidates * 3 {
			same = append(same, keys[0])
		}
		if got := find(same, "RS256", ""); len(got) != maxCandidates {
			t.Errorf("%d candidates; want at most %d", len(got), maxCandidates)
		}
	})
}

// What is kept is a public key that is fit for signatures, and the same key again when it
// is published anew; the document has no name twice.
func FuzzKeySet(f *testing.F) {
	for _, kid := range []string{"rsa", "p256", "ed"} {
		f.Add(keySetJSON(f, testKeys()[kid]))
	}
	f.Add([]byte(`{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},{"kty":"RSA","n":"","e":""}]}`))
	f.Add([]byte(`{"keys":[null,[],{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := parseKeySet(data)
		if err != nil {
			return
		}
		if !eachNameOnce(data) {
			t.Fatalf("a name is there twice: %q", data)
		}
		for _, k := range keys {
			checkKept(t, k)
		}
	})
}

func checkKept(t *testing.T, k key) {
	t.Helper()
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		if public.N.BitLen() < 2048 || public.N.BitLen() > 8192 || public.E < 3 {
			t.Fatalf("kept an RSA key of %d bits with exponent %d", public.N.BitLen(), public.E)
		}
	case *ecdsa.PublicKey:
		if _, err := public.ECDH(); err != nil {
			t.Fatalf("kept a point off its curve: %v", err)
		}
	case ed25519.PublicKey:
	default:
		t.Fatalf("kept a %T", k.public)
	}
	for _, alg := range strings.Fields(k.algs) {
		if len(find([]key{k}, alg, k.kid)) != 1 || strings.HasPrefix(alg, "HS") || alg == "none" {
			t.Fatalf("key for %s", alg)
		}
	}
	data, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: k.public, KeyID: k.kid}}})
	if err != nil {
		t.Fatal(err)
	}
	again, err := parseKeySet(data)
	if err != nil || len(again) != 1 || again[0].kid != k.kid || !reflect.DeepEqual(again[0].public, k.public) {
		t.Fatalf("published anew it is %+v, %v; want %+v", again, err, k)
	}
}
