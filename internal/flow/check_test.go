package flow_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
)

// change edits the parameters of a response, in the part they are in.
func change(r flow.Response, edit func(v url.Values)) flow.Response {
	part := &r.Query
	if r.Fragment != "" {
		part = &r.Fragment
	}
	v, err := url.ParseQuery(*part)
	if err != nil {
		panic(err)
	}
	edit(v)
	*part = v.Encode()
	return r
}

func set(name, value string) func(flow.Response) flow.Response {
	return func(r flow.Response) flow.Response { return change(r, func(v url.Values) { v.Set(name, value) }) }
}

func remove(name string) func(flow.Response) flow.Response {
	return func(r flow.Response) flow.Response { return change(r, func(v url.Values) { v.Del(name) }) }
}

// raw appends text to the part that has the response.
func raw(text string) func(flow.Response) flow.Response {
	return func(r flow.Response) flow.Response {
		if r.Fragment != "" {
			r.Fragment += text
		} else {
			r.Query += text
		}
		return r
	}
}

func move(r flow.Response) flow.Response { return flow.Response{Query: r.Fragment, Fragment: r.Query} }

// Responses that are not taken for this sign-in's: it goes on, and the genuine
// one is accepted afterwards.
func TestIgnoredResponses(t *testing.T) {
	forged := strings.Repeat("A", 16) + "." + strings.Repeat("B", 22)
	rows := []struct {
		name  string
		grant string
		edit  func(flow.Response) flow.Response
		want  *flow.Error
	}{
		{"A01 state absent", "token", remove("state"), flow.ErrStateMismatch},
		{"A01 state empty", "token", set("state", ""), flow.ErrStateMismatch},
		{"A02 state forged", "token", set("state", forged), flow.ErrStateMismatch},
		{"A02 state with one character changed", "code", func(r flow.Response) flow.Response {
			return change(r, func(v url.Values) { v.Set("state", v.Get("state")[:20]+"!"+v.Get("state")[21:]) })
		}, flow.ErrStateMismatch},
		{"A02 state a prefix", "code", func(r flow.Response) flow.Response {
			return change(r, func(v url.Values) { v.Set("state", strings.SplitN(v.Get("state"), ".", 2)[0]) })
		}, flow.ErrStateMismatch},
		{"A02 state with more behind", "code", func(r flow.Response) flow.Response {
			return change(r, func(v url.Values) { v.Set("state", v.Get("state")+"x") })
		}, flow.ErrStateMismatch},
		{"A17 error without state", "token", func(r flow.Response) flow.Response {
			return flow.Response{Fragment: "error=access_denied"}
		}, flow.ErrStateMismatch},
		{"A08 response in both parts", "token", func(r flow.Response) flow.Response {
			r.Query = r.Fragment
			return r
		}, flow.ErrMode},
		{"A08 conflicting state in the query", "token", func(r flow.Response) flow.Response {
			r.Query = "state=" + forged
			return r
		}, flow.ErrMode},
		{"A08 code in the query besides a token", "token", func(r flow.Response) flow.Response {
			r.Query = "code=canary-code"
			return r
		}, flow.ErrMode},
		{"A08 token in the fragment besides a code", "code", func(r flow.Response) flow.Response {
			r.Fragment = "access_token=canary-token"
			return r
		}, flow.ErrMode},
		{"A09 state twice", "token", raw("&state=" + forged), flow.ErrMalformed},
		{"A09 access token twice", "token", raw("&access_token=canary"), flow.ErrMalformed},
		{"A09 code twice", "code", raw("&code=canary"), flow.ErrMalformed},
		{"A09 name twice by escape", "code", raw("&%63ode=canary"), flow.ErrMalformed},
		{"A09 unknown name twice", "token", raw("&x=1&x=2"), flow.ErrMalformed},
		{"A10 empty", "token", func(flow.Response) flow.Response { return flow.Response{} }, flow.ErrMalformed},
		{"A10 nothing but separators", "token", func(flow.Response) flow.Response { return flow.Response{Fragment: "&&&"} }, flow.ErrMalformed},
		{"A10 percent broken", "token", raw("&x=%zz"), flow.ErrMalformed},
		{"A10 percent cut", "token", raw("&x=%4"), flow.ErrMalformed},
		{"A10 invalid UTF-8", "token", raw("&x=%ff"), flow.ErrMalformed},
		{"A10 invalid UTF-8 in a name", "token", raw("&%ff=x"), flow.ErrMalformed},
		{"A10 NUL", "token", raw("&x=%00"), flow.ErrMalformed},
		{"A10 control character in a name", "token", raw("&a%0ab=x"), flow.ErrMalformed},
		{"A10 no name", "token", raw("&=x"), flow.ErrMalformed},
		{"A10 broken query beside a good fragment", "token", func(r flow.Response) flow.Response {
			r.Query = "%zz"
			return r
		}, flow.ErrMalformed},
		{"A11 a megabyte", "token", raw("&x=" + strings.Repeat("x", 1<<20)), flow.ErrMalformed},
		{"A11 a megabyte of query", "token", func(r flow.Response) flow.Response {
			r.Query = strings.Repeat("x", 1<<20)
			return r
		}, flow.ErrMalformed},
		{"A11 100 000 parameters", "token", raw(strings.Repeat("&a", 1e5)), flow.ErrMalformed},
		{"A11 65 parameters", "code", raw(strings.Repeat("&", 64)), flow.ErrMalformed},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := oidc(t, row.grant)
			p := s.pending()
			good := s.respond(p)
			k, err := p.Check(row.edit(good))
			if k != nil {
				t.Error("the response was accepted")
			}
			refused(t, err, row.want)
			if p.Used() {
				t.Error("the sign-in was used up")
			}
			if _, err := p.Check(good); err != nil {
				t.Errorf("the genuine response is refused afterwards: %v", err)
			}
		})
	}
}

