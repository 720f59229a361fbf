package flow

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/ipyauth/ipyauth/internal/httptransport"
	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/internal/weburl"
)

const (
	// requestTimeout bounds a request with its answer.
	requestTimeout = 15 * time.Second
	// maxBody bounds an answer, after decompression.
	maxBody = 1 << 20
	// maxRedirects is enough for a provider that moved a document on its host.
	maxRedirects = 3
)

// policyError is a request or answer that is against this package's rules.
type policyError string

func (e policyError) Error() string { return string(e) }

const (
	errNotHTTPS     = policyError("its address is not https")
	errRedirectAway = policyError("it redirected to another host")
	errRedirectPost = policyError("it redirected a request that carries a secret")
	errRedirects    = policyError("it redirected too often")
	errTooLarge     = policyError("its answer is larger than 1 MiB")
	errNotJSON      = policyError("its answer is not plain JSON")
)

// newHTTPClient puts the rules around base's transport, or one of its own.
func newHTTPClient(base *http.Client) *http.Client {
	next := httptransport.New()
	if base != nil && base.Transport != nil {
		next = httptransport.Hide(base.Transport)
	}
	return &http.Client{Transport: guard{next}, Timeout: requestTimeout, CheckRedirect: checkRedirect}
}

// CloseIdleConnections closes connections to the provider that nobody uses: their buffers
// hold what was sent and received last, tokens too.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

// checkRedirect follows redirects of GET on the same scheme, host and port.
func checkRedirect(req *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case first.Method != http.MethodGet:
		return errRedirectPost
	case req.URL.Scheme != first.URL.Scheme || !sameHost(req.URL, first.URL):
		return errRedirectAway
	case len(via) > maxRedirects:
		return errRedirects
	}
	return nil
}

// guard refuses unsafe addresses and endless answers, for every hop.
type guard struct{ httptransport.Opaque }

// RoundTrip implements http.RoundTripper.
func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if !weburl.Safe(req.URL) {
		return nil, errNotHTTPS
	}
	resp, err := g.Opaque.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Body = &limitedBody{body: resp.Body, left: maxBody}
	return resp, nil
}

// limitedBody fails past its limit, where io.LimitReader would pretend the end.
type limitedBody struct {
	body io.ReadCloser
	left int64
}

func (b *limitedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		// One byte more tells an answer of exactly the limit from a longer one.
		if n, err := b.body.Read(make([]byte, 1)); n == 0 {
			return 0, err
		}
		return 0, errTooLarge
	}
	n, err := b.body.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

func (b *limitedBody) Close() error { return b.body.Close() }

// sameHost compares host and port.
func sameHost(a, b *url.URL) bool { return weburl.HostPort(a) == weburl.HostPort(b) }

// getJSON asks url for a JSON object, with token as bearer if there is one. The
// token goes into the header, never into the address (RFC 6750 section 2.3).
func (c *Client) getJSON(ctx context.Context, op, url, token string) (map[string]any, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fail(ErrUnreachable, op, "the address is not usable")
	}
	req.Header.Set("Accept", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.networkError(op, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, c.statusError(op, resp)
	}
	if media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); media == "application/jwt" {
		return nil, fail(ErrUnsupported, op, "the answer is a signed or encrypted JWT, not JSON")
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, c.networkError(op, err)
	}
	object, err := idtoken.ParseObject(data)
	if err != nil {
		return nil, fail(ErrAnswer, op, c.cfg.Name+" answered, but "+errNotJSON.Error())
	}
	return object, nil
}

// statusError makes an error of an answer that is none of success. The body is
// not looked at: it may be anything.
func (c *Client) statusError(op string, resp *http.Response) *Error {
	switch {
	case resp.StatusCode == http.StatusUnauthorized && resp.Request.Header.Get("Authorization") != "":
		return fail(ErrInvalidToken, op, c.cfg.Name+" does not accept the access token")
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500:
		e := fail(&Error{Code: "temporarily_unavailable"}, op, c.cfg.Name+" answered with status "+strconv.Itoa(resp.StatusCode))
		e.RetryAfter = retryAfter(resp)
		return e
	}
	return fail(ErrAnswer, op, c.cfg.Name+" answered with status "+strconv.Itoa(resp.StatusCode))
}

// retryAfter reads the header's form in seconds, up to an hour.
func retryAfter(resp *http.Response) time.Duration {
	d, err := time.ParseDuration(resp.Header.Get("Retry-After") + "s")
	if err != nil || d < 0 {
		return 0
	}
	return min(d, time.Hour)
}

// networkError says in words why there was no answer. The library's text is not
// passed on: it has addresses in it, with whatever a proxy or redirect put there.
func (c *Client) networkError(op string, err error) *Error {
	var (
		policy  policyError
		dns     *net.DNSError
		badCert *tls.CertificateVerificationError
		netErr  net.Error
	)
	switch {
	case errors.As(err, &policy):
		return fail(ErrAnswer, op, c.cfg.Name+" can't be used: "+string(policy))
	case errors.Is(err, context.Canceled):
		e := fail(ErrUnreachable, op, "given up")
		e.cause = context.Canceled
		return e
	case errors.As(err, &netErr) && netErr.Timeout(), errors.Is(err, context.DeadlineExceeded):
		e := fail(ErrUnreachable, op, c.cfg.Name+" did not answer in time")
		e.cause = context.DeadlineExceeded
		return e
	case errors.As(err, &dns):
		return fail(ErrUnreachable, op, "the host name of "+c.cfg.Name+" can't be found")
	case errors.As(err, &badCert):
		return fail(ErrUnreachable, op, "the certificate of "+c.cfg.Name+" is not trusted")
	}
	return fail(ErrUnreachable, op, c.cfg.Name+" can't be reached")
}

// linkOn returns uri if it is an http(s) page on the provider's host, else "".
func linkOn(uri, providerURL string) string {
	u, err := url.Parse(uri)
	if err != nil || uri == "" || !weburl.Safe(u) || plain(uri) != uri {
		return ""
	}
	p, err := url.Parse(providerURL)
	if err != nil || !sameHost(u, p) {
		return ""
	}
	return u.String()
}
