package params_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/params"
)

var (
	_ params.Source = params.ParamsGoogle{}
	_ params.Source = params.ParamsAuth0{}
	_ params.Source = params.ParamsKeycloak{}
	_ params.Source = params.ParamsEntra{}
	_ params.Source = params.ParamsGitHub{}
	_ params.Source = params.ParamsOkta{}
	_ params.Source = params.ImplicitAuthCredentials{}
)

// A provider's baseline: what a user must give, and no more.
func googleBaseline(t *testing.T) params.ParamsGoogle {
	return params.ParamsGoogle{ClientID: "my-app", ClientSecret: params.NewSecret("canary-secret"), DotenvFolder: t.TempDir()}
}

func auth0Baseline(t *testing.T) params.ParamsAuth0 {
	return params.ParamsAuth0{Domain: "acme.eu.auth0.com", ClientID: "my-app", DotenvFolder: t.TempDir()}
}

func keycloakBaseline(t *testing.T) params.ParamsKeycloak {
	return params.ParamsKeycloak{BaseURL: "https://sso.example.com", Realm: "staff", ClientID: "my-app", DotenvFolder: t.TempDir()}
}

func entraBaseline(t *testing.T) params.ParamsEntra {
	return params.ParamsEntra{Tenant: tenant, ClientID: "my-app", DotenvFolder: t.TempDir()}
}

func gitHubBaseline(t *testing.T) params.ParamsGitHub {
	return params.ParamsGitHub{ClientID: "my-app", ClientSecret: params.NewSecret("canary-secret"), DotenvFolder: t.TempDir()}
}

func oktaBaseline(t *testing.T) params.ParamsOkta {
	return params.ParamsOkta{Domain: "acme.okta.com", ClientID: "my-app", DotenvFolder: t.TempDir()}
}

func implicitBaseline(t *testing.T) params.ImplicitAuthCredentials {
	return params.ImplicitAuthCredentials{
		OAuthClientID: "my-app", OAuthRedirectURI: "https://example.com/oauth/callback/",
		AuthorizationEndpoint: "https://sdk.example.com/oauth/authorize", DotenvFolder: t.TempDir(),
	}
}

func TestProviderDefaults(t *testing.T) {
	rows := []struct {
		source   params.Source
		id, name string
		issuer   string
		response params.ResponseType
		scopes   string
		extra    map[string]string
	}{
		{googleBaseline(t), "google", "Google", "https://accounts.google.com", params.Code, "openid profile", map[string]string{"access_type": "offline"}},
		{auth0Baseline(t), "auth0", "Auth0", "https://acme.eu.auth0.com/", params.Code, "openid profile", nil},
		{keycloakBaseline(t), "keycloak", "Keycloak", "https://sso.example.com/realms/staff", params.Code, "openid profile", nil},
		{entraBaseline(t), "entra", "Microsoft Entra ID", "https://login.microsoftonline.com/" + tenant + "/v2.0", params.Code, "openid profile", nil},
		{gitHubBaseline(t), "github", "GitHub", "", params.Code, "", nil},
		{oktaBaseline(t), "okta", "Okta", "https://acme.okta.com/oauth2/default", params.Code, "openid profile", nil},
		{implicitBaseline(t), "implicit", "sdk.example.com", "", params.Token, "", nil},
	}
	for _, row := range rows {
		t.Run(row.id, func(t *testing.T) {
			c := resolve(t, row.source)
			if c.ID != row.id || c.Name != row.name || c.Issuer != row.issuer || c.ResponseType != row.response {
				t.Errorf("got %q %q %q %q", c.ID, c.Name, c.Issuer, c.ResponseType)
			}
			if got := strings.Join(c.Scopes, " "); got != row.scopes {
				t.Errorf("scopes = %q; want %q", got, row.scopes)
			}
			if !maps.Equal(c.Extra, row.extra) {
				t.Errorf("extra = %v; want %v", c.Extra, row.extra)
			}
			var discovery []string
			if row.issuer != "" {
				discovery = []string{strings.TrimSuffix(row.issuer, "/") + "/.well-known/openid-configuration"}
			}
			if !slices.Equal(c.DiscoveryURLs, discovery) || c.DiscoveryOptional {
				t.Errorf("discovery = %q, optional %v; want %q", c.DiscoveryURLs, c.DiscoveryOptional, discovery)
			}
			if len(c.UserClaims) == 0 || c.Rows[0] != [2]string{"provider", row.name} {
				t.Errorf("user claims %q, rows %q", c.UserClaims, c.Rows)
			}
		})
	}
}

