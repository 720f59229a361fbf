package params_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/params"
)

func oidcBaseline(t *testing.T) params.ParamsOIDC {
	t.Helper()
	return params.ParamsOIDC{Issuer: "https://id.example.com/realm/", ClientID: "my-app", DotenvFolder: t.TempDir()}
}

func TestOIDCDefaults(t *testing.T) {
	c := resolve(t, oidcBaseline(t))
	if c.ID != "oidc" || c.Name != "id.example.com" || c.ResponseType != params.Code || c.Mode != "" {
		t.Errorf("got %q %q %q %q", c.ID, c.Name, c.ResponseType, c.Mode)
	}
	// The issuer's slash is part of its name and not of the metadata's address.
	if c.Issuer != "https://id.example.com/realm/" || !slices.Equal(c.DiscoveryURLs, []string{"https://id.example.com/realm/.well-known/openid-configuration"}) {
		t.Errorf("issuer %q, discovery %q", c.Issuer, c.DiscoveryURLs)
	}
	if c.DiscoveryOptional || c.Endpoints != (params.Endpoints{}) {
		t.Errorf("discovery optional %v, endpoints %+v; want all from discovery", c.DiscoveryOptional, c.Endpoints)
	}
	if strings.Join(c.Scopes, " ") != "openid profile" {
		t.Errorf("scopes = %q", c.Scopes)
	}
}

func TestOIDCResponseTypes(t *testing.T) {
	rows := map[string]params.ResponseType{
		"": params.Code, "code": params.Code, "token": params.Token,
		"id_token token": params.IDTokenToken, "token id_token": params.IDTokenToken,
	}
	for given, want := range rows {
		p := oidcBaseline(t)
		p.ResponseType = given
		if got := resolve(t, p).ResponseType; got != want {
			t.Errorf("%q is sent as %q; want %q", given, got, want)
		}
	}
	if params.Code.Implicit() || !params.Token.Implicit() || params.Token.IDToken() || !params.TokenIDToken.IDToken() || !params.IDTokenToken.IDToken() {
		t.Error("ResponseType's methods contradict its values")
	}
}

func TestOIDCRefusals(t *testing.T) {
	rows := []struct {
		name   string
		change func(p *params.ParamsOIDC)
		want   params.Error
		says   string
	}{
		{"no issuer", func(p *params.ParamsOIDC) { p.Issuer = "" }, params.Error{Code: params.CodeIssuer, Field: "Issuer"}, "issuer="},
		{"D57 issuer on http", func(p *params.ParamsOIDC) { p.Issuer = "http://id.example.com" }, params.Error{Code: params.CodeIssuer}, "https"},
		{"D57 issuer with a query", func(p *params.ParamsOIDC) { p.Issuer += "?x" }, params.Error{Code: params.CodeIssuer}, "query"},
		{"D57 issuer with credentials", func(p *params.ParamsOIDC) { p.Issuer = "https://a@id.example.com" }, params.Error{Code: params.CodeIssuer}, "user name"},
		{"no client id", func(p *params.ParamsOIDC) { p.ClientID = "" }, params.Error{Code: params.CodeClientID}, "ipyauth-oidc.env"},
		{"response type", func(p *params.ParamsOIDC) { p.ResponseType = "id_token" }, params.Error{Code: params.CodeResponseType}, "code"},
		{"client secret with a line break", func(p *params.ParamsOIDC) { p.ClientSecret = params.NewSecret("canary\n") }, params.Error{Code: params.CodeClientSecret}, ""},
		{"endpoint host with a path", func(p *params.ParamsOIDC) { p.EndpointHosts = []string{"a.example/x"} }, params.Error{Code: params.CodeEndpoint}, "auth.example.com"},
		{"endpoint host with a scheme", func(p *params.ParamsOIDC) { p.EndpointHosts = []string{"https://a.example"} }, params.Error{Code: params.CodeEndpoint}, ""},
		{"F86 extra", func(p *params.ParamsOIDC) { p.Extra = map[string]string{"nonce": "n"} }, params.Error{Code: params.CodeExtra}, "nonce"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := oidcBaseline(t)
			row.change(&p)
			refuse(t, p, row.want, row.says)
			if _, err := p.Resolve(); strings.Contains(err.Error(), "canary") {
				t.Errorf("error %q shows the value", err)
			}
		})
	}
}

func TestOIDCExtraAndHosts(t *testing.T) {
	p := oidcBaseline(t)
	p.Extra = map[string]string{"acr_values": "gold silver", "audience": "api"}
	p.EndpointHosts = []string{"token.example.com", "keys.example.com:8443"}
	c := resolve(t, p)
	if !slices.Equal(c.ACR.Required, []string{"gold", "silver"}) || c.Extra["audience"] != "api" {
		t.Errorf("acr %q, extra %v", c.ACR.Required, c.Extra)
	}
	if !slices.Equal(c.EndpointHosts, p.EndpointHosts) {
		t.Errorf("hosts = %q", c.EndpointHosts)
	}
}

func TestOIDCDotenv(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "ipyauth-oidc-demo.env", "issuer=http://127.0.0.1:9000\nclient_id=demo\nendpoint_hosts=a.example b.example\n")
	c := resolve(t, params.ParamsOIDC{DotenvFolder: dir})
	if c.Issuer != "http://127.0.0.1:9000" || c.ClientID != "demo" || len(c.EndpointHosts) != 2 {
		t.Errorf("got %+v", c)
	}
	writeFile(t, dir, "ipyauth-oidc-demo.env", "mode=HOM\n")
	refuse(t, params.ParamsOIDC{DotenvFolder: dir}, params.Error{Code: params.CodeDotenvKey, Line: 1}, "mode")
}
