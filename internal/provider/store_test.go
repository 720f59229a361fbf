package provider

import (
	"errors"
	"strconv"
	"testing"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

func TestTableForgetsTheOldest(t *testing.T) {
	m := newTable[int]()
	for n := range storeSize + 10 {
		m.put(strconv.Itoa(n), n)
		m.put(strconv.Itoa(n), n) // an update takes no room
	}
	if len(m.entries) != storeSize || len(m.order) != storeSize {
		t.Fatalf("%d entries, %d in order", len(m.entries), len(m.order))
	}
	if _, ok := m.get("9"); ok {
		t.Error("9 is still there")
	}
	if _, ok := m.get("10"); !ok {
		t.Error("10 is gone")
	}
}

// go-oidc's own store keeps 100 entries and evicts on updates too.
func TestStoreKeepsManyGrants(t *testing.T) {
	s, ctx := newStore(nil), t.Context()
	const many = 1000
	for n := range many {
		id := strconv.Itoa(n)
		if err := s.SaveGrant(ctx, &goidc.Grant{ID: id, RefreshToken: "r" + id}); err != nil {
			t.Fatal(err)
		}
	}
	for n := range many {
		if g, err := s.GrantByRefreshToken(ctx, "r"+strconv.Itoa(n)); err != nil || g.ID != strconv.Itoa(n) {
			t.Fatalf("grant %d: %v, %v", n, g, err)
		}
	}
	if _, err := s.GrantByRefreshToken(ctx, ""); !errors.Is(err, goidc.ErrNotFound) {
		t.Errorf("no refresh token: %v", err)
	}
	if _, err := s.GrantByAuthCode(ctx, ""); !errors.Is(err, goidc.ErrNotFound) {
		t.Errorf("no code: %v", err)
	}
}

// What is stored and what is handed out are copies.
func TestStoreCopies(t *testing.T) {
	s, ctx := newStore(nil), t.Context()
	in := &goidc.Grant{ID: "g", Scopes: "openid", Store: map[string]any{"k": 1}}
	if err := s.SaveGrant(ctx, in); err != nil {
		t.Fatal(err)
	}
	in.Scopes, in.Store["k"] = "changed", 2
	out, err := s.Grant(ctx, "g")
	if err != nil {
		t.Fatal(err)
	}
	out.Scopes, out.Store["k"] = "changed", 3
	again, err := s.Grant(ctx, "g")
	if err != nil || again.Scopes != "openid" || again.Store["k"] != 1 {
		t.Errorf("got %+v, %v", again, err)
	}
}
