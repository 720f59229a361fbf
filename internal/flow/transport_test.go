package flow_test

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
)

// A cell shares the process: what it does to net/http's own transport is no switch for
// sign-ins.
func TestAnotherDefaultTransport(t *testing.T) {
	unsafe := http.DefaultTransport.(*http.Transport).Clone()
	unsafe.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	for name, transport := range map[string]http.RoundTripper{"without checks": unsafe, "wrapped": roundTrip(unsafe.RoundTrip)} {
		t.Run("D62 "+name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(answering(200, "application/json", "{}"))
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // it logs that the client hung up
			server.StartTLS()
			defer server.Close()
			before := http.DefaultTransport
			defer func() { http.DefaultTransport = before }()
			http.DefaultTransport = transport
			resp, err := http.Get(server.URL)
			if err != nil {
				t.Fatalf("the switch does nothing: %v", err)
			}
			resp.Body.Close()
			err = reach(t, server.URL, flow.Options{})
			refused(t, err, flow.ErrUnreachable)
			if !strings.Contains(err.Error(), "certificate") {
				t.Errorf("got %v", err)
			}
		})
	}
}
