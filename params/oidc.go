package params

import "strings"

// ParamsOIDC signs in with any OpenID Connect provider that publishes its
// metadata (OpenID Connect Discovery 1.0). The names in brackets are those of
// the dotenv file.
type ParamsOIDC struct {
	// Issuer [issuer] is the provider's identifier, an https URL, written exactly
	// as the provider writes it, trailing slash included. Required.
	Issuer string
	// ClientID [client_id] is the id of your application there. Required.
	ClientID string
	// ClientSecret [client_secret] is for confidential clients with "code"; the
	// environment variable IPYAUTH_OIDC_CLIENT_SECRET will do.
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
	// DotenvFile is the dotenv file's name. Default: ipyauth-oidc.env, or the
	// only ipyauth-oidc-*.env, if there is one.
	DotenvFile string
	// EndpointHosts [endpoint_hosts, separated by spaces] are the hosts beside
	// the issuer's that the metadata may send us to.
	EndpointHosts []string
	// Extra holds further parameters of the authorization request (audience,
	// prompt, acr_values...). An ID token must state one of acr_values.
	Extra map[string]string
}

// Resolve implements [Source].
func (p ParamsOIDC) Resolve() (*Config, error) {
	return oidc.resolve(input{
		direct: map[string]string{
			"issuer":         p.Issuer,
			"client_id":      p.ClientID,
			"client_secret":  p.ClientSecret.Reveal(),
			"redirect_uri":   p.RedirectURI,
			"scope":          p.Scope,
			"response_type":  p.ResponseType,
			"endpoint_hosts": strings.Join(p.EndpointHosts, " "),
		},
		folder: p.DotenvFolder, file: p.DotenvFile, extra: p.Extra,
	})
}

var oidc = &profile{
	id: "oidc", name: "OpenID Connect",
	dotenv:     "ipyauth-oidc",
	grants:     []ResponseType{Code, IDTokenToken, TokenIDToken, Token},
	rewrite:    openIDSpelling,
	scopes:     openIDScopes,
	keys:       map[string]string{"issuer": "Issuer", "endpoint_hosts": "EndpointHosts"},
	userClaims: []string{"name", "preferred_username", "email", "sub"},
	locate:     locateOIDC,
}

func locateOIDC(c *Config, v settings) error {
	c.Issuer = v.get("issuer")
	if c.Issuer == "" {
		return v.fault(CodeIssuer, "issuer", "is missing", "set it to your provider's issuer URL, or write issuer=https://... in the dotenv file")
	}
	u, wrong, next := serverURL(c.Issuer)
	if wrong != "" {
		return v.fault(CodeIssuer, "issuer", wrong, next)
	}
	c.Name = u.Host
	c.openID(c.Issuer)
	for _, host := range strings.Fields(v.get("endpoint_hosts")) {
		if !hostName(host) {
			return v.fault(CodeEndpoint, "endpoint_hosts", "has an entry that is not a host name", "write names like auth.example.com, with :port where it is not 443")
		}
		c.EndpointHosts = append(c.EndpointHosts, host)
	}
	return nil
}

// openID fills in what follows from an issuer. Its metadata are below it, and its
// slash at the end, if it has one, is not doubled (OpenID Connect Discovery 1.0
// section 4). An ID token must state one of the acr_values asked for.
func (c *Config) openID(issuer string) {
	c.Issuer = issuer
	c.ACR.Required = strings.Fields(c.Extra["acr_values"])
	c.DiscoveryURLs = []string{strings.TrimRight(issuer, "/") + "/.well-known/openid-configuration"}
}
