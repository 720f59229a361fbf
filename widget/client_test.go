package widget_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ipyauth/ipyauth/widget"
)

// api is a server that notes what authorization it was sent.
type api struct {
	*httptest.Server
	host string // with the port

	mu   sync.Mutex
	seen []string
}

func newAPI(t *testing.T, answer http.HandlerFunc) *api {
	t.Helper()
	a := &api{}
	a.Server = serve(t, func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.seen = append(a.seen, r.Header.Get("Authorization"))
		a.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	})
	a.host = a.Listener.Addr().String()
	return a
}

func (a *api) requests() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string{}, a.seen...)
}

func redirectTo(address string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, address, http.StatusTemporaryRedirect)
	}
}

// Where the token goes: each row has an API that gets it when asked itself.
func TestTheTokenGoesNowhereElse(t *testing.T) {
	n := open(t, codeFlow(start(t)))
	n.signIn()
	elsewhere := newAPI(t, nil)
	port := elsewhere.URL[strings.LastIndex(elsewhere.URL, ":"):]
	rows := []struct {
		name   string
		target string // of a redirect of the API
		asked  string // in place of the API itself
		says   string
	}{
		{name: "D71 a redirect to another host", target: "https://elsewhere.example/", says: "elsewhere.example"},
		{name: "D71 a redirect to another port", target: elsewhere.URL, says: elsewhere.host},
		{name: "D71 a redirect to another name of this machine", target: "http://localhost" + port, says: "localhost"},
		{name: "D71 a redirect that leaves https", target: "http://api.example/", says: "over http"},
		{name: "D71 a redirect to a file", target: "file:///etc/passwd", says: "over file"},
		{name: "D71 a host outside the list", asked: "https://elsewhere.example/", says: "elsewhere.example"},
		{name: "D71 a host that begins alike", asked: "https://api.example.evil.example/", says: "evil.example"},
		{name: "D71 a host that ends alike", asked: "https://evil-api.example/", says: "evil-api.example"},
		{name: "D71 a host behind a user", asked: "https://api.example@evil.example/", says: "evil.example"},
		{name: "D71 another port", asked: "https://api.example:8443/", says: "api.example:8443"},
		{name: "D71 another port of this machine", asked: elsewhere.URL, says: elsewhere.host},
		{name: "D71 http", asked: "http://api.example/", says: "over http"},
		{name: "D71 http to a private address", asked: "http://192.168.0.1/", says: "over http"},
		{name: "D71 another scheme", asked: "ftp://api.example/", says: "over ftp"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			a := newAPI(t, nil)
			client := n.auth.Client(a.host, "api.example")
			mustGet(t, client, a.URL)
			address := row.asked
			if row.target != "" {
				address = newRedirect(t, n, a, row.target)
			}
			before := len(a.requests())
			resp, err := client.Get(address)
			if resp != nil || !errors.Is(err, widget.ErrHostNotAllowed) || !strings.Contains(err.Error(), row.says) {
				t.Fatalf("got %v, %v; want %v that names %s", resp, err, widget.ErrHostNotAllowed, row.says)
			}
			failure := new(widget.Error)
			if !errors.As(err, &failure) || failure.Next == "" || strings.Contains(err.Error(), n.auth.AccessToken()) {
				t.Errorf("error %v", err)
			}
			if got := len(a.requests()) - before; row.target != "" && got != 1 {
				t.Errorf("the API that redirects was asked %d times", got)
			}
		})
	}
	if got := elsewhere.requests(); len(got) != 0 {
		t.Errorf("another server was asked, with %q", got)
	}
}

// newRedirect makes the API redirect to target and returns its address.
func newRedirect(t *testing.T, n *notebook, a *api, target string) string {
	t.Helper()
	a.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.seen = append(a.seen, r.Header.Get("Authorization"))
		a.mu.Unlock()
		redirectTo(target)(w, r)
	})
	return a.URL
}

func mustGet(t *testing.T, client *http.Client, address string) string {
	t.Helper()
	resp, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", resp.StatusCode, err)
	}
	return string(body)
}

