package provider_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
)

// serve runs ListenAndServe until the test ends, and returns the issuer it announced.
func serve(t testing.TB, addr string, o provider.Options) (issuer string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- provider.ListenAndServe(ctx, addr, o, func(issuer string) { ready <- issuer })
	}()
	t.Cleanup(cancel)
	select {
	case issuer = <-ready:
	case err := <-done:
		t.Fatal(err)
	}
	return issuer, func() error { cancel(); return <-done }
}

func TestListenAndServe(t *testing.T) {
	for _, row := range []struct{ addr, prefix string }{
		{"127.0.0.1:0", "http://127.0.0.1:"},
		{"localhost:0", "http://localhost:"},
	} {
		issuer, stop := serve(t, row.addr, provider.Options{})
		if !strings.HasPrefix(issuer, row.prefix) {
			t.Errorf("%s: issuer %s", row.addr, issuer)
		}
		m := discover(t, issuer)
		want(t, "issuer", m.Issuer, issuer)
		q, _ := login(t, nil, request(m, nil))
		verify(t, m, q.Get("id_token"))
		if err := stop(); err != nil {
			t.Errorf("%s: %v", row.addr, err)
		}
		if resp, err := http.Get(issuer); err == nil {
			resp.Body.Close()
			t.Errorf("%s: still served", row.addr)
		}
	}
}

func TestListenRefused(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.test:0", "127.0.0.1.example.test:0"} {
		err := provider.ListenAndServe(t.Context(), addr, provider.Options{}, func(string) { t.Errorf("%s: served", addr) })
		if !errors.Is(err, provider.ErrNotLoopback) {
			t.Errorf("%s: %v", addr, err)
		}
	}
	if err := provider.ListenAndServe(t.Context(), "9000", provider.Options{}, nil); err == nil {
		t.Error("an address without a port was accepted")
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if err := provider.ListenAndServe(t.Context(), taken.Addr().String(), provider.Options{}, nil); err == nil {
		t.Error("a taken port was accepted")
	}
	open, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	if err := provider.Serve(t.Context(), open, provider.Options{}, nil); !errors.Is(err, provider.ErrNotLoopback) {
		t.Errorf("open listener: %v", err)
	}
}

func TestNewRefused(t *testing.T) {
	base := provider.Options{Issuer: "http://127.0.0.1:9000"}
	if _, err := provider.New(base); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*provider.Options){
		"no issuer":         func(o *provider.Options) { o.Issuer = "" },
		"issuer with path":  func(o *provider.Options) { o.Issuer += "/" },
		"issuer with query": func(o *provider.Options) { o.Issuer += "?x" },
		"other scheme":      func(o *provider.Options) { o.Issuer = "ftp://127.0.0.1" },
		"algorithm":         func(o *provider.Options) { o.SigningAlgorithm = "HS256" },
		"lifetime":          func(o *provider.Options) { o.TokenLifetime = time.Millisecond },
	} {
		o := base
		change(&o)
		if _, err := provider.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// The log says why a request was refused, and holds nothing secret.
func TestLog(t *testing.T) {
	var log bytes.Buffer
	p, err := provider.New(provider.Options{
		Issuer: "http://127.0.0.1:1", Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	browser := providertest.NewBrowser()
	browser.Transport = providertest.Transport(p)
	m := metadata{Authorization: "http://127.0.0.1:1/authorize"}
	q, _ := login(t, browser, request(m, nil))
	login(t, browser, request(m, with(nil, "scope", "openid api.nope")))
	if _, err := providertest.Login(t.Context(), browser, request(m, with(nil, "redirect_uri", "https://example.test/")), "ada"); err == nil {
		t.Error("accepted")
	}
	for _, token := range []string{q.Get("access_token"), "not-a-code"} {
		resp, err := browser.PostForm("http://127.0.0.1:1/token", url.Values{
			"grant_type": {"authorization_code"}, "client_id": {provider.ClientID}, "code": {token},
		})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	text := log.String()
	for _, says := range []string{"api.nope", "redirect URI is not allowed", "not found"} {
		if !strings.Contains(text, says) {
			t.Errorf("the log does not say %q: %s", says, text)
		}
	}
	for _, secret := range []string{q.Get("access_token"), q.Get("id_token"), "not-a-code"} {
		if strings.Contains(text, secret) {
			t.Error("the log holds a token or code")
		}
	}
}

// A body over the limit is refused instead of read.
func TestLargeBody(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	form := url.Values{"grant_type": {strings.Repeat("x", 1<<20)}}
	want(t, "status", postJSON(t, s.Issuer+"/token", form, nil), http.StatusBadRequest)
}

// BenchmarkStart measures from nothing to the first answer: metadata, which needs no key, and the key set, which waits
// for the RSA key.
func BenchmarkStart(b *testing.B) {
	for _, row := range []struct{ name, path string }{
		{"metadata", "/.well-known/openid-configuration"},
		{"keys", "/jwks"},
	} {
		b.Run(row.name, func(b *testing.B) {
			for b.Loop() {
				issuer, stop := serve(b, "127.0.0.1:0", provider.Options{})
				resp, err := http.Get(issuer + row.path)
				if err != nil {
					b.Fatal(err)
				}
				resp.Body.Close()
				b.StopTimer()
				if err := stop(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// BenchmarkSignIn measures a whole sign-in: both pages, the redirect, two signatures.
func BenchmarkSignIn(b *testing.B) {
	issuer, _ := serve(b, "127.0.0.1:0", provider.Options{})
	m := discover(b, issuer)
	for b.Loop() {
		login(b, nil, request(m, nil))
	}
}
