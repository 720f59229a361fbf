package flow_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/params"
)

// net/http reads the proxies' variables once in a process, and crypto/x509 those of the
// certificates. So a process is started for each case: this test's own binary, which then
// asks https://id.example for its metadata and reports. No name is found there.
const childWanted = "IPYAUTH_TEST_CHILD"

type childReport struct {
	LookedUp []string // hosts
	Error    string   // in every form it has
	Code     string
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
	var queries nameServer
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return &queries, nil
	}}
	cfg := &params.Config{Name: "id.example", Issuer: "https://id.example", ClientID: "x", ResponseType: params.Code,
		DiscoveryURLs: []string{"https://id.example/.well-known/openid-configuration"}}
	err := flow.New(cfg, flow.Options{}).Prepare(context.Background())
	e := new(flow.Error)
	errors.As(err, &e)
	report.Error, report.Code = fmt.Sprintf("%v %+v %#v %s", err, err, err, e.Next), e.Code
	for _, host := range []string{"id.example", "proxy.example"} {
		if queries.asked(host) {
			report.LookedUp = append(report.LookedUp, host)
		}
	}
	return report
}

// nameServer notes what it is asked, and hangs up.
type nameServer struct {
	net.Conn
	mu   sync.Mutex
	sent []byte
}

func (s *nameServer) Write(query []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, query...)
	return len(query), nil
}

func (s *nameServer) Read([]byte) (int, error)    { return 0, io.EOF }
func (s *nameServer) SetDeadline(time.Time) error { return nil }
func (s *nameServer) Close() error                { return nil }

// asked reports whether there was a query for the host (RFC 1035 section 4.1.2: each label
// follows its length).
func (s *nameServer) asked(host string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	var name []byte
	for label := range strings.SplitSeq(host, ".") {
		name = append(append(name, byte(len(label))), label...)
	}
	return bytes.Contains(s.sent, name)
}

// askFromChild runs a child in the environment.
func askFromChild(t *testing.T, environment ...string) (report childReport) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append([]string{childWanted + "=1"}, environment...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("%v: %q", err, out)
	}
	return report
}

// proxy takes one CONNECT and calls then with the connection. asked returns what it was
// asked so far, nil for nothing.
func proxy(t *testing.T, then func(conn net.Conn)) (address string, asked func() *http.Request) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	requests := make(chan *http.Request, 1)
	go func() {
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
	return l.Addr().String(), func() *http.Request {
		select {
		case req := <-requests:
			return req
		default:
			return nil
		}
	}
}

func refuseConnect(conn net.Conn) {
	fmt.Fprint(conn, "HTTP/1.1 407 canary of the proxy\r\nContent-Length: 0\r\n\r\n")
}

func TestProxies(t *testing.T) {
	const through = "HTTPS_PROXY=http://ann:canary-password@"
	t.Run("D63 HTTPS_PROXY is used, and its password goes there alone", func(t *testing.T) {
		address, asked := proxy(t, refuseConnect)
		got := askFromChild(t, through+address)
		req := asked()
		if req == nil || req.Method != http.MethodConnect || req.Host != "id.example:443" {
			t.Fatalf("the proxy was asked %v", req)
		}
		req.Header.Set("Authorization", req.Header.Get("Proxy-Authorization"))
		if user, password, _ := req.BasicAuth(); user != "ann" || password != "canary-password" {
			t.Errorf("the proxy was told user %q, password %q", user, password)
		}
		if got.LookedUp != nil || got.Code != flow.ErrUnreachable.Code || strings.Contains(got.Error, "canary") {
			t.Errorf("got %+v", got)
		}
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	nobody := l.Addr().String()
	rows := []struct {
		name        string
		environment []string
		lookedUp    []string
		anywhere    bool // net/http ignores an address it can't read
	}{
		{"D63 NO_PROXY is honoured", []string{through + "proxy.example:3128", "NO_PROXY=other.example,id.example"}, []string{"id.example"}, false},
		{"D63 no proxy is the default", nil, []string{"id.example"}, false},
		{"D63 the proxy is not found", []string{through + "proxy.example:3128"}, []string{"proxy.example"}, false},
		{"D63 the proxy is down", []string{through + nobody}, nil, false},
		{"D63 the proxy's address is malformed", []string{through + "[proxy"}, nil, true},
		{"D63 the proxy's password is malformed", []string{"HTTPS_PROXY=http://ann:canary%zzpassword@proxy.example"}, nil, true},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := askFromChild(t, row.environment...)
			if !row.anywhere && !slices.Equal(got.LookedUp, row.lookedUp) || got.Code != flow.ErrUnreachable.Code || strings.Contains(got.Error, "canary") {
				t.Errorf("got %+v; want %q looked up, %s and no password", got, row.lookedUp, flow.ErrUnreachable.Code)
			}
		})
	}
}
