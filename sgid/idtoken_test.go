package sgid_test

import (
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

func claim(name string, value any) func(f *sgidtest.Faults) {
	return func(f *sgidtest.Faults) { f.Claims = func(c map[string]any) { c[name] = value } }
}

func noClaim(name string) func(f *sgidtest.Faults) {
	return func(f *sgidtest.Faults) { f.Claims = func(c map[string]any) { delete(c, name) } }
}

func header(name string, value any) func(f *sgidtest.Faults) {
	return func(f *sgidtest.Faults) { f.Header = func(h map[string]any) { h[name] = value } }
}

func compact(change func(parts []string) []string) func(f *sgidtest.Faults) {
	return func(f *sgidtest.Faults) {
		f.IDToken = func(raw string) string { return strings.Join(change(strings.Split(raw, ".")), ".") }
	}
}

func at(d time.Duration) int64 { return time.Now().Add(d).Unix() }

// Rows carry the numbers of the project's attack table, part C. All the checks
// are tested in internal/idtoken; here, that this package asks for them.
func TestIDTokenAttacks(t *testing.T) {
	alg := func(name string) func(f *sgidtest.Faults) {
		return func(f *sgidtest.Faults) { f.SignAlg = name }
	}
	rows := []struct {
		name   string
		change func(f *sgidtest.Faults)
		checks string // those that fail
	}{
		{"C38 alg none", header("alg", "none"), "alg"},
		{"C38 alg none, no signature", func(f *sgidtest.Faults) {
			header("alg", "none")(f)
			compact(func(p []string) []string { return []string{p[0], p[1], ""} })(f)
		}, "alg"},
		{"C39 HS256 with the public key", alg("HS256"), "alg"},
		{"C38 only RS256: RS512", alg("RS512"), "alg"},
		{"C38 only RS256: PS256", alg("PS256"), "alg"},
		{"C38 only RS256: ES256", alg("ES256"), "alg"},
		{"C41 key of another algorithm", func(f *sgidtest.Faults) {
			f.KeySet = func(keys []map[string]any) []map[string]any {
				other := maps.Clone(keys[0])
				keys[0]["alg"], other["kid"] = "PS256", "canary"
				return append(keys, other)
			}
		}, "signature"},
		{"C42 another key", func(f *sgidtest.Faults) { f.ForeignKey = true }, "signature"},
		{"C42 another key, without a name", func(f *sgidtest.Faults) {
			f.ForeignKey = true
			f.Header = func(h map[string]any) { delete(h, "kid") }
		}, "signature"},
		{"C42 signature empty", compact(func(p []string) []string { return []string{p[0], p[1], ""} }), "signature"},
		{"C42 padding added", compact(func(p []string) []string { return []string{p[0], p[1], p[2] + "=="} }), "format"},
		{"C43 two parts", compact(func(p []string) []string { return p[:2] }), "format"},
		{"C43 five parts, a JWE", compact(func(p []string) []string { return append(p, "x", "y") }), "format"},
		{"C44 crit", header("crit", []string{"canary"}), "header"},
		{"C46 kid unknown", header("kid", "../../etc/passwd"), "signature"},
		{"C47 another issuer", claim("iss", "https://api.id.gov.sg/v2"), "iss"},
		{"C47 issuer with a slash", func(f *sgidtest.Faults) {
			f.Claims = func(c map[string]any) { c["iss"] = c["iss"].(string) + "/" }
		}, "iss"},
		{"C47 no issuer", noClaim("iss"), "iss"},
		{"C48 another audience", claim("aud", "canary"), "aud azp"},
		{"C48 empty audience", claim("aud", []string{}), "aud"},
		{"C48 a stranger in the audience", claim("aud", []string{sgidtest.ClientID, "canary"}), "aud azp"},
		{"C48 audience a number", claim("aud", 1), "aud"},
		{"C48 no audience", noClaim("aud"), "aud"},
		{"C49 azp of another client", claim("azp", "canary"), "azp"},
		{"C50 expired", claim("exp", at(-2*time.Minute)), "exp"},
		{"C50 exp a text", claim("exp", "canary"), "exp"},
		{"C50 no exp", noClaim("exp"), "exp"},
		{"C50 not yet valid", claim("nbf", at(time.Hour)), "nbf"},
		{"C50 issued in the future", claim("iat", at(time.Hour)), "iat"},
		{"C50 issued long ago", claim("iat", at(-48*time.Hour)), "iat"},
		{"C50 no iat", noClaim("iat"), "iat"},
		{"C51 no nonce", noClaim("nonce"), "nonce"},
		{"C51 another nonce", claim("nonce", "canary"), "nonce"},
		{"C51 nonce a number", claim("nonce", 5), "nonce"},
		{"C53 hash of another access token", claim("at_hash", "canary"), "at_hash"},
		{"C52 at_hash a number", claim("at_hash", 1), "at_hash"},
		{"C52 c_hash of another code", claim("c_hash", "canary"), "c_hash"},
		{"C54 a claim in another case", claim("Aud", "canary"), "format"},
		{"C55 no sub", noClaim("sub"), "sub"},
		{"C55 sub empty", claim("sub", ""), "sub"},
		{"C55 sub a number", claim("sub", 1), "sub"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			row.change(&s.p.Faults)
			session, err := s.client.Callback(t.Context(), s.params())
			e := refused(t, err, sgid.ErrIDToken)
			var failed interface{ Unwrap() []error }
			checks := strings.Fields(row.checks)
			if !errors.As(err, &failed) || len(failed.Unwrap()) != len(checks) {
				t.Errorf("got %v; want %s alone", err, row.checks)
			}
			for _, check := range checks {
				if !errors.Is(err, &sgid.CheckError{Check: check}) {
					t.Errorf("got %v; want %s", err, check)
				}
			}
			if session != nil || len(e.Report) == 0 {
				t.Errorf("session %v, report of %d lines", session, len(e.Report))
			}
		})
	}
}

