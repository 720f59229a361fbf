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

// issuer is one OpenID provider: go-oidc's handler, with what it lacks before and after it.
type issuer struct {
	shape
	p  *Provider
	id string // issuer identifier
	// origin is scheme and host; host is that host without its port, "" for the main one.
	origin, host string
	op           *goprovider.Provider
	next         http.Handler // go-oidc, below path
	store        *store

	// exchanging lets one token request run at a time: go-oidc reads, changes and saves a grant in separate steps, and
	// two requests with one code or refresh token must not both succeed.
	exchanging sync.Mutex
}

func newIssuer(p *Provider, s shape) (*issuer, error) {
	i := &issuer{shape: s, p: p, origin: p.options.Issuer}
	if s.otherHost {
		i.origin, i.host = p.other()
	}
	i.id = i.origin + s.path + s.suffix
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
	var scopes []goidc.Scope
	for _, s := range i.scopeIDs() {
		scopes = append(scopes, goidc.NewScope(s))
	}
	algs := i.algorithms()
	tokens := goidc.NewJWTTokenOptions(algs[0], i.p.lifetime())
	if i.opaque {
		tokens = goidc.NewOpaqueTokenOptions(i.p.lifetime())
	}
	login := goidc.NewPolicy("login", i.begin, i.login)
	logout := goidc.NewLogoutPolicy("logout", func(*http.Request, *goidc.LogoutSession) bool { return true }, i.logout)
	return goprovider.New(goprovider.Config{Issuer: i.id, Manager: i.store, JWKS: i.p.keys.set, IDTokenAlgs: algs},
		goprovider.WithJWKSEndpoint(i.keySet),
		goprovider.WithAuthorizeEndpoint(i.authorization),
		goprovider.WithUserInfoEndpoint(i.userinfo),
		goprovider.WithTokenEndpoint(i.token),
		goprovider.WithScopes(scopes...),
		goprovider.WithClaims("sub", "name", "email", "mail", "auth_time", "acr", "amr"),
		goprovider.WithACRs("L1", "L2"),
		goprovider.WithNoneAuthn(),
		goprovider.WithDCR(i.store),
		goprovider.WithAuthCodeGrant(
			goprovider.AuthCodeGrantConfig{Manager: i.store, ResponseTypes: i.responseTypes()},
			append(i.codeOptions(), goprovider.WithAuthPolicies(login))...),
		goprovider.WithRefreshTokenGrant(i.store,
			goprovider.WithRefreshTokenRotation(),
			goprovider.WithRefreshTokenShouldIssue(i.wantsRefresh)),
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

func (i *issuer) responseTypes() []goidc.ResponseType {
	if i.responses != nil {
		return i.responses
	}
	return []goidc.ResponseType{
		goidc.ResponseTypeCode, goidc.ResponseTypeToken, goidc.ResponseTypeIDToken, goidc.ResponseTypeIDTokenAndToken,
	}
}

// algorithms of signatures, the one to use first.
func (i *issuer) algorithms() []goidc.SignatureAlgorithm {
	switch {
	case i.rsaOnly:
		return []goidc.SignatureAlgorithm{algRSA}
	case i.p.options.SigningAlgorithm == algEC:
		return []goidc.SignatureAlgorithm{algEC, algRSA}
	}
	return []goidc.SignatureAlgorithm{algRSA, algEC}
}

func (i *issuer) codeOptions() []goprovider.AuthCodeGrantOption {
	var pkce []goprovider.PKCEOption
	if i.pkceRequired {
		pkce = append(pkce, goprovider.WithPKCERequired())
	}
	options := []goprovider.AuthCodeGrantOption{
		goprovider.WithPKCE([]goidc.CodeChallengeMethod{goidc.CodeChallengeMethodSHA256}, pkce...),
	}
	if !i.omitsIssuer {
		options = append(options, goprovider.WithIssuerResponseParameter())
	}
	return options
}

// client is the demo client, allowed to use the redirect URI that the request was found to be allowed to use.
func (i *issuer) client(ctx context.Context) *goidc.Client {
	uris := []string{visitOf(ctx).redirectURI}
	return &goidc.Client{ID: ClientID, ClientMeta: goidc.ClientMeta{
		ApplicationType:        goidc.ApplicationTypeWeb,
		TokenAuthnMethod:       goidc.AuthnMethodNone,
		RedirectURIs:           uris,
		PostLogoutRedirectURIs: uris,
		ResponseTypes:          i.responseTypes(),
		GrantTypes:             []goidc.GrantType{goidc.GrantAuthorizationCode, goidc.GrantImplicit, goidc.GrantRefreshToken},
		ScopeIDs:               strings.Join(i.scopeIDs(), " "),
	}}
}

// wantsRefresh is OpenID Connect Core 11: offline access, and never by the implicit grant.
func (i *issuer) wantsRefresh(_ context.Context, _ *goidc.Client, g *goidc.Grant) bool {
	return g.AuthCode != "" && (i.refreshes || slices.Contains(strings.Fields(g.Scopes), "offline_access"))
}

// mount adds the issuer's endpoints to mux. What go-oidc offers beyond them stays out of reach.
func (i *issuer) mount(mux *http.ServeMux) {
	at := i.host + i.path
	mux.HandleFunc(at+i.authorization, i.authorize)
	mux.HandleFunc(at+i.authorization+"/{session}", i.resume)
	mux.HandleFunc("POST "+at+i.token, i.exchange)
	if i.user != nil {
		mux.HandleFunc("GET "+at+i.userinfo, i.bearer(i.serveUser))
	} else {
		mux.HandleFunc(at+i.userinfo, i.bearer(i.next.ServeHTTP))
	}
	mux.Handle(at+i.revocation, i.next)
	mux.HandleFunc(at+i.endSession, i.endSessionRequest)
	if i.tokenInfo != "" {
		mux.HandleFunc(at+i.tokenInfo, i.bearer(i.serveTokenInfo))
	}
	if i.plainOAuth || i.path == sgConnectShape.path && i.p.options.HideSGConnectKeys {
		return
	}
	mux.Handle("GET "+at+i.keySet, i.next)
	mux.HandleFunc("GET "+strings.TrimSuffix(at+i.suffix, "/")+discoveryPath, i.discovery)
}

// discovery serves go-oidc's metadata where OpenID Connect Discovery 4.1 wants it (go-oidc puts an issuer's path after
// the well-known part), without the registration endpoint and with the addresses mount gave the others.
func (i *issuer) discovery(w http.ResponseWriter, r *http.Request) {
	r = r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath = i.path+discoveryPath+strings.TrimSuffix(i.path+i.suffix, "/"), ""
	rec := &recorder{header: http.Header{}, status: http.StatusOK}
	i.next.ServeHTTP(rec, r)
	var m goidc.Configuration
	if err := json.Unmarshal(rec.body.Bytes(), &m); err != nil || rec.status != http.StatusOK {
		http.Error(w, "metadata not available", http.StatusInternalServerError)
		return
	}
	m.ClientRegistrationEndpoint = ""
	at := i.origin + i.path
	m.AuthorizationEndpoint, m.TokenEndpoint, m.UserInfoEndpoint = at+i.authorization, at+i.token, at+i.userinfo
	m.JWKSEndpoint, m.TokenRevocationEndpoint, m.EndSessionEndpoint = at+i.keySet, at+i.revocation, at+i.endSession
	if i.secret {
		m.TokenAuthnMethods = []goidc.AuthnMethod{goidc.AuthnMethodSecretPost}
	}
	if i.describe != nil {
		i.describe(&m)
	}
	writeJSON(w, http.StatusOK, m)
}

// serveUser describes the person of the access token in the shape's own way.
func (i *issuer) serveUser(w http.ResponseWriter, r *http.Request) {
	info, grant, err := i.op.Introspect(r.Context(), bearerToken(r))
	if err != nil || !info.IsActive {
		writeError(w, http.StatusUnauthorized, "invalid_token", "the access token is unknown, expired or revoked")
		return
	}
	typed, _ := grant.Store[keyTyped].(string)
	p, _ := newPerson(typed)
	answer, err := i.user(i, p, grant)
	if err != nil {
		writeError(w, http.StatusInternalServerError, "server_error", "the answer could not be made")
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// exchange is the token endpoint. The body is read before the lock is taken.
func (i *issuer) exchange(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		writeError(w, http.StatusBadRequest, "invalid_request", "the body is not a form")
		return
	}
	i.exchanging.Lock()
	defer i.exchanging.Unlock()
	if i.tokenAnswer == nil {
		i.redeem(w, r)
		return
	}
	rec := &recorder{header: http.Header{}, status: http.StatusOK}
	i.redeem(rec, r)
	i.tokenAnswer(i, tokenAnswer{w, r, rec})
}

// redeem has go-oidc answer a token request. The demo client has no secret there: whether one was sent, and in the
// form, is checked before.
func (i *issuer) redeem(w http.ResponseWriter, r *http.Request) {
	if i.secret && r.PostForm.Get("client_secret") == "" {
		writeError(w, http.StatusUnauthorized, "invalid_client", "the client secret is missing")
		return
	}
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
