// Package providertest runs the demo provider inside a test and signs in there without a browser: [Start] starts it,
// [Login] and [Deny] go through its pages as a person would.
package providertest

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/provider"
)

// Server is a running provider.
type Server struct {
	Issuer   string             // the main issuer
	Provider *provider.Provider // for RotateKey
}

// Start runs a provider on a loopback port until the test ends. It chooses o.Issuer when that is empty.
func Start(tb testing.TB, o provider.Options) *Server {
	tb.Helper()
	srv := httptest.NewUnstartedServer(nil)
	if o.Issuer == "" {
		o.Issuer = "http://" + srv.Listener.Addr().String()
	}
	p, err := provider.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	srv.Config.Handler = p
	srv.Start()
	tb.Cleanup(srv.Close)
	return &Server{Issuer: o.Issuer, Provider: p}
}

// SGConnect is the base URL of the SG Connect shape; its issuer is that + "/oauth2".
func (s *Server) SGConnect() string {
	return s.Issuer + provider.SGConnectPath
}

// SGID is the hostname of the sgID shape; its issuer is that + "/v2".
func (s *Server) SGID() string {
	return s.Issuer + provider.SGIDPath
}

// NewBrowser returns a client with an empty cookie jar: a browser in which nobody has signed in.
func NewBrowser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // only with options
	}
	return &http.Client{Jar: jar}
}

// Transport answers requests by calling h directly, without a network: for tests whose time testing/synctest controls.
// It answers requests to every host, so h should be the only server they talk to.
func Transport(h http.Handler) http.RoundTripper {
	return transport{h}
}

type transport struct{ h http.Handler }

func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	r := req.Clone(req.Context())
	r.Host, r.RequestURI = req.URL.Host, req.URL.RequestURI()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	t.h.ServeHTTP(rec, r)
	resp := rec.Result()
	resp.Request = req
	return resp, nil
}

// PageError is a page that ends the sign-in without going back to the client.
type PageError struct {
	Status int
	Text   string // what the page says, without markup
}

// Error repeats the page.
func (e *PageError) Error() string {
	return fmt.Sprintf("sign in: page with status %d: %s", e.Status, e.Text)
}

// Login opens authorizationURL, signs in as username where a page asks for it, allows access where a page asks for it,
// and returns the address the provider redirects to at the end, with query or fragment; it is not visited.
//
// An answer such as error=access_denied is an address too, and no error. The provider's own error pages are a
// [*PageError]. Cookies are kept in client.Jar, so that a second call is a returning person; a nil client is a new
// browser.
func Login(ctx context.Context, client *http.Client, authorizationURL, username string) (callbackURL string, err error) {
	return walk(ctx, client, authorizationURL, username, "yes")
}

// Deny is Login by a person who signs in and then does not allow access.
func Deny(ctx context.Context, client *http.Client, authorizationURL, username string) (callbackURL string, err error) {
	return walk(ctx, client, authorizationURL, username, "no")
}

// Response returns the parameters of an authorization response, and whether they came in the fragment.
func Response(callbackURL string) (params url.Values, inFragment bool, err error) {
	u, err := url.Parse(callbackURL)
	if err != nil {
		return nil, false, errors.New("read callback URL: not a URL")
	}
	if u.Fragment != "" {
		params, err = url.ParseQuery(u.EscapedFragment())
		return params, true, err
	}
	params, err = url.ParseQuery(u.RawQuery)
	return params, false, err
}

// maxPages ends a sign-in that goes in circles.
const maxPages = 8

func walk(ctx context.Context, client *http.Client, authorizationURL, username, ok string) (string, error) {
	if client == nil {
		client = NewBrowser()
	}
	browser := *client
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	start, err := url.Parse(authorizationURL)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	at, form := start, url.Values(nil)
	for range maxPages {
		p, err := visit(ctx, &browser, at, form)
		if err != nil {
			return "", err
		}
		if p.next != nil {
			if p.next.Host != start.Host || p.next.Scheme != start.Scheme {
				return p.next.String(), nil
			}
			at, form = p.next, nil
			continue
		}
		if at, form, err = p.fill(at, username, ok); err != nil {
			return "", err
		}
	}
	return "", errors.New("sign in: too many pages")
}

// page is one answer of the provider: a redirect to next, or HTML.
type page struct {
	next   *url.URL
	status int
	body   string
}

func visit(ctx context.Context, browser *http.Client, at *url.URL, form url.Values) (page, error) {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, at.String(), body)
	if err != nil {
		return page{}, fmt.Errorf("sign in: %w", err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := browser.Do(req)
	if err != nil {
		return page{}, fmt.Errorf("sign in: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 == 3 {
		next, err := resp.Location()
		if err != nil {
			return page{}, fmt.Errorf("sign in: %w", err)
		}
		return page{next: next}, nil
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return page{}, fmt.Errorf("sign in: %w", err)
	}
	return page{status: resp.StatusCode, body: string(text)}, nil
}

var (
	formAction = regexp.MustCompile(`<form method="post" action="([^"]*)"`)
	markup     = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>|\s+`)
)

// fill answers the form of p, and says where to send it.
func (p page) fill(at *url.URL, username, ok string) (*url.URL, url.Values, error) {
	m := formAction.FindStringSubmatch(p.body)
	if p.status != http.StatusOK || m == nil {
		text := strings.Join(strings.Fields(html.UnescapeString(markup.ReplaceAllString(p.body, " "))), " ")
		return nil, nil, &PageError{Status: p.status, Text: text}
	}
	action, err := at.Parse(html.UnescapeString(m[1]))
	if err != nil {
		return nil, nil, fmt.Errorf("sign in: %w", err)
	}
	switch {
	case strings.Contains(p.body, `name="username"`):
		return action, url.Values{"username": {username}, "password": {"any"}}, nil
	case strings.Contains(p.body, `name="ok"`):
		return action, url.Values{"ok": {ok}}, nil
	}
	return nil, nil, errors.New("sign in: a form without known fields")
}
