// Package httptransport is how the kernel's requests go out, to providers and to APIs.
//
// It takes nothing from http.DefaultTransport: cells share the process, and what one of
// them changes there, such as the check of certificates, must not reach a sign-in.
package httptransport

import (
	"net"
	"net/http"
	"time"
)

// maxHeader bounds the header of an answer.
const maxHeader = 64 << 10

// Opaque is a transport of which printers that follow every pointer see nothing: the
// buffers of its connections hold what was sent and received last, tokens too.
type Opaque struct {
	next      func(*http.Request) (*http.Response, error)
	closeIdle func()
}

// RoundTrip implements http.RoundTripper.
func (o Opaque) RoundTrip(r *http.Request) (*http.Response, error) { return o.next(r) }

// CloseIdleConnections closes connections that nobody uses. It is what http.Client looks for.
func (o Opaque) CloseIdleConnections() { o.closeIdle() }

// Hide makes a transport opaque.
func Hide(t http.RoundTripper) Opaque {
	return Opaque{t.RoundTrip, (&http.Client{Transport: t}).CloseIdleConnections}
}

// New returns a transport with the time limits of net/http's default. It checks
// certificates, and honours HTTPS_PROXY and NO_PROXY.
func New() Opaque {
	return Hide(&http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true, // DialContext turns it off otherwise
		MaxIdleConns:           100,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: maxHeader,
	})
}
