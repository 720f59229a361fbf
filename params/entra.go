package params

import (
	"regexp"
	"strings"
)

// ParamsEntra signs in with Microsoft Entra ID (Azure AD). The names in brackets are
// those of the dotenv file.
//
// Register the redirect URI under "Mobile and desktop applications". Not under
// "Single-page application": Entra gives the tokens of those to browsers only, and here
// the kernel asks for them (error AADSTS9002327). Not under "Web" either, unless there
// is a client secret. For a notebook on this machine register http://localhost/callback/
// and open it as localhost; the port does not matter then.
type ParamsEntra struct {
	// Tenant [tenant] is the directory (tenant) id, a GUID, of the organization whose
	// accounts sign in; "consumers" are personal accounts. Required. "common" and
	// "organizations" are refused: their tokens come from as many issuers as there
	// are organizations, so that a check of the issuer would check nothing.
	Tenant string
	// ClientID [client_id] is the application (client) id. Required.
	ClientID string
	// ClientSecret [client_secret] is for clients registered under "Web"; the
	// environment variable IPYAUTH_ENTRA_CLIENT_SECRET will do.
	ClientSecret Secret
	// RedirectURI [redirect_uri] is one of those registered for the client id:
	// host:port/callback/ of your notebook server. Default: where the notebook
	// page is.
	RedirectURI string
	// Scope [scope] lists scopes, separated by spaces. openid and profile are
	// added if they are missing. An API's scopes are written
	// api://.../name; those of one API at a time. offline_access gets a token that
	// renews itself.
	Scope string
	// ResponseType [response_type] is "code" (the default: authorization code +
	// PKCE), "id_token token" (in either order) or "token".
	ResponseType string
	// DotenvFolder is where the dotenv file is. Default ".".
	DotenvFolder string
	// DotenvFile is the dotenv file's name. Default: ipyauth-entra.env, or the
	// only ipyauth-entra-*.env, if there is one.
	DotenvFile string
	// Prompt [prompt] is "login", "consent" or "select_account".
	Prompt string
	// LoginHint [login_hint] is the user name to sign in with.
	LoginHint string
	// DomainHint [domain_hint] is the organization's domain, to skip a page.
	DomainHint string
	// BaseURL [base_url] is the sign-in server of a national cloud, such as
	// https://login.microsoftonline.us. Default: https://login.microsoftonline.com.
	BaseURL string
	// Extra holds further parameters of the authorization request (claims, max_age...).
	Extra map[string]string
}

// Resolve implements [Source].
func (p ParamsEntra) Resolve() (*Config, error) {
	return entra.resolve(input{
		direct: map[string]string{
			"tenant":        p.Tenant,
			"prompt":        p.Prompt,
			"login_hint":    p.LoginHint,
			"domain_hint":   p.DomainHint,
			"base_url":      p.BaseURL,
			"client_id":     p.ClientID,
			"client_secret": p.ClientSecret.Reveal(),
			"redirect_uri":  p.RedirectURI,
			"scope":         p.Scope,
			"response_type": p.ResponseType,
		},
		folder: p.DotenvFolder, file: p.DotenvFile, extra: p.Extra,
	})
}

var entra = &profile{
	id: "entra", name: "Microsoft Entra ID",
	dotenv:  "ipyauth-entra",
	grants:  []ResponseType{Code, IDTokenToken, TokenIDToken, Token},
	rewrite: openIDSpelling,
	scopes:  openIDScopes,
	keys: map[string]string{
		"tenant": "Tenant", "prompt": "Prompt", "login_hint": "LoginHint", "domain_hint": "DomainHint", "base_url": "BaseURL",
	},
	parameters: []string{"prompt", "login_hint", "domain_hint"},
	userClaims: []string{"name", "preferred_username", "email", "sub"},
	locate:     locateEntra,
}

// entraConsumers is the tenant that personal Microsoft accounts are in.
const entraConsumers = "9188040d-6c67-4c5b-b112-36a304b66dad"

var guid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func locateEntra(c *Config, v settings) error {
	const next = "copy the directory (tenant) id from the application's overview page"
	base, err := v.server(CodeBaseURL, "base_url", "https://login.microsoftonline.com")
	if err != nil {
		return err
	}
	tenant := strings.ToLower(v.get("tenant"))
	switch {
	case tenant == "":
		return v.fault(CodeIssuer, "tenant", "is missing", next+", or write tenant=... in the dotenv file")
	case tenant == "consumers":
		tenant = entraConsumers
	case tenant == "common" || tenant == "organizations":
		return v.fault(CodeIssuer, "tenant", "stands for many issuers, of which none could be checked", next)
	case !guid.MatchString(tenant):
		// A domain name works in addresses, but the issuer has the id.
		return v.fault(CodeIssuer, "tenant", "is not a GUID", next)
	}
	c.openID(base + "/" + tenant + "/v2.0")
	// userinfo is Microsoft Graph's. It takes only tokens for Graph; with the scopes of
	// another API the name comes from the ID token alone.
	c.EndpointHosts = []string{"graph.microsoft.com", "graph.microsoft.us", "microsoftgraph.chinacloudapi.cn"}
	const register = `register the redirect URI under "Mobile and desktop applications", and nowhere else`
	c.Hints = map[string]string{
		"AADSTS50011":   register, // not registered
		"AADSTS7000218": register, // registered under "Web", and there is no secret
		"AADSTS9002327": register, // registered under "Single-page application"
	}
	return nil
}