func TestProviderForms(t *testing.T) {
	google, auth0, keycloak, entra, gitHub, okta := googleBaseline(t), auth0Baseline(t), keycloakBaseline(t), entraBaseline(t), gitHubBaseline(t), oktaBaseline(t)

	t.Run("Google without renewal", func(t *testing.T) {
		p := google
		p.AccessType = "online"
		if got := resolve(t, p).Extra["access_type"]; got != "online" {
			t.Errorf("access_type = %q", got)
		}
	})
	t.Run("Google, implicit: no secret needed, no access_type sent", func(t *testing.T) {
		p := google
		p.ClientSecret, p.ResponseType = params.Secret{}, "id_token token"
		if got := resolve(t, p).Extra; len(got) != 0 {
			t.Errorf("extra = %v", got)
		}
	})
	t.Run("C47 Google, another issuer has no aliases and no hosts of Google's", func(t *testing.T) {
		p := google
		p.Issuer = "http://127.0.0.1:9471"
		if c := resolve(t, p); c.Issuer != p.Issuer || c.IssuerAliases != nil || c.EndpointHosts != nil {
			t.Errorf("got %q %q %q", c.Issuer, c.IssuerAliases, c.EndpointHosts)
		}
	})
	t.Run("Google, a hosted domain in Extra is held too", func(t *testing.T) {
		p := google
		p.Extra = map[string]string{"hd": "example.com"}
		if got := resolve(t, p).RequiredClaims["hd"]; got != "example.com" {
			t.Errorf("required hd = %q", got)
		}
	})
	t.Run("Auth0, an organization by name", func(t *testing.T) {
		p := auth0
		p.Organization = "acme"
		if got := resolve(t, p).RequiredClaims; !maps.Equal(got, map[string]string{"org_name": "acme"}) {
			t.Errorf("required = %v", got)
		}
	})
	t.Run("Auth0 on this machine", func(t *testing.T) {
		p := auth0
		p.Domain = "localhost:9471"
		if got := resolve(t, p).Issuer; got != "http://localhost:9471/" {
			t.Errorf("issuer = %q", got)
		}
	})
	t.Run("Keycloak before 17", func(t *testing.T) {
		p := keycloak
		p.BaseURL = "https://sso.example.com/auth/"
		if got := resolve(t, p).Issuer; got != "https://sso.example.com/auth/realms/staff" {
			t.Errorf("issuer = %q", got)
		}
	})
	t.Run("Entra, personal accounts", func(t *testing.T) {
		p := entra
		p.Tenant = "consumers"
		if got := resolve(t, p).Issuer; got != "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0" {
			t.Errorf("issuer = %q", got)
		}
	})
	t.Run("Entra, national cloud", func(t *testing.T) {
		p := entra
		p.BaseURL = "https://login.microsoftonline.us/"
		if got := resolve(t, p).Issuer; got != "https://login.microsoftonline.us/"+tenant+"/v2.0" {
			t.Errorf("issuer = %q", got)
		}
	})
	t.Run("Okta, the organization's own server", func(t *testing.T) {
		p := okta
		p.AuthorizationServer = "org"
		if got := resolve(t, p).Issuer; got != "https://acme.okta.com" {
			t.Errorf("issuer = %q", got)
		}
	})
	for base, want := range map[string]string{
		"": "https://api.github.com/user", "https://octo.ghe.com": "https://api.octo.ghe.com/user",
		"https://git.example.com/": "https://git.example.com/api/v3/user", "https://ghe.com.example": "https://ghe.com.example/api/v3/user",
	} {
		t.Run("GitHub at "+base, func(t *testing.T) {
			p := gitHub
			p.BaseURL = base
			if got := resolve(t, p).Endpoints.UserInfo; got != want {
				t.Errorf("userinfo = %q; want %q", got, want)
			}
		})
	}
}

