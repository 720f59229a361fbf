package params

import (
	"slices"
	"strings"
)

// ParamsSgConnect signs in with SG Connect, Société Générale's authorization
// server. The names in brackets are those of the dotenv file.
//
// Mode alone is enough when the file is there:
//
//	ParamsSgConnect{Mode: "HOM"} // reads ipyauth-sgconnectHOM.env, or the only ipyauth-sgconnectHOM-*.env
type ParamsSgConnect struct {
	// Mode [mode] is "PRD", production, or "HOM", homologation. Default PRD.
	Mode string
	// ResponseType [response_type] is "token" (the default), "token id_token",
	// "id_token token" or "code". The order of two words is sent as given.
	ResponseType string
	// ClientID [client_id] is the id of your application at SG Connect. Required.
	ClientID string
	// ClientSecret [client_secret] is for confidential clients with "code"; the
	// environment variable IPYAUTH_SGCONNECT_CLIENT_SECRET will do.
	ClientSecret Secret
	// RedirectURI [redirect_uri] is one of those registered for the client id:
	// host:port/callback/ of your notebook server. Default: where the notebook
	// page is.
	RedirectURI string
	// Scope [scope] lists scopes, separated by spaces. openid and profile are
	// added if they are missing.
	Scope string
	// DotenvFolder is where the dotenv file is. Default ".".
	DotenvFolder string
	// DotenvFile is the dotenv file's name. Default: ipyauth-sgconnect<Mode>.env,
	// or the only ipyauth-sgconnect<Mode>-*.env, if there is one.
	DotenvFile string
	// BaseURL [base_url] is what comes before /oauth2/authorize. PRD's is known;
	// HOM's is not public and must be given.
	BaseURL string
	// Issuer [issuer] is the issuer of its ID tokens. Default: what discovery
	// says, if there is discovery.
	Issuer string
	// JWKSURI [jwks_uri] is where its signing keys are, if discovery does not tell.
	JWKSURI string
	// Extra holds further parameters of the authorization request; acr_values
	// replaces the mode's default.
	Extra map[string]string
}

// Resolve implements [Source].
func (p ParamsSgConnect) Resolve() (*Config, error) {
	return sgConnect.resolve(input{
		direct: map[string]string{
			"mode":          p.Mode,
			"response_type": p.ResponseType,
			"client_id":     p.ClientID,
			"client_secret": p.ClientSecret.Reveal(),
			"redirect_uri":  p.RedirectURI,
			"scope":         p.Scope,
			"base_url":      p.BaseURL,
			"issuer":        p.Issuer,
			"jwks_uri":      p.JWKSURI,
		},
		folder: p.DotenvFolder, file: p.DotenvFile, extra: p.Extra,
	})
}

var sgConnect = &profile{
	id: "sgconnect", name: "SG Connect",
	dotenv: "ipyauth-sgconnect",
	modes:  []string{"PRD", "HOM"},
	grants: []ResponseType{Token, TokenIDToken, IDTokenToken, Code},
	scopes: openIDScopes,
	keys:   map[string]string{"mode": "Mode", "base_url": "BaseURL", "issuer": "Issuer", "jwks_uri": "JWKSURI"},
	// sub is the person's mail address.
	userClaims:   []string{"sub", "mail", "name"},
	hiddenScopes: []string{"sgx@@"},
	locate:       locateSgConnect,
}

// sgConnectBase holds the addresses that are public. HOM's is reachable from the
// company's network only and was never published.
var sgConnectBase = map[string]string{"PRD": "https://sso.sgmarkets.com/sgconnect"}

// sgConnectACR is the authentication level asked for in each mode, and
// sgConnectLevels their order.
var (
	sgConnectACR    = map[string]string{"PRD": "L2", "HOM": "L1"}
	sgConnectLevels = []string{"L0", "L1", "L2", "L3", "L4"}
)

func locateSgConnect(c *Config, v settings) error {
	base := v.get("base_url")
	if base == "" {
		base = sgConnectBase[c.Mode]
	}
	if base == "" {
		return v.fault(CodeBaseURL, "base_url", "is missing (the "+c.Mode+" address of SG Connect is not public)",
			"set BaseURL, or write base_url=https://.../sgconnect in the dotenv file")
	}
	if _, wrong, next := serverURL(base); wrong != "" {
		return v.fault(CodeBaseURL, "base_url", wrong, next)
	}
	base = strings.TrimRight(base, "/")
	c.Endpoints = Endpoints{
		Authorization: base + "/oauth2/authorize",
		Token:         base + "/oauth2/access_token",
		UserInfo:      base + "/oauth2/userinfo",
		TokenInfo:     base + "/oauth2/tokeninfo",
	}
	var err error
	if c.Endpoints.KeySet, err = v.endpoint("jwks_uri"); err != nil {
		return err
	}
	if c.Issuer = v.get("issuer"); c.Issuer != "" {
		if _, wrong, next := serverURL(c.Issuer); wrong != "" {
			return v.fault(CodeIssuer, "issuer", wrong, next)
		}
	}
	// Its metadata is documented nowhere public, so this is tried and not relied on.
	c.DiscoveryURLs = []string{base + "/oauth2/.well-known/openid-configuration"}
	c.DiscoveryOptional = true

	c.setDefault("acr_values", sgConnectACR[c.Mode])
	if i := slices.Index(sgConnectLevels, c.Extra["acr_values"]); i > 0 {
		c.ACR.TooLow = sgConnectLevels[:i]
	}
	return nil
}
