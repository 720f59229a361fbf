package sgidtest

import (
	"encoding/json"
	"net/http"
	"strings"

	"golang.org/x/oauth2"
)

func (p *Provider) serve(w http.ResponseWriter, r *http.Request) {
	name, handler := p.route(r)
	p.mu.Lock()
	p.requests[name]++
	p.mu.Unlock()
	if replaced := p.Faults.Replace[name]; replaced != nil {
		handler = replaced
	}
	handler(w, r)
}

func (p *Provider) route(r *http.Request) (name string, handler http.HandlerFunc) {
	switch r.Method + " " + r.URL.Path {
	case "POST /v2/oauth/token":
		return "token", p.serveToken
	case "GET /v2/.well-known/jwks.json":
		return "keys", p.serveKeys
	case "GET /v2/oauth/userinfo":
		return "userinfo", p.serveUserInfo
	}
	return "", http.NotFound
}

func (p *Provider) serveKeys(w http.ResponseWriter, _ *http.Request) {
	keys := p.publicJWKs()
	if p.Faults.KeySet != nil {
		keys = p.Faults.KeySet(keys)
	}
	answer(w, http.StatusOK, map[string]any{"keys": keys})
}

func (p *Provider) serveToken(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || len(r.URL.RawQuery) > 0 || r.PostForm.Get("grant_type") != "authorization_code" {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
		return
	}
	if r.PostForm.Get("client_id") != ClientID || r.PostForm.Get("client_secret") != p.ClientSecret {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	code := r.PostForm.Get("code")
	p.mu.Lock()
	g, ok := p.grants[code]
	delete(p.grants, code)
	p.mu.Unlock()
	challenge := oauth2.S256ChallengeFromVerifier(r.PostForm.Get("code_verifier"))
	if !ok || challenge != g.challenge || r.PostForm.Get("redirect_uri") != g.redirectURI {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "canary"})
		return
	}
	token := p.next("access")
	p.mu.Lock()
	p.tokens[token] = g
	p.mu.Unlock()
	id, err := p.IDToken(g.nonce)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	m := map[string]any{"access_token": token, "token_type": "Bearer", "id_token": id}
	if p.Faults.TokenAnswer != nil {
		p.Faults.TokenAnswer(m)
	}
	answer(w, http.StatusOK, m)
}

func (p *Provider) serveUserInfo(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	p.mu.Lock()
	g, known := p.tokens[token]
	p.mu.Unlock()
	if !known || r.URL.RawQuery != "" {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="canary"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	m, err := p.Answer(p.shared(g))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, http.StatusOK, m)
}

func answer(w http.ResponseWriter, status int, m map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The client may have gone away; the test sees that on its own side.
	_ = json.NewEncoder(w).Encode(m)
}
