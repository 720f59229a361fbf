package provider

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// refusal is an authorization request that must not be answered by a redirect (RFC 6749 section 4.1.2.1), told as a
// page.
type refusal struct {
	lead string
	rows []row
}

// authorize checks who asks and where the answer goes, turns the request into what go-oidc understands, and passes it
// on.
func (i *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "use GET or POST", http.StatusMethodNotAllowed)
		return
	}
	if err := r.ParseForm(); err != nil {
		i.refuse(w, refusal{lead: "The request could not be read."})
		return
	}
	v := &visit{redirectURI: r.Form.Get("redirect_uri")}
	if no := i.p.check(r.Form); no != nil {
		i.refuse(w, *no)
		return
	}
	q := normalise(r.Form)
	if i.request != nil {
		i.request(q)
	}
	if raw := q.Get("id_token_hint"); raw != "" {
		subject, err := i.p.keys.hint(r.Context(), raw, i.id)
		if err != nil {
			i.refuse(w, refusal{lead: "The id_token_hint is not an ID token that this provider made for this client."})
			return
		}
		v.hint = subject
		q.Del("id_token_hint")
	}
	i.forward(w, r, v, q)
}

// resume continues a request after a form was sent.
func (i *issuer) resume(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		i.refuse(w, refusal{lead: "The form could not be read."})
		return
	}
	v := &visit{resumed: true}
	i.next.ServeHTTP(i.amending(w, v), r.WithContext(withVisit(r.Context(), v)))
}

// forward gives go-oidc a GET request with the parameters q.
func (i *issuer) forward(w http.ResponseWriter, r *http.Request, v *visit, q url.Values) {
	r = r.Clone(withVisit(r.Context(), v))
	r.Method, r.Body, r.Form, r.PostForm = http.MethodGet, http.NoBody, nil, nil
	r.URL.RawQuery = q.Encode()
	i.next.ServeHTTP(i.amending(w, v), r)
}

// check finds out whether the request may be answered at its redirect URI; nil means it may.
func (p *Provider) check(q url.Values) *refusal {
	for name, values := range q {
		// RFC 6749 section 3.1; RFC 8707 section 2 makes "resource" the exception.
		if len(values) > 1 && name != "resource" {
			return &refusal{
				lead: "A parameter was sent more than once.",
				rows: []row{{"Sent twice", []string{name}}},
			}
		}
	}
	if id := q.Get("client_id"); id != ClientID {
		return &refusal{
			lead: "This client is not known here.",
			rows: []row{{"Sent client_id", []string{orNone(id)}}, {"Allowed", []string{ClientID}}},
		}
	}
	if uri := q.Get("redirect_uri"); !p.allowedRedirect(uri) {
		return &refusal{
			lead: "The redirect URI is not allowed, so nothing was sent there.",
			rows: []row{{"Sent redirect_uri", []string{orNone(uri)}}, {"Allowed", p.allowedRedirects()}},
		}
	}
	return nil
}

// allowedRedirect is the redirect URI rule: listed as it is, or http on loopback with any port (RFC 8252 section 7.3)
// and a path that ends in "/callback/".
func (p *Provider) allowedRedirect(uri string) bool {
	return slices.Contains(p.options.RedirectURIs, uri) ||
		loopback(uri) && strings.HasSuffix(uri, "/callback/")
}

