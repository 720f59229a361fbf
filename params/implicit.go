package params

import (
	"crypto/rand"
	"net/url"
	"strings"
	"time"
)

// OAuthScope is a scope of [ImplicitAuthCredentials]. Providers have their own:
//
//	OAuthScope("trades.read")
//
// seed: OAuthScopeEnum
type OAuthScope string

// The scopes the seed names.
const (
	// ReadScope is the read scope. seed: READ_SCOPE
	ReadScope OAuthScope = "READ_SCOPE"
	// WriteScope is the write scope. seed: WRITE_SCOPE
	WriteScope OAuthScope = "WRITE_SCOPE"
)

// OAuthToken is a token and what is known of it. It prints without the token.
//
// seed: OAuthToken
type OAuthToken struct {
	// AccessToken is the token itself; its Reveal method returns it.
	//
	// seed: access_token
	AccessToken Secret
	// TokenType is "Bearer".
	//
	// seed: token_type
	TokenType string
	// ExpiresIn is the lifetime in seconds the provider stated, 0 if it did not.
	//
	// seed: expires_in
	ExpiresIn int64
	// Scope lists the scopes granted, separated by spaces.
	Scope string
	// Expiry is when the token ends; zero if that is not known.
	//
	// seed: expiry
	Expiry time.Time
}

// ImplicitAuthCredentials signs in with the implicit grant of RFC 6749 section 4.2 at a
// provider that is neither among the others nor speaks OpenID Connect. NewAuth takes
// it like any Params type. The names in brackets are those of the dotenv file.
//
// The provider may send the access token as #token=... as well as #access_token=...
// Nothing proves that such a token was issued to this client: prefer any provider
// with the code grant or an ID token.
//
// seed: ImplicitAuthCredentials
type ImplicitAuthCredentials struct {
	// OAuthClientID [client_id] is the OAuth 2 client id. Required.
	//
	// seed: OAuthClientId
	OAuthClientID string
	// OAuthRedirectURI [redirect_uri] is the redirection endpoint: for NewAuth
	// host:port/callback/ of your notebook server. Default: where the page is.
	//
	// seed: OAuthRedirectUri
	OAuthRedirectURI string
	// OAuthToken holds a token got earlier, for code of yours that passes
	// credentials on. A sign-in neither uses nor changes it.
	//
	// seed: OAuthToken
	OAuthToken OAuthToken
	// OAuthScopes [scope, separated by spaces] are the scopes to ask for.
	//
	// seed: OAuthScopes
	OAuthScopes []OAuthScope
	// AuthorizationEndpoint [authorization_endpoint] is the provider's authorization
	// page, an https URL. Required.
	AuthorizationEndpoint string
	// UserInfoEndpoint [userinfo_endpoint] says who signed in, if the provider has
	// such an address.
	UserInfoEndpoint string
	// DotenvFolder is where the dotenv file is. Default ".".
	DotenvFolder string
	// DotenvFile is the dotenv file's name. Default: ipyauth-implicit.env, or the only
	// ipyauth-implicit-*.env, if there is one.
	DotenvFile string
	// Extra holds further parameters of the authorization request.
	Extra map[string]string
}

// ImplicitAuthCredentialsFromDotenv reads credentials from a dotenv file. folder and
// file may be empty, as in the fields of these names. Its errors are *[Error].
//
// seed: from_environment
func ImplicitAuthCredentialsFromDotenv(folder, file string) (ImplicitAuthCredentials, error) {
	c := ImplicitAuthCredentials{DotenvFolder: folder, DotenvFile: file}
	cfg, err := c.resolve(true)
	if err != nil {
		return ImplicitAuthCredentials{}, err
	}
	c.OAuthClientID, c.OAuthRedirectURI = cfg.ClientID, cfg.RedirectURI
	c.AuthorizationEndpoint, c.UserInfoEndpoint = cfg.Endpoints.Authorization, cfg.Endpoints.UserInfo
	for _, scope := range cfg.Scopes {
		c.OAuthScopes = append(c.OAuthScopes, OAuthScope(scope))
	}
	return c, nil
}

