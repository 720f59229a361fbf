package idtoken_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/internal/providertest"
)

const (
	nonce  = "canary-nonce-0123456789"
	access = "canary-access-token"
	code   = "canary-code"
)

// scene is a provider, and the verifier and expectations its honest token meets.
type scene struct {
	p   *providertest.Provider
	v   *idtoken.Verifier
	e   idtoken.Expect
	raw string // the token verified last
}

func newScene(t testing.TB) *scene {
	t.Helper()
	p := providertest.New(t)
	return &scene{
		p: p,
		v: &idtoken.Verifier{
			Issuer: p.Issuer, ClientID: providertest.ClientID,
			Keys: idtoken.NewRemoteKeys(p.BaseURL+"/keys", http.DefaultClient, nil),
		},
		e: idtoken.Expect{Nonce: nonce, AccessToken: access, RequireAccessTokenHash: true},
	}
}

func (s *scene) verify(t testing.TB) (*idtoken.Token, error) {
	t.Helper()
	s.raw = s.p.IDToken(nonce, access)
	return s.v.Verify(t.Context(), s.raw, s.e)
}

func (s *scene) mustVerify(t testing.TB) *idtoken.Token {
	t.Helper()
	token, err := s.verify(t)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// refused asserts that exactly the named checks failed, that nothing of the
// token shows in the error, and that the report agrees.
func refused(t *testing.T, token *idtoken.Token, err error, want ...string) {
	t.Helper()
	var r *idtoken.Refused
	if !errors.As(err, &r) || token != nil {
		t.Fatalf("Verify = %v, %v; want a refusal", token, err)
	}
	var got []string
	for _, e := range r.Failed {
		got = append(got, e.Check)
		if !errors.Is(err, &idtoken.Error{Check: e.Check}) {
			t.Errorf("errors.Is does not find %s", e.Check)
		}
		if !slices.ContainsFunc(r.Report, func(c idtoken.Check) bool { return c.Name == e.Check && !c.OK && c.Text == e.Reason }) {
			t.Errorf("the report does not have the failure of %s", e.Check)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("failed checks %q (%v); want %q", got, err, want)
	}
	if strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), "eyJ") {
		t.Errorf("error %q shows a secret", err)
	}
}

func TestGenuineTokens(t *testing.T) {
	for _, alg := range []string{"RS256", "RS384", "PS256", "ES256", "ES384", "EdDSA"} {
		t.Run(alg, func(t *testing.T) {
			s := newScene(t)
			s.p.Faults.SignAlg = alg
			token := s.mustVerify(t)
			s.agree(t, alg, nil)
			if !token.Signed || token.Claims["sub"] != providertest.Subject {
				t.Errorf("got %+v", token)
			}
			for _, c := range token.Report {
				if !c.OK || c.Text == "" {
					t.Errorf("report has %+v", c)
				}
			}
		})
	}
}

