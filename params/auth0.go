package params

import "strings"

// ParamsAuth0 signs in with a tenant of Auth0. The names in brackets are those of the
// dotenv file.
//
// Register the application as "Native" (no secret) or "Regular Web Application" and
// add the redirect URI to its allowed callback URLs. A "Single Page Application" works
// too, also with "id_token token" if its Implicit grant is on.
type ParamsAuth0 struct {
	// Domain [domain] is the tenant's domain ("acme.eu.auth0.com"), or its custom one.
	// Required.
	Domain string
	// ClientID [client_id] is the id of your application there. Required.
	ClientID string
	// ClientSecret [client_secret] is for confidential clients with "code"; the
	// environment variable IPYAUTH_AUTH0_CLIENT_SECRET will do.
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
	// DotenvFile is the dotenv file's name. Default: ipyauth-auth0.env, or the
	// only ipyauth-auth0-*.env, if there is one.
	DotenvFile string
	// Audience [audience] is the identifier of the API the access token is for.
	// Without it the token is good for userinfo alone.
	Audience string
	// Organization [organization] is the id ("org_...") or name of the organization to
	// sign in to, and the ID token must state it.
	Organization string
	// Connection [connection] is the name of the connection to sign in with.
	Connection string
	// Prompt [prompt] is "login", "consent" or "select_account".
	Prompt string
	// Extra holds further parameters of the authorization request (acr_values, max_age...).
	Extra map[string]string
}

// Resolve implements [Source].
func (p ParamsAuth0) Resolve() (*Config, error) {
	return auth0.resolve(input{
		direct: map[string]string{
			"domain":        p.Domain,
			"audience":      p.Audience,
			"organization":  p.Organization,
			"connection":    p.Connection,
			"prompt":        p.Prompt,
			"client_id":     p.ClientID,
			"client_secret": p.ClientSecret.Reveal(),
			"redirect_uri":  p.RedirectURI,
			"scope":         p.Scope,
			"response_type": p.ResponseType,
		},
		folder: p.DotenvFolder, file: p.DotenvFile, extra: p.Extra,
	})
}

var auth0 = &profile{
	id: "auth0", name: "Auth0",
	dotenv:  "ipyauth-auth0",
	grants:  []ResponseType{Code, IDTokenToken, TokenIDToken, Token},
	rewrite: openIDSpelling,
	scopes:  openIDScopes,
	keys: map[string]string{
		"domain": "Domain", "audience": "Audience", "organization": "Organization", "connection": "Connection", "prompt": "Prompt",
	},
	parameters: []string{"audience", "organization", "connection", "prompt"},
	userClaims: []string{"name", "nickname", "email", "sub"},
	locate:     locateAuth0,
}

func locateAuth0(c *Config, v settings) error {
	origin, err := v.domain("domain", "acme.eu.auth0.com")
	if err != nil {
		return err
	}
	c.openID(origin + "/") // the slash is part of the issuer
	organization := c.Extra["organization"]
	switch {
	case organization == "":
		return nil
	case c.ResponseType == Token:
		return v.fault(CodeExtra, "organization", "needs an ID token to be checked", `use ResponseType "code" or "id_token token"`)
	}
	claim := "org_name"
	if strings.HasPrefix(organization, "org_") {
		claim = "org_id"
	}
	c.RequiredClaims = map[string]string{claim: organization}
	return nil
}
