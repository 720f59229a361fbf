package providertest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

func (p *Provider) serveDiscovery(w http.ResponseWriter, r *http.Request) {
	m := map[string]any{
		"issuer":                                         p.Issuer,
		"authorization_endpoint":                         p.BaseURL + p.paths.authorize,
		"token_endpoint":                                 p.BaseURL + p.paths.token,
		"userinfo_endpoint":                              p.BaseURL + p.paths.userInfo,
		"jwks_uri":                                       p.BaseURL + p.paths.keys,
		"response_types_supported":                       []string{"code", "token", "id_token token"},
		"id_token_signing_alg_values_supported":          []string{"RS256", "ES256", "ES384", "EdDSA", "none"},
		"code_challenge_methods_supported":               []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
	}
	if p.paths.revoke != "" {
		m["revocation_endpoint"] = p.BaseURL + p.paths.revoke
		m["end_session_endpoint"] = p.BaseURL + p.paths.logout
	}
	answer(w, http.StatusOK, m, p.Faults.Metadata)
}

func (p *Provider) serveKeys(w http.ResponseWriter, r *http.Request) {
	var keys []map[string]any
	for _, k := range p.published {
		keys = append(keys, maps.Clone(k))
	}
	if p.Faults.KeySet != nil {
		keys = p.Faults.KeySet(keys)
	}
	answer(w, http.StatusOK, map[string]any{"keys": keys}, nil)
}

func (p *Provider) serveToken(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || len(r.URL.RawQuery) > 0 {
		refuse(w, "invalid_request")
		return
	}
	if !p.authenticated(r) {
		refuse(w, "invalid_client")
		return
	}
	g, ok := p.redeem(r.PostForm)
	if !ok {
		refuse(w, "invalid_grant")
		return
	}
	token, rotated := p.issue(g), p.next("refresh")
	p.mu.Lock()
	p.refresh[rotated] = g
	p.mu.Unlock()
	m := map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": int(Lifetime.Seconds()),
		"refresh_token": rotated, "scope": g.scope,
	}
	refreshing := r.PostForm.Get("grant_type") == "refresh_token"
	if !refreshing {
		m["id_token"] = p.idToken(g.nonce, token, r.PostForm.Get("code"))
	} else if !p.Faults.NoRefreshedIDToken {
		m["id_token"] = p.IDToken("", token)
	}
	answer(w, http.StatusOK, m, p.Faults.TokenAnswer)
}

// authenticated demands the client id of a public client and the secret of a
// confidential one (RFC 6749 section 2.3.1), and no secret of the former.
func (p *Provider) authenticated(r *http.Request) bool {
	id, password, basic := r.BasicAuth()
	if !basic {
		return r.PostForm.Get("client_id") == ClientID && r.PostForm.Get("client_secret") == p.Secret
	}
	return p.Secret != "" && id == ClientID && password == url.QueryEscape(p.Secret)
}

// redeem takes a code or refresh token; each works once.
func (p *Provider) redeem(form url.Values) (g grant, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch form.Get("grant_type") {
	case "authorization_code":
		code := form.Get("code")
		g, ok = p.grants[code]
		delete(p.grants, code)
		challenge := oauth2.S256ChallengeFromVerifier(form.Get("code_verifier"))
		return g, ok && challenge == g.challenge && form.Get("redirect_uri") == g.redirectURI
	case "refresh_token":
		token := form.Get("refresh_token")
		g, ok = p.refresh[token]
		delete(p.refresh, token)
		return g, ok
	}
	return g, false
}

func (p *Provider) serveUserInfo(w http.ResponseWriter, r *http.Request) {
	if _, ok := p.bearer(r); !ok {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	answer(w, http.StatusOK, map[string]any{"sub": Subject, "name": "Ann Example"}, p.Faults.UserInfo)
}

func (p *Provider) serveTokenInfo(w http.ResponseWriter, r *http.Request) {
	g, ok := p.bearer(r)
	if !ok {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"client_id": ClientID, "auth_level": "L2", "grant_type": "token", "realm": "/", "mail": Subject,
		"scope": append(strings.Fields(g.scope), "sgx@@auth_level@@L2"), "expires_in": 576, "token_type": "Bearer",
	}, p.Faults.TokenInfo)
}

func (p *Provider) serveRevoke(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || !p.authenticated(r) {
		refuse(w, "invalid_client")
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.tokens, r.PostForm.Get("token"))
	delete(p.refresh, r.PostForm.Get("token"))
}

// Live reports whether a token is known and not revoked.
func (p *Provider) Live(token string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, access := p.tokens[token]
	_, refresh := p.refresh[token]
	return access || refresh
}

func (p *Provider) bearer(r *http.Request) (grant, bool) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	p.mu.Lock()
	defer p.mu.Unlock()
	g, known := p.tokens[token]
	return g, ok && known && r.URL.RawQuery == ""
}

func refuse(w http.ResponseWriter, code string) {
	answer(w, http.StatusBadRequest, map[string]any{"error": code}, nil)
}

func answer(w http.ResponseWriter, status int, m map[string]any, lie func(map[string]any)) {
	if lie != nil {
		lie(m)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The client may have gone away; the test sees that on its own side.
	_ = json.NewEncoder(w).Encode(m)
}
