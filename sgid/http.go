package sgid

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ipyauth/ipyauth/internal/httptransport"
	"github.com/ipyauth/ipyauth/internal/idtoken"
)

const (
	defaultTimeout = 15 * time.Second
	defaultMaxBody = 1 << 20
)

var errTooLarge = errors.New("answer too large")

// newHTTPClient puts this package's rules around the transport. Redirects are
// not followed: sgID's addresses are fixed, and a request has a secret in it.
func newHTTPClient(cfg Config) *http.Client {
	limit, timeout := cfg.MaxBody, cfg.Timeout
	if limit == 0 {
		limit = defaultMaxBody
	}
	if timeout == 0 {
		timeout = defaultTimeout
	}
	next := sharedTransport()
	if cfg.HTTPClient != nil && cfg.HTTPClient.Transport != nil {
		next = httptransport.Hide(cfg.HTTPClient.Transport)
	}
	return &http.Client{
		Transport: limited{next, limit}, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// sharedTransport is shared by all clients, as its connections are.
var sharedTransport = sync.OnceValue(httptransport.New)

// limited bounds answers.
type limited struct {
	httptransport.Opaque
	limit int64
}

// RoundTrip implements http.RoundTripper.
func (l limited) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := l.Opaque.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Body = &limitedBody{body: resp.Body, left: l.limit}
	return resp, nil
}

// limitedBody fails past its limit, where io.LimitReader would pretend the end.
type limitedBody struct {
	body io.ReadCloser
	left int64
}

func (b *limitedBody) Read(p []byte) (int, error) {
	// One byte more than the limit tells an answer of that size from a longer one.
	n, err := b.body.Read(p[:min(int64(len(p)), b.left+1)])
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

func (b *limitedBody) Close() error { return b.body.Close() }

// ask sends req and reads the JSON object of a 200 answer. Errors are of the
// given kind.
func (c *Client) ask(req *http.Request, kind *Error, op string) (map[string]any, error) {
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, networkError(kind, op, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		return nil, statusError(kind, op, resp, data)
	}
	if err != nil {
		return nil, networkError(kind, op, err)
	}
	object, err := idtoken.ParseObject(data)
	if err != nil {
		return nil, fail(kind, op, "the answer is not plain JSON")
	}
	return object, nil
}

// errorCodes are the codes of RFC 6749 section 5.2 and RFC 6750 section 3.1.
// Others could be anything, so they are not shown.
var errorCodes = []string{
	"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
	"invalid_token", "insufficient_scope",
}

var challengeCode = regexp.MustCompile(`error="?([a-z_]+)`)

// statusError makes an error of an answer that is not a success.
func statusError(kind *Error, op string, resp *http.Response, body []byte) *Error {
	e := fail(kind, op, "sgID answered with status "+strconv.Itoa(resp.StatusCode))
	e.Status = resp.StatusCode
	var code string
	if object, err := idtoken.ParseObject(body); err == nil {
		code, _ = object["error"].(string)
	}
	if m := challengeCode.FindStringSubmatch(resp.Header.Get("WWW-Authenticate")); m != nil {
		code = m[1]
	}
	if slices.Contains(errorCodes, code) {
		e.Code = code
		e.Reason += " and " + code
	}
	// Only the header's form in seconds, up to an hour.
	if d, err := time.ParseDuration(resp.Header.Get("Retry-After") + "s"); err == nil && d > 0 {
		e.RetryAfter = min(d, time.Hour)
	}
	return e
}

// networkError says in words why there was no answer. The library's text is not
// passed on: it has addresses in it, with whatever a proxy put there.
func networkError(kind *Error, op string, err error) *Error {
	var (
		dns     *net.DNSError
		badCert *tls.CertificateVerificationError
		netErr  net.Error
	)
	e := fail(kind, op, "sgID can't be reached")
	switch {
	case errors.Is(err, errTooLarge):
		e.Reason = "the answer is too large"
	case errors.Is(err, context.Canceled):
		e.Reason, e.cause = "given up", context.Canceled
	case errors.As(err, &netErr) && netErr.Timeout(), errors.Is(err, context.DeadlineExceeded):
		e.Reason, e.cause = "sgID did not answer in time", context.DeadlineExceeded
	case errors.As(err, &dns):
		e.Reason = "the host name of sgID can't be found"
	case errors.As(err, &badCert):
		e.Reason = "the certificate of sgID is not trusted"
	}
	return e
}
