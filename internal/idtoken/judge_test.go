package idtoken_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/ipyauth/ipyauth/internal/idtoken"
)

// agree has a second library, coreos/go-oidc, judge the token that was verified last,
// with the same keys and expectations: both must refuse it, or both accept it, but for
// the rows below.
func (s *scene) agree(t testing.TB, row string, ours error) {
	t.Helper()
	theirs := s.judge(t)
	want := ours == nil
	switch reason := listed(lenient, row); {
	case reason != "" && ours == nil:
		t.Errorf("go-oidc is said to be lenient (%s) with a token that is accepted here", reason)
	case reason != "":
		want = true
	}
	switch reason := listed(strict, row); {
	case reason != "" && ours != nil:
		t.Errorf("go-oidc is said to be strict (%s) with a token that is refused here", reason)
	case reason != "":
		want = false
	}
	if accepted := theirs == nil; accepted != want {
		t.Errorf("go-oidc accepts: %v (%v); want %v, as this package says %v", accepted, theirs, want, ours)
	}
}

func listed(exceptions map[string][]string, row string) (reason string) {
	for reason, rows := range exceptions {
		if slices.Contains(rows, row) {
			return reason
		}
	}
	return ""
}

// judge verifies by go-oidc, and does what its documentation leaves to its caller:
// compare the nonce, and call VerifyAccessToken.
func (s *scene) judge(t testing.TB) error {
	t.Helper()
	// An empty list would mean RS256 there.
	algorithms := slices.DeleteFunc(slices.Clone(idtoken.Algorithms), func(a string) bool {
		return s.v.Algorithms != nil && !slices.Contains(s.v.Algorithms, a)
	})
	if len(algorithms) == 0 {
		return errors.New("no algorithm")
	}
	keys := oidc.NewRemoteKeySet(t.Context(), s.p.BaseURL+"/keys")
	v := oidc.NewVerifier(s.v.Issuer, keys, &oidc.Config{ClientID: s.v.ClientID, SupportedSigningAlgs: algorithms, Now: s.v.Now})
	token, err := v.Verify(t.Context(), s.raw)
	if err != nil {
		return err
	}
	if token.Nonce != s.e.Nonce && !(s.e.NonceOptional && token.Nonce == "") || s.e.Nonce == "" {
		return errors.New("another nonce")
	}
	if s.e.AccessToken != "" && (s.e.RequireAccessTokenHash || token.AccessTokenHash != "") {
		return token.VerifyAccessToken(s.e.AccessToken)
	}
	return nil
}

// lenient are the rows that go-oidc accepts and this package refuses, by the reason.
var lenient = map[string][]string{
	"it reads neither use nor key_ops of a key, nor alg beyond its being known": {
		"C41 key of another use", "C41 key for other operations", "C41 key of another algorithm",
	},
	"go-jose decodes base64 laxly: it passes over line breaks and the bits beyond the last byte": {
		"C42 trailing bits changed", "C42 line break in the signature",
	},
	"go-jose takes JSON serialisation too; an ID token has the compact one (OpenID Connect Core 1.0 section 2)": {
		"C43 JSON serialisation",
	},
	"it has no limit on size": {"C43 a megabyte"},
	"go-jose implements b64, and takes a crit without names for none": {
		"C44 crit with a name that others know", "C44 crit empty", "C44 crit null",
	},
	"encoding/json takes null for a value that is not there": {
		"C46 kid null", "C50 nbf null",
	},
	"encoding/json matches names in any case, and takes the last of repeated ones": {
		"C54 header name in another case", "C54 claim name in another case too", "C54 claim name with a long s too",
	},
	"it does not look into claims it has no name for": {
		"C54 nested names twice", "C54 nested names in two cases", "C54 nested too deep",
	},
	"it does not look at typ": {"typ says access token"},
	"further audiences and azp are left to its caller": {
		"C48 aud with a stranger", "C48 several trusted audiences without azp",
		"C49 azp of another", "C49 azp empty", "C49 azp null", "C49 azp a list",
	},
	"it takes dates that are text":           {"C50 exp text"},
	"it has no latest date":                  {"C50 exp in the year 10000"},
	"it gives nbf five minutes":              {"C50 nbf future", "C50 nbf negative"},
	"it does not hold iat against the clock": {"C50 iat future", "C50 iat years old", "C50 iat beyond int64", "C50 iat missing"},
	"it has no c_hash": {
		"C52 c_hash of another code", "C52 c_hash by the wrong hash for ES384", "C52 c_hash no text",
	},
	"sub is left to its caller": {
		"C55 sub missing", "C55 sub empty", "C55 sub too long", "C55 sub null", "C55 another user",
	},
	"acr and auth_time are left to its caller": {
		"C56 level too low", "C56 level not asked for", "C56 level missing where it is demanded", "C56 level no text",
		"C56 authentication too old", "C56 authentication time missing",
	},
	"it is given the keys that the row takes away here": {"no key set"},
}

// strict are the rows that go-oidc refuses and this package accepts, by the reason.
var strict = map[string][]string{
	"it knows an alias of Google's issuer alone":    {"C47 another spelling of the issuer that is configured"},
	"it gives exp no leeway for clocks that differ": {"C50 expired within the skew", "C50 a wider skew"},
}
