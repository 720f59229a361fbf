package flow_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/params"
)

// scene is a provider and a client whose sign-in succeeds until one thing is
// changed.
type scene struct {
	t      *testing.T
	p      *providertest.Provider
	cfg    *params.Config
	client *flow.Client
	begin  flow.BeginOptions
}

// sgConnect is a client of SG Connect.
func sgConnect(t *testing.T, responseType string) *scene {
	t.Helper()
	p := providertest.NewSgConnect(t)
	return newScene(t, p, params.ParamsSgConnect{
		ClientID: providertest.ClientID, ResponseType: responseType, BaseURL: p.BaseURL + "/sgconnect", DotenvFolder: t.TempDir(),
	})
}

// oidc is a client of an ordinary OpenID Connect provider.
func oidc(t *testing.T, responseType string) *scene {
	t.Helper()
	p := providertest.New(t)
	return newScene(t, p, params.ParamsOIDC{
		Issuer: p.Issuer, ClientID: providertest.ClientID, ResponseType: responseType, DotenvFolder: t.TempDir(),
	})
}

func newScene(t *testing.T, p *providertest.Provider, source params.Source) *scene {
	t.Helper()
	cfg, err := source.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	return &scene{
		t: t, p: p, cfg: cfg, client: flow.New(cfg, flow.Options{}),
		begin: flow.BeginOptions{
			RedirectURI: providertest.RedirectURI, Relay: relayKey(t), KernelID: "kernel-1", CommID: "c0ffee", Secure: true,
		},
	}
}

// withNow makes the scene's client anew, with a clock.
func (s *scene) withNow(now func() time.Time) { s.client = flow.New(s.cfg, flow.Options{Now: now}) }

func relayKey(t testing.TB) []byte {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key.PublicKey().Bytes()
}

func (s *scene) pending() *flow.Pending {
	s.t.Helper()
	p, err := s.client.Begin(s.t.Context(), s.begin)
	if err != nil {
		s.t.Fatalf("Begin: %v", err)
	}
	return p
}

// respond is the browser's part.
func (s *scene) respond(p *flow.Pending) flow.Response {
	s.t.Helper()
	query, fragment := s.p.Authorize(p.URL())
	return flow.Response{Query: query, Fragment: fragment}
}

// signIn runs the three steps.
func (s *scene) signIn() (*flow.Tokens, error) {
	s.t.Helper()
	p := s.pending()
	k, err := p.Check(s.respond(p))
	if err != nil {
		return nil, err
	}
	return k.Tokens(s.t.Context())
}

func (s *scene) mustSignIn() *flow.Tokens {
	s.t.Helper()
	t, err := s.signIn()
	if err != nil {
		s.t.Fatalf("sign in: %v", err)
	}
	return t
}

// refused asserts the exact error, that it says something to do and that it
// shows none of the secrets, all of which begin with "canary".
func refused(t *testing.T, err error, want *flow.Error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v; want %s", err, want.Code)
	}
	e := new(flow.Error)
	if !errors.As(err, &e) || e.Description == "" || e.Next == "" || e.Op == "" {
		t.Errorf("error %+v lacks description, operation or next step", e)
	}
	for _, text := range []string{err.Error(), e.Next, fmt.Sprintf("%+v %#v", err, err)} {
		if strings.Contains(text, "canary") || strings.Contains(text, "eyJ") || strings.ContainsAny(text, "\n\r\x1b\u202e") {
			t.Errorf("error %q shows a secret or has control characters", text)
		}
	}
}

