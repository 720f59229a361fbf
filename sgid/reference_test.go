package sgid_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

// TestReference has a row for each Args, Raises and Returns line of the SDK's
// API reference, named after it. "Exception" is a typed error here.
func TestReference(t *testing.T) {
	for _, row := range append(generatorRows, clientRows...) {
		t.Run(row.name, func(t *testing.T) { row.test(t, newScene(t)) })
	}
}

type referenceRow struct {
	name string
	test func(t *testing.T, s *scene)
}

var generatorRows = []referenceRow{
	{"convert_to_pkcs8 Args private_key: private key as a string", func(t *testing.T, s *scene) {
		if _, err := sgid.ConvertToPKCS8(s.p.PKCS1()); err != nil {
			t.Error(err)
		}
	}},
	{"convert_to_pkcs8 Raises if private key is invalid", func(t *testing.T, _ *scene) {
		_, err := sgid.ConvertToPKCS8("canary")
		refused(t, err, sgid.ErrPrivateKey)
	}},
	{"convert_to_pkcs8 Returns private key in PKCS8 format", func(t *testing.T, s *scene) {
		if got, _ := sgid.ConvertToPKCS8(s.p.PKCS1()); got != s.p.PKCS8() {
			t.Errorf("got %.40s", got)
		}
	}},
	{"generate_code_challenge Args code_verifier, Returns the calculated code challenge", func(t *testing.T, _ *scene) {
		if got := sgid.GenerateCodeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"); got != challenge {
			t.Errorf("got %s", got)
		}
	}},
	{"generate_code_verifier Args length: the length to generate", func(t *testing.T, _ *scene) { verifierOf(t, 77, 77) }},
	{"generate_code_verifier Args length: defaults to 43", func(t *testing.T, _ *scene) { verifierOf(t, 0, 43) }},
	{"generate_code_verifier Raises if length is <43 or >128", func(t *testing.T, _ *scene) {
		for _, length := range []int{42, 129} {
			_, err := sgid.GenerateCodeVerifier(length)
			refused(t, err, sgid.ErrVerifierLength)
		}
	}},
	{"generate_pkce_pair Args length: defaults to 43", func(t *testing.T, _ *scene) {
		if verifier, _, err := sgid.GeneratePKCEPair(0); err != nil || len(verifier) != 43 {
			t.Errorf("%d, %v", len(verifier), err)
		}
	}},
	{"generate_pkce_pair Raises if length is <43 or >128", func(t *testing.T, _ *scene) {
		for _, length := range []int{42, 129} {
			_, _, err := sgid.GeneratePKCEPair(length)
			refused(t, err, sgid.ErrVerifierLength)
		}
	}},
	{"generate_pkce_pair Returns code challenge and code verifier", func(t *testing.T, _ *scene) {
		if verifier, challenge, _ := sgid.GeneratePKCEPair(0); challenge != sgid.GenerateCodeChallenge(verifier) {
			t.Error("they are no pair")
		}
	}},
}

func verifierOf(t *testing.T, length, want int) {
	t.Helper()
	if got, err := sgid.GenerateCodeVerifier(length); err != nil || len(got) != want {
		t.Errorf("%d characters, %v", len(got), err)
	}
}

