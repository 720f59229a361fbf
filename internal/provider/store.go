package provider

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// storeSize is how many entries of one kind are kept. go-oidc's own store keeps 100, which a long demonstration with
// tokens of ten minutes outlives.
const storeSize = 10_000

var errFinished = errors.New("this sign-in has already been answered")

// store keeps the state of one issuer in memory behind go-oidc's manager interfaces. Entries are copied in and out, so
// that requests never share one.
type store struct {
	client func(ctx context.Context) *goidc.Client

	mu       sync.Mutex
	sessions table[goidc.AuthnSession]
	grants   table[goidc.Grant]
	tokens   table[goidc.Token]
	logouts  table[goidc.LogoutSession]
	codes    table[string] // authorization code -> grant
	refresh  table[string] // refresh token, also used ones -> grant
}

func newStore(client func(context.Context) *goidc.Client) *store {
	return &store{
		client:   client,
		sessions: newTable[goidc.AuthnSession](), grants: newTable[goidc.Grant](),
		tokens: newTable[goidc.Token](), logouts: newTable[goidc.LogoutSession](),
		codes: newTable[string](), refresh: newTable[string](),
	}
}

func (s *store) SaveSession(_ context.Context, as *goidc.AuthnSession) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	// go-oidc saves the outcome before it issues anything: refusing here is what stops a form sent twice.
	if old, ok := s.sessions.get(as.ID); ok && old.Status != goidc.StatusPending {
		return errFinished
	}
	c := *as
	c.Store = maps.Clone(as.Store)
	s.sessions.put(as.ID, c)
	return nil
}

func (s *store) Session(_ context.Context, id string) (*goidc.AuthnSession, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	as, ok := s.sessions.get(id)
	if !ok || as.Status != goidc.StatusPending {
		return nil, goidc.ErrNotFound
	}
	as.Store = maps.Clone(as.Store)
	return &as, nil
}

func (s *store) SaveGrant(_ context.Context, g *goidc.Grant) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := *g
	c.Store = maps.Clone(g.Store)
	s.grants.put(g.ID, c)
	if g.AuthCode != "" {
		s.codes.put(g.AuthCode, g.ID)
	}
	if g.RefreshToken != "" {
		s.refresh.put(g.RefreshToken, g.ID)
	}
	return nil
}

func (s *store) Grant(_ context.Context, id string) (*goidc.Grant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.grant(id)
}

// grant is Grant for callers that hold the lock.
func (s *store) grant(id string) (*goidc.Grant, error) {
	g, ok := s.grants.get(id)
	if !ok {
		return nil, goidc.ErrNotFound
	}
	g.Store = maps.Clone(g.Store)
	return &g, nil
}

func (s *store) GrantByAuthCode(_ context.Context, code string) (*goidc.Grant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _ := s.codes.get(code)
	g, err := s.grant(id)
	if err != nil || g.RevokedAt != 0 {
		// go-oidc answers expired_token for a revoked grant; RFC 6749 5.2 has invalid_grant for it.
		return nil, goidc.ErrNotFound
	}
	return g, nil
}

// GrantByRefreshToken finds the grant of a refresh token. A token that was used before revokes its grant, as RFC 9700
// section 4.14.2 asks: either it or its successor was stolen.
func (s *store) GrantByRefreshToken(ctx context.Context, token string) (*goidc.Grant, error) {
	if visitOf(ctx).accessOnly {
		return nil, goidc.ErrNotFound
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _ := s.refresh.get(token)
	g, err := s.grant(id)
	if err != nil {
		return nil, err
	}
	if g.RefreshToken != token {
		g.RevokedAt = int(time.Now().Unix())
		s.grants.put(id, *g)
		return nil, goidc.ErrNotFound
	}
	return g, nil
}

func (s *store) SaveToken(_ context.Context, t *goidc.Token) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens.put(t.ID, *t)
	return nil
}

func (s *store) Token(_ context.Context, id string) (*goidc.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tokens.get(id)
	if !ok {
		return nil, goidc.ErrNotFound
	}
	return &t, nil
}

func (s *store) SaveLogoutSession(_ context.Context, ls *goidc.LogoutSession) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logouts.put(ls.ID, *ls)
	return nil
}

func (s *store) LogoutSession(_ context.Context, id string) (*goidc.LogoutSession, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ls, ok := s.logouts.get(id)
	if !ok {
		return nil, goidc.ErrNotFound
	}
	return &ls, nil
}

// Client, SaveClient and DeleteClient make the one client look like a dynamically registered one: go-oidc asks for it
// with each request, so that it can carry the redirect URI which authorize has allowed. Registration itself is not
// served.
func (s *store) Client(ctx context.Context, id string) (*goidc.Client, error) {
	if id != ClientID {
		return nil, goidc.ErrNotFound
	}
	return s.client(ctx), nil
}

func (s *store) SaveClient(context.Context, *goidc.Client) error {
	return errors.New("register client: not offered")
}

func (s *store) DeleteClient(context.Context, string) error {
	return errors.New("delete client: not offered")
}

// table is a map that forgets its oldest entries beyond storeSize.
type table[T any] struct {
	entries map[string]T
	order   []string
}

func newTable[T any]() table[T] {
	return table[T]{entries: map[string]T{}}
}

func (t *table[T]) get(key string) (T, bool) {
	v, ok := t.entries[key]
	return v, ok
}

func (t *table[T]) put(key string, v T) {
	if _, ok := t.entries[key]; !ok {
		t.order = append(t.order, key)
	}
	t.entries[key] = v
	for len(t.order) > storeSize {
		delete(t.entries, t.order[0])
		t.order = t.order[1:]
	}
}
