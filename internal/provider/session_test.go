package provider_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
)

// pagesOf returns the titles of the pages a sign-in goes through, and its response.
func pagesOf(t *testing.T, browser *http.Client, target string) (titles string, q url.Values) {
	t.Helper()
	watched := *browser
	next := browser.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	var seen []string
	watched.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		resp.Body = io.NopCloser(strings.NewReader(string(body)))
		if m := title.FindStringSubmatch(string(body)); m != nil {
			seen = append(seen, m[1])
		}
		return resp, err
	})
	q, _ = login(t, &watched, target)
	return strings.Join(seen, ", "), q
}

var title = regexp.MustCompile(`<h1>(.*)</h1>`)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestReturningPerson(t *testing.T) {
	m := discover(t, providertest.Start(t, provider.Options{}).Issuer)
	browser := providertest.NewBrowser()
	other := providertest.NewBrowser()
	_, q := pagesOf(t, browser, request(m, nil))
	hint := q.Get("id_token")
	otherURL, err := providertest.Login(t.Context(), other, request(m, nil), "grace")
	if err != nil {
		t.Fatal(err)
	}
	q, _, _ = providertest.Response(otherURL)
	otherHint := q.Get("id_token")

	for _, row := range []struct {
		name   string
		change map[string]string
		pages  string
		error  string
	}{
		{"again", nil, "", ""},
		{"fewer scopes", with(nil, "scope", "openid"), "", ""},
		{"prompt=none", with(nil, "prompt", "none"), "", ""},
		{"prompt=login", with(nil, "prompt", "login"), "Sign in", ""},
		{"prompt=select_account", with(nil, "prompt", "select_account"), "Sign in", ""},
		{"prompt=consent", with(nil, "prompt", "consent"), "Allow access?", ""},
		{"prompt=login consent", with(nil, "prompt", "login consent"), "Sign in, Allow access?", ""},
		{"max_age reached", with(nil, "max_age", "0"), "Sign in", ""},
		{"max_age not reached", with(nil, "max_age", "3600"), "", ""},
		{"max_age reached, prompt=none", map[string]string{"max_age": "0", "prompt": "none"}, "", "login_required"},
		{"own hint", map[string]string{"id_token_hint": hint, "prompt": "none"}, "", ""},
		{"another's hint", map[string]string{"id_token_hint": otherHint, "prompt": "none"}, "", "login_required"},
		{"another's hint, no prompt", with(nil, "id_token_hint", otherHint), "Sign in", ""},
		{"new scope, prompt=none", map[string]string{"scope": "openid api.read", "prompt": "none"}, "", "consent_required"},
		{"new scope", with(nil, "scope", "openid api.read"), "Allow access?", ""},
	} {
		pages, q := pagesOf(t, browser, request(m, row.change))
		want(t, row.name+": pages", pages, row.pages)
		want(t, row.name+": error", q.Get("error"), row.error)
	}
	_, q = pagesOf(t, providertest.NewBrowser(), request(m, with(nil, "prompt", "none")))
	want(t, "prompt=none, nobody", q.Get("error"), "login_required")
}

// A hint may have expired (OpenID Connect Core 3.1.2.1); the sessions of the issuers are one, their consents are not.
func TestSilentAfterExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const issuer = "http://127.0.0.1:1"
		p, err := provider.New(provider.Options{Issuer: issuer})
		if err != nil {
			t.Fatal(err)
		}
		browser := providertest.NewBrowser()
		browser.Transport = providertest.Transport(p)
		m := metadata{Authorization: issuer + "/authorize"}
		_, q := pagesOf(t, browser, request(m, nil))
		time.Sleep(time.Hour)
		_, q = pagesOf(t, browser, request(m, map[string]string{"prompt": "none", "id_token_hint": q.Get("id_token")}))
		want(t, "error", q.Get("error"), "")

		pages, q := pagesOf(t, browser, request(metadata{Authorization: issuer + "/sgconnect/oauth2/authorize"}, nil))
		want(t, "SG pages", pages, "Allow access?")
		want(t, "SG error", q.Get("error"), "")
	})
}

func TestDenyConsent(t *testing.T) {
	issuers(t, provider.Options{}, func(t *testing.T, m metadata, _ bool) {
		browser := providertest.NewBrowser()
		got, err := providertest.Deny(t.Context(), browser, request(m, nil), "ada")
		if err != nil {
			t.Fatal(err)
		}
		q, fragment, _ := providertest.Response(got)
		want(t, "error", q.Get("error"), "access_denied")
		want(t, "state", q.Get("state"), "st&te=1")
		want(t, "iss", q.Get("iss"), m.Issuer)
		want(t, "fragment", fragment, true)
		want(t, "access_token", q.Has("access_token"), false)
		pages, q := pagesOf(t, browser, request(m, nil))
		want(t, "pages afterwards", pages, "Allow access?")
		want(t, "error afterwards", q.Get("error"), "")
	})
}

