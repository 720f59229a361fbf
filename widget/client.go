package widget

import (
	"net/http"
	"net/url"

	"github.com/ipyauth/ipyauth/internal/weburl"
)

// Client returns an http.Client that adds the token to its requests, renews it when
// needed, and once more when an API answers 401. The token goes to the provider's own
// hosts and to those given, by https only (or to a loopback address); a request to any
// other host fails with [ErrHostNotAllowed], a redirect to one too. A host given without a
// port means https's own: write "localhost:8080" for another. A request that carries its
// own Authorization header keeps it.
//
//	resp, err := a.Client("api.example.com").Get("https://api.example.com/v1/items")
//
// RFC 6750 section 5.3 says why a bearer token must go to no other host.
func (a *Auth) Client(hosts ...string) *http.Client {
	return &http.Client{Transport: &transport{auth: a, hosts: hosts, base: a.apis}}
}

type transport struct {
	auth  *Auth
	hosts []string
	base  http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := t.check(r.URL); err != nil {
		closeBody(r)
		return nil, err
	}
	if r.Header.Get("Authorization") != "" {
		return t.base.RoundTrip(r)
	}
	token, err := t.auth.Token(r.Context())
	if err != nil {
		closeBody(r)
		return nil, err
	}
	resp, err := t.base.RoundTrip(withToken(r, token.AccessToken))
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	again, ok := t.afterUnauthorized(r, token.AccessToken)
	if !ok {
		return resp, nil
	}
	_ = resp.Body.Close()
	return t.base.RoundTrip(again)
}

// afterUnauthorized returns the request to send once more with a renewed token. A
// request whose body can't be read again is not repeated.
func (t *transport) afterUnauthorized(r *http.Request, old string) (*http.Request, bool) {
	if r.Body != nil && r.GetBody == nil {
		return nil, false
	}
	token, err := t.auth.Token(r.Context())
	if err == nil && token.AccessToken == old { // nobody else renewed it meanwhile
		if !t.auth.renewable() || t.auth.renew(r.Context()) != nil {
			return nil, false
		}
		token, err = t.auth.Token(r.Context())
	}
	if err != nil || token.AccessToken == old {
		return nil, false
	}
	again := withToken(r, token.AccessToken)
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, false
		}
		again.Body = body
	}
	return again, true
}

func withToken(r *http.Request, token string) *http.Request {
	clone := r.Clone(r.Context())
	clone.Header.Set("Authorization", "Bearer "+token)
	return clone
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}

func (t *transport) check(u *url.URL) error {
	if !weburl.Private(u) {
		return &Error{Code: "host_not_allowed", Err: ErrHostNotAllowed,
			Message: "The token is not sent over " + u.Scheme + ".", Next: "Use an https address."}
	}
	for _, allowed := range append(t.auth.client.Hosts(), t.hosts...) {
		if weburl.HostPort(&url.URL{Scheme: u.Scheme, Host: allowed}) == weburl.HostPort(u) {
			return nil
		}
	}
	return &Error{Code: "host_not_allowed", Err: ErrHostNotAllowed,
		Message: "The token is not sent to " + u.Host + ", which is not one of the provider's hosts.",
		Next:    "If this API may see it, use a.Client(\"" + u.Host + "\")."}
}

func (a *Auth) renewable() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tokens != nil && !a.tokens.Refresh.IsZero()
}
