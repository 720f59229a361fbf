package flow

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/secret"
	"github.com/ipyauth/ipyauth/params"
)

// What is accepted must have the state, be in the right part and mean what
// net/url makes of it; whatever is refused must be refused with a typed error
// that repeats none of the input's secrets.
func FuzzResponse(f *testing.F) {
	const state = "AAECAwQFBgcICQoL.c3RhdGU.cHVi.kernel.comm"
	for _, seed := range []Response{
		{"code=c&state=" + state, ""}, {"", "access_token=t&token_type=Bearer&expires_in=600&state=" + state},
		{"state=" + state, "access_token=t"}, {"", "error=access_denied&error_description=a+b%20c&state=" + state},
		{"code=c&code=d&state=" + state, ""}, {"%zz", "%ff"}, {"", "&&="}, {"iss=x&code=c&state=" + state, ""}, {"", "id_token=a.b.c&state=" + state},
		{";&code=0&state=" + state, ""},
	} {
		f.Add(seed.Query, seed.Fragment, true)
		f.Add(seed.Query, seed.Fragment, false)
	}
	f.Fuzz(func(t *testing.T, query, fragment string, implicit bool) {
		cfg := &params.Config{Name: "provider", ResponseType: params.Code}
		if implicit {
			cfg.ResponseType = params.Token
		}
		p := &Pending{client: New(cfg, Options{}), provider: &provider{}, cfg: cfg, state: secret.New(state), begun: time.Now()}
		k, err := p.Check(Response{query, fragment})
		if err != nil {
			e := new(Error)
			if !errors.As(err, &e) || k != nil || e.Next == "" {
				t.Fatalf("Check = %v, %v; want a typed error", k, err)
			}
			if strings.Contains(err.Error(), state) || strings.ContainsAny(err.Error(), "\x00\x1b\r\n") {
				t.Fatalf("error %q", err)
			}
			return
		}
		part := query
		if implicit {
			part = fragment
		}
		// net/url refuses the separator of old; browsers and we take it as a character.
		v, err := url.ParseQuery(strings.ReplaceAll(part, ";", "%3B"))
		if err != nil || v.Get("state") != state || v.Has("error") || !p.Used() {
			t.Fatalf("accepted %q, %q", query, fragment)
		}
		if k.code.Reveal() != v.Get("code") || k.access.Reveal() != v.Get("access_token") || k.id.Reveal() != v.Get("id_token") {
			t.Fatalf("read another value than net/url from %q", part)
		}
	})
}
