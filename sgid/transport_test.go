package sgid_test

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/sgid"
)

// What a cell did to net/http's own transport before it made a client is no switch here.
func TestAnotherDefaultTransport(t *testing.T) {
	t.Attr("attack", "D62")
	unsafe := http.DefaultTransport.(*http.Transport).Clone()
	unsafe.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	before := http.DefaultTransport
	defer func() { http.DefaultTransport = before }()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it logs that the client hung up
	server.StartTLS()
	defer server.Close()
	http.DefaultTransport = unsafe
	resp, err := http.Get(server.URL)
	if err != nil {
		t.Fatalf("the switch does nothing: %v", err)
	}
	resp.Body.Close()
	s := newScene(t)
	cfg := config(s.p)
	cfg.Hostname = server.URL
	_, err = mustClient(t, cfg).Callback(t.Context(), s.params())
	if e := refused(t, err, sgid.ErrTokenEndpoint); !strings.Contains(e.Reason, "certificate") {
		t.Errorf("got %v", e)
	}
}