// form posts to the page of a sign-in, as a browser with the given cookies would.
func form(t *testing.T, browser *http.Client, action string, q url.Values) (status int, location, body string) {
	t.Helper()
	still := *browser
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := still.PostForm(action, q)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header.Get("Location"), string(text)
}

// open starts a sign-in and returns where its form goes.
func open(t *testing.T, browser *http.Client, s *providertest.Server, target string) (action, body string) {
	t.Helper()
	resp, err := browser.Get(target)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	m := regexp.MustCompile(`action="([^"]+)"`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("no form: %s", text)
	}
	return s.Issuer + string(m[1]), string(text)
}

func TestForms(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	m := discover(t, s.Issuer)
	who := url.Values{"username": {"ada"}, "password": {"x"}}
	yes := url.Values{"ok": {"yes"}}

	t.Run("nothing typed", func(t *testing.T) {
		for _, q := range []url.Values{
			{"username": {" "}, "password": {"x"}}, {"username": {"a<b"}, "password": {""}},
			{"username": {strings.Repeat("a", 65)}, "password": {"x"}}, {"username": {"a\x00"}, "password": {"x"}},
		} {
			browser := providertest.NewBrowser()
			action, _ := open(t, browser, s, request(m, nil))
			status, _, body := form(t, browser, action, q)
			if status != http.StatusOK || !strings.Contains(body, `role="alert"`) || strings.Contains(body, "a<b") {
				t.Errorf("%v: status %d, %s", q, status, body)
			}
		}
	})
	t.Run("cancel", func(t *testing.T) {
		browser := providertest.NewBrowser()
		action, _ := open(t, browser, s, request(m, nil))
		_, location, _ := form(t, browser, action, url.Values{"cancel": {"yes"}, "username": {""}})
		if !strings.Contains(location, "error=access_denied") {
			t.Errorf("location %q", location)
		}
	})
	t.Run("consent before login", func(t *testing.T) {
		browser := providertest.NewBrowser()
		action, _ := open(t, browser, s, request(m, nil))
		status, location, body := form(t, browser, action, yes)
		if status != http.StatusOK || location != "" || !strings.Contains(body, `name="username"`) {
			t.Errorf("status %d, location %q", status, location)
		}
	})
	t.Run("another name", func(t *testing.T) {
		browser := providertest.NewBrowser()
		action, _ := open(t, browser, s, request(m, with(nil, "prompt", "consent")))
		form(t, browser, action, who)
		_, _, body := form(t, browser, action, url.Values{"switch": {"yes"}})
		if !strings.Contains(body, `name="username"`) {
			t.Fatal("no login page")
		}
		form(t, browser, action, url.Values{"username": {"grace"}, "password": {"x"}})
		_, location, _ := form(t, browser, action, yes)
		q, _, _ := providertest.Response(location)
		_, claims := verify(t, m, q.Get("id_token"))
		want(t, "sub", claims["sub"], "grace")
	})
	t.Run("back button", func(t *testing.T) {
		browser := providertest.NewBrowser()
		action, _ := open(t, browser, s, request(m, with(nil, "prompt", "consent")))
		form(t, browser, action, who)
		_, _, body := form(t, browser, action, url.Values{"username": {"grace"}, "password": {"x"}})
		if !strings.Contains(body, "<strong>Grace</strong>") {
			t.Errorf("the second login did not count: %s", body)
		}
	})
	t.Run("reload", func(t *testing.T) {
		browser := providertest.NewBrowser()
		action, _ := open(t, browser, s, request(m, with(nil, "prompt", "consent")))
		form(t, browser, action, who)
		if _, body := open(t, browser, s, action); !strings.Contains(body, `name="ok"`) {
			t.Errorf("no consent page: %s", body)
		}
	})
	t.Run("login hint", func(t *testing.T) {
		_, body := open(t, providertest.NewBrowser(), s, request(m, with(nil, "login_hint", `a"b`)))
		if !strings.Contains(body, `value="a&#34;b"`) {
			t.Errorf("the hint is not in the form: %s", body)
		}
	})
}

// A form sent twice, one after the other or at once, is answered once.
func TestFormTwice(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	m := discover(t, s.Issuer)
	browser := providertest.NewBrowser()
	action, _ := open(t, browser, s, request(m, with(nil, "prompt", "consent")))
	form(t, browser, action, url.Values{"username": {"ada"}, "password": {"x"}})
	const n = 8
	var mu sync.Mutex
	var wg sync.WaitGroup
	answers := 0
	for range n {
		wg.Go(func() {
			_, location, _ := form(t, browser, action, url.Values{"ok": {"yes"}})
			mu.Lock()
			defer mu.Unlock()
			if strings.Contains(location, "access_token=") {
				answers++
			}
		})
	}
	wg.Wait()
	want(t, "answers", answers, 1)
	status, _, body := form(t, browser, action, url.Values{"ok": {"yes"}})
	if status != http.StatusBadRequest || !strings.Contains(body, "no longer valid") {
		t.Errorf("status %d: %s", status, body)
	}
}

