package idtoken

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// source is the provider's end of the connection: what it answers, and how
// often it was asked.
type source struct {
	mu     sync.Mutex
	answer func(req *http.Request) (*http.Response, error)
	asked  int
}

func (s *source) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.asked++
	answer := s.answer
	s.mu.Unlock()
	return answer(req)
}

func (s *source) set(answer func(*http.Request) (*http.Response, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

func (s *source) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func body(status int, data []byte) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Body: io.NopCloser(bytes.NewReader(data)), Header: http.Header{}}, nil
	}
}

// bubble runs test with a key set whose source and clock it controls: inside
// synctest time passes when all goroutines wait.
func bubble(t *testing.T, test func(t *testing.T, r *RemoteKeys, s *source)) {
	first := keySetJSON(t, testKeys()["rsa"]) // made outside: RSA keys take real time
	synctest.Test(t, func(t *testing.T) {
		s := &source{}
		s.set(body(http.StatusOK, first))
		test(t, NewRemoteKeys("https://id.example/keys", &http.Client{Transport: s}, nil), s)
	})
}

func mustFind(t *testing.T, r *RemoteKeys, alg, kid string) {
	t.Helper()
	if keys, err := r.Keys(t.Context(), alg, kid); err != nil || len(keys) != 1 {
		t.Errorf("Keys(%s, %s) = %d keys, %v; want one", alg, kid, len(keys), err)
	}
}

func mustFail(t *testing.T, r *RemoteKeys, alg, kid string, want error) {
	t.Helper()
	if keys, err := r.Keys(t.Context(), alg, kid); !errors.Is(err, want) || keys != nil {
		t.Errorf("Keys(%s, %s) = %v, %v; want %v", alg, kid, keys, err, want)
	}
}

func TestKeysAreCached(t *testing.T) {
	bubble(t, func(t *testing.T, r *RemoteKeys, s *source) {
		if err := r.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 100 {
			mustFind(t, r, "RS256", "rsa")
		}
		if err := r.Load(t.Context()); err != nil || s.count() != 1 {
			t.Errorf("asked %d times, %v; want once", s.count(), err)
		}
		time.Sleep(freshFor)
		mustFind(t, r, "RS256", "rsa")
		if s.count() != 2 {
			t.Errorf("asked %d times after an hour; want twice", s.count())
		}
	})
}

func TestRotation(t *testing.T) {
	t.Attr("attack", "D58")
	second := keySetJSON(t, testKeys()["p256"])
	bubble(t, func(t *testing.T, r *RemoteKeys, s *source) {
		mustFind(t, r, "RS256", "rsa")
		s.set(body(http.StatusOK, second))
		time.Sleep(askAgain)
		// The unknown name brings the new set, and the old key is gone.
		mustFind(t, r, "ES256", "p256")
		mustFail(t, r, "RS256", "rsa", ErrUnknownKey)
		if s.count() != 2 {
			t.Errorf("D58 asked %d times; want twice", s.count())
		}
	})
}

// A key that the provider withdrew goes, though nobody asks for another one.
func TestWithdrawnKey(t *testing.T) {
	t.Attr("attack", "D58")
	both, second := keySetJSON(t, testKeys()["rsa"], testKeys()["p256"]), keySetJSON(t, testKeys()["p256"])
	bubble(t, func(t *testing.T, r *RemoteKeys, s *source) {
		s.set(body(http.StatusOK, both))
		mustFind(t, r, "RS256", "rsa")
		s.set(body(http.StatusOK, second))
		time.Sleep(freshFor - time.Second)
		mustFind(t, r, "RS256", "rsa")
		time.Sleep(time.Second)
		mustFail(t, r, "RS256", "rsa", ErrUnknownKey)
		mustFind(t, r, "ES256", "p256")
	})
}

// Providers serve key sets under many types; the text is what counts.
func TestKeySetOfAnotherType(t *testing.T) {
	t.Attr("attack", "D60")
	set := keySetJSON(t, testKeys()["rsa"])
	bubble(t, func(t *testing.T, r *RemoteKeys, s *source) {
		s.set(func(req *http.Request) (*http.Response, error) {
			resp, err := body(http.StatusOK, set)(req)
			resp.Header.Set("Content-Type", "text/html")
			return resp, err
		})
		mustFind(t, r, "RS256", "rsa")
	})
}

