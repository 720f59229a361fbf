package sgid_test

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

func TestNewClient(t *testing.T) {
	p := sgidtest.New(t)
	rows := []struct {
		name   string
		change func(c *sgid.Config)
		want   *sgid.Error
	}{
		{"baseline", func(*sgid.Config) {}, nil},
		{"no redirect URI", func(c *sgid.Config) { c.RedirectURI = "" }, nil},
		{"default hostname", func(c *sgid.Config) { c.Hostname = "" }, nil},
		{"http on this machine", func(c *sgid.Config) { c.Hostname = "http://localhost:3000" }, nil},
		{"http on this machine, IPv6", func(c *sgid.Config) { c.Hostname = "http://[::1]:3000" }, nil},
		{"redirect URI on this machine", func(c *sgid.Config) { c.RedirectURI = "http://127.0.0.1:8888/callback/" }, nil},

		{"no client ID", func(c *sgid.Config) { c.ClientID = "" }, sgid.ErrConfig},
		{"no client secret", func(c *sgid.Config) { c.ClientSecret = sgid.Secret{} }, sgid.ErrConfig},
		{"negative timeout", func(c *sgid.Config) { c.Timeout = -1 }, sgid.ErrConfig},
		{"negative limit", func(c *sgid.Config) { c.MaxBody = -1 }, sgid.ErrConfig},
		{"no private key", func(c *sgid.Config) { c.PrivateKey = sgid.Secret{} }, sgid.ErrPrivateKey},
		{"http elsewhere", func(c *sgid.Config) { c.Hostname = "http://api.id.gov.sg" }, sgid.ErrHostname},
		{"http on a name like this machine", func(c *sgid.Config) { c.Hostname = "http://localhost.example.com" }, sgid.ErrHostname},
		{"http on a mapped address", func(c *sgid.Config) { c.Hostname = "http://[::ffff:127.0.0.1]" }, sgid.ErrHostname},
		{"no scheme", func(c *sgid.Config) { c.Hostname = "api.id.gov.sg" }, sgid.ErrHostname},
		{"a user", func(c *sgid.Config) { c.Hostname = "https://canary@api.id.gov.sg" }, sgid.ErrHostname},
		{"a query", func(c *sgid.Config) { c.Hostname = "https://api.id.gov.sg?canary" }, sgid.ErrHostname},
		{"an empty query", func(c *sgid.Config) { c.Hostname = "https://api.id.gov.sg?" }, sgid.ErrHostname},
		{"a fragment", func(c *sgid.Config) { c.Hostname = "https://api.id.gov.sg#" }, sgid.ErrHostname},
		{"a file", func(c *sgid.Config) { c.Hostname = "file:///canary" }, sgid.ErrHostname},
		{"redirect URI with fragment", func(c *sgid.Config) { c.RedirectURI += "#canary" }, sgid.ErrRedirectURI},
		{"redirect URI on http", func(c *sgid.Config) { c.RedirectURI = "http://app.example.com/canary" }, sgid.ErrRedirectURI},
		{"redirect URI relative", func(c *sgid.Config) { c.RedirectURI = "/canary" }, sgid.ErrRedirectURI},
		{"redirect URI a script", func(c *sgid.Config) { c.RedirectURI = "javascript:canary" }, sgid.ErrRedirectURI},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			cfg := config(p)
			row.change(&cfg)
			client, err := sgid.NewClient(cfg)
			if row.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused(t, err, row.want)
			if client != nil {
				t.Error("a client is returned with the error")
			}
		})
	}
}

const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

