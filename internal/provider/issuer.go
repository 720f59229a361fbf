package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/luikyv/go-oidc/pkg/goidc"
	goprovider "github.com/luikyv/go-oidc/pkg/provider"
)

const discoveryPath = "/.well-known/openid-configuration"

// shape is what sets one issuer apart from another, as data.
type shape struct {
	name       string // what its pages call it
	path       string // between host and endpoints
	token      string
	keySet     string
	revocation string
	endSession string
	tokenInfo  string // "" when it has none
	opaque     bool   // access tokens are UUIDs instead of JWTs
	defaultACR string // the authentication level when the client asks for none; "" sends none
	subject    func(person) string
	userInfo   func(person, *goidc.Grant) map[string]any // besides sub
}

// mainShape has the endpoints go-oidc would choose, and claims by OpenID Connect Core 5.4.
var mainShape = shape{
	name:       "Demo provider",
	token:      "/token",
	keySet:     "/jwks",
	revocation: "/revoke",
	endSession: "/logout",
	subject:    func(p person) string { return p.id },
	userInfo: func(p person, g *goidc.Grant) map[string]any {
		claims := map[string]any{}
		scopes := strings.Fields(g.Scopes)
		if slices.Contains(scopes, "profile") {
			claims["name"], claims["preferred_username"] = p.name, p.id
		}
		if slices.Contains(scopes, "email") {
			claims["email"], claims["email_verified"] = p.mail, true
		}
		return claims
	},
}

// issuer is one OpenID provider: go-oidc's handler, with what it lacks before and after it.
type issuer struct {
	shape
	p     *Provider
	id    string // issuer identifier
	op    *goprovider.Provider
	next  http.Handler // go-oidc, below path
	store *store

	// exchanging lets one token request run at a time: go-oidc reads, changes and saves a grant in separate steps, and
	// two requests with one code or refresh token must not both succeed.
	exchanging sync.Mutex
}

func newIssuer(p *Provider, s shape) (*issuer, error) {
	i := &issuer{shape: s, p: p, id: p.options.Issuer + s.path}
	i.store = newStore(i.client)
	var err error
	if i.op, err = i.build(); err != nil {
		return nil, fmt.Errorf("build issuer %s: %w", i.id, err)
	}
	i.next = http.StripPrefix(s.path, i.op.Handler())
	return i, nil
}

// build wires go-oidc.
func (i *issuer) build() (*goprovider.Provider, error) {
	o := i.p.options
	algs := []goidc.SignatureAlgorithm{algRSA, algEC}
	if o.SigningAlgorithm == algEC {
		slices.Reverse(algs)
	}
	var scopes []goidc.Scope
	for _, s := range scopeIDs(o.Scopes) {
		scopes = append(scopes, goidc.NewScope(s))
	}
	tokens := goidc.NewJWTTokenOptions(algs[0], i.p.lifetime())
	if i.opaque {
		tokens = goidc.NewOpaqueTokenOptions(i.p.lifetime())
	}
	login := goidc.NewPolicy("login", i.begin, i.login)
	logout := goidc.NewLogoutPolicy("logout", func(*http.Request, *goidc.LogoutSession) bool { return true }, i.logout)
	return goprovider.New(goprovider.Config{Issuer: i.id, Manager: i.store, JWKS: i.p.keys.set, IDTokenAlgs: algs},
		goprovider.WithJWKSEndpoint(i.keySet),
		goprovider.WithTokenEndpoint(i.token),
		goprovider.WithScopes(scopes...),
		goprovider.WithClaims("sub", "name", "email", "mail", "auth_time", "acr", "amr"),
		goprovider.WithACRs("L1", "L2"),
		goprovider.WithNoneAuthn(),
		goprovider.WithDCR(i.store),
		goprovider.WithAuthCodeGrant(
			goprovider.AuthCodeGrantConfig{Manager: i.store, ResponseTypes: responseTypes},
			goprovider.WithIssuerResponseParameter(),
			goprovider.WithPKCE([]goidc.CodeChallengeMethod{goidc.CodeChallengeMethodSHA256}),
			goprovider.WithAuthPolicies(login)),
		goprovider.WithRefreshTokenGrant(i.store,
			goprovider.WithRefreshTokenRotation(),
			goprovider.WithRefreshTokenShouldIssue(wantsRefresh)),
		goprovider.WithTokenOptions(
			func(context.Context, *goidc.Grant, *goidc.Client) goidc.TokenOptions { return tokens },
			goprovider.WithOpaqueTokens(i.store),
			goprovider.WithOpaqueTokenFunc(func(context.Context, *goidc.Grant) string { return newUUID() })),
		goprovider.WithIDTokenLifetime(i.p.lifetime()),
		goprovider.WithIDTokenClaims(i.idTokenClaims),
		goprovider.WithUserInfoClaims(i.userInfoClaims),
		goprovider.WithTokenRevocation(
			func(context.Context, *goidc.Client) bool { return true },
			goprovider.WithTokenRevocationRevokeGrantOnAccessToken(),
			goprovider.WithTokenRevocationEndpoint(i.revocation)),
		goprovider.WithLogout(
			goprovider.LogoutConfig{Manager: i.store, HandleFunc: i.loggedOut},
			goprovider.WithLogoutPolicies(logout),
			goprovider.WithLogoutEndpoint(i.endSession)),
		goprovider.WithErrorHandler(i.note),
		goprovider.WithErrorRenderer(i.renderError),
		// Only JWT client authentication has ids to remember; without this go-oidc warns at each start.
		goprovider.WithJTIConsumer(func(context.Context, string) error { return nil }),
	)
}

