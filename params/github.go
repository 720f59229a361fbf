package params

import (
	"net/url"
	"strings"
)

// ParamsGitHub signs in with GitHub. The names in brackets are those of the dotenv file.
//
// Register an OAuth app or a GitHub App with the callback URL; for http://127.0.0.1 the
// port does not matter. GitHub speaks OAuth 2.0 and not OpenID Connect: there is no ID
// token, so who signed in is what its API says, over TLS, of the token. There is no
// implicit grant, and the token endpoint wants the client secret with PKCE too.
type ParamsGitHub struct {
	// ClientID [client_id] is the app's client id. Required.
	ClientID string
	// ClientSecret [client_secret] is required; the environment variable
	// IPYAUTH_GITHUB_CLIENT_SECRET will do.
	ClientSecret Secret
	// RedirectURI [redirect_uri] is one of those registered for the client id:
	// host:port/callback/ of your notebook server. Default: where the notebook
	// page is.
	RedirectURI string
	// Scope [scope] lists scopes, separated by spaces. Default none, which reads what is
	// public. The scopes of a GitHub App are its permissions: leave it empty.
	Scope string
	// ResponseType [response_type] is "code", the only one there is.
	ResponseType string
	// DotenvFolder is where the dotenv file is. Default ".".
	DotenvFolder string
	// DotenvFile is the dotenv file's name. Default: ipyauth-github.env, or the
	// only ipyauth-github-*.env, if there is one.
	DotenvFile string
	// Login [login] is the account to sign in with.
	Login string
	// Prompt [prompt] is "select_account", or empty.
	Prompt string
	// BaseURL [base_url] is the address of a GitHub Enterprise Server, or of an
	// enterprise at *.ghe.com. Default: https://github.com.
	BaseURL string
	// Extra holds further parameters of the authorization request (allow_signup...).
	Extra map[string]string
}

// WithClientSecret implements [SecretTaker].
func (p ParamsGitHub) WithClientSecret(s Secret) Source {
	p.ClientSecret = s
	return p
}

// Resolve implements [Source].
func (p ParamsGitHub) Resolve() (*Config, error) {
	return gitHub.resolve(input{
		direct: map[string]string{
			"login":         p.Login,
			"prompt":        p.Prompt,
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

var gitHub = &profile{
	id: "github", name: "GitHub",
	dotenv:      "ipyauth-github",
	grants:      []ResponseType{Code},
	needsSecret: true,
	keys:        map[string]string{"login": "Login", "prompt": "Prompt", "base_url": "BaseURL"},
	parameters:  []string{"login", "prompt"},
	userClaims:  []string{"name", "login", "email"},
	locate:      locateGitHub,
}

func locateGitHub(c *Config, v settings) error {
	base, err := v.server(CodeBaseURL, "base_url", "https://github.com")
	if err != nil {
		return err
	}
	c.Endpoints = Endpoints{
		Authorization: base + "/login/oauth/authorize",
		Token:         base + "/login/oauth/access_token",
		UserInfo:      gitHubAPI(base) + "/user",
	}
	// Its documentation knows the secret as a parameter only, and it separates the
	// granted scopes by commas.
	c.SecretInBody = true
	c.ScopeSeparator = ","
	c.Hints = map[string]string{
		"redirect_uri_mismatch":        "add the redirect URI to the app's callback URLs",
		"incorrect_client_credentials": "check the client id and secret",
	}
	return nil
}

// gitHubAPI is where the API is: on a host of its own at GitHub's, below the address
// of a server of one's own.
func gitHubAPI(base string) string {
	u, err := url.Parse(base)
	if err == nil && (u.Host == "github.com" || strings.HasSuffix(u.Host, ".ghe.com")) {
		return "https://api." + u.Host
	}
	return base + "/api/v3"
}