// loopback reports whether uri is http on this machine, with neither user info, query nor fragment.
func loopback(uri string) bool {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "http" || u.User != nil || u.Opaque != "" {
		return false
	}
	// Parsing is lenient; what it read must be all there was.
	if u.String() != uri || u.RawQuery != "" || u.ForceQuery || strings.Contains(uri, "#") {
		return false
	}
	if u.Host != u.Hostname() && u.Host != "["+u.Hostname()+"]" {
		if n, err := strconv.ParseUint(u.Port(), 10, 16); err != nil || n == 0 {
			return false
		}
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" ||
		err == nil && (ip == netip.AddrFrom4([4]byte{127, 0, 0, 1}) || ip == netip.IPv6Loopback())
}

// allowedRedirects is the rule in words.
func (p *Provider) allowedRedirects() []string {
	return append([]string{
		"http://127.0.0.1:PORT/.../callback/",
		"http://localhost:PORT/.../callback/",
		"http://[::1]:PORT/.../callback/",
	}, p.options.RedirectURIs...)
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// normalise rewrites parameters where go-oidc is stricter or laxer than the specifications.
func normalise(form url.Values) url.Values {
	q := url.Values{}
	for name, values := range form {
		q[name] = slices.Clone(values)
	}
	// Response types are sets (OAuth 2.0 Multiple Response Types 3): SG Connect's clients say "token id_token".
	// go-oidc knows each in one order, which is the alphabetical one.
	types := strings.Fields(q.Get("response_type"))
	slices.Sort(types)
	if len(types) > 0 {
		q.Set("response_type", strings.Join(types, " "))
	}
	switch {
	case !slices.Contains(types, "code"):
		// PKCE protects codes; go-oidc asks public clients for it in every request.
		q.Set("code_challenge", strings.Repeat("x", 43))
		q.Set("code_challenge_method", "S256")
	case q.Get("code_challenge") != "" && q.Get("code_challenge_method") == "":
		// RFC 7636 section 4.3: no method means plain, which is not offered here.
		q.Set("code_challenge_method", "plain")
	}
	// go-oidc reports an unknown response mode in that very mode, so it must not recognise those not offered.
	if mode := q.Get("response_mode"); mode != "" && mode != "query" && mode != "fragment" {
		q.Set("response_mode", "unsupported")
	}
	// acr_values is a wish (OpenID Connect Core 3.1.2.1): unknown levels are passed over, not refused.
	levels := slices.DeleteFunc(strings.Fields(q.Get("acr_values")), func(s string) bool { return s != "L1" && s != "L2" })
	q.Set("acr_values", strings.Join(levels, " "))
	return q
}

// amending wraps w so that the redirect to the client carries what go-oidc leaves out.
func (i *issuer) amending(w http.ResponseWriter, v *visit) http.ResponseWriter {
	return &interceptor{ResponseWriter: w, before: func(h http.Header, status int) bool {
		location := h.Get("Location")
		if status != http.StatusSeeOther || location == "" {
			return true
		}
		h.Set("Location", i.amend(location, v))
		// The body of a redirect repeats the address as go-oidc wrote it.
		h.Del("Content-Type")
		return false
	}}
}

// amend completes an authorization response in the fragment or the query of location.
func (i *issuer) amend(location string, v *visit) string {
	uri, response, ok := strings.Cut(location, "#")
	if ok {
		q, err := url.ParseQuery(response)
		if err != nil {
			return location
		}
		i.complete(q, v)
		return uri + "#" + q.Encode()
	}
	u, err := url.Parse(location)
	if err != nil {
		return location
	}
	q := u.Query()
	i.complete(q, v)
	u.RawQuery = q.Encode()
	return u.String()
}

// complete adds what RFC 6749 section 4.2.2 has and go-oidc does not, and says why in errors.
func (i *issuer) complete(q url.Values, v *visit) {
	if q.Has("access_token") {
		if !i.p.options.OmitExpiresIn {
			q.Set("expires_in", strconv.Itoa(i.p.lifetime()))
		}
		if v.scope != "" {
			q.Set("scope", v.scope)
		}
	}
	if i.tokenParameter != "" && q.Has("access_token") {
		token, state := q.Get("access_token"), q.Get("state")
		clear(q)
		q.Set(i.tokenParameter, token)
		q.Set("state", state)
	}
	if q.Has("error") {
		if q.Get("error_description") == "invalid response_type" {
			q.Set("error", "unsupported_response_type")
		}
		if v.cause != "" {
			q.Set("error_description", v.cause)
		}
	}
}

// interceptor calls before once, ahead of the header; before returns whether the body is wanted.
type interceptor struct {
	http.ResponseWriter
	before func(h http.Header, status int) bool
	called bool
	mute   bool
}

func (w *interceptor) WriteHeader(status int) {
	if !w.called {
		w.called = true
		w.mute = !w.before(w.Header(), status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *interceptor) Write(b []byte) (int, error) {
	if !w.called {
		w.WriteHeader(http.StatusOK)
	}
	if w.mute {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// refuse shows a refusal as a page.
func (i *issuer) refuse(w http.ResponseWriter, no refusal) {
	i.p.log.Info("request refused", "issuer", i.id, "cause", no.lead)
	i.p.render(w, http.StatusBadRequest, "note", view{
		Title: "This sign-in can't start",
		Brand: i.name,
		Lead:  no.lead,
		Rows:  no.rows,
	})
}

// renderError shows what go-oidc can't send to the client.
func (i *issuer) renderError(w http.ResponseWriter, r *http.Request, err error) error {
	lead := fmt.Sprintf("The request was refused: %s.", cause(err))
	if visitOf(r.Context()).resumed {
		lead = "This page is no longer valid. Go back to the notebook and click Sign in again."
	}
	i.p.render(w, http.StatusBadRequest, "note", view{Title: "This sign-in can't go on", Brand: i.name, Lead: lead})
	return nil
}
