package widget

import (
	"errors"
	"net/url"
	"slices"
)

// loopbackNames are the names of this machine that people use for one and the same
// server, and that browsers take for different origins.
var loopbackNames = []string{"localhost", "127.0.0.1", "::1"}

// Where a configured redirect URI is, as seen from the notebook page.
const (
	sameOrigin = iota
	twinOrigin // the same server by another name of this machine
	otherOrigin
)

// checkOrigin refuses a configured redirect URI at another origin than the page: the
// answer would arrive where no channel leads back to this page. A loopback twin of it is
// warned of, by [Auth.originWarning], and not refused.
func checkOrigin(configured, page string) error {
	place, c, p := compareOrigins(configured, page)
	if place != otherOrigin {
		return nil
	}
	return &Error{Code: "redirect_origin", Err: ErrRejected,
		Message: "The redirect URI is at " + origin(c) + ", but this page is at " + origin(p) + ".",
		Next:    "Open Jupyter there, or register " + page + " with the provider and use that."}
}

// originWarning is what a page at a loopback twin of the redirect URI is told before
// anybody clicks; nil at any other page. The window and the page share neither storage
// nor cookies then: if the provider also cuts the window from the page, only a person
// can carry the answer over.
func (a *Auth) originWarning(page string) *Error {
	place, c, p := compareOrigins(a.config.RedirectURI, page)
	if place != twinOrigin {
		return nil
	}
	return &Error{Code: "redirect_origin",
		Message: "The redirect URI is at " + origin(c) + ", but this page is at " + origin(p) + ".",
		Next:    "Open Jupyter at " + origin(c) + ", or you may have to paste the answer here by hand."}
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
	case c.Scheme != p.Scheme || port(c) != port(p):
		return otherOrigin, c, p
	case c.Hostname() == p.Hostname():
		return sameOrigin, c, p
	case slices.Contains(loopbackNames, c.Hostname()) && slices.Contains(loopbackNames, p.Hostname()):
		return twinOrigin, c, p
	}
	return otherOrigin, c, p
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// port is the port of u, as a number also where it is its scheme's own.
func port(u *url.URL) string {
	defaults := map[string]string{"http": "80", "https": "443"}
	if p := u.Port(); p != "" {
		return p
	}
	return defaults[u.Scheme]
}
