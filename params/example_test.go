package params_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/ipyauth/ipyauth/params"
)

var (
	_ params.Source = params.ParamsSgConnect{}
	_ params.Source = params.ParamsOIDC{}
)

func ExampleParamsSgConnect() {
	p := params.ParamsSgConnect{ClientID: "my-app", Scope: "api.get-trades.v1", DotenvFolder: os.TempDir()}
	cfg, err := p.Resolve()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cfg.Mode, cfg.ResponseType, cfg.Scopes)
	fmt.Println(cfg.Endpoints.Authorization)
	// Output:
	// PRD token [openid profile api.get-trades.v1]
	// https://sso.sgmarkets.com/sgconnect/oauth2/authorize
}

func ExampleError() {
	_, err := params.ParamsSgConnect{Mode: "HOM", ClientID: "my-app", DotenvFolder: os.TempDir()}.Resolve()
	fmt.Println(err)
	// Output:
	// BaseURL is missing (the HOM address of SG Connect is not public): set BaseURL, or write base_url=https://.../sgconnect in the dotenv file
}

// issuerOf shows where a configuration signs in.
func issuerOf(p params.Source) {
	cfg, err := p.Resolve()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cfg.Name, cfg.Issuer, cfg.Extra)
}

func ExampleParamsGoogle() {
	issuerOf(params.ParamsGoogle{ClientID: "my-app", ResponseType: "id_token token", HostedDomain: "example.com", DotenvFolder: os.TempDir()})
	// Output: Google https://accounts.google.com map[hd:example.com]
}

func ExampleParamsAuth0() {
	issuerOf(params.ParamsAuth0{Domain: "acme.eu.auth0.com", ClientID: "my-app", Audience: "https://api.example.com", DotenvFolder: os.TempDir()})
	// Output: Auth0 https://acme.eu.auth0.com/ map[audience:https://api.example.com]
}

func ExampleParamsKeycloak() {
	issuerOf(params.ParamsKeycloak{BaseURL: "https://sso.example.com", Realm: "staff", ClientID: "my-app", DotenvFolder: os.TempDir()})
	// Output: Keycloak https://sso.example.com/realms/staff map[]
}

func ExampleParamsEntra() {
	issuerOf(params.ParamsEntra{Tenant: "common", ClientID: "my-app", DotenvFolder: os.TempDir()})
	// Output: Tenant stands for many issuers, of which none could be checked: copy the directory (tenant) id from the application's overview page
}

func ExampleParamsOkta() {
	issuerOf(params.ParamsOkta{Domain: "acme.okta.com", ClientID: "my-app", DotenvFolder: os.TempDir()})
	// Output: Okta https://acme.okta.com/oauth2/default map[]
}

func ExampleParamsSgID() {
	cfg, err := params.ParamsSgID{ClientID: "my-app", ClientSecret: params.NewSecret("from-a-vault"),
		PrivateKey: params.NewSecret("from-a-vault"), DotenvFolder: os.TempDir()}.Resolve()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cfg.Issuer, cfg.Scopes, cfg.PrivateKey)
	// Output: https://api.id.gov.sg/v2 [openid myinfo.name] [redacted]
}

func ExampleParamsGitHub() {
	cfg, err := params.ParamsGitHub{ClientID: "my-app", ClientSecret: params.NewSecret("from-a-vault"), DotenvFolder: os.TempDir()}.Resolve()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cfg.Endpoints.UserInfo, cfg.ClientSecret)
	// Output: https://api.github.com/user [redacted]
}

func ExampleImplicitAuthCredentials_AuthorizationURL() {
	address, err := params.ImplicitAuthCredentials{
		OAuthClientID:         "my-app",
		OAuthRedirectURI:      "https://example.com/oauth/callback",
		OAuthScopes:           []params.OAuthScope{params.ReadScope, params.WriteScope},
		AuthorizationEndpoint: "https://sdk.example.com/authorize",
		DotenvFolder:          os.TempDir(),
	}.AuthorizationURL()
	before, _, _ := strings.Cut(address, "&state=")
	fmt.Println(before, err)
	// Output: https://sdk.example.com/authorize?client_id=my-app&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback&response_type=token&scope=READ_SCOPE+WRITE_SCOPE <nil>
}
