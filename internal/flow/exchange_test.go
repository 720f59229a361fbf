package flow_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/params"
)

// answering replaces the token endpoint.
func answering(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(status)
		w.Write([]byte(body))
	}
}

func TestTokenEndpointFaults(t *testing.T) {
	const js = "application/json"
	rows := []struct {
		name   string
		answer http.HandlerFunc
		want   *flow.Error
	}{
		{"D64 error with 200", answering(200, js, `{"error":"invalid_grant"}`), flow.ErrInvalidGrant},
		{"D64 error with 400", answering(400, js, `{"error":"invalid_client","error_description":"no such client"}`), &flow.Error{Code: "invalid_client"}},
		{"D64 error as HTML", answering(400, "text/html", "<html>canary-body"), flow.ErrAnswer},
		{"D64 form-encoded", answering(200, "application/x-www-form-urlencoded", "access_token=canary&token_type=bearer"), flow.ErrAnswer},
		{"D64 form-encoded as text", answering(200, "text/plain", "access_token=canary&token_type=bearer"), flow.ErrAnswer},
		{"D64 JSON as text", answering(200, "text/plain", `{"access_token":"canary","token_type":"bearer"}`), flow.ErrAnswer},
		{"D64 JSON called HTML", answering(200, "text/html", `{"access_token":"canary","token_type":"bearer"}`), flow.ErrAnswer},
		{"D64 JSON called a JWT", answering(200, "application/jwt", `{"access_token":"canary","token_type":"bearer"}`), flow.ErrAnswer},
		{"D64 token type missing", answering(200, js, `{"access_token":"canary"}`), flow.ErrTokenType},
		{"D64 token type of another kind", answering(200, js, `{"access_token":"canary","token_type":"mac"}`), flow.ErrTokenType},
		{"D64 access token missing", answering(200, js, `{"token_type":"bearer"}`), flow.ErrAnswer},
		{"D64 access token no text", answering(200, js, `{"access_token":7,"token_type":"bearer"}`), flow.ErrAnswer},
		{"D64 access token with a line break", answering(200, js, `{"access_token":"canary\r\nX: y","token_type":"bearer"}`), flow.ErrAnswer},
		{"D64 access token twice", answering(200, js, `{"access_token":"canary","access_token":"canary","token_type":"bearer"}`), flow.ErrAnswer},
		{"D64 access token in two cases", answering(200, js, `{"access_token":"canary","Access_Token":"canary","token_type":"bearer"}`), flow.ErrAnswer},
		{"D64 ID token missing", answering(200, js, `{"access_token":"canary","token_type":"bearer"}`), flow.ErrIDToken},
		{"D64 access token null", answering(200, js, `{"access_token":null,"token_type":"bearer"}`), flow.ErrAnswer},
		{"D64 a list", answering(200, js, `[{"access_token":"canary","token_type":"bearer"}]`), flow.ErrAnswer},
		{"D64 HTML with 200", answering(200, "text/html", "<html>canary-body"), flow.ErrAnswer},
		{"D64 HTML called JSON", answering(200, js, "<html>canary-body"), flow.ErrAnswer},
		{"D64 empty", answering(200, js, ""), flow.ErrAnswer},
		{"D64 status 429", answering(429, js, "{}"), &flow.Error{Code: "temporarily_unavailable"}},
		{"D64 status 502", answering(502, "text/html", "<html>canary"), &flow.Error{Code: "temporarily_unavailable"}},
		{"A15 expires_in 1e30", answering(200, js, `{"access_token":"canary","token_type":"bearer","expires_in":1e30}`), flow.ErrAnswer},
		{"A15 expires_in a fraction", answering(200, js, `{"access_token":"canary","token_type":"bearer","expires_in":3599.5}`), flow.ErrAnswer},
		{"A15 expires_in words", answering(200, js, `{"access_token":"canary","token_type":"bearer","expires_in":"soon"}`), flow.ErrAnswer},
		{"D61 larger than a megabyte", answering(200, js, `{"access_token":"`+strings.Repeat("a", 2<<20)+`","token_type":"bearer"}`), flow.ErrAnswer},
		{"D61 redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, flow.ErrAnswer},
		{"A19 code with control characters", answering(400, js, `{"error":"\u001b[31m"}`), &flow.Error{Code: "unknown_error"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := oidc(t, "code")
			s.p.Faults.Replace = map[string]http.HandlerFunc{"token": row.answer}
			got, err := s.signIn()
			if got != nil {
				t.Error("tokens were returned")
			}
			refused(t, err, row.want)
			if n := s.p.Requests("token") + s.p.Requests("other"); n != 1 {
				t.Errorf("the code was sent %d times", n)
			}
			if row.want.Code == "temporarily_unavailable" && err.(*flow.Error).RetryAfter != 30*time.Second {
				t.Errorf("retry after %v; want 30s", err.(*flow.Error).RetryAfter)
			}
		})
	}
}

func TestTokenAnswerTolerated(t *testing.T) {
	rows := []struct {
		name   string
		change func(m map[string]any)
		check  func(t *testing.T, got *flow.Tokens)
	}{
		{"A14 token type in small letters", func(m map[string]any) { m["token_type"] = "bearer" }, nil},
		{"A15 expires_in as text", func(m map[string]any) { m["expires_in"] = "600" }, func(t *testing.T, got *flow.Tokens) {
			if left := time.Until(got.Expiry); left < 599*time.Second-time.Minute || left > 600*time.Second {
				t.Errorf("expires in %v", left)
			}
		}},
		{"A15 expires_in absent", func(m map[string]any) { delete(m, "expires_in") }, noExpiry},
		{"A15 expires_in 0", func(m map[string]any) { m["expires_in"] = 0 }, noExpiry},
		{"A15 expires_in negative", func(m map[string]any) { m["expires_in"] = -1 }, noExpiry},
		{"A15 expires_in beyond int32", func(m map[string]any) { m["expires_in"] = int64(1) << 60 }, noExpiry},
		{"A16 scope absent", func(m map[string]any) { delete(m, "scope") }, func(t *testing.T, got *flow.Tokens) {
			if !slices.Equal(got.Scopes, got.Asked) {
				t.Errorf("scopes %q", got.Scopes)
			}
		}},
		{"no refresh token", func(m map[string]any) { delete(m, "refresh_token") }, func(t *testing.T, got *flow.Tokens) {
			if !got.Refresh.IsZero() {
				t.Error("a refresh token")
			}
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := oidc(t, "code")
			s.p.Faults.TokenAnswer = row.change
			got := s.mustSignIn()
			if row.check != nil {
				row.check(t, got)
			}
		})
	}
}

func TestCodeInjection(t *testing.T) {
	t.Run("D66 code of another flow", func(t *testing.T) {
		s := oidc(t, "code")
		victim, attacker := s.pending(), s.pending()
		stolen := mustParse(t, s.respond(attacker).Query).Get("code")
		k, err := victim.Check(set("code", stolen)(s.respond(victim)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = k.Tokens(t.Context())
		refused(t, err, flow.ErrInvalidGrant) // the verifier does not fit
	})
	t.Run("D66 a provider that ignores PKCE: the nonce catches it", func(t *testing.T) {
		s := oidc(t, "code")
		s.p.Faults.Claims = func(c map[string]any) { c["nonce"] = "canary-of-another-flow" }
		_, err := s.signIn()
		refused(t, err, flow.ErrIDToken)
		if !errors.Is(err, &idtoken.Error{Check: idtoken.CheckNonce}) {
			t.Errorf("got %v; want the nonce refused", err)
		}
	})
	t.Run("E76 a description that repeats the code", func(t *testing.T) {
		s := oidc(t, "code")
		s.p.Faults.Replace = map[string]http.HandlerFunc{"token": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(400)
			json.NewEncoder(w).Encode(map[string]string{"error": "invalid_grant", "error_description": "unknown code " + r.PostFormValue("code") + " for " + r.PostFormValue("code_verifier")})
		}}
		_, err := s.signIn()
		refused(t, err, flow.ErrInvalidGrant)
	})
}

func mustParse(t *testing.T, query string) url.Values {
	t.Helper()
	v, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The verifier of RFC 7636: 43 to 128 unreserved characters.
func TestVerifier(t *testing.T) {
	t.Attr("attack", "D65")
	s := oidc(t, "code")
	var form url.Values
	s.p.Faults.Replace = map[string]http.HandlerFunc{"token": func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		form = r.PostForm
		answering(400, "application/json", `{"error":"invalid_grant"}`)(w, r)
	}}
	s.signIn()
	verifier := form.Get("code_verifier")
	if len(verifier) != 43 || strings.Trim(verifier, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		t.Errorf("D65 verifier of %d characters", len(verifier))
	}
	if form.Has("client_secret") || form.Get("client_id") == "" {
		t.Error("a public client must send its id and no secret")
	}
}

func TestRefresh(t *testing.T) {
	s := oidc(t, "code")
	first := s.mustSignIn()
	second, err := s.client.Refresh(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	if second.Access.Equal(first.Access) || second.Refresh.Equal(first.Refresh) || second.Refresh.IsZero() {
		t.Error("D67 the new access and refresh token are not kept")
	}
	if !second.Verified || second.User != first.User || second.Claims["sub"] != first.Claims["sub"] {
		t.Errorf("verified %v, user %q", second.Verified, second.User)
	}
	t.Run("D67 rotated token replayed", func(t *testing.T) {
		_, err := s.client.Refresh(t.Context(), first)
		refused(t, err, flow.ErrInvalidGrant)
	})
	t.Run("and on", func(t *testing.T) {
		if _, err := s.client.Refresh(t.Context(), second); err != nil {
			t.Error(err)
		}
	})
}

func TestRefreshAnswers(t *testing.T) {
	rows := []struct {
		name   string
		change func(s *scene)
		check  func(t *testing.T, first, second *flow.Tokens)
	}{
		{"D67 no new refresh token keeps the old one", func(s *scene) {
			s.p.Faults.TokenAnswer = func(m map[string]any) { delete(m, "refresh_token") }
		}, func(t *testing.T, first, second *flow.Tokens) {
			if !second.Refresh.Equal(first.Refresh) {
				t.Error("the refresh token is gone")
			}
		}},
		{"no new ID token keeps the claims", func(s *scene) { s.p.Faults.NoRefreshedIDToken = true }, func(t *testing.T, first, second *flow.Tokens) {
			if !second.Verified || second.User != first.User || !second.ID.Equal(first.ID) || len(second.Report) != len(first.Report) {
				t.Errorf("got %+v", second)
			}
		}},
		{"A16 scope absent is as before", func(s *scene) {
			s.p.Faults.TokenAnswer = func(m map[string]any) { delete(m, "scope") }
		}, func(t *testing.T, first, second *flow.Tokens) {
			if !slices.Equal(second.Scopes, first.Scopes) {
				t.Errorf("scopes %q", second.Scopes)
			}
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := oidc(t, "code")
			first := s.mustSignIn()
			row.change(s)
			second, err := s.client.Refresh(t.Context(), first)
			if err != nil {
				t.Fatal(err)
			}
			row.check(t, first, second)
		})
	}
}

func TestRefreshRefused(t *testing.T) {
	rows := []struct {
		name   string
		change func(s *scene)
		want   error
	}{
		{"C55 another user", func(s *scene) { s.p.Faults.Claims = func(c map[string]any) { c["sub"] = "bob@example.com" } }, &idtoken.Error{Check: idtoken.CheckSubject}},
		{"C51 another nonce", func(s *scene) { s.p.Faults.Claims = func(c map[string]any) { c["nonce"] = "other" } }, &idtoken.Error{Check: idtoken.CheckNonce}},
		{"C47 another issuer", func(s *scene) { s.p.Faults.Claims = func(c map[string]any) { c["iss"] = "other" } }, &idtoken.Error{Check: idtoken.CheckIssuer}},
		{"C42 another key", func(s *scene) { s.p.Faults.ForeignKey = true }, &idtoken.Error{Check: idtoken.CheckSignature}},
		{"D67 invalid_grant", func(s *scene) {
			s.p.Faults.Replace = map[string]http.HandlerFunc{"token": answering(400, "application/json", `{"error":"invalid_grant"}`)}
		}, flow.ErrInvalidGrant},
		{"D67 no access token in the answer", func(s *scene) { s.p.Faults.TokenAnswer = func(m map[string]any) { delete(m, "access_token") } }, flow.ErrAnswer},
		{"D67 busy", func(s *scene) {
			s.p.Faults.Replace = map[string]http.HandlerFunc{"token": answering(503, "text/html", "<html>")}
		}, &flow.Error{Code: "temporarily_unavailable"}},
		{"D67 down", func(s *scene) {
			s.p.Faults.Replace = map[string]http.HandlerFunc{"token": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }}
		}, flow.ErrUnreachable},
		{"D64 token type", func(s *scene) { s.p.Faults.TokenAnswer = func(m map[string]any) { m["token_type"] = "mac" } }, flow.ErrTokenType},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := oidc(t, "code")
			first := s.mustSignIn()
			row.change(s)
			second, err := s.client.Refresh(t.Context(), first)
			if second != nil || !errors.Is(err, row.want) {
				t.Errorf("Refresh = %v, %v; want %v", second, err, row.want)
			}
			if first.Access.IsZero() || !first.Verified {
				t.Error("the old tokens were changed")
			}
		})
	}
}