// Tolerated differences: what standards allow and real providers do.
func TestTolerated(t *testing.T) {
	claim := func(name string, value func() any) func(s *scene) {
		return func(s *scene) {
			s.p.Faults.Claims = func(c map[string]any) {
				if c[name] = value(); c[name] == nil {
					delete(c, name)
				}
			}
		}
	}
	is := func(v any) func() any { return func() any { return v } }
	at := func(d time.Duration) func() any { return func() any { return time.Now().Add(d).Unix() } }
	rows := []struct {
		name   string
		change func(s *scene)
	}{
		{"C47 another spelling of the issuer that is configured", func(s *scene) { claim("iss", is("id.example"))(s); s.v.IssuerAliases = []string{"id.example"} }},
		{"C48 audience in a list", claim("aud", is([]string{providertest.ClientID}))},
		{"C48 further audience that is trusted", func(s *scene) {
			claim("aud", is([]string{"api", providertest.ClientID}))(s)
			s.v.TrustedAudiences = []string{"api"}
		}},
		{"C49 no azp", claim("azp", is(nil))},
		{"C50 expired within the skew", claim("exp", at(-50*time.Second))},
		{"C50 issued in the future within the skew", claim("iat", at(50*time.Second))},
		{"C50 not valid yet within the skew", claim("nbf", at(50*time.Second))},
		// RFC 7519 section 2 allows fractions; Python providers write them.
		{"C50 dates with fractions", claim("iat", func() any { return float64(time.Now().UnixMilli()) / 1000 })},
		{"C50 a wider skew", func(s *scene) { claim("exp", at(-4*time.Minute))(s); s.v.Skew = 5 * time.Minute }},
		{"C51 no nonce when refreshing", func(s *scene) { claim("nonce", is(nil))(s); s.e.NonceOptional = true }},
		{"C52 no at_hash from the token endpoint", func(s *scene) { claim("at_hash", is(nil))(s); s.e.RequireAccessTokenHash = false }},
		{"C56 a level that is asked for", func(s *scene) { s.e.RequiredACR = []string{"L1", "L2"} }},
		{"C56 a level that is not too low", func(s *scene) { s.e.RefusedACR = []string{"L0", "L1"} }},
		{"C56 no level where none is demanded", func(s *scene) { claim("acr", is(nil))(s); s.e.RefusedACR = []string{"L0"} }},
		{"C56 authentication just before", func(s *scene) { s.e.AuthenticatedSince = time.Now().Add(30 * time.Second) }},
		{"C46 no kid", func(s *scene) { s.p.Faults.Header = func(h map[string]any) { delete(h, "kid") } }},
		{"C45 key references are not looked at", func(s *scene) {
			s.p.Faults.Header = func(h map[string]any) { h["jku"], h["x5u"] = "https://attacker.example", "http://169.254.169.254" }
		}},
		{"typ is another word", func(s *scene) { s.p.Faults.Header = func(h map[string]any) { h["typ"] = "jwt" } }},
		{"no typ", func(s *scene) { s.p.Faults.Header = func(h map[string]any) { delete(h, "typ") } }},
		{"C50 exp with a fraction", claim("exp", func() any { return float64(time.Now().Add(time.Minute).UnixMilli()) / 1000 })},
		{"C47 the issuer itself where aliases are configured", func(s *scene) { s.v.IssuerAliases = []string{"id.example"} }},
		{"C48 trusted audience that is not there", func(s *scene) { s.v.TrustedAudiences = []string{"api"} }},
		{"C52 at_hash where nobody has an access token", func(s *scene) { s.e.AccessToken, s.e.RequireAccessTokenHash = "", false }},
		{"C52 c_hash of the code", func(s *scene) { s.e.Code = code; claim("c_hash", is(providertest.TokenHash("RS256", code)))(s) }},
		{"C52 no c_hash from the token endpoint", func(s *scene) { s.e.Code = code }},
		{"C52 c_hash where there is no code", claim("c_hash", is(providertest.TokenHash("RS256", code)))},
		{"C54 a number no type holds, in a claim nobody reads", claim("x", is(json.Number("1e999")))},
		{"C54 numbers and depth within limits", claim("x", is(map[string]any{"a": []any{1e30, map[string]any{"b": "c"}}}))},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			row.change(s)
			_, err := s.verify(t)
			if err != nil {
				t.Errorf("refused: %v", err)
			}
			s.agree(t, row.name, err)
		})
	}
}

