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
		{"38 alg none", header("alg", "none"), "alg"},
		{"38 alg none, no signature", func(f *sgidtest.Faults) {
			header("alg", "none")(f)
			compact(func(p []string) []string { return []string{p[0], p[1], ""} })(f)
		}, "alg"},
		{"39 HS256 with the public key", alg("HS256"), "alg"},
		{"only RS256: RS512", alg("RS512"), "alg"},
		{"only RS256: PS256", alg("PS256"), "alg"},
		{"only RS256: ES256", alg("ES256"), "alg"},
		{"41 key of another algorithm", func(f *sgidtest.Faults) {
			f.KeySet = func(keys []map[string]any) []map[string]any {
				other := maps.Clone(keys[0])
				keys[0]["alg"], other["kid"] = "PS256", "canary"
				return append(keys, other)
			}
		}, "signature"},
		{"42 another key", func(f *sgidtest.Faults) { f.ForeignKey = true }, "signature"},
		{"42 another key, without a name", func(f *sgidtest.Faults) {
			f.ForeignKey = true
			f.Header = func(h map[string]any) { delete(h, "kid") }
		}, "signature"},
		{"42 signature empty", compact(func(p []string) []string { return []string{p[0], p[1], ""} }), "signature"},
		{"42 padding added", compact(func(p []string) []string { return []string{p[0], p[1], p[2] + "=="} }), "format"},
		{"43 two parts", compact(func(p []string) []string { return p[:2] }), "format"},
		{"43 five parts, a JWE", compact(func(p []string) []string { return append(p, "x", "y") }), "format"},
		{"44 crit", header("crit", []string{"canary"}), "header"},
		{"46 kid unknown", header("kid", "../../etc/passwd"), "signature"},
		{"47 another issuer", claim("iss", "https://api.id.gov.sg/v2"), "iss"},
		{"47 issuer with a slash", func(f *sgidtest.Faults) {
			f.Claims = func(c map[string]any) { c["iss"] = c["iss"].(string) + "/" }
		}, "iss"},
		{"47 no issuer", noClaim("iss"), "iss"},
		{"48 another audience", claim("aud", "canary"), "aud azp"},
		{"48 empty audience", claim("aud", []string{}), "aud"},
		{"48 a stranger in the audience", claim("aud", []string{sgidtest.ClientID, "canary"}), "aud azp"},
		{"48 audience a number", claim("aud", 1), "aud"},
		{"48 no audience", noClaim("aud"), "aud"},
		{"49 azp of another client", claim("azp", "canary"), "azp"},
		{"50 expired", claim("exp", at(-2*time.Minute)), "exp"},
		{"50 exp a text", claim("exp", "canary"), "exp"},
		{"50 no exp", noClaim("exp"), "exp"},
		{"50 not yet valid", claim("nbf", at(time.Hour)), "nbf"},
		{"50 issued in the future", claim("iat", at(time.Hour)), "iat"},
		{"50 issued long ago", claim("iat", at(-48*time.Hour)), "iat"},
		{"50 no iat", noClaim("iat"), "iat"},
		{"51 no nonce", noClaim("nonce"), "nonce"},
		{"51 another nonce", claim("nonce", "canary"), "nonce"},
		{"51 nonce a number", claim("nonce", 5), "nonce"},
		{"53 hash of another access token", claim("at_hash", "canary"), "at_hash"},
		{"55 no sub", noClaim("sub"), "sub"},
		{"55 sub empty", claim("sub", ""), "sub"},
		{"55 sub a number", claim("sub", 1), "sub"},
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
		{"audience a list", claim("aud", []string{sgidtest.ClientID})},
		{"azp this client", claim("azp", sgidtest.ClientID)},
		{"no kid", func(f *sgidtest.Faults) { f.Header = func(h map[string]any) { delete(h, "kid") } }},
		{"a fraction of a second", claim("exp", float64(at(time.Minute))+0.5)},
		{"expired within the skew", claim("exp", at(-30*time.Second))},
		{"claims nobody asked for", claim("x", strings.Repeat("x", 1000))},
		{"60 a broken key beside the good one", func(f *sgidtest.Faults) {
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

// 45: keys a token brings or points at are neither used nor fetched.
func TestKeysInTheToken(t *testing.T) {
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
		{"60 500", replaced("keys", answering(500, "text/html", "canary"))},
		{"60 HTML", replaced("keys", answering(200, "text/html", "<html>canary"))},
		{"60 empty set", replaced("keys", answering(200, "application/json", `{"keys":[]}`))},
		{"60 no set", replaced("keys", answering(200, "application/json", `{"canary":1}`))},
		{"61 larger than a megabyte", replaced("keys", answering(200, "application/json", strings.Repeat(" ", 2<<20)))},
		{"61 a redirect", replaced("keys", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/canary", http.StatusFound) })},
		{"41 keys for encryption", eachKey("use", "enc")},
		{"40 a symmetric key alone", replaced("keys", answering(200, "application/json", `{"keys":[{"kty":"oct","k":"AAAA"}]}`))},
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
