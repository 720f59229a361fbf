package provider

import (
	"net/http"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// sgConnectShape follows what public sources show of SG Connect: paths and names of an OpenAM server, opaque tokens of
// about ten minutes, the mail address as subject.
var sgConnectShape = shape{
	name:          "SG Connect (demo)",
	path:          SGConnectPath + "/oauth2",
	authorization: "/authorize",
	token:         "/access_token",
	userinfo:      "/userinfo",
	keySet:        "/connect/jwk_uri",
	revocation:    "/token/revoke",
	endSession:    "/connect/endSession",
	tokenInfo:     "/tokeninfo",
	opaque:        true,
	defaultACR:    "L1",
	subject:       func(p person) string { return p.mail },
	claims: func(p person, g *goidc.Grant) map[string]any {
		return map[string]any{
			"name":             p.name,
			"mail":             p.mail,
			"auth_level":       g.Store[keyACR],
			"origin_network":   "INTERNET",
			"is_sg_group_user": false,
		}
	},
}

// serveTokenInfo describes the access token of the request, as OpenAM's tokeninfo does. Like SG Connect's, the answer
// repeats the token, and mixes the authentication level into the scopes.
func (i *issuer) serveTokenInfo(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, POST")
		writeError(w, http.StatusMethodNotAllowed, "invalid_request", "use GET or POST")
		return
	}
	token := bearerToken(r)
	info, grant, err := i.op.Introspect(r.Context(), token)
	if err != nil || !info.IsActive {
		writeError(w, http.StatusUnauthorized, "invalid_token", "the access token is unknown, expired or revoked")
		return
	}
	typed, _ := grant.Store[keyTyped].(string)
	p, _ := newPerson(typed)
	level, _ := grant.Store[keyACR].(string)
	grantType := "authorization_code"
	if grant.AuthCode == "" {
		grantType = "implicit"
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"client_id":      info.ClientID,
		"auth_level":     level,
		"origin_network": "INTERNET",
		"grant_type":     grantType,
		"scope":          append(strings.Fields(info.Scopes), "sgx@@auth_level@@"+level),
		"realm":          "/",
		"expires_in":     info.ExpiresAt - int(time.Now().Unix()),
		"access_token":   token,
		"token_type":     "Bearer",
		"mail":           p.mail,
	})
}

// bearer guards an endpoint that wants an access token in the Authorization header, and adds the challenge that RFC
// 6750 section 3 asks for and go-oidc leaves out.
func (i *issuer) bearer(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if bearerToken(r) == "" {
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeError(w, http.StatusUnauthorized, "invalid_request", "send the access token as Authorization: Bearer")
			return
		}
		challenge := &interceptor{ResponseWriter: w, before: func(h http.Header, status int) bool {
			if status == http.StatusUnauthorized {
				h.Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			}
			return true
		}}
		next(challenge, r.WithContext(withVisit(r.Context(), &visit{accessOnly: true})))
	}
}

// bearerToken returns the token of an Authorization header, "" if there is none. The scheme's case does not matter
// (RFC 9110 section 11.1).
func bearerToken(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