func TestExpectations(t *testing.T) {
	rows := []struct {
		name   string
		change func(s *scene)
		want   []string
	}{
		{"C47 issuer on https expected", func(s *scene) { s.v.Issuer = strings.Replace(s.v.Issuer, "http:", "https:", 1) }, []string{idtoken.CheckIssuer}},
		{"C47 issuer in capitals expected", func(s *scene) { s.v.Issuer = strings.ToUpper(s.v.Issuer) }, []string{idtoken.CheckIssuer}},
		{"C47 only aliases configured, and another issuer", func(s *scene) { s.v.Issuer, s.v.IssuerAliases = "", []string{"id.example"} }, []string{idtoken.CheckIssuer}},
		{"C47 no issuer configured", func(s *scene) { s.v.Issuer = "" }, []string{idtoken.CheckIssuer}},
		{"C48 no client configured", func(s *scene) {
			s.v.ClientID = ""
			s.p.Faults.Claims = func(c map[string]any) { c["aud"] = ""; delete(c, "azp") }
		}, []string{idtoken.CheckAudience}},
		{"C48 several trusted audiences without azp", func(s *scene) {
			s.v.TrustedAudiences = []string{"api"}
			s.p.Faults.Claims = func(c map[string]any) { c["aud"] = []string{"api", providertest.ClientID}; delete(c, "azp") }
		}, []string{idtoken.CheckParty}},
		{"C48 a trusted audience alone", func(s *scene) {
			s.v.TrustedAudiences = []string{"api"}
			s.p.Faults.Claims = func(c map[string]any) { c["aud"] = "api" }
		}, []string{idtoken.CheckAudience}},
		{"C38 algorithm the provider does not use", func(s *scene) { s.v.Algorithms = []string{"ES256"} }, []string{idtoken.CheckAlgorithm}},
		{"C39 the list can't be widened", func(s *scene) {
			s.v.Algorithms = []string{"HS256", "none"}
			s.p.Faults.HMACKey = "PEM"
		}, []string{idtoken.CheckAlgorithm}},
		{"C51 no nonce expected", func(s *scene) { s.e.Nonce = "" }, []string{idtoken.CheckNonce}},
		{"C51 no nonce expected, and an empty one in the token", func(s *scene) {
			s.e.Nonce = ""
			s.p.Faults.Claims = func(c map[string]any) { c["nonce"] = "" }
		}, []string{idtoken.CheckNonce}},
		{"C51 a refreshed token's nonce differs", func(s *scene) { s.e.Nonce, s.e.NonceOptional = "other", true }, []string{idtoken.CheckNonce}},
		{"C52 at_hash by the wrong hash for ES384", func(s *scene) {
			s.p.Faults.SignAlg = "ES384"
			s.p.Faults.Claims = func(c map[string]any) { c["at_hash"] = providertest.TokenHash("RS256", access) }
		}, []string{idtoken.CheckTokenHash}},
		{"C52 at_hash by the wrong hash for EdDSA", func(s *scene) {
			s.p.Faults.SignAlg = "EdDSA"
			s.p.Faults.Claims = func(c map[string]any) { c["at_hash"] = providertest.TokenHash("RS256", access) }
		}, []string{idtoken.CheckTokenHash}},
		{"C52 at_hash wrong where it is optional", func(s *scene) {
			s.e.RequireAccessTokenHash, s.e.AccessToken = false, "other"
		}, []string{idtoken.CheckTokenHash}},
		{"C52 c_hash of another code", func(s *scene) {
			s.e.Code = code
			s.p.Faults.Claims = func(c map[string]any) { c["c_hash"] = providertest.TokenHash("RS256", "other") }
		}, []string{idtoken.CheckCodeHash}},
		{"C52 c_hash by the wrong hash for ES384", func(s *scene) {
			s.e.Code, s.p.Faults.SignAlg = code, "ES384"
			s.p.Faults.Claims = func(c map[string]any) { c["c_hash"] = providertest.TokenHash("RS256", code) }
		}, []string{idtoken.CheckCodeHash}},
		{"C52 c_hash no text", func(s *scene) {
			s.e.Code = code
			s.p.Faults.Claims = func(c map[string]any) { c["c_hash"] = nil }
		}, []string{idtoken.CheckCodeHash}},
		{"C47 issuer with a slash expected", func(s *scene) { s.v.Issuer += "/" }, []string{idtoken.CheckIssuer}},
		{"C55 another user", func(s *scene) { s.e.Subject = "bob@example.com" }, []string{idtoken.CheckSubject}},
		{"C56 level too low", func(s *scene) { s.e.RefusedACR = []string{"L1", "L2"} }, []string{idtoken.CheckACR}},
		{"C56 level not asked for", func(s *scene) { s.e.RequiredACR = []string{"gold"} }, []string{idtoken.CheckACR}},
		{"C56 level missing where it is demanded", func(s *scene) {
			s.e.RequiredACR = []string{"L2"}
			s.p.Faults.Claims = func(c map[string]any) { delete(c, "acr") }
		}, []string{idtoken.CheckACR}},
		{"C56 level no text", func(s *scene) {
			s.e.RefusedACR = []string{"L1"}
			s.p.Faults.Claims = func(c map[string]any) { c["acr"] = 1 }
		}, []string{idtoken.CheckACR}},
		{"C56 authentication too old", func(s *scene) { s.e.AuthenticatedSince = time.Now().Add(2 * time.Minute) }, []string{idtoken.CheckAuthTime}},
		{"C56 authentication time missing", func(s *scene) {
			s.e.AuthenticatedSince = time.Now().Add(-time.Hour)
			s.p.Faults.Claims = func(c map[string]any) { delete(c, "auth_time") }
		}, []string{idtoken.CheckAuthTime}},
		{"no key set", func(s *scene) { s.v.Keys = nil }, []string{idtoken.CheckSignature}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			s.mustVerify(t) // what is expected changes, not the token
			row.change(s)
			token, err := s.verify(t)
			refused(t, token, err, row.want...)
			s.agree(t, row.name, err)
		})
	}
}

