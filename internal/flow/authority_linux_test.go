package flow_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
)

// A company's proxy opens the connection and shows a certificate of the company's own
// authority. It is refused unless that authority is trusted: by the system's store, or by
// SSL_CERT_FILE where Go's crypto/x509 reads it.
func TestCompanyProxy(t *testing.T) {
	ca := newAuthority(t)
	leaf := ca.certificate(t, "id.example", time.Now().Add(time.Hour))
	intercept := func(conn net.Conn) {
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\n\r\n")
		inner := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{leaf}})
		defer inner.Close()
		if inner.Handshake() == nil {
			_, _ = inner.Read(make([]byte, 4096))
			_, _ = io.WriteString(inner, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
		}
	}
	rows := []struct {
		name        string
		environment []string
		code, says  string
	}{
		{"D62 refused by default", nil, flow.ErrUnreachable.Code, "certificate"},
		{"D62 a CA file", []string{"SSL_CERT_FILE=" + ca.file(t)}, flow.ErrMetadata.Code, "issuer"}, // it answered
		{"D62 a CA file of another authority", []string{"SSL_CERT_FILE=" + newAuthority(t).file(t)}, flow.ErrUnreachable.Code, "certificate"},
		{"D62 switches of other programs", []string{"PYTHONHTTPSVERIFY=0", "NODE_TLS_REJECT_UNAUTHORIZED=0", "GIT_SSL_NO_VERIFY=1", "CURL_INSECURE=1", "IPYAUTH_INSECURE=1"},
			flow.ErrUnreachable.Code, "certificate"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			address, asked := proxy(t, intercept)
			got := askFromChild(t, append(row.environment, "HTTPS_PROXY=http://"+address)...)
			if req := asked(); req == nil || req.Host != "id.example:443" {
				t.Fatalf("the proxy was asked %v", req)
			}
			if got.Code != row.code || !strings.Contains(got.Error, row.says) {
				t.Errorf("got %+v; want code %s and %q", got, row.code, row.says)
			}
		})
	}
}
