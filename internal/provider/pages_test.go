package provider_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
)

var (
	style    = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	external = regexp.MustCompile(`(?i)(src|href|url|@import|srcset)\s*[=(]\s*["']?(https?:)?//|<script|\son\w+=|\sstyle=`)
)

// allPages returns one response of each page.
func allPages(t *testing.T, s *providertest.Server) map[string]*page {
	t.Helper()
	m := discover(t, s.Issuer)
	browser := providertest.NewBrowser()
	all := map[string]*page{}
	target := request(m, with(nil, "scope", "openid profile api.read api.demo.v1 offline_access"))
	all["login"] = get(t, browser, target)
	action, _ := open(t, browser, s, target)
	all["login again"] = post(t, browser, action, url.Values{"username": {"<i>"}, "password": {""}})
	all["consent"] = post(t, browser, action, url.Values{"username": {"ada.lovelace"}, "password": {"x"}})
	all["refused"] = get(t, browser, request(m, with(nil, "redirect_uri", "https://evil.example.test/callback/")))
	all["expired"] = get(t, browser, m.Authorization+"/nothing")
	all["signed out"] = get(t, browser, m.EndSession+"?client_id="+provider.ClientID)
	all["front"] = get(t, browser, s.Issuer+"/")
	return all
}

type page struct {
	header http.Header
	body   string
}

func get(t *testing.T, browser *http.Client, address string) *page {
	t.Helper()
	resp, err := browser.Get(address)
	return read(t, resp, err)
}

func post(t *testing.T, browser *http.Client, address string, q url.Values) *page {
	t.Helper()
	resp, err := browser.PostForm(address, q)
	return read(t, resp, err)
}

func read(t *testing.T, resp *http.Response, err error) *page {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return &page{header: resp.Header, body: string(body)}
}

func TestPages(t *testing.T) {
	const opener = "same-origin-allow-popups"
	for name, p := range allPages(t, providertest.Start(t, provider.Options{OpenerPolicy: opener})) {
		t.Run(name, func(t *testing.T) {
			for header, value := range map[string]string{
				"Content-Type":               "text/html; charset=utf-8",
				"Cache-Control":              "no-store",
				"Referrer-Policy":            "no-referrer",
				"X-Content-Type-Options":     "nosniff",
				"Cross-Origin-Opener-Policy": opener,
			} {
				want(t, header, p.header.Get(header), value)
			}
			css := style.FindStringSubmatch(p.body)
			if css == nil {
				t.Fatalf("no style: %s", p.body)
			}
			sum := sha256.Sum256([]byte(css[1]))
			policy := p.header.Get("Content-Security-Policy")
			for _, part := range []string{
				"default-src 'none'", "frame-ancestors 'none'",
				"style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
			} {
				if !strings.Contains(policy, part) {
					t.Errorf("policy %q lacks %q", policy, part)
				}
			}
			if found := external.FindString(p.body); found != "" {
				t.Errorf("the page has %q", found)
			}
			for _, text := range []string{
				"<!doctype html>", `<html lang="en">`, "any name and password works", "Never use a real password.", "<h1>",
			} {
				if !strings.Contains(p.body, text) {
					t.Errorf("the page lacks %q", text)
				}
			}
			if strings.Contains(p.body, "ZgotmplZ") || strings.Contains(p.body, "<i>") {
				t.Errorf("escaping went wrong: %s", p.body)
			}
			if size := len(p.body); size > 8<<10 {
				t.Errorf("the page has %d bytes", size)
			}
		})
	}
}

// The names other tests and scripts rely on.
func TestPageNames(t *testing.T) {
	pages := allPages(t, providertest.Start(t, provider.Options{}))
	for name, texts := range map[string][]string{
		"login":       {`<label for="username">`, `name="username"`, `<label for="password">`, `name="password"`, `type="submit"`, "127.0.0.1:8888"},
		"login again": {`value="&lt;i&gt;"`, `role="alert"`, `aria-describedby="alert"`},
		"consent": {
			`name="ok" value="yes"`, `name="ok" value="no"`, "See your name", "<code>api.demo.v1</code>", "Read your data",
			"<strong>Ada Lovelace</strong>", "127.0.0.1:8888",
		},
		"refused": {"https://evil.example.test/callback/", "http://127.0.0.1:PORT/.../callback/"},
		"front":   {provider.ClientID, "/sgconnect"},
	} {
		for _, text := range texts {
			if !strings.Contains(pages[name].body, text) {
				t.Errorf("%s lacks %q: %s", name, text, pages[name].body)
			}
		}
	}
	if strings.Contains(pages["consent"].body, "Stay signed in") {
		t.Error("offline_access is asked for without a code")
	}
	if pages["login"].header.Get("Cross-Origin-Opener-Policy") != "" {
		t.Error("a policy nobody asked for")
	}
}

// The redirect to the client carries the opener policy too, and no second copy of the answer.
func TestRedirect(t *testing.T) {
	s := providertest.Start(t, provider.Options{OpenerPolicy: "same-origin"})
	m := discover(t, s.Issuer)
	browser := providertest.NewBrowser()
	login(t, browser, request(m, nil))
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	p := get(t, browser, request(m, nil))
	want(t, "policy", p.header.Get("Cross-Origin-Opener-Policy"), "same-origin")
	want(t, "referrer", p.header.Get("Referrer-Policy"), "no-referrer")
	want(t, "body", p.body, "")
	if !strings.Contains(p.header.Get("Cache-Control"), "no-store") {
		t.Errorf("cache control %q", p.header.Get("Cache-Control"))
	}
}
