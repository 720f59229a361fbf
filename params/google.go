package params

// ParamsGoogle signs in with a Google account. The names in brackets are those of the
// dotenv file.
//
// Make an OAuth client of type "Web application" at console.cloud.google.com and add
// the redirect URI; http is accepted for localhost only. Google's token endpoint wants
// the client's secret with PKCE too; with "id_token token" none is sent.
type ParamsGoogle struct {
	// ClientID [client_id] is the OAuth client's id, which ends in
	// .apps.googleusercontent.com. Required.
	ClientID string
	// ClientSecret [client_secret] is required with "code"; the environment variable
	// IPYAUTH_GOOGLE_CLIENT_SECRET will do.
	ClientSecret Secret
	// RedirectURI [redirect_uri] is one of those registered for the client id:
	// host:port/callback/ of your notebook server. Default: where the notebook
	// page is.
	RedirectURI string
	// Scope [scope] lists scopes, separated by spaces. openid and profile are
	// added if they are missing.
	Scope string
	// ResponseType [response_type] is "code" (the default: authorization code +
	// PKCE), "id_token token" (in either order) or "token".
	ResponseType string
	// DotenvFolder is where the dotenv file is. Default ".".
	DotenvFolder string
	// DotenvFile is the dotenv file's name. Default: ipyauth-google.env, or the
	// only ipyauth-google-*.env, if there is one.
	DotenvFile string
	// AccessType [access_type] is "offline", for a token that renews itself, or
	// "online". Default with "code": offline. Not sent with the implicit grant.
	AccessType string
	// Prompt [prompt] is "consent", "select_account" or both. Google gives a refresh
	// token at the first consent only; "consent" gets another.
	Prompt string
	// HostedDomain [hd] lets in only accounts of this Google Workspace domain: it is
	// asked for, and the ID token must state it.
	HostedDomain string
	// LoginHint [login_hint] is the mail address to sign in with.
	LoginHint string
	// Issuer [issuer] is a provider to use in Google's place, for tests.
	Issuer string
	// Extra holds further parameters of the authorization request (include_granted_scopes,
	// hl...).
	Extra map[string]string
}

// WithClientSecret implements [SecretTaker].
func (p ParamsGoogle) WithClientSecret(s Secret) Source {
	p.ClientSecret = s
	return p
}

// Resolve implements [Source].
func (p ParamsGoogle) Resolve() (*Config, error) {
	return google.resolve(input{
		direct: map[string]string{
			"access_type":   p.AccessType,
			"prompt":        p.Prompt,
			"hd":            p.HostedDomain,
			"login_hint":    p.LoginHint,
			"issuer":        p.Issuer,
			"client_id":     p.ClientID,
			"client_secret": p.ClientSecret.Reveal(),
			"redirect_uri":  p.RedirectURI,
			"scope":         p.Scope,
			"response_type": p.ResponseType,
		},
		folder: p.DotenvFolder, file: p.DotenvFile, extra: p.Extra,
	})
}

// googleIssuer is the issuer Google's metadata state.
const googleIssuer = "https://accounts.google.com"

var google = &profile{
	id: "google", name: "Google",
	dotenv:      "ipyauth-google",
	grants:      []ResponseType{Code, IDTokenToken, TokenIDToken, Token},
	rewrite:     openIDSpelling,
	scopes:      openIDScopes,
	needsSecret: true,
	keys:        map[string]string{"access_type": "AccessType", "prompt": "Prompt", "hd": "HostedDomain", "login_hint": "LoginHint", "issuer": "Issuer"},
	parameters:  []string{"prompt", "hd", "login_hint"},
	userClaims:  []string{"name", "email", "sub"},
	locate:      locateGoogle,
}

func locateGoogle(c *Config, v settings) error {
	issuer, err := v.server(CodeIssuer, "issuer", googleIssuer)
	if err != nil {
		return err
	}
	c.openID(issuer)
	if issuer == googleIssuer {
		// Google's reference for ID tokens: iss may be written in either way.
		c.IssuerAliases = []string{"accounts.google.com"}
		c.EndpointHosts = []string{"oauth2.googleapis.com", "openidconnect.googleapis.com", "www.googleapis.com"}
	}
	if c.ResponseType == Code {
		// Only so there is a refresh token.
		access := v.get("access_type")
		if access == "" {
			access = "offline"
		}
		if access != "offline" && access != "online" {
			return v.fault(CodeExtra, "access_type", "is none of Google's", "use offline or online")
		}
		c.setDefault("access_type", access)
	}
	return requireHostedDomain(c, v)
}

// requireHostedDomain makes hd more than a wish: a user can take it out of the address.
func requireHostedDomain(c *Config, v settings) error {
	domain := c.Extra["hd"]
	switch {
	case domain == "":
		return nil
	case !hostName(domain):
		return v.fault(CodeExtra, "hd", "is not a domain name", "write a name like example.com")
	case c.ResponseType == Token:
		return v.fault(CodeExtra, "hd", "needs an ID token to be checked", `use ResponseType "code" or "id_token token"`)
	}
	c.RequiredClaims = map[string]string{"hd": domain}
	return nil
}
