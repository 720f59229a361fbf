package sgid_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

// silent takes a request and answers when the test ends.
func silent(t *testing.T) http.HandlerFunc {
	end := make(chan struct{})
	t.Cleanup(func() { close(end) })
	return func(http.ResponseWriter, *http.Request) { <-end }
}

// dripping begins an answer and never ends it.
func dripping(t *testing.T) http.HandlerFunc {
	end := make(chan struct{})
	t.Cleanup(func() { close(end) })
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"sub":`))
		w.(http.Flusher).Flush()
		<-end
	}
}

func TestTimeouts(t *testing.T) {
	rows := []struct {
		name     string
		endpoint string
		handler  func(*testing.T) http.HandlerFunc
		want     *sgid.Error
	}{
		{"D61 token endpoint silent", "token", silent, sgid.ErrTokenEndpoint},
		{"D61 token endpoint dripping", "token", dripping, sgid.ErrTokenEndpoint},
		{"D61 JWKS endpoint silent", "keys", silent, sgid.ErrKeySet},
		{"D61 userinfo endpoint dripping", "userinfo", dripping, sgid.ErrUserInfo},
	}
	for _, row := range rows {
		t.Run(row.name+", time limit", func(t *testing.T) {
			t.Parallel()
			s := newScene(t, func(c *sgid.Config) { c.Timeout = time.Second })
			replaced(row.endpoint, row.handler(t))(&s.p.Faults)
			_, err := s.all(t.Context())
			if refused(t, err, row.want); row.endpoint != "keys" && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v; want DeadlineExceeded in it", err)
			}
		})
		t.Run(row.name+", given up", func(t *testing.T) {
			s := newScene(t)
			ctx, cancel := context.WithCancel(t.Context())
			handler := row.handler(t)
			replaced(row.endpoint, func(w http.ResponseWriter, r *http.Request) {
				cancel()
				handler(w, r)
			})(&s.p.Faults)
			_, err := s.all(ctx)
			if refused(t, err, row.want); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v; want Canceled in it", err)
			}
		})
	}
}

// all is steps 4 and 5.
func (s *scene) all(ctx context.Context) (*sgid.UserInfo, error) {
	session, err := s.client.Callback(ctx, s.params())
	if err != nil {
		return nil, err
	}
	return s.client.UserInfo(ctx, session.Sub, session.AccessToken)
}

func TestUnreachable(t *testing.T) {
	s := newScene(t)
	s.p.Close()
	_, err := s.client.Callback(t.Context(), s.params())
	e := refused(t, err, sgid.ErrTokenEndpoint)
	if strings.Contains(e.Error(), "127.0.0.1") || e.Status != 0 {
		t.Errorf("got %v", e)
	}
}

// Redirects are not followed, so neither secret nor token goes along.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Attr("attack", "D61 D71")
	for _, endpoint := range []string{"token", "userinfo"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			s := newScene(t)
			replaced(endpoint, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/canary", status) })(&s.p.Faults)
			_, err := s.all(t.Context())
			want := map[string]*sgid.Error{"token": sgid.ErrTokenEndpoint, "userinfo": sgid.ErrUserInfo}[endpoint]
			if e := refused(t, err, want); e.Status != status || s.p.Requests("") != 0 {
				t.Errorf("%s %d: status %d, %d requests elsewhere", endpoint, status, e.Status, s.p.Requests(""))
			}
		}
	}
}

func TestBodyLimit(t *testing.T) {
	const body = `{"access_token":"a"}`
	rows := []struct {
		name  string
		limit int64
		want  *sgid.Error
	}{
		{"exactly the limit", int64(len(body)), sgid.ErrIDToken}, // it was read: what is missing is the ID token
		{"one byte more", int64(len(body)) - 1, sgid.ErrTokenEndpoint},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t, func(c *sgid.Config) { c.MaxBody = row.limit })
			replaced("token", answering(200, "application/json", body))(&s.p.Faults)
			_, err := s.client.Callback(t.Context(), s.params())
			refused(t, err, row.want)
		})
	}
}

func TestRetryAfter(t *testing.T) {
	s := newScene(t)
	replaced("token", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
	})(&s.p.Faults)
	_, err := s.client.Callback(t.Context(), s.params())
	if e := refused(t, err, sgid.ErrTokenEndpoint); e.Status != 429 || e.RetryAfter != 7*time.Second {
		t.Errorf("status %d, retry after %v", e.Status, e.RetryAfter)
	}
}

// A certificate nobody vouches for.
func TestUntrustedCertificate(t *testing.T) {
	t.Attr("attack", "D62")
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it logs that the client hung up
	server.StartTLS()
	defer server.Close()
	s := newScene(t)
	cfg := config(s.p)
	cfg.Hostname = server.URL
	_, err := mustClient(t, cfg).Callback(t.Context(), s.params())
	if e := refused(t, err, sgid.ErrTokenEndpoint); !strings.Contains(e.Reason, "certificate") {
		t.Errorf("got %v", e)
	}
}

// A small answer that grows when it is unpacked.
func TestCompressedAnswer(t *testing.T) {
	t.Attr("attack", "D61")
	s := newScene(t)
	replaced("token", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		blank := []byte(strings.Repeat(" ", 1<<20))
		for range 50 {
			if _, err := z.Write(blank); err != nil {
				return
			}
		}
	})(&s.p.Faults)
	_, err := s.client.Callback(t.Context(), s.params())
	if e := refused(t, err, sgid.ErrTokenEndpoint); !strings.Contains(e.Reason, "too large") {
		t.Errorf("got %v", e)
	}
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// What the transport says may have anything in it.
func TestTransportErrorsAreNotPassedOn(t *testing.T) {
	rows := []struct {
		err  error
		want string
	}{
		{errors.New("canary"), "can't be reached"},
		{&net.DNSError{Err: "canary", Name: "canary", IsNotFound: true}, "host name"},
	}
	for _, row := range rows {
		s := newScene(t, func(c *sgid.Config) { c.HTTPClient = &http.Client{Transport: failing{row.err}} })
		_, err := s.client.Callback(t.Context(), s.params())
		if e := refused(t, err, sgid.ErrTokenEndpoint); !strings.Contains(e.Reason, row.want) {
			t.Errorf("got %v; want %q in it", e, row.want)
		}
	}
}

type counting struct{ n int }

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n++
	return http.DefaultTransport.RoundTrip(r)
}

func TestOwnTransport(t *testing.T) {
	transport := &counting{}
	s := newScene(t, func(c *sgid.Config) { c.HTTPClient = &http.Client{Transport: transport} })
	if _, err := s.all(t.Context()); err != nil || transport.n != 3 {
		t.Errorf("%d requests, %v; want 3", transport.n, err)
	}
}

// One client, many sign-ins at once: the key set is fetched once.
func TestConcurrentUse(t *testing.T) {
	t.Attr("attack", "D58")
	s := newScene(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			verifier, challenge, _ := sgid.GeneratePKCEPair(0)
			address, nonce, err := s.client.AuthorizationURL(sgid.AuthorizationParams{CodeChallenge: challenge, Scopes: allScopes})
			if err != nil {
				t.Error(err)
				return
			}
			query, err := s.p.Authorize(address)
			if err != nil {
				t.Error(err)
				return
			}
			session, err := s.client.Callback(t.Context(), sgid.CallbackParams{Code: query.Get("code"), CodeVerifier: verifier, Nonce: nonce})
			if err != nil {
				t.Error(err)
				return
			}
			if info, err := s.client.UserInfo(t.Context(), session.Sub, session.AccessToken); err != nil || len(info.Data) != len(s.p.Data) {
				t.Errorf("%v, %v", info, err)
			}
		})
	}
	wg.Wait()
	if n := s.p.Requests("keys"); n != 1 {
		t.Errorf("key set fetched %d times", n)
	}
}

// Tokens with bad signatures or invented key names cause no storm.
func TestKeySetIsNotFetchedForEachBadToken(t *testing.T) {
	t.Attr("attack", "D58 D59")
	var mu sync.Mutex
	now := time.Now()
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	s := newScene(t, func(c *sgid.Config) { c.Now = clock })
	s.p.Now = clock
	s.mustSignIn(t)
	for _, f := range []sgidtest.Faults{{ForeignKey: true}, {Header: func(h map[string]any) { h["kid"] = "canary" }}} {
		s.p.Faults = f
		for range 20 {
			s.authorize(t)
			_, err := s.client.Callback(t.Context(), s.params())
			refused(t, err, sgid.ErrIDToken)
		}
	}
	if n := s.p.Requests("keys"); n != 1 {
		t.Errorf("key set fetched %d times", n)
	}
	// Half a minute later a new name is looked up.
	mu.Lock()
	now = now.Add(31 * time.Second)
	mu.Unlock()
	s.authorize(t)
	_, err := s.client.Callback(t.Context(), s.params())
	refused(t, err, sgid.ErrIDToken)
	if n := s.p.Requests("keys"); n != 2 {
		t.Errorf("key set fetched %d times; want 2", n)
	}
}
