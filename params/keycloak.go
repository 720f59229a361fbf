package params

import "net/url"

// ParamsKeycloak signs in with a realm of a Keycloak server. The names in brackets are
// those of the dotenv file.
//
// Make a client of type OpenID Connect with the standard flow on and client
// authentication off, and add the redirect URI. "id_token token" needs its implicit
// flow on.
type ParamsKeycloak struct {
	// BaseURL [base_url] is the server's address, what comes before /realms/
	// (before Keycloak 17 it ends in /auth). Required.
	BaseURL string
	// Realm [realm] is the realm's name. Required.
	Realm string
	// ClientID [client_id] is the id of your client in the realm. Required.
	ClientID string
	// ClientSecret [client_secret] is for confidential clients with "code"; the
	// environment variable IPYAUTH_KEYCLOAK_CLIENT_SECRET will do.
	ClientSecret Secret
	// RedirectURI [redirect_uri] is one of those registered for the client id:
	// host:port/callback/ of your notebook server. Default: where the notebook
	// page is.
	RedirectURI string
	// Scope [scope] lists scopes, separated by spaces. openid and profile are
	// added if they are missing. offline_access gets a token that outlives the session.
	Scope string
	// ResponseType [response_type] is "code" (the default: authorization code +
	// PKCE), "id_token token" (in either order) or "token".
	ResponseType string
	// DotenvFolder is where the dotenv file is. Default ".".
	DotenvFolder string
	// DotenvFile is the dotenv file's name. Default: ipyauth-keycloak.env, or the
	// only ipyauth-keycloak-*.env, if there is one.
	DotenvFile string
	// ACRValues [acr_values] are authentication levels the realm knows, separated by
	// spaces. The ID token must state one of them.
	ACRValues string
	// IDPHint [kc_idp_hint] is the alias of the identity provider to go to at once.
	IDPHint string
	// Prompt [prompt] is "login" or "consent".
	Prompt string
	// Extra holds further parameters of the authorization request (login_hint,
	// ui_locales...).
	Extra map[string]string
}

// Resolve implements [Source].
func (p ParamsKeycloak) Resolve() (*Config, error) {
	return keycloak.resolve(input{
		direct: map[string]string{
			"base_url":      p.BaseURL,
			"realm":         p.Realm,
			"acr_values":    p.ACRValues,
			"kc_idp_hint":   p.IDPHint,
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

var keycloak = &profile{
	id: "keycloak", name: "Keycloak",
	dotenv:     "ipyauth-keycloak",
	grants:     []ResponseType{Code, IDTokenToken, TokenIDToken, Token},
	rewrite:    openIDSpelling,
	scopes:     openIDScopes,
	keys:       map[string]string{"base_url": "BaseURL", "realm": "Realm", "acr_values": "ACRValues", "kc_idp_hint": "IDPHint", "prompt": "Prompt"},
	parameters: []string{"acr_values", "kc_idp_hint", "prompt"},
	userClaims: []string{"name", "preferred_username", "email", "sub"},
	locate:     locateKeycloak,
}

func locateKeycloak(c *Config, v settings) error {
	base, err := v.server(CodeBaseURL, "base_url", "")
	if err != nil {
		return err
	}
	realm := v.get("realm")
	switch {
	case base == "":
		return v.fault(CodeBaseURL, "base_url", "is missing", "set it to your server's address, or write base_url=https://... in the dotenv file")
	case realm == "":
		return v.fault(CodeIssuer, "realm", "is missing", "set it to your realm's name, or write realm=... in the dotenv file")
	case url.PathEscape(realm) != realm || realm == "." || realm == "..":
		return v.fault(CodeIssuer, "realm", "has a character that a realm's name in an address can't have", "write only the name, as it is in the address after /realms/")
	}
	c.openID(base + "/realms/" + realm)
	return nil
}
