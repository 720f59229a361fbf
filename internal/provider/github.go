package provider

import (
	"cmp"
	"encoding/json"
	"hash/fnv"
	"net/http"
	"net/url"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// gitHubShape is a GitHub Enterprise Server: OAuth 2.0 without OpenID Connect, scopes separated by commas, and errors
// of the token endpoint with status 200.
var gitHubShape = shape{
	name:          "GitHub (demo)",
	path:          "/github",
	authorization: "/login/oauth/authorize",
	token:         "/login/oauth/access_token",
	userinfo:      "/api/v3/user",
	keySet:        "/jwks",
	revocation:    "/revoke",
	endSession:    "/logout",
	opaque:        true,
	secret:        true,
	plainOAuth:    true,
	omitsIssuer:   true,
	responses:     []goidc.ResponseType{goidc.ResponseTypeCode},
	scopes: []scope{
		{"read:user", "Read your profile"}, {"user:email", "See your e-mail addresses"},
		{"repo", "Use your repositories"}, {"gist", "Write gists"},
	},
	subject: subjectID,
	claims:  func(person, *goidc.Grant) map[string]any { return nil },
	request: func(q url.Values) {
		// Neither a response type nor blanks between scopes are needed.
		q.Set("response_type", cmp.Or(q.Get("response_type"), "code"))
		q.Set("scope", strings.ReplaceAll(q.Get("scope"), ",", " "))
	},
	tokenAnswer: gitHubAnswer,
	user: func(_ *issuer, p person, _ *goidc.Grant) (any, error) {
		id := fnv.New32a()
		_, _ = id.Write([]byte(p.id)) // never fails
		return map[string]any{"login": p.id, "id": id.Sum32(), "name": p.name, "email": p.mail, "type": "User"}, nil
	},
}

// tokenAnswer is a request to the token endpoint with go-oidc's answer to it.
type tokenAnswer struct {
	w   http.ResponseWriter
	r   *http.Request
	rec *recorder
}

// gitHubErrors are GitHub's names for errors of RFC 6749 section 5.2.
var gitHubErrors = map[string]string{
	"invalid_grant":  "bad_verification_code",
	"invalid_client": "incorrect_client_credentials",
}

// gitHubAnswer tells a token answer as GitHub does: a form, unless JSON is asked for.
func gitHubAnswer(i *issuer, a tokenAnswer) {
	var got struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		Token       string `json:"access_token"`
	}
	if err := json.Unmarshal(a.rec.body.Bytes(), &got); err != nil {
		http.Error(a.w, "the answer could not be made", http.StatusInternalServerError)
		return
	}
	answer := map[string]string{}
	if got.Error != "" {
		if name, ok := gitHubErrors[got.Error]; ok {
			got.Error = name
		}
		answer["error"], answer["error_description"] = got.Error, got.Description
	} else {
		info, _, err := i.op.Introspect(a.r.Context(), got.Token)
		if err != nil {
			http.Error(a.w, "the answer could not be made", http.StatusInternalServerError)
			return
		}
		answer["access_token"], answer["token_type"] = got.Token, "bearer"
		answer["scope"] = strings.Join(strings.Fields(info.Scopes), ",")
	}
	if strings.Contains(a.r.Header.Get("Accept"), "json") {
		writeJSON(a.w, http.StatusOK, answer)
		return
	}
	form := url.Values{}
	for name, value := range answer {
		form.Set(name, value)
	}
	a.w.Header().Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	a.w.Header().Set("Cache-Control", "no-store")
	_, _ = a.w.Write([]byte(form.Encode())) // a failed write means that the client has gone
}
