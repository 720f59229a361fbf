package params

import (
	"net/url"
	"strings"
)

// ParamsOkta signs in with an organization at Okta. The names in brackets are those of
// the dotenv file.
//
// Make an OIDC application of type "Native" (no secret) or "Web" and add the sign-in
// redirect URI. "id_token token" needs its implicit grant on.
type ParamsOkta struct {
	// Domain [domain] is the organization's domain ("acme.okta.com", without the
	// -admin of its console), or its custom one. Required.
	Domain string
	// AuthorizationServer [authorization_server] is the id of a custom authorization
	// server, or "org" for the organization's own, whose access tokens are for Okta's
	// APIs alone. Default: the custom one named "default".
	AuthorizationServer string
	// ClientID [client_id] is the id of your application there. Required.
	ClientID string
	// ClientSecret [client_secret] is for confidential clients with "code"; the
	// environment variable IPYAUTH_OKTA_CLIENT_SECRET will do.
	ClientSecret Secret
	// RedirectURI [redirect_uri] is one of those registered for the client id:
	// host:port/callback/ of your notebook server. Default: where the notebook
	// page is.
	RedirectURI string
	// Scope [scope] lists scopes, separated by spaces. openid and profile are
	// added if they are missing. offline_access gets a token that renews itself.
	Scope string
	// ResponseType [response_type] is "code" (the default: authorization code +
	// PKCE), "id_token token" (in either order) or "token".
	ResponseType string
	// DotenvFolder is where the dotenv file is. Default ".".
	DotenvFolder string
	// DotenvFile is the dotenv file's name. Default: ipyauth-okta.env, or the
	// only ipyauth-okta-*.env, if there is one.
	DotenvFile string
	// ACRValues [acr_values] are assurance levels ("urn:okta:loa:2fa:any"), separated
	// by spaces. The ID token must state one of them.
	ACRValues string
	// IDP [idp] is the id of the identity provider to go to at once.
	IDP string
	// LoginHint [login_hint] is the user name to sign in with.
	LoginHint string
	// Prompt [prompt] is "login" or "consent".
	Prompt string
	// Extra holds further parameters of the authorization request (max_age...).
	Extra map[string]string
}

// Resolve implements [Source].
func (p ParamsOkta) Resolve() (*Config, error) {
	return okta.resolve(input{
		direct: map[string]string{
			"domain":               p.Domain,
			"authorization_server": p.AuthorizationServer,
			"acr_values":           p.ACRValues,
			"idp":                  p.IDP,
			"login_hint":           p.LoginHint,
			"prompt":               p.Prompt,
			"client_id":            p.ClientID,
			"client_secret":        p.ClientSecret.Reveal(),
			"redirect_uri":         p.RedirectURI,
			"scope":                p.Scope,
			"response_type":        p.ResponseType,
		},
		folder: p.DotenvFolder, file: p.DotenvFile, extra: p.Extra,
	})
}

var okta = &profile{
	id: "okta", name: "Okta",
	dotenv:  "ipyauth-okta",
	grants:  []ResponseType{Code, IDTokenToken, TokenIDToken, Token},
	rewrite: openIDSpelling,
	scopes:  openIDScopes,
	keys: map[string]string{
		"domain": "Domain", "authorization_server": "AuthorizationServer", "acr_values": "ACRValues", "idp": "IDP", "login_hint": "LoginHint", "prompt": "Prompt",
	},
	parameters: []string{"acr_values", "idp", "login_hint", "prompt"},
	userClaims: []string{"name", "preferred_username", "email", "sub"},
	locate:     locateOkta,
}

func locateOkta(c *Config, v settings) error {
	origin, err := v.domain("domain", "acme.okta.com")
	if err != nil {
		return err
	}
	if name, _, _ := strings.Cut(v.get("domain"), "."); strings.HasSuffix(name, "-admin") {
		return v.fault(CodeBaseURL, "domain", "is that of the administration console", "leave out -admin")
	}
	server := v.get("authorization_server")
	switch {
	case server == "":
		server = "default"
	case url.PathEscape(server) != server || server == "." || server == "..":
		return v.fault(CodeIssuer, "authorization_server", "is not an id", "write only the id, as it is in the address after /oauth2/")
	}
	if server == "org" {
		c.openID(origin)
		return nil
	}
	c.openID(origin + "/oauth2/" + server)
	return nil
}