// Responses that have the right state and are wrong: they end the sign-in.
func TestRefusedResponses(t *testing.T) {
	rows := []struct {
		name  string
		grant string
		edit  func(flow.Response) flow.Response
		want  *flow.Error
	}{
		{"A07 code where a token was asked for", "token", func(r flow.Response) flow.Response {
			return change(r, func(v url.Values) { v.Del("access_token"); v.Set("code", "canary-code") })
		}, flow.ErrMode},
		{"A07 code besides a token", "token", set("code", "canary-code"), flow.ErrMode},
		{"A07 token where a code was asked for", "code", func(r flow.Response) flow.Response {
			return change(r, func(v url.Values) { v.Del("code"); v.Set("access_token", "canary") })
		}, flow.ErrMode},
		{"A07 token besides a code", "code", set("access_token", "canary"), flow.ErrMode},
		{"A07 ID token besides a code", "code", set("id_token", "canary"), flow.ErrMode},
		{"A07 refresh token in the fragment", "token", set("refresh_token", "canary"), flow.ErrMode},
		{"A08 token in the query", "token", move, flow.ErrMode},
		{"A08 code in the fragment", "code", move, flow.ErrMode},
		{"A12 iss of another", "code", set("iss", "https://attacker.example"), flow.ErrIssuer},
		{"A12 iss with a slash more", "code", func(r flow.Response) flow.Response {
			return change(r, func(v url.Values) { v.Set("iss", v.Get("iss")+"/") })
		}, flow.ErrIssuer},
		{"A12 iss empty", "code", set("iss", ""), flow.ErrIssuer},
		{"A12 iss missing though promised", "code", remove("iss"), flow.ErrIssuer},
		{"A12 iss missing though promised, token", "token", remove("iss"), flow.ErrIssuer},
		{"A12 iss of another with an ID token", "id_token token", set("iss", "https://attacker.example"), flow.ErrIssuer},
		{"A12 iss of another in an error", "code", func(r flow.Response) flow.Response {
			return change(r, func(v url.Values) { v.Set("error", "access_denied"); v.Set("iss", "https://attacker.example") })
		}, flow.ErrIssuer},
		{"A14 token type missing", "token", remove("token_type"), flow.ErrTokenType},
		{"A14 token type mac", "token", set("token_type", "mac"), flow.ErrTokenType},
		{"A14 token type DPoP though not asked for", "token", set("token_type", "DPoP"), flow.ErrTokenType},
		{"A14 token type Bearer with more", "token", set("token_type", "Bearer x"), flow.ErrTokenType},
		{"access token missing", "token", remove("access_token"), flow.ErrMalformed},
		{"access token empty", "token", set("access_token", ""), flow.ErrMalformed},
		{"access token with a line break", "token", set("access_token", "canary\r\nX: y"), flow.ErrMalformed},
		{"access token with a space", "token", set("access_token", "canary canary"), flow.ErrMalformed},
		{"ID token missing", "id_token token", remove("id_token"), flow.ErrMalformed},
		{"code missing", "code", remove("code"), flow.ErrMalformed},
		{"code with a control character", "code", set("code", "canary\x01"), flow.ErrMalformed},
		{"A17 access_denied", "token", set("error", "access_denied"), flow.ErrDenied},
		{"A17 access_denied in the query", "token", func(r flow.Response) flow.Response {
			return move(set("error", "access_denied")(r))
		}, flow.ErrDenied},
		{"A17 login_required", "code", set("error", "login_required"), &flow.Error{Code: "login_required"}},
		{"A17 consent_required", "code", set("error", "consent_required"), &flow.Error{Code: "consent_required"}},
		{"A17 interaction_required", "token", set("error", "interaction_required"), &flow.Error{Code: "interaction_required"}},
		{"A17 temporarily_unavailable", "code", set("error", "temporarily_unavailable"), &flow.Error{Code: "temporarily_unavailable"}},
		{"A17 a provider's own code", "code", set("error", "AADSTS65004.x"), &flow.Error{Code: "AADSTS65004.x"}},
		{"A18 markup as a code", "code", set("error", "<script>alert(1)</script>"), &flow.Error{Code: "unknown_error"}},
		{"A18 code of a kilobyte", "code", set("error", strings.Repeat("a", 1000)), &flow.Error{Code: "unknown_error"}},
		{"A18 empty code", "code", set("error", ""), &flow.Error{Code: "unknown_error"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := oidc(t, row.grant)
			p := s.pending()
			good := s.respond(p)
			k, err := p.Check(row.edit(good))
			if k != nil {
				t.Error("the response was accepted")
			}
			refused(t, err, row.want)
			if _, err := p.Check(good); !errors.Is(err, flow.ErrUsed) || !p.Used() {
				t.Errorf("a second response gives %v; want ErrUsed", err)
			}
			if n := s.p.Requests("token"); n != 0 {
				t.Errorf("A13 a code left for the token endpoint %d times", n)
			}
		})
	}
}