func TestProviderRefusals(t *testing.T) {
	google, auth0, keycloak, entra, gitHub, okta := googleBaseline(t), auth0Baseline(t), keycloakBaseline(t), entraBaseline(t), gitHubBaseline(t), oktaBaseline(t)
	rows := []struct {
		name   string
		source func() params.Source
		want   params.Error
		says   string
	}{
		{"Google without a secret", func() params.Source { p := google; p.ClientSecret = params.Secret{}; return p }, params.Error{Code: params.CodeClientSecretMissing, Field: "ClientSecret"}, "IPYAUTH_GOOGLE_CLIENT_SECRET"},
		{"Google, access type", func() params.Source { p := google; p.AccessType = "canary"; return p }, params.Error{Code: params.CodeExtra, Field: "AccessType"}, "offline or online"},
		{"Google, any domain", func() params.Source { p := google; p.HostedDomain = "*"; return p }, params.Error{Code: params.CodeExtra, Field: "HostedDomain"}, "domain name"},
		{"Google, a domain nothing could check", func() params.Source { p := google; p.HostedDomain, p.ResponseType = "example.com", "token"; return p }, params.Error{Code: params.CodeExtra, Field: "HostedDomain"}, "ID token"},
		{"Google, line break in a parameter", func() params.Source { p := google; p.Prompt = "canary\r\n"; return p }, params.Error{Code: params.CodeExtra, Field: "Prompt"}, "control"},
		{"D57 Google, issuer on http", func() params.Source { p := google; p.Issuer = "http://canary.example"; return p }, params.Error{Code: params.CodeIssuer, Field: "Issuer"}, "https"},
		{"Google, no client id", func() params.Source { p := google; p.ClientID = ""; return p }, params.Error{Code: params.CodeClientID}, "ipyauth-google.env"},
		{"Auth0 without a domain", func() params.Source { p := auth0; p.Domain = ""; return p }, params.Error{Code: params.CodeBaseURL, Field: "Domain"}, "acme.eu.auth0.com"},
		{"Auth0, domain as URL", func() params.Source { p := auth0; p.Domain = "https://canary.auth0.com/"; return p }, params.Error{Code: params.CodeBaseURL, Field: "Domain"}, "without https://"},
		{"D57 Auth0, domain with a user", func() params.Source { p := auth0; p.Domain = "acme.auth0.com@canary.example"; return p }, params.Error{Code: params.CodeBaseURL, Field: "Domain"}, ""},
		{"D57 Auth0, domain with a path", func() params.Source { p := auth0; p.Domain = "canary.example/x"; return p }, params.Error{Code: params.CodeBaseURL, Field: "Domain"}, ""},
		{"D57 Auth0, domain in other letters", func() params.Source { p := auth0; p.Domain = "acme.\u0430uth0.com"; return p }, params.Error{Code: params.CodeBaseURL, Field: "Domain"}, ""},
		{"Auth0, an organization nothing could check", func() params.Source { p := auth0; p.Organization, p.ResponseType = "org_1", "token"; return p }, params.Error{Code: params.CodeExtra, Field: "Organization"}, "ID token"},
		{"Keycloak without an address", func() params.Source { p := keycloak; p.BaseURL = ""; return p }, params.Error{Code: params.CodeBaseURL, Field: "BaseURL"}, "base_url="},
		{"D57 Keycloak on http", func() params.Source { p := keycloak; p.BaseURL = "http://sso.example.com"; return p }, params.Error{Code: params.CodeBaseURL, Field: "BaseURL"}, "https"},
		{"Keycloak without a realm", func() params.Source { p := keycloak; p.Realm = ""; return p }, params.Error{Code: params.CodeIssuer, Field: "Realm"}, "realm="},
		{"Keycloak, realm with a slash", func() params.Source { p := keycloak; p.Realm = "a/b"; return p }, params.Error{Code: params.CodeIssuer, Field: "Realm"}, "/realms/"},
		{"Keycloak, realm that climbs", func() params.Source { p := keycloak; p.Realm = ".."; return p }, params.Error{Code: params.CodeIssuer, Field: "Realm"}, ""},
		{"Keycloak, realm with a query", func() params.Source { p := keycloak; p.Realm = "a?b"; return p }, params.Error{Code: params.CodeIssuer, Field: "Realm"}, ""},
		{"Entra without a tenant", func() params.Source { p := entra; p.Tenant = ""; return p }, params.Error{Code: params.CodeIssuer, Field: "Tenant"}, "tenant="},
		{"Entra, any tenant", func() params.Source { p := entra; p.Tenant = "common"; return p }, params.Error{Code: params.CodeIssuer, Field: "Tenant"}, "directory (tenant) id"},
		{"Entra, any organization", func() params.Source { p := entra; p.Tenant = "Organizations"; return p }, params.Error{Code: params.CodeIssuer, Field: "Tenant"}, "directory (tenant) id"},
		{"Entra, tenant by domain", func() params.Source { p := entra; p.Tenant = "canary.onmicrosoft.com"; return p }, params.Error{Code: params.CodeIssuer, Field: "Tenant"}, "GUID"},
		{"GitHub without a secret", func() params.Source { p := gitHub; p.ClientSecret = params.Secret{}; return p }, params.Error{Code: params.CodeClientSecretMissing, Field: "ClientSecret"}, "IPYAUTH_GITHUB_CLIENT_SECRET"},
		{"GitHub, implicit", func() params.Source { p := gitHub; p.ResponseType = "token"; return p }, params.Error{Code: params.CodeResponseType, Field: "ResponseType"}, `"code"`},
		{"D57 GitHub on http", func() params.Source { p := gitHub; p.BaseURL = "http://git.example.com"; return p }, params.Error{Code: params.CodeBaseURL, Field: "BaseURL"}, "https"},
		{"Okta, the console's domain", func() params.Source { p := okta; p.Domain = "acme-admin.okta.com"; return p }, params.Error{Code: params.CodeBaseURL, Field: "Domain"}, "-admin"},
		{"Okta, server with a path", func() params.Source { p := okta; p.AuthorizationServer = "oauth2/default"; return p }, params.Error{Code: params.CodeIssuer, Field: "AuthorizationServer"}, "/oauth2/"},
		{"F86 a protocol parameter", func() params.Source { p := okta; p.Extra = map[string]string{"code_challenge": "x"}; return p }, params.Error{Code: params.CodeExtra, Field: "Extra"}, "code_challenge"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			refuse(t, row.source(), row.want, row.says)
			if _, err := row.source().Resolve(); strings.Contains(err.Error(), "canary") {
				t.Errorf("error %q shows the value", err)
			}
		})
	}
}