func TestSignIn(t *testing.T) {
	rows := []struct {
		name     string
		scene    func(t *testing.T) *scene
		verified bool
		renews   bool
		user     string
	}{
		{"SG Connect, token", func(t *testing.T) *scene { return sgConnect(t, "") }, false, false, providertest.Subject},
		{"SG Connect, token id_token", func(t *testing.T) *scene { return sgConnect(t, "token id_token") }, true, false, providertest.Subject},
		{"SG Connect, id_token token", func(t *testing.T) *scene { return sgConnect(t, "id_token token") }, true, false, providertest.Subject},
		{"SG Connect, code", func(t *testing.T) *scene { return sgConnect(t, "code") }, true, true, providertest.Subject},
		{"OpenID Connect, code", func(t *testing.T) *scene { return oidc(t, "") }, true, true, "Ann Example"},
		{"OpenID Connect, id_token token", func(t *testing.T) *scene { return oidc(t, "token id_token") }, true, false, "Ann Example"},
		{"OpenID Connect, token", func(t *testing.T) *scene { return oidc(t, "token") }, false, false, "Ann Example"},
		{"confidential client", func(t *testing.T) *scene {
			p := providertest.New(t)
			p.Secret = "canary+secret/%"
			return newScene(t, p, params.ParamsOIDC{Issuer: p.Issuer, ClientID: providertest.ClientID, ClientSecret: params.NewSecret(p.Secret), DotenvFolder: t.TempDir()})
		}, true, true, "Ann Example"},
		{"confidential client, secret in the body", func(t *testing.T) *scene {
			p := providertest.New(t)
			p.Secret = "canary+secret/%"
			p.Faults.Metadata = func(m map[string]any) {
				m["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
			}
			return newScene(t, p, params.ParamsOIDC{Issuer: p.Issuer, ClientID: providertest.ClientID, ClientSecret: params.NewSecret(p.Secret), DotenvFolder: t.TempDir()})
		}, true, true, "Ann Example"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := row.scene(t)
			before := time.Now()
			got := s.mustSignIn()
			if got.Verified != row.verified || (got.Claims != nil) != row.verified {
				t.Errorf("verified %v, claims %v; want verified %v", got.Verified, got.Claims, row.verified)
			}
			if got.Refresh.IsZero() == row.renews || got.Access.IsZero() || got.Type != "Bearer" {
				t.Errorf("refresh token there: %v", !got.Refresh.IsZero())
			}
			if got.User != row.user {
				t.Errorf("user %q; want %q", got.User, row.user)
			}
			if left := got.Expiry.Sub(before); left < providertest.Lifetime-time.Second || left > providertest.Lifetime+time.Minute {
				t.Errorf("expires in %v", left)
			}
			if !slices.Equal(s.cfg.VisibleScopes(got.Scopes), []string{"openid", "profile"}) || !slices.Equal(got.Asked, s.cfg.Scopes) {
				t.Errorf("scopes %q, asked %q", got.Scopes, got.Asked)
			}
			for _, c := range got.Report {
				if !c.OK && !strings.HasPrefix(c.Text, "not checked") {
					t.Errorf("report has %+v", c)
				}
			}
			// The verifier, code and tokens must not be found by printing.
			if printed := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(printed, "canary") || strings.Contains(printed, "eyJ") {
				t.Errorf("E73 printed tokens show a secret: %s", printed)
			}
		})
	}
}

