package idtoken

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// fetchTimeout bounds one fetch of the key set.
	fetchTimeout = 10 * time.Second
	// freshFor is how long a key set is used without asking again, so that a
	// key the provider withdrew goes; keptFor is how long the last good set
	// serves while the provider does not answer.
	freshFor = time.Hour
	keptFor  = 24 * time.Hour
	// askAgain is the shortest time between two fetches for unknown key ids,
	// which anyone can invent; retryAfter applies while there is no set at all.
	askAgain   = 30 * time.Second
	retryAfter = time.Second
)

// RemoteKeys is the key set at an address, fetched when needed. It is safe for
// concurrent use: callers who need the same fetch share it.
type RemoteKeys struct {
	url    string
	client *http.Client
	now    func() time.Time

	mu      sync.Mutex
	keys    []key     // the last good set
	fetched time.Time // when it came
	tried   time.Time // when the last fetch began
	err     error     // how the last fetch ended
	running chan struct{}
}

// NewRemoteKeys makes the key set at url. The client's transport and redirect
// policy apply. now is the clock; nil means time.Now.
func NewRemoteKeys(url string, client *http.Client, now func() time.Time) *RemoteKeys {
	if now == nil {
		now = time.Now
	}
	return &RemoteKeys{url: url, client: client, now: now}
}

// Load fetches the keys if there are none yet, ahead of the first Keys call.
func (r *RemoteKeys) Load(ctx context.Context) error {
	r.mu.Lock()
	have := len(r.keys) > 0
	r.mu.Unlock()
	if have {
		return nil
	}
	_, err := r.refresh(ctx)
	return err
}

// Keys implements [KeySet]. A key id that is not in the set causes one fetch,
// at most one per 30 seconds whoever asks; in between such ids are unknown at
// once.
func (r *RemoteKeys) Keys(ctx context.Context, alg, kid string) ([]any, error) {
	r.mu.Lock()
	keys, fresh := r.keys, r.now().Sub(r.fetched) < freshFor
	r.mu.Unlock()
	if fresh {
		if found := find(keys, alg, kid); len(found) > 0 {
			return found, nil
		}
	}
	keys, err := r.refresh(ctx)
	if err != nil {
		return nil, err
	}
	found := find(keys, alg, kid)
	if len(found) == 0 {
		return nil, ErrUnknownKey
	}
	return found, nil
}

// refresh fetches the set, or waits for the fetch that runs, or does neither if
// the last one was a moment ago. It returns the set to use.
func (r *RemoteKeys) refresh(ctx context.Context) ([]key, error) {
	r.mu.Lock()
	pause := askAgain
	if len(r.keys) == 0 {
		pause = retryAfter
	}
	if r.running == nil && r.now().Sub(r.tried) >= pause {
		r.tried = r.now()
		r.running = make(chan struct{})
		go r.fetchAndKeep(context.WithoutCancel(ctx), r.running)
	}
	running := r.running
	r.mu.Unlock()

	if running != nil {
		select {
		case <-running:
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", ErrKeysUnavailable, ctx.Err())
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.keys) > 0 && r.now().Sub(r.fetched) < keptFor {
		return r.keys, nil
	}
	return nil, fmt.Errorf("%w: %w", ErrKeysUnavailable, r.err)
}

// fetchAndKeep outlives the caller that began it: others may be waiting.
func (r *RemoteKeys) fetchAndKeep(ctx context.Context, done chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	keys, err := r.fetch(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err = err; err == nil {
		r.keys, r.fetched = keys, r.now()
	}
	r.running = nil
	close(done)
}

func (r *RemoteKeys) fetch(ctx context.Context) ([]key, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, nil)
	if err != nil {
		return nil, errors.New("bad address")
	}
	req.Header.Set("Accept", "application/json, application/jwk-set+json")
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	// The content type is not looked at: providers serve key sets under many.
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxKeySet+1))
	if err != nil {
		return nil, err
	}
	keys, err := parseKeySet(data)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, errors.New("no key in it is fit for checking signatures")
	}
	return keys, nil
}