var responseTypes = []goidc.ResponseType{
	goidc.ResponseTypeCode, goidc.ResponseTypeToken, goidc.ResponseTypeIDToken, goidc.ResponseTypeIDTokenAndToken,
}

// client is the demo client, allowed to use the redirect URI that the request was found to be allowed to use.
func (i *issuer) client(ctx context.Context) *goidc.Client {
	uris := []string{visitOf(ctx).redirectURI}
	return &goidc.Client{ID: ClientID, ClientMeta: goidc.ClientMeta{
		ApplicationType:        goidc.ApplicationTypeWeb,
		TokenAuthnMethod:       goidc.AuthnMethodNone,
		RedirectURIs:           uris,
		PostLogoutRedirectURIs: uris,
		ResponseTypes:          responseTypes,
		GrantTypes:             []goidc.GrantType{goidc.GrantAuthorizationCode, goidc.GrantImplicit, goidc.GrantRefreshToken},
		ScopeIDs:               strings.Join(scopeIDs(i.p.options.Scopes), " "),
	}}
}

// wantsRefresh is OpenID Connect Core 11: offline access, and never by the implicit grant.
func wantsRefresh(_ context.Context, _ *goidc.Client, g *goidc.Grant) bool {
	return g.AuthCode != "" && slices.Contains(strings.Fields(g.Scopes), "offline_access")
}

// mount adds the issuer's endpoints to mux. What go-oidc offers beyond them stays out of reach.
func (i *issuer) mount(mux *http.ServeMux) {
	mux.HandleFunc(i.path+"/authorize", i.authorize)
	mux.HandleFunc(i.path+"/authorize/{session}", i.resume)
	mux.HandleFunc("POST "+i.path+i.token, i.exchange)
	mux.HandleFunc(i.path+"/userinfo", i.bearer(i.next.ServeHTTP))
	mux.Handle(i.path+i.revocation, i.next)
	mux.HandleFunc(i.path+i.endSession, i.endSessionRequest)
	if i.tokenInfo != "" {
		mux.HandleFunc(i.path+i.tokenInfo, i.bearer(i.serveTokenInfo))
	}
	if i.path == sgConnectShape.path && i.p.options.HideSGConnectKeys {
		return
	}
	mux.Handle("GET "+i.path+i.keySet, i.next)
	mux.HandleFunc("GET "+i.path+discoveryPath, i.discovery)
}

// discovery serves go-oidc's metadata where OpenID Connect Discovery 4.1 wants it (go-oidc puts an issuer's path after
// the well-known part) and without the registration endpoint.
func (i *issuer) discovery(w http.ResponseWriter, r *http.Request) {
	r = r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath = i.path+discoveryPath+i.path, ""
	rec := &recorder{header: http.Header{}, status: http.StatusOK}
	i.next.ServeHTTP(rec, r)
	var metadata goidc.Configuration
	if err := json.Unmarshal(rec.body.Bytes(), &metadata); err != nil || rec.status != http.StatusOK {
		http.Error(w, "metadata not available", http.StatusInternalServerError)
		return
	}
	metadata.ClientRegistrationEndpoint = ""
	writeJSON(w, http.StatusOK, metadata)
}

// exchange is the token endpoint. The body is read before the lock is taken.
func (i *issuer) exchange(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		writeError(w, http.StatusBadRequest, "invalid_request", "the body is not a form")
		return
	}
	i.exchanging.Lock()
	defer i.exchanging.Unlock()
	i.next.ServeHTTP(w, r)
}

// note logs why a request was refused and keeps the reason for the answer.
func (i *issuer) note(ctx context.Context, err error) {
	v := visitOf(ctx)
	v.cause = cause(err)
	i.p.log.InfoContext(ctx, "request refused", "issuer", i.id, "cause", v.cause)
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a failed write means that the client has gone
}

// writeError is an error of RFC 6749 section 5.2 or RFC 6750 section 3.1.
func writeError(w http.ResponseWriter, status int, code, description string) {
	writeJSON(w, status, map[string]string{"error": code, "error_description": description})
}