func TestUnknownKeyStorm(t *testing.T) {
	t.Attr("attack", "D59")
	bubble(t, func(t *testing.T, r *RemoteKeys, s *source) {
		mustFind(t, r, "RS256", "rsa")
		time.Sleep(askAgain)
		start := time.Now()
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() { mustFail(t, r, "RS256", "invented", ErrUnknownKey) })
		}
		wg.Wait()
		if s.count() != 2 {
			t.Errorf("D59 asked %d times; want one fetch for the storm", s.count())
		}
		if waited := time.Since(start); waited != 0 {
			t.Errorf("D59 the storm waited %v", waited)
		}
		mustFind(t, r, "RS256", "rsa")
		time.Sleep(askAgain)
		mustFail(t, r, "RS256", "invented", ErrUnknownKey)
		if s.count() != 3 {
			t.Errorf("D59 asked %d times; want once more after the pause", s.count())
		}
	})
}

func TestWaitersShareOneFetch(t *testing.T) {
	t.Attr("attack", "D58")
	set := keySetJSON(t, testKeys()["rsa"])
	bubble(t, func(t *testing.T, r *RemoteKeys, s *source) {
		release := make(chan struct{})
		s.set(func(req *http.Request) (*http.Response, error) {
			<-release
			return body(http.StatusOK, set)(req)
		})
		// The one who began it gives up; the fetch goes on for the others.
		first, cancel := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() { _, err := r.Keys(first, "RS256", "rsa"); gone <- err }()
		synctest.Wait()
		time.Sleep(2 * retryAfter) // it takes its time
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { mustFind(t, r, "RS256", "rsa") })
		}
		synctest.Wait()
		cancel()
		if err := <-gone; !errors.Is(err, ErrKeysUnavailable) || !errors.Is(err, context.Canceled) {
			t.Errorf("the caller that gave up got %v", err)
		}
		close(release)
		wg.Wait()
		if s.count() != 1 {
			t.Errorf("D58 asked %d times; want once for all", s.count())
		}
	})
}

func TestLastGoodSetIsKept(t *testing.T) {
	refuse := func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }
	another := keySetJSON(t, testKeys()["rsa"], testKeys()["ed"])
	rows := []struct {
		name   string
		answer func(*http.Request) (*http.Response, error)
	}{
		{"D60 down", refuse},
		{"D60 status 500, with a set", body(http.StatusInternalServerError, another)},
		{"D60 status 206, with a set", body(http.StatusPartialContent, another)},
		{"D60 HTML with 200", body(http.StatusOK, []byte("<html>sign in</html>"))},
		{"D60 empty set", body(http.StatusOK, []byte(`{"keys":[]}`))},
		{"D60 only unfit keys", body(http.StatusOK, []byte(`{"keys":[{"kty":"oct","k":"AAAA"}]}`))},
		{"D61 endless", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(endless{}), Header: http.Header{}}, nil
		}},
		{"D61 never answers", func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			good := keySetJSON(t, testKeys()["rsa"])
			bubble(t, func(t *testing.T, r *RemoteKeys, s *source) {
				mustFind(t, r, "RS256", "rsa")
				s.set(row.answer)
				time.Sleep(freshFor)
				mustFind(t, r, "RS256", "rsa")
				time.Sleep(keptFor)
				mustFail(t, r, "RS256", "rsa", ErrKeysUnavailable)
				s.set(body(http.StatusOK, good))
				time.Sleep(askAgain)
				mustFind(t, r, "RS256", "rsa")
			})
		})
	}
}

func TestFirstFetchFails(t *testing.T) {
	good := keySetJSON(t, testKeys()["rsa"])
	bubble(t, func(t *testing.T, r *RemoteKeys, s *source) {
		s.set(body(http.StatusBadGateway, nil))
		if err := r.Load(t.Context()); !errors.Is(err, ErrKeysUnavailable) {
			t.Errorf("Load = %v; want ErrKeysUnavailable", err)
		}
		mustFail(t, r, "RS256", "rsa", ErrKeysUnavailable) // at once, without asking
		if s.count() != 1 {
			t.Errorf("asked %d times; want once", s.count())
		}
		s.set(body(http.StatusOK, good))
		time.Sleep(retryAfter)
		mustFind(t, r, "RS256", "rsa")
	})
}

// endless is a body that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
