package widget

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/ipyauth/ipyauth/internal/weburl"
)

// loopbackNames are the names of this machine that people use for one and the same
// server, and that browsers take for different origins. They are fewer than those of
// [weburl.Loopback]: the callback page offers to post its answer to these and to no other.
var loopbackNames = []string{"localhost", "127.0.0.1", "::1"}

// Where a configured redirect URI is, as seen from the notebook page.
const (
	sameOrigin = iota
	twinOrigin // the same server by another name of this machine
	otherOrigin
)

// checkOrigin refuses a configured redirect URI at another origin than the page: the
// answer would arrive where no channel leads back to this page. A loopback twin of it is
// warned of, by [Auth.redirectWarning], and not refused.
func checkOrigin(configured, page string) error {
	place, c, p := compareOrigins(configured, page)
	if place != otherOrigin {
		return nil
	}
	return &Error{Code: "redirect_origin", Err: ErrRejected,
		Message: "The redirect URI is at " + origin(c) + ", but this page is at " + origin(p) + ".",
		Next:    "Open Jupyter there, or register " + page + " with the provider and use that."}
}

// redirectWarning is what a page is told before anybody clicks; nil if the redirect URI is
// its own. At a loopback twin of it the window and the page share neither storage nor
// cookies: a person has to say where the answer goes, or, if the provider also cuts the
// window from the page, to carry it over.
func (a *Auth) redirectWarning(pageOrigin, baseURL string) *Error {
	place, c, p := compareOrigins(a.config.RedirectURI, pageOrigin)
	switch {
	case place == sameOrigin && c != nil:
		return pathWarning(a.config.RedirectURI, c.Path, origin(p)+baseURL+"callback/", baseURL)
	case place != twinOrigin:
		return nil
	}
	return &Error{Code: "redirect_origin",
		Message: "The redirect URI is at " + origin(c) + ", but this page is at " + origin(p) + ".",
		Next:    "Open Jupyter at " + origin(c) + ", or hand the answer over: the sign-in window says how."}
}

// pathWarning is for a redirect URI on the page's server under another path. There may be
// a callback page too, of another of its Jupyter servers; more often there is none, and
// the sign-in ends with the server's "not found". A hub's own address for every user's
// server, /user-redirect/, is not warned of.
func pathWarning(configured, path, own, baseURL string) *Error {
	if baseURL == "" || path == baseURL+"callback/" || strings.Contains(path, "/user-redirect/") {
		return nil
	}
	return &Error{Code: "redirect_path",
		Message: "The redirect URI is " + configured + ", but this page's is " + own + ".",
		Next:    "Register " + own + " with the provider and use that, if the sign-in window finds no page."}
}

// compareOrigins compares the origin of the configured redirect URI, "" for none, with
// that of an address of the page (RFC 6454 section 4). An address that is none is left
// to who needs it.
func compareOrigins(configured, page string) (place int, c, p *url.URL) {
	c, err := url.Parse(configured)
	p, pageErr := url.Parse(page)
	switch {
	case configured == "" || errors.Join(err, pageErr) != nil || p.Host == "":
		return sameOrigin, nil, nil
	case c.Scheme != p.Scheme || weburl.Port(c) != weburl.Port(p):
		return otherOrigin, c, p
	case weburl.HostPort(c) == weburl.HostPort(p):
		return sameOrigin, c, p
	case slices.Contains(loopbackNames, c.Hostname()) && slices.Contains(loopbackNames, p.Hostname()):
		return twinOrigin, c, p
	}
	return otherOrigin, c, p
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }
