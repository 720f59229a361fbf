package widget_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
)

type wrapped struct{ http.RoundTripper }

// TestAnotherDefaultTransport: a cell shares the process, and what it does to net/http's own
// transport is no switch for us.
func TestAnotherDefaultTransport(t *testing.T) {
	unsafe := http.DefaultTransport.(*http.Transport).Clone()
	unsafe.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	for name, transport := range map[string]http.RoundTripper{"without checks": unsafe, "wrapped": wrapped{unsafe}} {
		t.Run("D62 "+name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // it logs that the client hung up
			server.StartTLS()
			t.Cleanup(server.Close)
			before := http.DefaultTransport
			t.Cleanup(func() { http.DefaultTransport = before })
			http.DefaultTransport = transport
			mustGet(t, http.DefaultClient, server.URL)
			n := open(t, codeFlow(start(t)))
			n.signIn()
			_, err := n.auth.Client(server.Listener.Addr().String()).Get(server.URL)
			var authority x509.UnknownAuthorityError
			if !errors.As(err, &authority) {
				t.Errorf("the API was asked: %v", err)
			}
		})
	}
}