func TestToleratedResponses(t *testing.T) {
	rows := []struct {
		name  string
		grant string
		edit  func(flow.Response) flow.Response
		check func(t *testing.T, got *flow.Tokens)
	}{
		{"A14 bearer in small letters", "token", set("token_type", "bearer"), nil},
		{"A14 bearer in capitals", "token", set("token_type", "BEARER"), nil},
		{"A12 iss left out where an ID token has it", "id_token token", remove("iss"), nil},
		{"A10 plus means space", "token", func(r flow.Response) flow.Response {
			return raw("&scope=a+b%20c")(remove("scope")(r))
		}, func(t *testing.T, got *flow.Tokens) {
			if !slices.Equal(got.Scopes, []string{"a", "b", "c"}) {
				t.Errorf("scopes %q", got.Scopes)
			}
		}},
		{"parameters of others in the other part", "token", func(r flow.Response) flow.Response {
			r.Query = "token=jupyter&folder=x"
			return r
		}, nil},
		{"unknown parameter", "code", set("session_state", "abc"), nil},
		{"empty parameters", "token", raw("&&"), nil},
		{"A15 expires_in absent", "token", remove("expires_in"), noExpiry},
		{"A15 expires_in empty", "token", set("expires_in", ""), noExpiry},
		{"A15 expires_in 0", "token", set("expires_in", "0"), noExpiry},
		{"A15 expires_in negative", "token", set("expires_in", "-3600"), noExpiry},
		{"A15 expires_in 1e30", "token", set("expires_in", "1e30"), noExpiry},
		{"A15 expires_in a fraction", "token", set("expires_in", "3599.5"), noExpiry},
		{"A15 expires_in text", "token", set("expires_in", "soon"), noExpiry},
		{"A15 expires_in beyond int64", "token", set("expires_in", strings.Repeat("9", 30)), noExpiry},
		{"A15 expires_in that overflows a duration", "token", set("expires_in", "9223372036854775807"), noExpiry},
		{"A15 expires_in of a thousand years", "token", set("expires_in", "31536000000"), noExpiry},
		{"A16 scope smaller", "token", set("scope", "openid"), func(t *testing.T, got *flow.Tokens) {
			if !slices.Equal(got.Scopes, []string{"openid"}) || !slices.Equal(got.Asked, []string{"openid", "profile"}) {
				t.Errorf("scopes %q, asked %q", got.Scopes, got.Asked)
			}
		}},
		{"A16 scope larger", "token", set("scope", "openid profile admin"), func(t *testing.T, got *flow.Tokens) {
			if !slices.Equal(got.Scopes, []string{"openid", "profile", "admin"}) {
				t.Errorf("scopes %q", got.Scopes)
			}
		}},
		{"A16 scope absent is as asked", "token", remove("scope"), func(t *testing.T, got *flow.Tokens) {
			if !slices.Equal(got.Scopes, got.Asked) {
				t.Errorf("scopes %q", got.Scopes)
			}
		}},
		{"A19 scope that is no scope token", "token", set("scope", "openid \x1b[31m \u202e a\"b"), func(t *testing.T, got *flow.Tokens) {
			if !slices.Equal(got.Scopes, []string{"openid"}) {
				t.Errorf("scopes %q", got.Scopes)
			}
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := oidc(t, row.grant)
			p := s.pending()
			k, err := p.Check(row.edit(s.respond(p)))
			if err != nil {
				t.Fatal(err)
			}
			got, err := k.Tokens(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if row.check != nil {
				row.check(t, got)
			}
		})
	}
}

func noExpiry(t *testing.T, got *flow.Tokens) {
	t.Helper()
	if !got.Expiry.IsZero() {
		t.Errorf("expiry %v; want unknown", got.Expiry)
	}
}

// An ID token that comes unasked is verified like one that was asked for.
func TestUnaskedIDToken(t *testing.T) {
	s := oidc(t, "token")
	p := s.pending()
	r := s.respond(p)
	k, err := p.Check(set("id_token", "canary.canary.canary")(r))
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.Tokens(t.Context())
	refused(t, err, flow.ErrIDToken)
}
