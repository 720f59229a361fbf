package flow_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
)

func TestErrorTexts(t *testing.T) {
	s := oidc(t, "code")
	host := s.p.BaseURL
	rows := []struct {
		name, description, uri   string
		wantDescription, wantURI string
	}{
		{"plain", "no access", host + "/help", "no access", host + "/help"},
		{"A18 markup stays text", "<img src=x onerror=alert(1)>", "", "<img src=x onerror=alert(1)>", ""},
		{"A18 script as a link", "no", "javascript:alert(1)", "no", ""},
		{"A18 data as a link", "no", "data:text/html,x", "no", ""},
		{"A18 link to another host", "no", "https://attacker.example/", "no", ""},
		{"A18 link with a user", "no", strings.Replace(host, "//", "//a@", 1), "no", ""},
		{"A18 link with control characters", "no", host + "/\u202e", "no", ""},
		{"A19 colours", "a \x1b[31mred\x1b[0m b", "", "a red b", ""},
		{"A19 title and link sequences", "a\x1b]0;title\x07b\x1b]8;;http://x\x1b\\c", "", "abc", ""},
		{"A19 C1 sequence", "a\u009b31mb", "", "ab", ""},
		{"A19 line breaks", "one\r\ntwo\u2028three", "", "one two three", ""},
		{"A19 direction and invisible characters", "a\u202eb\u2066c\u200bd\ufeff", "", "abcd", ""},
		{"A19 bell and backspace", "a\x07b\x08c", "", "abc", ""},
		{"nothing", "", "", "the provider refused", ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := s.pending()
			r := change(s.respond(p), func(v url.Values) {
				v.Set("error", "access_denied")
				v.Set("error_description", row.description)
				v.Set("error_uri", row.uri)
			})
			_, err := p.Check(r)
			refused(t, err, flow.ErrDenied)
			e := err.(*flow.Error)
			if e.Description != row.wantDescription || e.URI != row.wantURI {
				t.Errorf("description %q, link %q; want %q, %q", e.Description, e.URI, row.wantDescription, row.wantURI)
			}
		})
	}
	t.Run("A19 long text is cut", func(t *testing.T) {
		p := s.pending()
		_, err := p.Check(set("error_description", strings.Repeat("\u00e9", 5000))(set("error", "access_denied")(s.respond(p))))
		if n := len([]rune(err.(*flow.Error).Description)); n > 310 {
			t.Errorf("description of %d characters", n)
		}
	})
	t.Run("E76 a description that repeats the state", func(t *testing.T) {
		p := s.pending()
		_, err := p.Check(set("error_description", "bad state "+p.State())(set("error", "access_denied")(s.respond(p))))
		refused(t, err, flow.ErrDenied)
		if strings.Contains(err.Error(), p.State()) {
			t.Errorf("error %q shows the state", err)
		}
	})
}
