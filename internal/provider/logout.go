package provider

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// endSessionRequest is OpenID Connect RP-Initiated Logout 1.0. It checks what go-oidc can't: hints may have expired, and
// the page to return to may be any on loopback.
func (i *issuer) endSessionRequest(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		i.refuseLogout(w, "The request could not be read.")
		return
	}
	q := url.Values{}
	for name, values := range r.Form {
		q[name] = slices.Clone(values)
	}
	v := &visit{}
	if raw := q.Get("id_token_hint"); raw != "" {
		if _, err := i.p.keys.hint(r.Context(), raw, i.id); err != nil {
			i.refuseLogout(w, "The id_token_hint is not an ID token that this provider made for this client.")
			return
		}
		q.Del("id_token_hint")
		q.Set("client_id", ClientID)
	}
	if uri := q.Get("post_logout_redirect_uri"); loopback(uri) || slices.Contains(i.p.options.RedirectURIs, uri) {
		v.redirectURI = uri
	}
	r = r.Clone(withVisit(r.Context(), v))
	r.Method, r.Body, r.Form, r.PostForm = http.MethodGet, http.NoBody, nil, nil
	r.URL.RawQuery = q.Encode()
	i.next.ServeHTTP(w, r)
}

func (i *issuer) refuseLogout(w http.ResponseWriter, lead string) {
	i.p.render(w, http.StatusBadRequest, "note", view{Title: "Signing out did not work", Brand: i.name, Lead: lead})
}

// logout is the policy go-oidc asks; it needs no confirmation, which a demonstration would only be held up by.
func (i *issuer) logout(w http.ResponseWriter, r *http.Request, _ *goidc.LogoutSession) (goidc.Status, error) {
	i.p.end(w, r)
	return goidc.StatusSuccess, nil
}

func (i *issuer) loggedOut(w http.ResponseWriter, _ *http.Request, _ *goidc.LogoutSession) error {
	i.p.render(w, http.StatusOK, "note", view{
		Title: "You are signed out", Brand: i.name, Lead: "The next sign-in asks for a name again.",
	})
	return nil
}
