package flow_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/params"
)

// net/http reads the proxies' variables once in a process, and crypto/x509 those of the
// certificates. So a process is started for each case: this test's own binary, which then
// asks https://id.example for its metadata and reports.
const (
	childWanted = "IPYAUTH_TEST_CHILD"
	childDials  = "IPYAUTH_TEST_DIALS" // where every connection goes
)

type childReport struct {
	Dialed []string // where connections were to go
	Error  string   // in every form it has
	Code   string
}

func TestMain(m *testing.M) {
	if os.Getenv(childWanted) != "" {
		if err := json.NewEncoder(os.Stdout).Encode(child()); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

func child() (report childReport) {
	http.DefaultTransport.(*http.Transport).DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		report.Dialed = append(report.Dialed, address)
		return (&net.Dialer{}).DialContext(ctx, network, os.Getenv(childDials))
	}
	cfg := &params.Config{Name: "id.example", Issuer: "https://id.example", ClientID: "x", ResponseType: params.Code,
		DiscoveryURLs: []string{"https://id.example/.well-known/openid-configuration"}}
	err := flow.New(cfg, flow.Options{}).Prepare(context.Background())
	e := new(flow.Error)
	errors.As(err, &e)
	report.Error, report.Code = fmt.Sprintf("%v %+v %#v %s", err, err, err, e.Next), e.Code
	return report
}

// askFromChild runs a child whose connections all go to address.
func askFromChild(t *testing.T, address string, environment ...string) (report childReport) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append([]string{childWanted + "=1", childDials + "=" + address}, environment...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("%v: %q", err, out)
	}
	return report
}

// proxy takes one CONNECT, hands on what it was asked and calls then with the connection.
func proxy(t *testing.T, then func(conn net.Conn)) (address string, asked <-chan *http.Request) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	requests := make(chan *http.Request, 1)
	go func() {
		defer close(requests)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		req, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		requests <- req
		then(conn)
	}()
	return l.Addr().String(), requests
}

func refuseConnect(conn net.Conn) {
	fmt.Fprint(conn, "HTTP/1.1 407 canary of the proxy\r\nContent-Length: 0\r\n\r\n")
}

func TestProxies(t *testing.T) {
	const through = "HTTPS_PROXY=http://ann:canary-password@proxy.example:3128"
	t.Run("D63 HTTPS_PROXY is used, and its password goes there alone", func(t *testing.T) {
		address, asked := proxy(t, refuseConnect)
		got := askFromChild(t, address, through)
		req := <-asked
		if req == nil || req.Method != http.MethodConnect || req.Host != "id.example:443" {
			t.Fatalf("the proxy was asked %v", req)
		}
		req.Header.Set("Authorization", req.Header.Get("Proxy-Authorization"))
		if user, password, _ := req.BasicAuth(); user != "ann" || password != "canary-password" {
			t.Errorf("the proxy was told user %q, password %q", user, password)
		}
		if !slices.Equal(got.Dialed, []string{"proxy.example:3128"}) || got.Code != flow.ErrUnreachable.Code || strings.Contains(got.Error, "canary") {
			t.Errorf("got %+v", got)
		}
	})
	rows := []struct {
		name        string
		environment []string
		dialed      []string // nil: anywhere; net/http ignores an address it can't read
	}{
		{"D63 NO_PROXY is honoured", []string{through, "NO_PROXY=other.example,id.example"}, []string{"id.example:443"}},
		{"D63 no proxy is the default", nil, []string{"id.example:443"}},
		{"D63 the proxy is down", []string{through}, []string{"proxy.example:3128"}},
		{"D63 the proxy's address is malformed", []string{"HTTPS_PROXY=http://ann:canary-password@[proxy"}, nil},
		{"D63 the proxy's password is malformed", []string{"HTTPS_PROXY=http://ann:canary%zzpassword@proxy.example"}, nil},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			l.Close() // nobody listens where connections go
			got := askFromChild(t, l.Addr().String(), row.environment...)
			if row.dialed != nil && !slices.Equal(got.Dialed, row.dialed) || got.Code != flow.ErrUnreachable.Code || strings.Contains(got.Error, "canary") {
				t.Errorf("got %+v; want connections to %q, %s and no password", got, row.dialed, flow.ErrUnreachable.Code)
			}
		})
	}
}
