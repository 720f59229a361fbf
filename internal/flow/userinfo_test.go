package flow_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/providertest"
)

func TestUserInfo(t *testing.T) {
	s := oidc(t, "code")
	got := s.mustSignIn()
	info, err := s.client.UserInfo(t.Context(), got)
	if err != nil || info["name"] != "Ann Example" {
		t.Fatalf("UserInfo = %v, %v", info, err)
	}
	rows := []struct {
		name   string
		change func(f *providertest.Faults)
		want   *flow.Error
	}{
		{"D69 other sub", func(f *providertest.Faults) { f.UserInfo = func(m map[string]any) { m["sub"] = "bob" } }, flow.ErrSubject},
		{"D69 no sub", func(f *providertest.Faults) { f.UserInfo = func(m map[string]any) { delete(m, "sub") } }, flow.ErrSubject},
		{"D69 sub no text", func(f *providertest.Faults) { f.UserInfo = func(m map[string]any) { m["sub"] = 7 } }, flow.ErrSubject},
		{"D69 a JWT", replaced("userinfo", answering(200, "application/jwt", "canary.canary.canary")), flow.ErrUnsupported},
		{"D69 HTML", replaced("userinfo", answering(200, "text/html", "<html>canary")), flow.ErrAnswer},
		{"D69 sub twice", replaced("userinfo", answering(200, "application/json", `{"sub":"`+providertest.Subject+`","sub":"canary"}`)), flow.ErrAnswer},
		{"401", replaced("userinfo", answering(401, "application/json", "canary")), flow.ErrInvalidToken},
		{"403", replaced("userinfo", answering(403, "application/json", "canary")), flow.ErrAnswer},
		{"500", replaced("userinfo", answering(500, "text/html", "canary")), &flow.Error{Code: "temporarily_unavailable"}},
		{"D61 larger than a megabyte", replaced("userinfo", answering(200, "application/json", strings.Repeat(" ", 2<<20))), flow.ErrAnswer},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s.p.Faults = providertest.Faults{}
			row.change(&s.p.Faults)
			info, err := s.client.UserInfo(t.Context(), got)
			if info != nil {
				t.Errorf("got %v", info)
			}
			refused(t, err, row.want)
		})
	}
}

func replaced(endpoint string, h http.HandlerFunc) func(f *providertest.Faults) {
	return func(f *providertest.Faults) { f.Replace = map[string]http.HandlerFunc{endpoint: h} }
}

// The name of a user nobody verified comes from userinfo; no answer there does
// not end the sign-in, another user's does.
func TestNameWithoutClaims(t *testing.T) {
	t.Run("from userinfo", func(t *testing.T) {
		if got := oidc(t, "token").mustSignIn(); got.User != "Ann Example" {
			t.Errorf("user %q", got.User)
		}
	})
	t.Run("from userinfo where the ID token has only sub", func(t *testing.T) {
		s := oidc(t, "code")
		s.p.Faults.Claims = func(c map[string]any) { delete(c, "name") }
		if got := s.mustSignIn(); got.User != "Ann Example" || !got.Verified {
			t.Errorf("user %q, verified %v", got.User, got.Verified)
		}
		replaced("userinfo", http.NotFound)(&s.p.Faults)
		if got := s.mustSignIn(); got.User != providertest.Subject {
			t.Errorf("user %q without userinfo; want the sub", got.User)
		}
	})
	t.Run("userinfo is not asked without need", func(t *testing.T) {
		for _, s := range []*scene{oidc(t, "code"), sgConnect(t, "token id_token")} {
			if s.mustSignIn(); s.p.Requests("userinfo") != 0 {
				t.Errorf("asked %d times", s.p.Requests("userinfo"))
			}
		}
	})
	t.Run("userinfo is down", func(t *testing.T) {
		s := oidc(t, "token")
		replaced("userinfo", http.NotFound)(&s.p.Faults)
		if got := s.mustSignIn(); got.User != "" {
			t.Errorf("user %q", got.User)
		}
	})
	t.Run("D69 userinfo of another user than the unverified ID token's", func(t *testing.T) {
		s := sgConnect(t, "token id_token")
		replaced("discovery", http.NotFound)(&s.p.Faults)
		s.p.Faults.UserInfo = func(m map[string]any) { m["sub"] = "bob" }
		_, err := s.signIn()
		refused(t, err, flow.ErrSubject)
	})
	t.Run("A19 a name with control characters", func(t *testing.T) {
		s := oidc(t, "token")
		s.p.Faults.UserInfo = func(m map[string]any) { m["name"] = "Ann\x1b[2J\u202e" }
		if got := s.mustSignIn(); got.User != "Ann[2J" {
			t.Errorf("user %q", got.User)
		}
	})
}

func TestTokenInfo(t *testing.T) {
	s := sgConnect(t, "token")
	got := s.mustSignIn()
	s.p.Faults.TokenInfo = func(m map[string]any) { m["access_token"] = got.Access.Reveal() }
	info, err := s.client.TokenInfo(t.Context(), got)
	if err != nil || info["auth_level"] != "L2" {
		t.Fatalf("TokenInfo = %v, %v", info, err)
	}
	if _, there := info["access_token"]; there {
		t.Error("E72 the token is repeated in its information")
	}
	s.p.Faults.TokenInfo = func(m map[string]any) { m["client_id"] = "other" }
	_, err = s.client.TokenInfo(t.Context(), got)
	refused(t, err, flow.ErrTokenNotOurs)
	s.p.Faults = providertest.Faults{}
	replaced("tokeninfo", answering(401, "text/html", ""))(&s.p.Faults)
	_, err = s.client.TokenInfo(t.Context(), got)
	refused(t, err, flow.ErrInvalidToken)
}