// ClientID returns the OAuth 2 client id.
//
// seed: o_auth_client_id
func (c ImplicitAuthCredentials) ClientID() string { return c.OAuthClientID }

// RedirectURI returns the redirection endpoint.
//
// seed: o_auth_redirect_uri
func (c ImplicitAuthCredentials) RedirectURI() string { return c.OAuthRedirectURI }

// Token returns the token; its AccessToken is empty if there is none.
//
// seed: o_auth_token
func (c ImplicitAuthCredentials) Token() OAuthToken { return c.OAuthToken }

// Scopes returns the scopes.
//
// seed: o_auth_scopes
func (c ImplicitAuthCredentials) Scopes() []OAuthScope { return c.OAuthScopes }

// AuthorizationURL returns the address of the provider's consent page, for a program
// that reads the answer on a page of its own; in a notebook NewAuth does both. Each
// call makes a new state: compare it with that of the answer (RFC 6749 section
// 10.12). Its errors are *[Error].
//
// seed: get_authorization_url
func (c ImplicitAuthCredentials) AuthorizationURL() (string, error) {
	cfg, err := c.resolve(true)
	if err != nil {
		return "", err
	}
	if cfg.RedirectURI == "" {
		return "", &Error{Code: CodeRedirectURI, Field: "OAuthRedirectURI", Message: "OAuthRedirectURI is missing", Next: "set it to the address of the page that reads the answer"}
	}
	query := url.Values{
		"response_type": {string(Token)},
		"client_id":     {cfg.ClientID},
		"redirect_uri":  {cfg.RedirectURI},
		"state":         {rand.Text()}, // 128 bits
	}
	if len(cfg.Scopes) > 0 {
		query.Set("scope", strings.Join(cfg.Scopes, " "))
	}
	for name, value := range cfg.Extra {
		query.Set(name, value)
	}
	return cfg.Endpoints.Authorization + "?" + query.Encode(), nil
}

// Resolve implements [Source].
func (c ImplicitAuthCredentials) Resolve() (*Config, error) { return c.resolve(false) }

// resolve takes, if anyPage, a redirect URI that is not the notebook's callback page.
func (c ImplicitAuthCredentials) resolve(anyPage bool) (*Config, error) {
	scopes := make([]string, len(c.OAuthScopes))
	for i, scope := range c.OAuthScopes {
		scopes[i] = string(scope)
	}
	p := *implicit
	p.anyPage = anyPage
	return p.resolve(input{
		direct: map[string]string{
			"authorization_endpoint": c.AuthorizationEndpoint,
			"userinfo_endpoint":      c.UserInfoEndpoint,
			"client_id":              c.OAuthClientID,
			"redirect_uri":           c.OAuthRedirectURI,
			"scope":                  strings.Join(scopes, " "),
		},
		folder: c.DotenvFolder, file: c.DotenvFile, extra: c.Extra,
	})
}

var implicit = &profile{
	id: "implicit", name: "OAuth 2",
	dotenv: "ipyauth-implicit",
	grants: []ResponseType{Token},
	keys: map[string]string{
		"client_id": "OAuthClientID", "redirect_uri": "OAuthRedirectURI", "scope": "OAuthScopes",
		"authorization_endpoint": "AuthorizationEndpoint", "userinfo_endpoint": "UserInfoEndpoint",
	},
	userClaims: []string{"name", "preferred_username", "email", "sub"},
	locate:     locateImplicit,
}

func locateImplicit(c *Config, v settings) (err error) {
	if c.Endpoints.Authorization, err = v.endpoint("authorization_endpoint"); err != nil {
		return err
	}
	if c.Endpoints.UserInfo, err = v.endpoint("userinfo_endpoint"); err != nil {
		return err
	}
	if c.Endpoints.Authorization == "" {
		return v.fault(CodeEndpoint, "authorization_endpoint", "is missing",
			"set it to the provider's authorization page, or write authorization_endpoint=https://... in the dotenv file")
	}
	u, _, _ := serverURL(c.Endpoints.Authorization)
	c.Name = u.Host
	c.TokenParameter = "token"
	return nil
}
