package idtoken_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/internal/providertest"
)

// A second library judges the same signatures: it must never accept one that
// this package refuses as wrong, nor refuse one that it accepts.
func TestSecondJudge(t *testing.T) {
	rows := []struct {
		name   string
		change func(f *providertest.Faults)
	}{
		{"genuine RS256", func(f *providertest.Faults) {}},
		{"genuine PS256", func(f *providertest.Faults) { f.SignAlg = "PS256" }},
		{"genuine ES256", func(f *providertest.Faults) { f.SignAlg = "ES256" }},
		{"genuine ES384", func(f *providertest.Faults) { f.SignAlg = "ES384" }},
		{"genuine EdDSA", func(f *providertest.Faults) { f.SignAlg = "EdDSA" }},
		{"C42 other RSA key", func(f *providertest.Faults) { f.ForeignKey = true }},
		{"C42 other EC key", func(f *providertest.Faults) { f.SignAlg, f.ForeignKey = "ES256", true }},
		{"C42 other Ed25519 key", func(f *providertest.Faults) { f.SignAlg, f.ForeignKey = "EdDSA", true }},
		{"C39 HS256", func(f *providertest.Faults) { f.HMACKey = "PEM" }},
		{"C38 none", func(f *providertest.Faults) { f.Header = func(h map[string]any) { h["alg"] = "none" } }},
		{"C41 algorithm changed", func(f *providertest.Faults) { f.Header = func(h map[string]any) { h["alg"] = "PS256" } }},
		{"C42 signature cut", func(f *providertest.Faults) { f.IDToken = func(raw string) string { return raw[:len(raw)-2] } }},
		{"C42 padding", func(f *providertest.Faults) { f.IDToken = func(raw string) string { return raw + "==" } }},
		{"C44 crit", func(f *providertest.Faults) { f.Header = func(h map[string]any) { h["crit"] = []string{"exp"} } }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			var published []map[string]any
			s.p.Faults.KeySet = func(keys []map[string]any) []map[string]any { published = keys; return keys }
			row.change(&s.p.Faults)
			raw := s.p.IDToken(nonce, access)
			if _, err := s.v.Keys.Keys(t.Context(), "RS256", "rsa"); err != nil {
				t.Fatal(err)
			}
			_, err := s.v.Verify(t.Context(), raw, s.e)
			ours := err == nil
			if theirs := joseAccepts(t, raw, published); ours != theirs {
				t.Errorf("this package accepts: %v (%v); go-jose accepts: %v", ours, err, theirs)
			}
			if genuine := strings.HasPrefix(row.name, "genuine"); ours != genuine {
				t.Errorf("accepted: %v (%v)", ours, err)
			}
			if !ours && !errors.As(err, new(*idtoken.Refused)) {
				t.Errorf("untyped error %v", err)
			}
		})
	}
}

// joseAccepts checks the signature with go-jose, under the same algorithms.
func joseAccepts(t *testing.T, raw string, published []map[string]any) bool {
	t.Helper()
	data, err := json.Marshal(map[string]any{"keys": published})
	if err != nil {
		t.Fatal(err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(data, &set); err != nil {
		t.Fatal(err)
	}
	var algorithms []jose.SignatureAlgorithm
	for _, alg := range idtoken.Algorithms {
		algorithms = append(algorithms, jose.SignatureAlgorithm(alg))
	}
	signed, err := jose.ParseSignedCompact(raw, algorithms)
	if err != nil {
		return false
	}
	for _, k := range set.Key(signed.Signatures[0].Header.KeyID) {
		if _, err := signed.Verify(k); err == nil {
			return true
		}
	}
	return false
}
