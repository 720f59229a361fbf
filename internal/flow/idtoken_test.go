package flow_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/internal/providertest"
)

// A refused ID token reports everything that was wrong, and the whole report.
func TestIDTokenRefused(t *testing.T) {
	for _, grant := range []string{"code", "id_token token"} {
		t.Run(grant, func(t *testing.T) {
			s := oidc(t, grant)
			s.p.Faults.ForeignKey = true
			s.p.Faults.Claims = func(c map[string]any) { c["aud"], c["azp"] = "other", "other" }
			_, err := s.signIn()
			refused(t, err, flow.ErrIDToken)
			for _, check := range []string{idtoken.CheckSignature, idtoken.CheckAudience, idtoken.CheckParty} {
				if !errors.Is(err, &idtoken.Error{Check: check}) {
					t.Errorf("%v does not hold %s", err, check)
				}
			}
			var names []string
			for _, c := range err.(*flow.Error).Report {
				names = append(names, c.Name)
			}
			if !slices.Contains(names, "state") || !slices.Contains(names, idtoken.CheckExpiry) {
				t.Errorf("report of %q; want all checks", names)
			}
		})
	}
	t.Run("A12 ID token of another issuer", func(t *testing.T) {
		s := oidc(t, "id_token token")
		s.p.Faults.Claims = func(c map[string]any) { c["iss"] = "https://attacker.example" }
		_, err := s.signIn()
		refused(t, err, flow.ErrIDToken)
		if !errors.Is(err, &idtoken.Error{Check: idtoken.CheckIssuer}) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("C38 an algorithm the provider does not list", func(t *testing.T) {
		s := oidc(t, "id_token token")
		s.p.Faults.Metadata = func(m map[string]any) { m["id_token_signing_alg_values_supported"] = []string{"ES256"} }
		_, err := s.signIn()
		refused(t, err, flow.ErrIDToken)
		if !errors.Is(err, &idtoken.Error{Check: idtoken.CheckAlgorithm}) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("C52 at_hash missing in implicit", func(t *testing.T) {
		s := oidc(t, "id_token token")
		s.p.Faults.Claims = func(c map[string]any) { delete(c, "at_hash") }
		_, err := s.signIn()
		refused(t, err, flow.ErrIDToken)
		if !errors.Is(err, &idtoken.Error{Check: idtoken.CheckTokenHash}) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("C50 the provider's clock is five minutes ahead", func(t *testing.T) {
		s := oidc(t, "code")
		kernel := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		s.withNow(func() time.Time { return kernel })
		s.p.Now = func() time.Time { return kernel.Add(5 * time.Minute) }
		_, err := s.signIn()
		refused(t, err, flow.ErrIDToken)
		for _, part := range []string{"2026-03-01T12:05:00Z", "2026-03-01T12:00:00Z", "clock"} {
			if !errors.Is(err, &idtoken.Error{Check: idtoken.CheckIssuedAt}) || !strings.Contains(err.Error(), part) {
				t.Errorf("got %v; want it to name %s", err, part)
			}
		}
		s.cfg.ClockSkew = 10 * time.Minute
		s.mustSignIn()
	})
	t.Run("C51 nonce of an earlier sign-in", func(t *testing.T) {
		s := oidc(t, "id_token token")
		var first flow.Response
		for range 2 {
			p := s.pending()
			r := s.respond(p)
			if first.Fragment == "" {
				first = r // a whole genuine answer, to be used once more
			} else {
				old := mustParse(t, first.Fragment)
				r = set("access_token", old.Get("access_token"))(set("id_token", old.Get("id_token"))(r))
			}
			k, err := p.Check(r)
			if err != nil {
				t.Fatal(err)
			}
			if _, err = k.Tokens(t.Context()); r == first {
				if err != nil {
					t.Fatal(err)
				}
				continue
			}
			refused(t, err, flow.ErrIDToken)
			r2 := new(idtoken.Refused)
			if !errors.As(err, &r2) || len(r2.Failed) != 1 || r2.Failed[0].Check != idtoken.CheckNonce {
				t.Errorf("got %v; want the nonce alone", err)
			}
		}
	})
	for _, grant := range []string{"code", "id_token token"} {
		t.Run("C51 no nonce, "+grant, func(t *testing.T) {
			s := oidc(t, grant)
			s.mustSignIn()
			s.p.Faults.Claims = func(c map[string]any) { delete(c, "nonce") }
			_, err := s.signIn()
			refused(t, err, flow.ErrIDToken)
			if !errors.Is(err, &idtoken.Error{Check: idtoken.CheckNonce}) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("C52 c_hash of another code", func(t *testing.T) {
		s := oidc(t, "code")
		s.mustSignIn()
		s.p.Faults.Claims = func(c map[string]any) { c["c_hash"] = providertest.TokenHash("RS256", "canary") }
		_, err := s.signIn()
		refused(t, err, flow.ErrIDToken)
		if !errors.Is(err, &idtoken.Error{Check: idtoken.CheckCodeHash}) {
			t.Errorf("got %v", err)
		}
		s.p.Faults.Claims = func(c map[string]any) { delete(c, "c_hash") }
		s.mustSignIn() // optional from the token endpoint
	})
	t.Run("C52 at_hash of another token from the token endpoint", func(t *testing.T) {
		s := oidc(t, "code")
		s.p.Faults.TokenAnswer = func(m map[string]any) { m["access_token"] = "canary-of-another" }
		_, err := s.signIn()
		refused(t, err, flow.ErrIDToken)
		if !errors.Is(err, &idtoken.Error{Check: idtoken.CheckTokenHash}) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("C56 level too low", func(t *testing.T) {
		s := sgConnect(t, "token id_token")
		s.p.Faults.Claims = func(c map[string]any) { c["acr"] = "L1" }
		_, err := s.signIn()
		refused(t, err, flow.ErrIDToken)
		if !errors.Is(err, &idtoken.Error{Check: idtoken.CheckACR}) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("C56 older than max_age", func(t *testing.T) {
		s := oidc(t, "code")
		s.cfg.Extra = map[string]string{"max_age": "300"}
		s.p.Faults.Claims = func(c map[string]any) { c["auth_time"] = time.Now().Add(-10 * time.Minute).Unix() }
		_, err := s.signIn()
		refused(t, err, flow.ErrIDToken)
		if !errors.Is(err, &idtoken.Error{Check: idtoken.CheckAuthTime}) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("D60 keys out of reach are told apart", func(t *testing.T) {
		s := oidc(t, "code")
		s.p.Faults.Replace = map[string]http.HandlerFunc{"keys": http.NotFound}
		_, err := s.signIn()
		refused(t, err, flow.ErrIDToken)
		if !errors.Is(err, idtoken.ErrKeysUnavailable) || !strings.Contains(err.(*flow.Error).Next, "network") {
			t.Errorf("got %v, next %q", err, err.(*flow.Error).Next)
		}
	})
}
