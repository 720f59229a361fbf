package provider

import (
	"net/url"
	"slices"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// shape is what sets one issuer apart from another, as data.
type shape struct {
	name   string // what its pages call it
	path   string // between host and endpoints
	suffix string // what the issuer identifier has after path
	// otherHost puts it on this machine's other name: localhost beside 127.0.0.1. Its issuer has no path, as the main
	// one has none.
	otherHost bool

	authorization string
	token         string
	userinfo      string
	keySet        string
	revocation    string
	endSession    string
	tokenInfo     string // "" when it has none

	opaque       bool                 // access tokens are UUIDs instead of JWTs
	defaultACR   string               // the authentication level when the client asks for none; "" sends none
	scopes       []scope              // accepted besides the known ones
	responses    []goidc.ResponseType // nil: all
	secret       bool                 // the token endpoint wants a client secret, any
	refreshes    bool                 // there are refresh tokens without offline_access
	rsaOnly      bool
	pkceRequired bool
	plainOAuth   bool // neither discovery nor key set
	omitsIssuer  bool // from the authorization response (RFC 9207)

	subject     func(person) string
	claims      func(person, *goidc.Grant) map[string]any // besides sub
	describe    func(*goidc.Configuration)                // changes the metadata
	request     func(url.Values)                          // rewrites authorization requests for go-oidc
	tokenAnswer func(i *issuer, answer tokenAnswer)       // answers instead of go-oidc; nil: go-oidc does
	// user answers at userinfo instead of go-oidc.
	user func(i *issuer, p person, g *goidc.Grant) (any, error)
	// tokenParameter is what implicit responses call the access token, with nothing but state beside it.
	tokenParameter string
}

// EntraTenant is the tenant of the Entra shape.
const EntraTenant = "11111111-2222-3333-4444-555555555555"

// shapes are the issuers of a provider. Where not said otherwise, their addresses are those the real providers have
// behind their hosts, below a path with their name.
var shapes = []shape{mainShape, sgConnectShape, sgIDShape, googleShape, auth0Shape, keycloakShape, entraShape, oktaShape, gitHubShape, implicitShape}

// mainShape has the endpoints go-oidc would choose, and claims by OpenID Connect Core 5.4.
var mainShape = shape{
	name:          "Demo provider",
	authorization: "/authorize",
	token:         "/token",
	userinfo:      "/userinfo",
	keySet:        "/jwks",
	revocation:    "/revoke",
	endSession:    "/logout",
	subject:       subjectID,
	claims:        standardClaims,
}

var googleShape = shape{
	name:          "Google (demo)",
	path:          "/google",
	authorization: "/o/oauth2/v2/auth",
	token:         "/token",
	userinfo:      "/v1/userinfo",
	keySet:        "/oauth2/v3/certs",
	revocation:    "/revoke",
	endSession:    "/logout",
	secret:        true,
	refreshes:     true,
	rsaOnly:       true,
	opaque:        true,
	omitsIssuer:   true,
	subject:       subjectID,
	claims:        standardClaims,
}

// auth0Shape's issuer identifier ends in a slash.
var auth0Shape = shape{
	name:          "Auth0 (demo)",
	suffix:        "/",
	otherHost:     true,
	authorization: "/authorize",
	token:         "/oauth/token",
	userinfo:      "/userinfo",
	keySet:        "/.well-known/jwks.json",
	revocation:    "/oauth/revoke",
	endSession:    "/oidc/logout",
	rsaOnly:       true,
	omitsIssuer:   true,
	subject:       func(p person) string { return "auth0|" + p.id },
	claims: func(p person, g *goidc.Grant) map[string]any {
		claims := standardClaims(p, g)
		if _, there := claims["name"]; there {
			claims["nickname"] = p.id
			delete(claims, "preferred_username")
		}
		return claims
	},
}

var keycloakShape = shape{
	name:          "Keycloak (demo)",
	path:          "/keycloak/realms/demo",
	authorization: "/protocol/openid-connect/auth",
	token:         "/protocol/openid-connect/token",
	userinfo:      "/protocol/openid-connect/userinfo",
	keySet:        "/protocol/openid-connect/certs",
	revocation:    "/protocol/openid-connect/revoke",
	endSession:    "/protocol/openid-connect/logout",
	refreshes:     true,
	subject:       subjectID,
	claims:        standardClaims,
}

// entraShape's issuer identifier is no prefix of its endpoints, and its userinfo has a place of its own, as Microsoft
// Graph's has.
var entraShape = shape{
	name:          "Microsoft Entra ID (demo)",
	path:          "/entra/" + EntraTenant,
	suffix:        "/v2.0",
	authorization: "/oauth2/v2.0/authorize",
	token:         "/oauth2/v2.0/token",
	userinfo:      "/oidc/userinfo",
	keySet:        "/discovery/v2.0/keys",
	revocation:    "/oauth2/v2.0/revoke",
	endSession:    "/oauth2/v2.0/logout",
	scopes:        []scope{{"User.Read", "Read your profile"}},
	rsaOnly:       true,
	omitsIssuer:   true,
	subject:       subjectID,
	claims: func(p person, g *goidc.Grant) map[string]any {
		claims := standardClaims(p, g)
		claims["tid"] = EntraTenant
		return claims
	},
	describe: func(m *goidc.Configuration) { m.CodeChallengeMethods, m.TokenRevocationEndpoint = nil, "" },
}

var oktaShape = shape{
	name:          "Okta (demo)",
	path:          "/oauth2/default",
	authorization: "/v1/authorize",
	token:         "/v1/token",
	userinfo:      "/v1/userinfo",
	keySet:        "/v1/keys",
	revocation:    "/v1/revoke",
	endSession:    "/v1/logout",
	rsaOnly:       true,
	omitsIssuer:   true,
	subject:       subjectID,
	claims:        standardClaims,
}

// implicitShape is a provider before OpenID Connect, whose answer calls the access token "token".
var implicitShape = shape{
	name:           "Implicit grant (demo)",
	path:           "/implicit",
	authorization:  "/authorize",
	token:          "/token",
	userinfo:       "/userinfo",
	keySet:         "/jwks",
	revocation:     "/revoke",
	endSession:     "/logout",
	opaque:         true,
	plainOAuth:     true,
	omitsIssuer:    true,
	responses:      []goidc.ResponseType{goidc.ResponseTypeToken},
	scopes:         []scope{{"READ_SCOPE", "Read your data in the demo API"}, {"WRITE_SCOPE", "Change your data in the demo API"}},
	tokenParameter: "token",
	subject:        subjectID,
	claims:         standardClaims,
	user: func(_ *issuer, p person, g *goidc.Grant) (any, error) {
		return map[string]any{"sub": g.Subject, "name": p.name}, nil
	},
}

func subjectID(p person) string { return p.id }

func standardClaims(p person, g *goidc.Grant) map[string]any {
	claims := map[string]any{}
	scopes := strings.Fields(g.Scopes)
	if slices.Contains(scopes, "profile") {
		claims["name"], claims["preferred_username"] = p.name, p.id
	}
	if slices.Contains(scopes, "email") {
		claims["email"], claims["email_verified"] = p.mail, true
	}
	return claims
}