func TestNames(t *testing.T) {
	m := discover(t, providertest.Start(t, provider.Options{}).Issuer)
	for _, row := range []struct{ typed, sub, name, mail string }{
		{"ada", "ada", "Ada", "ada@example.test"},
		{" ada.lovelace ", "ada.lovelace", "Ada Lovelace", "ada.lovelace@example.test"},
		{"Ada Lovelace", "Ada%20Lovelace", "Ada Lovelace", "ada.lovelace@example.test"},
		{"ada@sgcib.example", "ada@sgcib.example", "Ada", "ada@sgcib.example"},
		{"Zoë", "Zo%C3%AB", "Zoë", "zo%c3%ab@example.test"},
		{"...", "...", "...", "...@example.test"},
	} {
		got, err := providertest.Login(t.Context(), nil, request(m, with(nil, "scope", "openid profile email")), row.typed)
		if err != nil {
			t.Errorf("%q: %v", row.typed, err)
			continue
		}
		q, _, _ := providertest.Response(got)
		_, claims := verify(t, m, q.Get("id_token"))
		want(t, row.typed+": sub", claims["sub"], row.sub)
		want(t, row.typed+": name", claims["name"], row.name)
		want(t, row.typed+": email", claims["email"], row.mail)
	}
}

func TestLogout(t *testing.T) {
	issuers(t, provider.Options{}, func(t *testing.T, m metadata, _ bool) {
		for _, row := range []struct {
			name   string
			change map[string]string
			status int
			to     string
		}{
			{"back to a page", nil, 303, "http://localhost:8888/lab?state=s"},
			{"no page", with(nil, "post_logout_redirect_uri", ""), 200, ""},
			{"client instead of hint", map[string]string{"id_token_hint": "", "client_id": provider.ClientID}, 303, "http://localhost:8888/lab?state=s"},
			{"neither", with(nil, "id_token_hint", ""), 400, ""},
			{"bad hint", with(nil, "id_token_hint", "x"), 400, ""},
			{"page elsewhere", with(nil, "post_logout_redirect_uri", "https://example.test/"), 400, ""},
		} {
			browser := providertest.NewBrowser()
			q, _ := login(t, browser, request(m, nil))
			ask := url.Values{
				"id_token_hint": {q.Get("id_token")}, "state": {"s"}, "post_logout_redirect_uri": {"http://localhost:8888/lab"},
			}
			for name, value := range row.change {
				ask.Set(name, value)
			}
			status, location, _ := form(t, browser, m.EndSession, ask)
			want(t, row.name+": status", status, row.status)
			want(t, row.name+": location", location, row.to)
			_, q = pagesOf(t, browser, request(m, with(nil, "prompt", "none")))
			left := ""
			if row.status != 400 {
				left = "login_required"
			}
			want(t, row.name+": afterwards", q.Get("error"), left)
		}
	})
}

// The cookie is out of reach of scripts, and old copies of it are worth nothing after logout.
func TestCookie(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	m := discover(t, s.Issuer)
	browser := providertest.NewBrowser()
	action, _ := open(t, browser, s, request(m, nil))
	resp, err := browser.PostForm(action, url.Values{"username": {"ada"}, "password": {"x"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if len(resp.Cookies()) != 1 {
		t.Fatalf("cookies: %v", resp.Cookies())
	}
	c := resp.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure || c.Path != "/" || c.MaxAge != 0 {
		t.Errorf("cookie: %+v", c)
	}
	form(t, browser, m.EndSession, url.Values{"client_id": {provider.ClientID}})
	jar, _ := cookiejar.New(nil)
	at, _ := url.Parse(s.Issuer)
	jar.SetCookies(at, []*http.Cookie{c})
	_, q := pagesOf(t, &http.Client{Jar: jar}, request(m, with(nil, "prompt", "none")))
	want(t, "with the old cookie", q.Get("error"), "login_required")
}

func TestLoginErrors(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	_, err := providertest.Login(t.Context(), nil, s.Issuer+"/authorize", "ada")
	var page *providertest.PageError
	if !errors.As(err, &page) || page.Status != http.StatusBadRequest {
		t.Errorf("got %v, want a page", err)
	}
	if _, err := providertest.Login(t.Context(), nil, request(discover(t, s.Issuer), nil), " "); err == nil {
		t.Error("a blank name signed in")
	}
}
