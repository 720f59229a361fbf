package sgid_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

// allScopes covers what the fake's user shares.
var allScopes = []string{"openid myinfo.name myinfo.email", "myinfo.vehicles", "myinfo.residence", "myinfo.birth_name"}

// scene is one sign-in that succeeds if nothing is changed.
type scene struct {
	p        *sgidtest.Provider
	client   *sgid.Client
	verifier string
	nonce    string
	query    url.Values
}

func config(p *sgidtest.Provider) sgid.Config {
	return sgid.Config{
		ClientID: sgidtest.ClientID, ClientSecret: sgid.NewSecret(p.ClientSecret),
		PrivateKey: sgid.NewSecret(p.PKCS8()), RedirectURI: sgidtest.RedirectURI, Hostname: p.Hostname, Now: p.Now,
	}
}

// newScene goes as far as the browser's return. change edits the configuration.
func newScene(t testing.TB, change ...func(*sgid.Config)) *scene {
	t.Helper()
	p := sgidtest.New(t)
	cfg := config(p)
	for _, f := range change {
		f(&cfg)
	}
	s := &scene{p: p, client: mustClient(t, cfg)}
	s.authorize(t)
	return s
}

func mustClient(t testing.TB, cfg sgid.Config) *sgid.Client {
	t.Helper()
	client, err := sgid.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// authorize gets a new code.
func (s *scene) authorize(t testing.TB) {
	t.Helper()
	verifier, challenge, err := sgid.GeneratePKCEPair(0)
	if err != nil {
		t.Fatal(err)
	}
	address, nonce, err := s.client.AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge, State: "canary-state", Scopes: allScopes})
	if err != nil {
		t.Fatal(err)
	}
	if s.query, err = s.p.Authorize(address); err != nil {
		t.Fatal(err)
	}
	s.verifier, s.nonce = verifier, nonce
}

// params are the right ones for Callback.
func (s *scene) params() sgid.CallbackParams {
	return sgid.CallbackParams{
		Code: s.query.Get("code"), CodeVerifier: s.verifier, Nonce: s.nonce,
		State: "canary-state", ReturnedState: s.query.Get("state"),
	}
}

func (s *scene) mustSignIn(t testing.TB) *sgid.Session {
	t.Helper()
	session, err := s.client.Callback(t.Context(), s.params())
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// refused fails the test unless err is an *Error of that kind whose text has no
// secret in it: all those of the fake begin with "canary".
func refused(t testing.TB, err error, want *sgid.Error) *sgid.Error {
	t.Helper()
	var e *sgid.Error
	if !errors.As(err, &e) || !errors.Is(err, want) {
		t.Fatalf("got %v; want %s", err, want.Kind)
	}
	for cause := error(e); cause != nil; cause = errors.Unwrap(cause) {
		if text := cause.Error(); strings.Contains(text, "canary") || strings.ContainsAny(text, "\r\n") {
			t.Errorf("error shows what it must not: %q", text)
		}
	}
	return e
}

// replaced answers in place of an endpoint.
func replaced(endpoint string, h http.HandlerFunc) func(*sgidtest.Faults) {
	return func(f *sgidtest.Faults) { f.Replace = map[string]http.HandlerFunc{endpoint: h} }
}

func answering(status int, media, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", media)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}