// One verification names every check that failed.
func TestAllFailuresTogether(t *testing.T) {
	s := newScene(t)
	s.e.Code, s.e.RequiredACR, s.e.AuthenticatedSince = code, []string{"L2"}, time.Now()
	s.p.Faults.Claims = func(c map[string]any) { c["c_hash"] = providertest.TokenHash("RS256", code) }
	s.mustVerify(t)
	s.p.Faults.ForeignKey = true
	s.p.Faults.Claims = func(c map[string]any) {
		c["iss"], c["aud"], c["azp"], c["nonce"], c["at_hash"], c["c_hash"], c["acr"] = "x", "y", "z", "n", "h", "h", "L0"
		c["exp"], c["nbf"], c["iat"], c["auth_time"] = 1, "never", 1, 1
		delete(c, "sub")
	}
	token, err := s.verify(t)
	refused(t, token, err, idtoken.CheckSignature, idtoken.CheckIssuer, idtoken.CheckAudience, idtoken.CheckParty,
		idtoken.CheckSubject, idtoken.CheckExpiry, idtoken.CheckNotBefore, idtoken.CheckIssuedAt, idtoken.CheckNonce,
		idtoken.CheckTokenHash, idtoken.CheckCodeHash, idtoken.CheckACR, idtoken.CheckAuthTime)
	s.agree(t, "everything", err)
	t.Run("an algorithm that is not accepted, and the claims", func(t *testing.T) {
		s.p.Faults.HMACKey = "PEM"
		token, err := s.verify(t)
		refused(t, token, err, idtoken.CheckAlgorithm, idtoken.CheckIssuer, idtoken.CheckAudience, idtoken.CheckParty,
			idtoken.CheckSubject, idtoken.CheckExpiry, idtoken.CheckNotBefore, idtoken.CheckIssuedAt, idtoken.CheckNonce,
			idtoken.CheckACR, idtoken.CheckAuthTime) // no hash belongs to such an algorithm
	})
}

// The usual cause is a wrong clock, so the error must let the user see it.
func TestWrongClockIsNamed(t *testing.T) {
	t.Attr("attack", "C50")
	s := newScene(t)
	kernel := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s.p.Now = func() time.Time { return kernel.Add(5 * time.Minute) }
	s.v.Now = func() time.Time { return kernel }
	token, err := s.verify(t)
	refused(t, token, err, idtoken.CheckIssuedAt)
	for _, part := range []string{"2026-03-01T12:05:00Z", "2026-03-01T12:00:00Z", "clock"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("C50 error %q does not name %s", err, part)
		}
	}
}

// A token nobody could check is never called verified, and is checked for the rest.
func TestUnsigned(t *testing.T) {
	unsigned := func(t *testing.T) *scene {
		s := newScene(t)
		s.v.Keys, s.v.InsecureSkipSignature, s.v.Issuer = nil, true, ""
		return s
	}
	s := unsigned(t)
	s.p.Faults.ForeignKey = true
	token, err := s.verify(t)
	if err != nil || token.Signed {
		t.Fatalf("Verify = %+v, %v; want a token that is not signed", token, err)
	}
	for _, name := range []string{idtoken.CheckSignature, idtoken.CheckIssuer} {
		i := slices.IndexFunc(token.Report, func(c idtoken.Check) bool { return c.Name == name })
		if i < 0 || token.Report[i].OK || !strings.HasPrefix(token.Report[i].Text, "not checked") {
			t.Errorf("report of %s: %+v; want not checked", name, token.Report)
		}
	}
	rows := []struct {
		name   string
		change func(s *scene)
		want   string
	}{
		{"known issuer differs", func(s *scene) { s.v.Issuer = "https://x.example" }, idtoken.CheckIssuer},
		{"C51 nonce", func(s *scene) { s.e.Nonce = "other" }, idtoken.CheckNonce},
		{"C53 other access token", func(s *scene) { s.e.AccessToken = "other" }, idtoken.CheckTokenHash},
		{"C48 audience", func(s *scene) { s.v.ClientID = "other" }, idtoken.CheckAudience},
		{"C38 alg none", func(s *scene) { s.p.Faults.Header = func(h map[string]any) { h["alg"] = "none" } }, idtoken.CheckAlgorithm},
		{"C44 crit", func(s *scene) { s.p.Faults.Header = func(h map[string]any) { h["crit"] = []string{"x"} } }, idtoken.CheckHeader},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := unsigned(t)
			row.change(s)
			if _, err := s.verify(t); !errors.Is(err, &idtoken.Error{Check: row.want}) {
				t.Errorf("got %v; want %s refused", err, row.want)
			}
		})
	}
}