// Every key of every provider's dotenv file arrives, and a field wins over it.
func TestProviderDotenv(t *testing.T) {
	const common = "client_id=file\nclient_secret=file-secret\nredirect_uri=localhost:1/callback/\nscope=a b\n"
	rows := []struct {
		file, text string
		read       func(dir, clientID string) params.Source
		issuer     string
		extra      map[string]string
	}{
		{
			"ipyauth-google-demo.env", "response_type=code\naccess_type=online\nprompt=consent\nhd=example.com\nlogin_hint=ann@example.com\nissuer=https://id.example.com\n",
			func(dir, id string) params.Source { return params.ParamsGoogle{DotenvFolder: dir, ClientID: id} },
			"https://id.example.com", map[string]string{"access_type": "online", "prompt": "consent", "hd": "example.com", "login_hint": "ann@example.com"},
		},
		{
			"ipyauth-auth0.env", "domain=acme.eu.auth0.com\naudience=https://api.example.com\norganization=org_1\nconnection=ldap\nprompt=login\n",
			func(dir, id string) params.Source { return params.ParamsAuth0{DotenvFolder: dir, ClientID: id} },
			"https://acme.eu.auth0.com/", map[string]string{"audience": "https://api.example.com", "organization": "org_1", "connection": "ldap", "prompt": "login"},
		},
		{
			"ipyauth-keycloak-x.env", "base_url=https://sso.example.com\nrealm=staff\nacr_values=gold\nkc_idp_hint=corp\nprompt=login\n",
			func(dir, id string) params.Source { return params.ParamsKeycloak{DotenvFolder: dir, ClientID: id} },
			"https://sso.example.com/realms/staff", map[string]string{"acr_values": "gold", "kc_idp_hint": "corp", "prompt": "login"},
		},
		{
			"ipyauth-entra.env", "tenant=" + tenant + "\nprompt=login\nlogin_hint=ann\ndomain_hint=example.com\nbase_url=https://login.microsoftonline.us\n",
			func(dir, id string) params.Source { return params.ParamsEntra{DotenvFolder: dir, ClientID: id} },
			"https://login.microsoftonline.us/" + tenant + "/v2.0", map[string]string{"prompt": "login", "login_hint": "ann", "domain_hint": "example.com"},
		},
		{
			"ipyauth-github.env", "login=octocat\nprompt=select_account\nbase_url=https://git.example.com\n",
			func(dir, id string) params.Source { return params.ParamsGitHub{DotenvFolder: dir, ClientID: id} },
			"", map[string]string{"login": "octocat", "prompt": "select_account"},
		},
		{
			"ipyauth-okta.env", "domain=acme.okta.com\nauthorization_server=aus1\nacr_values=urn:okta:loa:2fa:any\nidp=0oa1\nlogin_hint=ann\nprompt=login\n",
			func(dir, id string) params.Source { return params.ParamsOkta{DotenvFolder: dir, ClientID: id} },
			"https://acme.okta.com/oauth2/aus1", map[string]string{"acr_values": "urn:okta:loa:2fa:any", "idp": "0oa1", "login_hint": "ann", "prompt": "login"},
		},
	}
	for _, row := range rows {
		t.Run(row.file, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, dir, row.file, common+row.text)
			c := resolve(t, row.read(dir, ""))
			if c.ClientID != "file" || c.ClientSecret.Reveal() != "file-secret" || c.RedirectURI != "http://localhost:1/callback/" || !slices.Contains(c.Scopes, "b") {
				t.Errorf("got %+v", c)
			}
			if c.Issuer != row.issuer || !maps.Equal(c.Extra, row.extra) {
				t.Errorf("issuer %q, extra %v; want %q, %v", c.Issuer, c.Extra, row.issuer, row.extra)
			}
			if got := resolve(t, row.read(dir, "direct")).ClientID; got != "direct" {
				t.Errorf("client id = %q; want the field's", got)
			}
			for line := range strings.Lines(row.text) {
				key, _, _ := strings.Cut(line, "=")
				if !slices.ContainsFunc(c.Rows, func(r [2]string) bool { return r[0] == key }) {
					t.Errorf("Rows lacks %s: %q", key, c.Rows)
				}
			}
		})
	}
}