func TestIDTokensAccepted(t *testing.T) {
	rows := []struct {
		name   string
		change func(f *sgidtest.Faults)
	}{
		{"C48 audience a list", claim("aud", []string{sgidtest.ClientID})},
		{"C49 azp this client", claim("azp", sgidtest.ClientID)},
		{"C46 no kid", func(f *sgidtest.Faults) { f.Header = func(h map[string]any) { delete(h, "kid") } }},
		{"C50 a fraction of a second", claim("exp", float64(at(time.Minute))+0.5)},
		{"C50 expired within the skew", claim("exp", at(-30*time.Second))},
		{"claims nobody asked for", claim("x", strings.Repeat("x", 1000))},
		{"D60 a broken key beside the good one", func(f *sgidtest.Faults) {
			f.KeySet = func(keys []map[string]any) []map[string]any {
				return append([]map[string]any{{"kty": "RSA", "n": 1}, {"kty": "oct", "k": "AAAA", "kid": sgidtest.KeyID}}, keys...)
			}
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			row.change(&s.p.Faults)
			s.mustSignIn(t)
		})
	}
}

// Keys a token brings or points at are neither used nor fetched.
func TestKeysInTheToken(t *testing.T) {
	t.Attr("attack", "C45")
	s := newScene(t)
	s.p.Faults.ForeignKey = true
	s.p.Faults.Header = func(h map[string]any) {
		h["jku"], h["x5u"] = s.p.Hostname+"/canary", s.p.Hostname+"/canary"
		h["jwk"] = map[string]any{"kty": "RSA", "e": "AQAB", "n": base64.RawURLEncoding.EncodeToString(make([]byte, 256))}
	}
	_, err := s.client.Callback(t.Context(), s.params())
	refused(t, err, sgid.ErrIDToken)
	if n := s.p.Requests(""); n != 0 {
		t.Errorf("%d requests to addresses in the token", n)
	}
}

func TestKeySetFaults(t *testing.T) {
	rows := []struct {
		name   string
		change func(f *sgidtest.Faults)
	}{
		{"D60 500", replaced("keys", answering(500, "text/html", "canary"))},
		{"D60 HTML", replaced("keys", answering(200, "text/html", "<html>canary"))},
		{"D60 empty set", replaced("keys", answering(200, "application/json", `{"keys":[]}`))},
		{"D60 no set", replaced("keys", answering(200, "application/json", `{"canary":1}`))},
		{"D61 larger than a megabyte", replaced("keys", answering(200, "application/json", strings.Repeat(" ", 2<<20)))},
		{"D61 a redirect", replaced("keys", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/canary", http.StatusFound) })},
		{"C41 keys for encryption", eachKey("use", "enc")},
		{"C40 a symmetric key alone", replaced("keys", answering(200, "application/json", `{"keys":[{"kty":"oct","k":"AAAA"}]}`))},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			row.change(&s.p.Faults)
			_, err := s.client.Callback(t.Context(), s.params())
			refused(t, err, sgid.ErrKeySet)
		})
	}
}

func eachKey(name string, value any) func(f *sgidtest.Faults) {
	return func(f *sgidtest.Faults) {
		f.KeySet = func(keys []map[string]any) []map[string]any {
			for _, k := range keys {
				k[name] = value
			}
			return keys
		}
	}
}