func TestTheTokenGoesWhereItMay(t *testing.T) {
	n := open(t, codeFlow(start(t)))
	n.signIn()
	bearer := "Bearer " + n.auth.AccessToken()
	t.Run("D71 a redirect on the same host", func(t *testing.T) {
		a := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				http.Redirect(w, r, "/there", http.StatusFound)
			}
		})
		mustGet(t, n.auth.Client(a.host), a.URL)
		if got := a.requests(); len(got) != 2 || got[0] != bearer || got[1] != bearer {
			t.Errorf("sent %q", got)
		}
	})
	t.Run("D71 a redirect to another host of the list", func(t *testing.T) {
		b := newAPI(t, nil)
		a := newAPI(t, redirectTo(b.URL))
		mustGet(t, n.auth.Client(a.host, b.host), a.URL)
		if got := b.requests(); len(got) != 1 || got[0] != bearer {
			t.Errorf("sent %q", got)
		}
	})
	t.Run("D71 capitals in a host", func(t *testing.T) {
		a := newAPI(t, nil)
		address := strings.Replace(a.URL, "127.0.0.1", "LOCALHOST", 1)
		mustGet(t, n.auth.Client(strings.Replace(a.host, "127.0.0.1", "localhost", 1)), address)
		if got := a.requests(); len(got) != 1 || got[0] != bearer {
			t.Errorf("sent %q", got)
		}
	})
}

// A caller's own credentials are not overwritten, and go no further than the token would.
func TestAnAuthorizationOfOnesOwn(t *testing.T) {
	n := open(t, codeFlow(start(t)))
	n.signIn()
	rows := []struct {
		name, want string
		add        func(r *http.Request)
	}{
		{"D71 a header of one's own", "Basic canary", func(r *http.Request) { r.Header.Set("Authorization", "Basic canary") }},
		{"D71 another bearer token", "Bearer canary", func(r *http.Request) { r.Header.Set("Authorization", "Bearer canary") }},
		{"D71 a user in the address", "Basic YTpi", func(r *http.Request) { r.URL.User = url.UserPassword("a", "b") }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var refuses atomic.Bool
			a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) {
				if refuses.Load() {
					w.WriteHeader(http.StatusUnauthorized)
				}
			})
			request := func(address string) (*http.Response, error) {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
				if err != nil {
					t.Fatal(err)
				}
				row.add(r)
				resp, err := n.auth.Client(a.host).Do(r)
				if err == nil {
					resp.Body.Close()
				}
				return resp, err
			}
			if _, err := request(a.URL); err != nil {
				t.Fatal(err)
			}
			// An answer 401 is the caller's: no renewal, no second try.
			refuses.Store(true)
			if resp, err := request(a.URL); err != nil || resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("got %v, %v", resp, err)
			}
			if got := a.requests(); len(got) != 2 || got[0] != row.want || got[1] != row.want {
				t.Errorf("sent %q; want %q twice", got, row.want)
			}
			elsewhere := newAPI(t, nil)
			if _, err := request(elsewhere.URL); !errors.Is(err, widget.ErrHostNotAllowed) || len(elsewhere.requests()) != 0 {
				t.Errorf("elsewhere: %v, %q", err, elsewhere.requests())
			}
		})
	}
	t.Run("D71 the caller's request is not changed", func(t *testing.T) {
		a := newAPI(t, nil)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := n.auth.Client(a.host).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if r.Header.Get("Authorization") != "" || len(a.requests()) != 1 {
			t.Errorf("the request now has %q", r.Header)
		}
	})
}

// Many requests that an API refuses at once renew the token once.
func TestRefusedRequestsShareARenewal(t *testing.T) {
	t.Attr("attack", "D71 G90")
	n := open(t, codeFlow(start(t)))
	n.signIn()
	old := "Bearer " + n.auth.AccessToken()
	var arrived sync.WaitGroup
	arrived.Add(20)
	a := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == old {
			arrived.Done()
			arrived.Wait() // all were sent with the old token
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	client := n.auth.Client(a.host)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			resp, err := client.Get(a.URL)
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("got %v, %v", resp, err)
				return
			}
			resp.Body.Close()
		})
	}
	all.Wait()
	tokens := map[string]int{}
	for _, sent := range a.requests() {
		tokens[sent]++
	}
	if len(tokens) != 2 || tokens[old] != 20 {
		t.Errorf("%d tokens were sent; want the old one and one new", len(tokens))
	}
}