func TestAuthorizationURL(t *testing.T) {
	p := sgidtest.New(t)
	base := url.Values{
		"client_id": {sgidtest.ClientID}, "redirect_uri": {sgidtest.RedirectURI}, "response_type": {"code"},
		"scope": {"openid myinfo.name"}, "code_challenge": {challenge}, "code_challenge_method": {"S256"}, "nonce": {"given"},
	}
	rows := []struct {
		name   string
		change func(a *sgid.AuthorizationParams)
		want   func(q url.Values) // nil: see err
		err    *sgid.Error
	}{
		{"baseline", func(*sgid.AuthorizationParams) {}, func(url.Values) {}, nil},
		{"state", func(a *sgid.AuthorizationParams) { a.State = "a b&c" }, func(q url.Values) { q.Set("state", "a b&c") }, nil},
		{"redirect URI", func(a *sgid.AuthorizationParams) { a.RedirectURI = "https://other.example.com/?x=1" },
			func(q url.Values) { q.Set("redirect_uri", "https://other.example.com/?x=1") }, nil},
		{"scopes as a list", func(a *sgid.AuthorizationParams) { a.Scopes = []string{"openid", "myinfo.email"} },
			func(q url.Values) { q.Set("scope", "openid myinfo.email") }, nil},
		{"scopes as a text", func(a *sgid.AuthorizationParams) { a.Scopes = []string{"openid myinfo.email"} },
			func(q url.Values) { q.Set("scope", "openid myinfo.email") }, nil},
		{"a scope twice", func(a *sgid.AuthorizationParams) { a.Scopes = []string{"openid", "openid  openid"} },
			func(q url.Values) { q.Set("scope", "openid") }, nil},
		{"nonce omitted", func(a *sgid.AuthorizationParams) { a.Nonce, a.InsecureOmitNonce = "", true },
			func(q url.Values) { q.Del("nonce") }, nil},

		{"no challenge", func(a *sgid.AuthorizationParams) { a.CodeChallenge = "" }, nil, sgid.ErrCodeChallenge},
		{"a short challenge", func(a *sgid.AuthorizationParams) { a.CodeChallenge = challenge[1:] }, nil, sgid.ErrCodeChallenge},
		{"a challenge with other characters", func(a *sgid.AuthorizationParams) { a.CodeChallenge = "canary " + challenge[7:] }, nil, sgid.ErrCodeChallenge},
		{"no openid", func(a *sgid.AuthorizationParams) { a.Scopes = []string{"myinfo.canary"} }, nil, sgid.ErrScope},
		{"no scopes", func(a *sgid.AuthorizationParams) { a.Scopes = []string{} }, nil, sgid.ErrScope},
		{"a scope with a line break", func(a *sgid.AuthorizationParams) { a.Scopes = []string{"openid", "canary\n"} }, nil, sgid.ErrScope},
		{"a scope with a quote", func(a *sgid.AuthorizationParams) { a.Scopes = []string{"openid", `"canary`} }, nil, sgid.ErrScope},
		{"bad redirect URI", func(a *sgid.AuthorizationParams) { a.RedirectURI = "http://canary.example.com" }, nil, sgid.ErrRedirectURI},
		{"a nonce to omit", func(a *sgid.AuthorizationParams) { a.InsecureOmitNonce = true }, nil, sgid.ErrNonce},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			a := sgid.AuthorizationParams{CodeChallenge: challenge, Nonce: "given"}
			row.change(&a)
			address, nonce, err := mustClient(t, config(p)).AuthorizationURL(a)
			if row.err != nil {
				refused(t, err, row.err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want, _ := url.ParseQuery(base.Encode())
			row.want(want)
			path, query, _ := strings.Cut(address, "?")
			got, err := url.ParseQuery(query)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("query\n%v; want\n%v", got, want)
			}
			if path != p.Issuer+"/oauth/authorize" || nonce != want.Get("nonce") {
				t.Errorf("path %s, nonce %q", path, nonce)
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	cfg := config(sgidtest.New(t))
	cfg.Hostname, cfg.RedirectURI = "", ""
	client := mustClient(t, cfg)
	_, _, err := client.AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge})
	refused(t, err, sgid.ErrRedirectURI)
	_, err = client.Callback(t.Context(), sgid.CallbackParams{Code: "canary", CodeVerifier: strings.Repeat("v", 43), Nonce: "canary"})
	refused(t, err, sgid.ErrRedirectURI)
	address, _, err := client.AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge, RedirectURI: sgidtest.RedirectURI})
	if err != nil || !strings.HasPrefix(address, "https://api.id.gov.sg/v2/oauth/authorize?") {
		t.Errorf("%s, %v", address, err)
	}
	cfg.Hostname = "https://sgid.example.com/"
	address, _, err = mustClient(t, cfg).AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge, RedirectURI: sgidtest.RedirectURI})
	if err != nil || !strings.HasPrefix(address, "https://sgid.example.com/v2/oauth/authorize?") {
		t.Errorf("with a slash behind the hostname: %s, %v", address, err)
	}
}

// No printed form of what this package hands out shows a secret.
func TestPrintedFormsAreRedacted(t *testing.T) {
	t.Attr("attack", "E73 E76")
	s := newScene(t)
	session := s.mustSignIn(t)
	cfg := config(s.p)
	secrets := []string{session.AccessToken.Reveal(), session.IDToken.Reveal(), s.p.ClientSecret, strings.Split(s.p.PKCS8(), "\n")[2]}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, value := range []any{session, *session, cfg, &cfg, s.client, *s.client} {
			text := fmt.Sprintf(verb, value)
			for _, secret := range secrets {
				if strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret)) {
					t.Errorf("%s of a %T shows a secret", verb, value)
				}
			}
		}
	}
}
