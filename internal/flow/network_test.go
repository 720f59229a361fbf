package flow_test

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/params"
)

// reach asks a provider at base for its metadata, the first request of a sign-in.
func reach(t *testing.T, base string, o flow.Options) error {
	t.Helper()
	cfg, err := params.ParamsOIDC{Issuer: base, ClientID: "x", DotenvFolder: t.TempDir()}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	return flow.New(cfg, o).Prepare(t.Context())
}

func TestHostileAnswers(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("D61 %s was asked for on another host", r.URL)
	}))
	defer elsewhere.Close()
	rows := []struct {
		name   string
		answer http.HandlerFunc
		says   string
	}{
		{"D61 redirect to another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/?canary=1", http.StatusFound)
		}, "another host"},
		{"D61 redirect to a private address", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
		}, "another host"},
		{"D61 redirect to another scheme", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+r.Host+"/", http.StatusFound)
		}, "another host"},
		{"D61 endless redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}, "too often"},
		{"D61 endless body", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		}, "1 MiB"},
		{"D61 gzip bomb", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 64 {
				if _, err := z.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
			z.Close()
		}, "1 MiB"},
		{"D61 a megabyte of header", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X", strings.Repeat("x", 1<<20))
		}, "can't be reached"},
		{"D60 HTML with 200", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<html>canary")) }, "not plain JSON"},
		{"D60 status 500", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }, "500"},
		{"D61 cut", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.Write([]byte("{"))
		}, "can't be reached"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			server := httptest.NewServer(row.answer)
			defer server.Close()
			err := reach(t, server.URL, flow.Options{})
			if e := new(flow.Error); !errors.As(err, &e) || !strings.Contains(e.Description, row.says) {
				t.Fatalf("got %v; want it to say %q", err, row.says)
			}
			refused(t, err, err.(*flow.Error))
		})
	}
	t.Run("a redirect on the same host is followed", func(t *testing.T) {
		s := oidc(t, "code")
		s.p.Faults.Replace = map[string]http.HandlerFunc{"discovery": func(w http.ResponseWriter, r *http.Request) {
			s.p.Faults.Replace = nil
			http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
		}}
		s.pending()
	})
}

func TestUnreachable(t *testing.T) {
	t.Run("refused", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		refused(t, reach(t, "http://"+l.Addr().String(), flow.Options{}), flow.ErrUnreachable)
	})
	t.Run("name not found", func(t *testing.T) {
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "canary.example", IsNotFound: true}
		}}
		err := reach(t, "https://id.example", flow.Options{HTTPClient: &http.Client{Transport: transport}})
		refused(t, err, flow.ErrUnreachable)
		if !strings.Contains(err.Error(), "host name") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("given up", func(t *testing.T) {
		cfg, err := params.ParamsOIDC{Issuer: "https://id.example", ClientID: "x", DotenvFolder: t.TempDir()}.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		transport := roundTrip(func(req *http.Request) (*http.Response, error) { return nil, req.Context().Err() })
		err = flow.New(cfg, flow.Options{HTTPClient: &http.Client{Transport: transport}}).Prepare(ctx)
		refused(t, err, flow.ErrUnreachable)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v is not context.Canceled", err)
		}
	})
	t.Run("D61 never answers", func(t *testing.T) {
		cfg, err := params.ParamsOIDC{Issuer: "https://id.example", ClientID: "x", DotenvFolder: t.TempDir()}.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		synctest.Test(t, func(t *testing.T) {
			transport := roundTrip(func(req *http.Request) (*http.Response, error) {
				<-req.Context().Done()
				return nil, req.Context().Err()
			})
			start := time.Now()
			err := flow.New(cfg, flow.Options{HTTPClient: &http.Client{Transport: transport}}).Prepare(t.Context())
			refused(t, err, flow.ErrUnreachable)
			if waited := time.Since(start); waited != 15*time.Second || !strings.Contains(err.Error(), "in time") {
				t.Errorf("D61 waited %v for %v", waited, err)
			}
		})
	})
	t.Run("D61 answers by drops", func(t *testing.T) {
		cfg, err := params.ParamsOIDC{Issuer: "https://id.example", ClientID: "x", DotenvFolder: t.TempDir()}.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		synctest.Test(t, func(t *testing.T) {
			transport := roundTrip(func(req *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Status: "200 OK", Body: drops{req.Context()}, Header: http.Header{}, Request: req}, nil
			})
			start := time.Now()
			err := flow.New(cfg, flow.Options{HTTPClient: &http.Client{Transport: transport}}).Prepare(t.Context())
			refused(t, err, flow.ErrUnreachable)
			if waited := time.Since(start); waited > 17*time.Second {
				t.Errorf("D61 waited %v", waited)
			}
		})
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// drops is a body that gives one byte a second.
type drops struct{ ctx context.Context }

func (d drops) Read(p []byte) (int, error) {
	select {
	case <-time.After(time.Second):
		p[0] = ' '
		return 1, nil
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

func (d drops) Close() error { return nil }

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"issuer":"https://other.example"}`)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would report each refused handshake
	server.StartTLS()
	defer server.Close()
	t.Run("D62 certificate of an unknown authority", func(t *testing.T) {
		err := reach(t, server.URL, flow.Options{})
		refused(t, err, flow.ErrUnreachable)
		if !strings.Contains(err.Error(), "certificate") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("D62 certificate of a trusted authority", func(t *testing.T) {
		refused(t, reach(t, server.URL, flow.Options{HTTPClient: server.Client()}), flow.ErrMetadata) // it answered
	})
	t.Run("D62 certificate that expired", func(t *testing.T) {
		ca := newAuthority(t)
		old := httptest.NewUnstartedServer(http.NotFoundHandler())
		old.Config.ErrorLog = log.New(io.Discard, "", 0)
		leaf := ca.certificate(t, "127.0.0.1", time.Now().Add(-time.Hour))
		old.TLS = &tls.Config{Certificates: []tls.Certificate{leaf}}
		old.StartTLS()
		defer old.Close()
		roots := x509.NewCertPool()
		roots.AddCert(ca.cert)
		trust := func(now func() time.Time) flow.Options {
			return flow.Options{HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Time: now}}}}
		}
		refused(t, reach(t, old.URL, trust(func() time.Time { return time.Now().Add(-2 * time.Hour) })), flow.ErrAnswer) // it was good once
		err := reach(t, old.URL, trust(nil))
		refused(t, err, flow.ErrUnreachable)
		if !strings.Contains(err.Error(), "certificate") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("D62 certificate of another host", func(t *testing.T) {
		pool := x509.NewCertPool()
		pool.AddCert(server.Certificate())
		client := server.Client()
		client.Transport.(*http.Transport).DialTLSContext = nil
		client.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		}
		client.Transport.(*http.Transport).TLSClientConfig.RootCAs = pool
		err := reach(t, "https://id.wrong.test", flow.Options{HTTPClient: client})
		refused(t, err, flow.ErrUnreachable)
		if !strings.Contains(err.Error(), "certificate") {
			t.Errorf("got %v", err)
		}
	})
}

// An address that became unsafe after it was checked is not asked.
func TestOnlySafeAddresses(t *testing.T) {
	for name, address := range map[string]string{"http": "http://id.example/userinfo", "file": "file:///etc/passwd", "with a user": "https://u:p@id.example"} {
		t.Run("D57 "+name, func(t *testing.T) {
			s := oidc(t, "code")
			s.cfg.Endpoints.UserInfo = address
			got := s.mustSignIn()
			_, err := s.client.UserInfo(t.Context(), got)
			refused(t, err, flow.ErrAnswer)
		})
	}
}
