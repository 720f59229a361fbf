package install

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/ipyauth/ipyauth/callback"
)

// checkServers asks every running Jupyter server for the callback page, as a browser that is not
// logged in would, and returns the redirect URI of each.
func (s System) checkServers(ctx context.Context, p *python) ([]Check, []string) {
	var checks []Check
	var uris []string
	for _, server := range p.Servers {
		base, err := url.Parse(server.URL)
		if server.Socket != "" || err != nil || base.Scheme != "http" && base.Scheme != "https" {
			checks = append(checks, Check{Name: "route", Status: Skipped, Text: "a Jupyter server without an address for browsers"})
			continue
		}
		// The address may have come with a query; only origin and path belong to the URI.
		uri := base.Scheme + "://" + base.Host + strings.TrimSuffix(base.EscapedPath(), "/") + "/callback/"
		uris = append(uris, uri)
		checks = append(checks, s.checkRoute(ctx, uri))
	}
	if len(checks) == 0 {
		checks = []Check{{Name: "route", Status: Skipped, Text: "no Jupyter server is running"}}
	}
	if len(uris) == 0 {
		uris = []string{defaultRedirectURI}
	}
	return checks, uris
}

func (s System) checkRoute(ctx context.Context, uri string) Check {
	c := Check{Name: "route", Status: Failed, Why: "a provider's answer sent there would be lost", Next: "restart that Jupyter server"}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, nil)
	if err != nil {
		c.Text = uri + " is not an address"
		return c
	}
	res, err := s.HTTP.Do(req)
	if err != nil {
		return unreachable(c, uri, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, int64(len(callback.Page))+1))
	switch {
	case err != nil:
		return unreachable(c, uri, err)
	case res.StatusCode == http.StatusNotFound:
		c.Text = uri + " answers 404: that server was started before the callback page was installed, or runs on another Python"
	case res.StatusCode/100 == 3:
		c.Text = fmt.Sprintf("%s answers %d: something asks for a login first", uri, res.StatusCode)
		c.Why = "the part of the answer behind # would be lost on the way through the login"
	case res.StatusCode != http.StatusOK:
		c.Text = fmt.Sprintf("%s answers %d", uri, res.StatusCode)
	case !bytes.Equal(body, callback.Page):
		c.Text = uri + " serves another page than this ipyauth's"
		c.Why = "the page and the kernel may not understand each other"
	default:
		return s.checkPolicy(uri, res.Header)
	}
	return c
}

// checkPolicy warns when a proxy changed the headers: the page works, less guarded.
func (s System) checkPolicy(uri string, got http.Header) Check {
	for name, want := range callback.Headers() {
		if got.Get(name) != want[0] {
			return Check{"route", Warning, fmt.Sprintf("%s is our page, with another %s header", uri, name),
				"a proxy in front of Jupyter changes it", "let the proxy pass the headers of callback/ on as they are"}
		}
	}
	return Check{Name: "route", Status: OK, Text: uri + " serves the callback page without login"}
}

func unreachable(c Check, uri string, err error) Check {
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return Check{c.Name, Warning, uri + " has a certificate that this machine does not trust",
			"it was not checked further; a browser may know the certificate", "open it in the browser you use for notebooks"}
	}
	var urlErr *url.Error
	if errors.As(err, &urlErr) {
		err = urlErr.Err // the address is in the sentence already
	}
	c.Text = fmt.Sprintf("%s does not answer: %v", uri, err)
	return c
}
