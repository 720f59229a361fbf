package sgid_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

// TestFaultsOfTheSDK has a row for each fault of sgid-client 0.3.0 that is not
// to be shared. Time limits, body limits and the key set's rate limit are in
// network_test.go.
func TestFaultsOfTheSDK(t *testing.T) {
	rows := []struct {
		name string
		test func(t *testing.T, s *scene)
	}{
		{"the default nonce is made once per process", func(t *testing.T, s *scene) {
			seen := map[string]bool{}
			for range 100 {
				_, nonce, err := s.client.AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge})
				if err != nil || len(nonce) != 43 || seen[nonce] {
					t.Fatalf("nonce %q, %v", nonce, err)
				}
				seen[nonce] = true
			}
		}},
		{"the payload is read with non-urlsafe base64 and percent-decoded", func(t *testing.T, s *scene) {
			// Its base64url has - and _, and unquote would change it.
			const sub = "u=??>>~~\u00ff%41"
			s.p.Faults.Claims = func(c map[string]any) { c["sub"] = sub }
			session := s.mustSignIn(t)
			if payload := strings.Split(session.IDToken.Reveal(), ".")[1]; !strings.ContainsAny(payload, "-_") {
				t.Fatal("the payload does not show the difference")
			}
			if session.Sub != sub {
				t.Errorf("sub %q", session.Sub)
			}
		}},
		{"an aud list is refused", func(t *testing.T, s *scene) {
			s.p.Faults.Claims = func(c map[string]any) { c["aud"] = []string{sgidtest.ClientID} }
			s.mustSignIn(t)
		}},
		{"azp is not looked at", func(t *testing.T, s *scene) { s.refusesClaim(t, "azp", "canary") }},
		{"iat is not judged", func(t *testing.T, s *scene) { s.refusesClaim(t, "iat", 0) }},
		{"no clock skew is tolerated", func(t *testing.T, s *scene) {
			s.p.Faults.Claims = func(c map[string]any) { c["exp"] = at(-30 * time.Second) }
			s.mustSignIn(t)
		}},
		{"response bodies are copied into exceptions", func(t *testing.T, s *scene) {
			for _, endpoint := range []string{"token", "keys", "userinfo"} {
				s.authorize(t)
				s.p.Faults = sgidtest.Faults{}
				replaced(endpoint, answering(400, "text/plain", "canary"))(&s.p.Faults)
				s.client = mustClient(t, config(s.p)) // one without keys
				_, err := s.all(t.Context())
				want := map[string]*sgid.Error{"token": sgid.ErrTokenEndpoint, "keys": sgid.ErrKeySet, "userinfo": sgid.ErrUserInfo}[endpoint]
				refused(t, err, want)
			}
		}},
		{"the WWW-Authenticate header is copied into exceptions", func(t *testing.T, s *scene) {
			session := s.mustSignIn(t)
			_, err := s.client.UserInfo(t.Context(), session.Sub, sgid.NewSecret("unknown"))
			refused(t, err, sgid.ErrUserInfo) // the fake's header has a canary in it
		}},
		{"decrypted text is read as ASCII", func(t *testing.T, s *scene) {
			info, err := s.all(t.Context())
			if err != nil || info.Data["myinfo.birth_name"] != "Zoë 陈小慧" {
				t.Errorf("got %v, %v", info, err)
			}
		}},
		{"the block key's JSON is repaired", func(t *testing.T, s *scene) {
			s.p.Faults.BlockKeyJWK = func(text string) string { return strings.ReplaceAll(text, `"`, `'`) }
			_, err := s.all(t.Context())
			refused(t, err, sgid.ErrBlockKey)
		}},
		{"objects in data are never parsed", func(t *testing.T, _ *scene) {
			if got, ok := sgid.ParseData(`{"a":"b"}`).(map[string]any); !ok || got["a"] != "b" {
				t.Errorf("got %v", got)
			}
		}},
		{"an empty value raises IndexError", func(t *testing.T, s *scene) {
			info, err := s.all(t.Context())
			if err != nil || info.Parsed()["myinfo.email"] != "" {
				t.Errorf("got %v, %v", info, err)
			}
		}},
		{"state is not checked", func(t *testing.T, s *scene) {
			p := s.params()
			p.ReturnedState = "canary"
			_, err := s.client.Callback(t.Context(), p)
			refused(t, err, sgid.ErrState)
		}},
		{"a nonce left out of callback is not checked", func(t *testing.T, s *scene) {
			p := s.params()
			p.Nonce = ""
			_, err := s.client.Callback(t.Context(), p)
			refused(t, err, sgid.ErrNonce)
		}},
		{"the key set is fetched again for each bad signature", func(t *testing.T, s *scene) {
			s.p.Faults.ForeignKey = true
			for range 3 {
				s.authorize(t)
				_, err := s.client.Callback(t.Context(), s.params())
				refused(t, err, sgid.ErrIDToken)
			}
			if n := s.p.Requests("keys"); n != 1 {
				t.Errorf("fetched %d times", n)
			}
		}},
		{"any JWE algorithm the library knows is accepted", func(t *testing.T, s *scene) {
			s.p.Faults.BlockKey.Alg = "RSA-OAEP"
			_, err := s.all(t.Context())
			refused(t, err, sgid.ErrBlockKey)
		}},
		{"the hostname may be http", func(t *testing.T, s *scene) {
			cfg := config(s.p)
			cfg.Hostname = "http://api.id.gov.sg"
			_, err := sgid.NewClient(cfg)
			refused(t, err, sgid.ErrHostname)
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) { row.test(t, newScene(t)) })
	}
}

func (s *scene) refusesClaim(t *testing.T, name string, value any) {
	t.Helper()
	s.p.Faults.Claims = func(c map[string]any) { c[name] = value }
	_, err := s.client.Callback(t.Context(), s.params())
	refused(t, err, sgid.ErrIDToken)
	if !errors.Is(err, &sgid.CheckError{Check: name}) {
		t.Errorf("got %v; want %s", err, name)
	}
}

func TestParseData(t *testing.T) {
	rows := []struct {
		name, in string
		want     any
	}{
		{"a plain text", "TAN XIAO HUI", "TAN XIAO HUI"},
		{"empty", "", ""},
		{"a list", `["a",["b"]]`, []any{"a", []any{"b"}}},
		{"an empty list", `[]`, []any{}},
		{"a number no float holds", `[12345678901234567890]`, []any{json.Number("12345678901234567890")}},
		{"an object", `{"a":{"b":null}}`, map[string]any{"a": map[string]any{"b": nil}}},
		{"an empty object", `{}`, map[string]any{}},
		{"brackets without JSON", "[a]", "[a]"},
		{"braces without JSON", "{TAN}", "{TAN}"},
		{"two lists", "[1][2]", "[1][2]"},
		{"one bracket", "[", "["},
		{"brackets that don't match", `["a"}`, `["a"}`},
		{"space in front", ` ["a"]`, ` ["a"]`},
		{"a number", "20", "20"},
		{"true", "true", "true"},
		{"a JSON text", `"a"`, `"a"`},
		{"deeper than any data", strings.Repeat("[", 20000) + strings.Repeat("]", 20000), strings.Repeat("[", 20000) + strings.Repeat("]", 20000)},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := sgid.ParseData(row.in); !reflect.DeepEqual(got, row.want) {
				t.Errorf("got %#v; want %#v", got, row.want)
			}
		})
	}
}