func TestRevoke(t *testing.T) {
	s := oidc(t, "code")
	got := s.mustSignIn()
	if err := s.client.Revoke(t.Context(), got); err != nil {
		t.Fatal(err)
	}
	if s.p.Live(got.Access.Reveal()) || s.p.Live(got.Refresh.Reveal()) || s.p.Requests("revoke") != 2 {
		t.Errorf("tokens still live after %d requests", s.p.Requests("revoke"))
	}
	_, err := s.client.UserInfo(t.Context(), got)
	refused(t, err, flow.ErrInvalidToken)
	t.Run("D70 endpoint down", func(t *testing.T) {
		s.p.Faults.Replace = map[string]http.HandlerFunc{"revoke": answering(503, "text/html", "canary")}
		refused(t, s.client.Revoke(t.Context(), got), &flow.Error{Code: "temporarily_unavailable"})
	})
	t.Run("confidential client", func(t *testing.T) {
		s := oidc(t, "code")
		s.p.Secret = "canary+secret/%"
		s.cfg.ClientSecret = params.NewSecret(s.p.Secret)
		got := s.mustSignIn()
		if err := s.client.Revoke(t.Context(), got); err != nil || s.p.Live(got.Access.Reveal()) {
			t.Errorf("Revoke = %v", err)
		}
	})
}
