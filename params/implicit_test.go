package params_test

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/params"
)

// The names of the seed's table and their getters.
func TestImplicitGetters(t *testing.T) {
	c := implicitBaseline(t)
	c.OAuthToken = params.OAuthToken{AccessToken: params.NewSecret("canary"), TokenType: "Bearer", ExpiresIn: 600, Scope: "READ_SCOPE", Expiry: time.Unix(1e9, 0)}
	c.OAuthScopes = []params.OAuthScope{params.ReadScope, params.WriteScope, "trades"}
	if c.ClientID() != "my-app" || c.RedirectURI() != "https://example.com/oauth/callback/" || !c.Token().AccessToken.Equal(params.NewSecret("canary")) || !slices.Equal(c.Scopes(), c.OAuthScopes) {
		t.Errorf("getters: %q %q %v %q", c.ClientID(), c.RedirectURI(), c.Token(), c.Scopes())
	}
	if params.ReadScope != "READ_SCOPE" || params.WriteScope != "WRITE_SCOPE" {
		t.Error("the scopes are not the seed's")
	}
	if text := sprint(c) + sprint(c.Token()); strings.Contains(text, "canary") {
		t.Errorf("the token prints: %s", text)
	}
	if got := strings.Join(resolve(t, c).Scopes, " "); got != "READ_SCOPE WRITE_SCOPE trades" {
		t.Errorf("scopes = %q", got)
	}
}

func TestImplicitAuthorizationURL(t *testing.T) {
	c := implicitBaseline(t)
	c.OAuthRedirectURI = "https://example.com/oauth/callback" // the seed's: a page of one's own
	c.OAuthScopes = []params.OAuthScope{params.ReadScope, params.WriteScope}
	c.Extra = map[string]string{"prompt": "login"}
	parse := func() (base string, query url.Values) {
		t.Helper()
		address, err := c.AuthorizationURL()
		if err != nil {
			t.Fatal(err)
		}
		base, raw, _ := strings.Cut(address, "?")
		if query, err = url.ParseQuery(raw); err != nil {
			t.Fatal(err)
		}
		return base, query
	}
	base, query := parse()
	if base != "https://sdk.example.com/oauth/authorize" {
		t.Errorf("address = %q", base)
	}
	state := query.Get("state")
	query.Del("state")
	want := url.Values{
		"response_type": {"token"}, "client_id": {"my-app"}, "redirect_uri": {"https://example.com/oauth/callback"},
		"scope": {"READ_SCOPE WRITE_SCOPE"}, "prompt": {"login"},
	}
	if !maps.EqualFunc(query, want, slices.Equal[[]string]) {
		t.Errorf("query = %v; want %v", query, want)
	}
	if _, again := parse(); len(state) < 22 || again.Get("state") == state {
		t.Errorf("state = %q, then %q; want 128 new bits", state, again.Get("state"))
	}
}

func TestImplicitRefusals(t *testing.T) {
	rows := []struct {
		name   string
		change func(c *params.ImplicitAuthCredentials)
		want   params.Error
	}{
		{"no client id", func(c *params.ImplicitAuthCredentials) { c.OAuthClientID = "" }, params.Error{Code: params.CodeClientID, Field: "OAuthClientID"}},
		{"no authorization endpoint", func(c *params.ImplicitAuthCredentials) { c.AuthorizationEndpoint = "" }, params.Error{Code: params.CodeEndpoint, Field: "AuthorizationEndpoint"}},
		{"D57 authorization endpoint on http", func(c *params.ImplicitAuthCredentials) { c.AuthorizationEndpoint = "http://sdk.example.com" }, params.Error{Code: params.CodeEndpoint, Field: "AuthorizationEndpoint"}},
		{"D57 userinfo endpoint on http", func(c *params.ImplicitAuthCredentials) { c.UserInfoEndpoint = "http://sdk.example.com" }, params.Error{Code: params.CodeEndpoint, Field: "UserInfoEndpoint"}},
		{"F84 redirect URI with a fragment", func(c *params.ImplicitAuthCredentials) { c.OAuthRedirectURI += "#x" }, params.Error{Code: params.CodeRedirectURI, Field: "OAuthRedirectURI"}},
		{"F84 redirect URI on http", func(c *params.ImplicitAuthCredentials) { c.OAuthRedirectURI = "http://example.com/callback/" }, params.Error{Code: params.CodeRedirectURI, Field: "OAuthRedirectURI"}},
		{"F87 scope", func(c *params.ImplicitAuthCredentials) { c.OAuthScopes = []params.OAuthScope{`a"b`} }, params.Error{Code: params.CodeScope, Field: "OAuthScopes"}},
		{"F86 extra", func(c *params.ImplicitAuthCredentials) { c.Extra = map[string]string{"state": "x"} }, params.Error{Code: params.CodeExtra}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			c := implicitBaseline(t)
			row.change(&c)
			refuse(t, c, row.want)
			refuseURL(t, c, row.want)
		})
	}
	t.Run("no redirect URI: derived in a notebook, wanted for an address", func(t *testing.T) {
		c := implicitBaseline(t)
		c.OAuthRedirectURI = ""
		if got := resolve(t, c).RedirectURI; got != "" {
			t.Errorf("redirect URI = %q", got)
		}
		refuseURL(t, c, params.Error{Code: params.CodeRedirectURI, Field: "OAuthRedirectURI"})
	})
	t.Run("a page of one's own is not the notebook's", func(t *testing.T) {
		c := implicitBaseline(t)
		c.OAuthRedirectURI = "https://example.com/oauth/done"
		refuse(t, c, params.Error{Code: params.CodeRedirectURI, Field: "OAuthRedirectURI"}, "/callback/")
	})
}

func refuseURL(t *testing.T, c params.ImplicitAuthCredentials, want params.Error) {
	t.Helper()
	address, err := c.AuthorizationURL()
	if e, ok := err.(*params.Error); !ok || !e.Is(&want) || e.Next == "" || address != "" {
		t.Errorf("AuthorizationURL = %q, %v; want code %s, field %s", address, err, want.Code, want.Field)
	}
}

func TestImplicitFromDotenv(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "ipyauth-implicit-demo.env", "client_id=file\nredirect_uri=https://example.com/oauth/callback\nscope=READ_SCOPE trades\n"+
		"authorization_endpoint=https://sdk.example.com/authorize\nuserinfo_endpoint=https://sdk.example.com/me\n")
	c, err := params.ImplicitAuthCredentialsFromDotenv(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if c.ClientID() != "file" || c.RedirectURI() != "https://example.com/oauth/callback" || !slices.Equal(c.Scopes(), []params.OAuthScope{params.ReadScope, "trades"}) ||
		c.AuthorizationEndpoint != "https://sdk.example.com/authorize" || c.UserInfoEndpoint != "https://sdk.example.com/me" {
		t.Errorf("got %+v", c)
	}
	c.OAuthClientID, c.OAuthRedirectURI = "direct", "localhost:1/callback/"
	if got := resolve(t, c); got.ClientID != "direct" || got.Endpoints.UserInfo != "https://sdk.example.com/me" {
		t.Errorf("got %+v", got)
	}
	writeFile(t, dir, "bad.env", "client_id=file\nauth_endpoint=x\n")
	_, err = params.ImplicitAuthCredentialsFromDotenv(dir, "bad.env")
	if e, ok := err.(*params.Error); !ok || e.Code != params.CodeDotenvKey || e.Line != 2 {
		t.Errorf("got %v; want the unknown key of line 2", err)
	}
}