var clientRows = []referenceRow{
	{"SgidClient Args client_id, client_secret, private_key, redirect_uri, hostname", func(t *testing.T, s *scene) { s.mustSignIn(t) }},
	{"SgidClient Args redirect_uri: optional, defaults to None", func(t *testing.T, s *scene) {
		cfg := config(s.p)
		cfg.RedirectURI = ""
		mustClient(t, cfg)
	}},
	{"SgidClient Args hostname: defaults to https://api.id.gov.sg", func(t *testing.T, s *scene) {
		cfg := config(s.p)
		cfg.Hostname = ""
		address, _, err := mustClient(t, cfg).AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge})
		if err != nil || !strings.HasPrefix(address, "https://api.id.gov.sg/v2/") {
			t.Errorf("%s, %v", address, err)
		}
	}},
	{"SgidClient Raises if private key is invalid", func(t *testing.T, s *scene) {
		cfg := config(s.p)
		cfg.PrivateKey = sgid.NewSecret("canary")
		_, err := sgid.NewClient(cfg)
		refused(t, err, sgid.ErrPrivateKey)
	}},
	{"authorization_url Args code_challenge", authorizes(sgid.AuthorizationParams{}, "code_challenge", challenge)},
	{"authorization_url Args state: passed back", func(t *testing.T, s *scene) {
		if got := s.query.Get("state"); got != "canary-state" {
			t.Errorf("state %q", got)
		}
	}},
	{"authorization_url Args state: defaults to None", authorizes(sgid.AuthorizationParams{}, "state", "")},
	{"authorization_url Args redirect_uri: used instead of the constructor's", authorizes(
		sgid.AuthorizationParams{RedirectURI: "https://other.example.com/cb"}, "redirect_uri", "https://other.example.com/cb")},
	{"authorization_url Args redirect_uri: defaults to the constructor's", authorizes(sgid.AuthorizationParams{}, "redirect_uri", sgidtest.RedirectURI)},
	{"authorization_url Args scope: a string", authorizes(sgid.AuthorizationParams{Scopes: []string{"openid myinfo.sex"}}, "scope", "openid myinfo.sex")},
	{"authorization_url Args scope: a list", authorizes(sgid.AuthorizationParams{Scopes: []string{"openid", "myinfo.sex"}}, "scope", "openid myinfo.sex")},
	{"authorization_url Args scope: openid must be provided", func(t *testing.T, s *scene) {
		_, _, err := s.client.AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge, Scopes: []string{"myinfo.name"}})
		refused(t, err, sgid.ErrScope)
	}},
	{"authorization_url Args scope: defaults to openid myinfo.name", authorizes(sgid.AuthorizationParams{}, "scope", "openid myinfo.name")},
	{"authorization_url Args nonce: given", authorizes(sgid.AuthorizationParams{Nonce: "n-0S6_WzA2Mj"}, "nonce", "n-0S6_WzA2Mj")},
	{"authorization_url Args nonce: None prevents it", authorizes(sgid.AuthorizationParams{InsecureOmitNonce: true}, "nonce", "")},
	{"authorization_url Raises if redirect URI is provided in neither", func(t *testing.T, s *scene) {
		cfg := config(s.p)
		cfg.RedirectURI = ""
		_, _, err := mustClient(t, cfg).AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge})
		refused(t, err, sgid.ErrRedirectURI)
	}},
	{"authorization_url Returns authorization URL and nonce", func(t *testing.T, s *scene) {
		address, nonce, err := s.client.AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge})
		if u, _ := url.Parse(address); err != nil || nonce == "" || u.Query().Get("nonce") != nonce {
			t.Errorf("%s, %s, %v", address, nonce, err)
		}
	}},
	{"callback Args code, code_verifier, nonce; Returns sub and access token", func(t *testing.T, s *scene) {
		if session := s.mustSignIn(t); session.Sub != sgidtest.Subject || session.AccessToken.IsZero() {
			t.Errorf("got %v", session)
		}
	}},
	{"callback Args code_verifier: corresponds to the challenge", s4(func(p *sgid.CallbackParams, _ *sgidtest.Faults) {
		p.CodeVerifier = strings.Repeat("v", 43)
	}, sgid.ErrTokenEndpoint)},
	{"callback Args nonce: that of this request", s4(func(p *sgid.CallbackParams, _ *sgidtest.Faults) { p.Nonce = "canary" }, sgid.ErrIDToken)},
	{"callback Args nonce: None if none was passed", func(t *testing.T, s *scene) { TestOwnRedirectURIAndNoNonce(t) }},
	{"callback Args redirect_uri: that of the authorization request", s4(func(p *sgid.CallbackParams, _ *sgidtest.Faults) {
		p.RedirectURI = "https://other.example.com/canary"
	}, sgid.ErrTokenEndpoint)},
	{"callback Raises if call to token endpoint fails", s4(func(_ *sgid.CallbackParams, f *sgidtest.Faults) {
		replaced("token", answering(500, "text/plain", "canary"))(f)
	}, sgid.ErrTokenEndpoint)},
	{"callback Raises if call to JWKS endpoint fails", s4(func(_ *sgid.CallbackParams, f *sgidtest.Faults) {
		replaced("keys", answering(500, "text/plain", "canary"))(f)
	}, sgid.ErrKeySet)},
	{"callback Raises if ID token validation fails", s4(func(_ *sgid.CallbackParams, f *sgidtest.Faults) { f.ForeignKey = true }, sgid.ErrIDToken)},
	{"callback Raises if access token validation fails", s4(func(_ *sgid.CallbackParams, f *sgidtest.Faults) {
		f.TokenAnswer = func(m map[string]any) { m["access_token"] = "" }
	}, sgid.ErrAccessToken)},
	{"userinfo Args sub, access_token; Returns the same sub and the data", func(t *testing.T, s *scene) {
		if info, err := s.all(t.Context()); err != nil || info.Sub != sgidtest.Subject || !maps.Equal(info.Data, s.p.Data) {
			t.Errorf("got %v, %v", info, err)
		}
	}},
	{"userinfo Raises if call to userinfo endpoint fails", s5(replaced("userinfo", answering(500, "text/plain", "canary")), sgid.ErrUserInfo)},
	{"userinfo Raises if sub does not match", s5(func(f *sgidtest.Faults) {
		f.UserInfo = func(m map[string]any) { m["sub"] = "canary" }
	}, sgid.ErrSubject)},
	{"userinfo Raises if decryption fails, block key", s5(func(f *sgidtest.Faults) { f.ForeignClient = true }, sgid.ErrBlockKey)},
	{"userinfo Raises if decryption fails, data", s5(func(f *sgidtest.Faults) { f.ForeignField = true }, sgid.ErrData)},
}

// authorizes checks one parameter of the authorization URL; "" means it is not there.
func authorizes(p sgid.AuthorizationParams, name, want string) func(*testing.T, *scene) {
	p.CodeChallenge = challenge
	return func(t *testing.T, s *scene) {
		address, _, err := s.client.AuthorizationURL(p)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(address)
		if q := u.Query(); err != nil || q.Get(name) != want || q.Has(name) != (want != "") {
			t.Errorf("%s is %q; want %q", name, q.Get(name), want)
		}
	}
}

// s4 is step 4 with one change, s5 step 5.
func s4(change func(p *sgid.CallbackParams, f *sgidtest.Faults), want *sgid.Error) func(*testing.T, *scene) {
	return func(t *testing.T, s *scene) {
		p := s.params()
		change(&p, &s.p.Faults)
		_, err := s.client.Callback(t.Context(), p)
		refused(t, err, want)
	}
}

func s5(change func(f *sgidtest.Faults), want *sgid.Error) func(*testing.T, *scene) {
	return func(t *testing.T, s *scene) {
		change(&s.p.Faults)
		_, err := s.all(t.Context())
		refused(t, err, want)
	}
}