func TestAuthorizationURL(t *testing.T) {
	s := sgConnect(t, "token id_token")
	s.cfg.Extra["prompt"] = "login"
	p := s.pending()
	u, err := url.Parse(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	want := url.Values{
		"response_type": {"token id_token"}, "client_id": {providertest.ClientID}, "redirect_uri": {providertest.RedirectURI},
		"scope": {"openid profile"}, "state": {p.State()}, "nonce": q["nonce"], "acr_values": {"L2"}, "prompt": {"login"},
	}
	if q.Encode() != want.Encode() {
		t.Errorf("parameters %v; want %v", q, want)
	}
	if p.RedirectURI() != providertest.RedirectURI || p.ResponseType() != params.TokenIDToken {
		t.Errorf("redirect URI %q, response type %q", p.RedirectURI(), p.ResponseType())
	}
	t.Run("D65 code sends S256 and never plain", func(t *testing.T) {
		q := mustQuery(t, oidc(t, "code").pending().URL())
		if q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 {
			t.Errorf("challenge %q by %q", q.Get("code_challenge"), q.Get("code_challenge_method"))
		}
	})
	t.Run("an endpoint with its own query keeps it", func(t *testing.T) {
		s := sgConnect(t, "token")
		s.cfg.Endpoints.Authorization += "?realm=%2F"
		if q := mustQuery(t, s.pending().URL()); q.Get("realm") != "/" || q.Get("response_type") != "token" {
			t.Errorf("query %v", q)
		}
	})
}

func mustQuery(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func TestState(t *testing.T) {
	s := sgConnect(t, "token")
	p := s.pending()
	parts := strings.Split(p.State(), ".")
	if len(parts) != 5 || parts[0] != p.ID() || len(parts[0]) != 16 || len(parts[1]) != 22 || parts[3] != "kernel-1" || parts[4] != "c0ffee" {
		t.Fatalf("state has parts %q", parts)
	}
	if pub, err := base64.RawURLEncoding.DecodeString(parts[2]); err != nil || !bytes.Equal(pub, s.begin.Relay) {
		t.Errorf("public key % x, %v; want the one given", pub, err)
	}
	t.Run("D65 D66 everything is new in each flow", func(t *testing.T) {
		s := oidc(t, "code")
		a, b := mustQuery(t, s.pending().URL()), mustQuery(t, s.pending().URL())
		for _, name := range []string{"state", "nonce", "code_challenge"} {
			if a.Get(name) == b.Get(name) {
				t.Errorf("%s is the same twice", name)
			}
		}
	})
	t.Run("ids that would break the form are left out", func(t *testing.T) {
		for _, id := range []string{"", "a.b", "a b", "<x>", strings.Repeat("x", 65), "\u00e9"} {
			s.begin.KernelID, s.begin.CommID = id, id
			if state := s.pending().State(); !strings.HasSuffix(state, "..") || strings.Count(state, ".") != 4 {
				t.Errorf("id %q gives state %q", id, state)
			}
		}
	})
	t.Run("randomness comes from the reader", func(t *testing.T) {
		client := flow.New(s.cfg, flow.Options{Rand: strings.NewReader("too short")})
		if p, err := client.Begin(t.Context(), s.begin); err == nil {
			t.Errorf("began %s with nine random bytes", p.ID())
		}
	})
	t.Run("E73 printing shows no state", func(t *testing.T) {
		printed := fmt.Sprintf("%v %+v %#v", p, struct{ inner *flow.Pending }{p}, p)
		if strings.Contains(printed, parts[1]) || strings.Contains(printed, "nonce=") {
			t.Errorf("printed: %s", printed)
		}
	})
}

func TestBeginRefuses(t *testing.T) {
	rows := []struct {
		name   string
		grant  string
		change func(s *scene)
		want   *flow.Error
	}{
		{"implicit without a secure context", "token", func(s *scene) { s.begin.Secure = false }, flow.ErrInsecureContext},
		{"implicit with an ID token without a secure context", "id_token token", func(s *scene) { s.begin.Secure = false }, flow.ErrInsecureContext},
		{"no redirect URI", "code", func(s *scene) { s.begin.RedirectURI = "" }, flow.ErrRedirectURI},
		{"F84 relative redirect URI", "code", func(s *scene) { s.begin.RedirectURI = "/callback/" }, flow.ErrRedirectURI},
		{"F84 redirect URI with a fragment", "code", func(s *scene) { s.begin.RedirectURI += "#" }, flow.ErrRedirectURI},
		{"F84 redirect URI with a user", "code", func(s *scene) { s.begin.RedirectURI = "http://a@127.0.0.1/callback/" }, flow.ErrRedirectURI},
		{"F84 redirect URI without its slash", "code", func(s *scene) { s.begin.RedirectURI = "http://127.0.0.1/callback" }, flow.ErrRedirectURI},
		{"F84 redirect URI with a line break", "code", func(s *scene) { s.begin.RedirectURI = "http://127.0.0.1/a\u2028/" }, flow.ErrRedirectURI},
		{"F84 redirect URI of another scheme", "code", func(s *scene) { s.begin.RedirectURI = "javascript://x/" }, flow.ErrRedirectURI},
		{"F84 implicit over http", "token", func(s *scene) { s.begin.RedirectURI = "http://hub.example/callback/" }, flow.ErrRedirectURI},
		{"no relay key", "code", func(s *scene) { s.begin.Relay = nil }, &flow.Error{Code: "relay_key"}},
		{"relay key off the curve", "code", func(s *scene) { s.begin.Relay = append([]byte{4}, make([]byte, 64)...) }, &flow.Error{Code: "relay_key"}},
		{"D65 provider without S256", "code", func(s *scene) {
			s.p.Faults.Metadata = func(m map[string]any) { m["code_challenge_methods_supported"] = []string{"plain"} }
		}, flow.ErrPKCE},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := oidc(t, row.grant)
			row.change(s)
			p, err := s.client.Begin(t.Context(), s.begin)
			if p != nil {
				t.Error("a flow began")
			}
			refused(t, err, row.want)
		})
	}
}

func TestBeginAllows(t *testing.T) {
	t.Run("code without a secure context", func(t *testing.T) {
		s := oidc(t, "code")
		s.begin.Secure, s.begin.RedirectURI = false, "http://hub.example:8000/user/ann/callback/"
		if got := s.pending().RedirectURI(); got != s.begin.RedirectURI {
			t.Errorf("redirect URI %q", got)
		}
	})
	t.Run("F84 configured redirect URI wins", func(t *testing.T) {
		s := oidc(t, "code")
		s.cfg.RedirectURI = providertest.RedirectURI
		s.begin.RedirectURI = "http://localhost:8888/callback/"
		if got := s.pending().RedirectURI(); got != providertest.RedirectURI {
			t.Errorf("redirect URI %q", got)
		}
	})
	t.Run("D65 confidential client of a provider without S256", func(t *testing.T) {
		s := oidc(t, "code")
		s.cfg.ClientSecret = params.NewSecret("canary")
		s.p.Faults.Metadata = func(m map[string]any) { m["code_challenge_methods_supported"] = []string{"plain"} }
		s.pending()
	})
}

func TestPrepare(t *testing.T) {
	s := oidc(t, "id_token token")
	if err := s.client.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.mustSignIn()
	if d, k := s.p.Requests("discovery"), s.p.Requests("keys"); d != 1 || k != 1 {
		t.Errorf("asked for metadata %d times and keys %d times; want once each", d, k)
	}
	down := oidc(t, "code")
	down.p.Faults.Replace = map[string]http.HandlerFunc{"keys": http.NotFound}
	refused(t, down.client.Prepare(t.Context()), flow.ErrUnreachable)
	down.p.Faults.Replace["discovery"] = http.NotFound
	refused(t, flow.New(down.cfg, flow.Options{}).Prepare(t.Context()), flow.ErrAnswer)
}
