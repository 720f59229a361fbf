package flow_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/providertest"
)

func TestReplay(t *testing.T) {
	s := oidc(t, "code")
	p := s.pending()
	r := s.respond(p)
	k, err := p.Check(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("A03 same response again", func(t *testing.T) {
		_, err := p.Check(r)
		refused(t, err, flow.ErrUsed)
	})
	if _, err := k.Tokens(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Run("A03 tokens again", func(t *testing.T) {
		_, err := k.Tokens(t.Context())
		refused(t, err, flow.ErrUsed)
		if n := s.p.Requests("token"); n != 1 {
			t.Errorf("the code was sent %d times", n)
		}
	})
	t.Run("a Checked nobody made", func(t *testing.T) {
		_, err := new(flow.Checked).Tokens(t.Context())
		refused(t, err, flow.ErrUsed)
	})
}

func TestReplayAtOnce(t *testing.T) {
	s := oidc(t, "code")
	p := s.pending()
	r := s.respond(p)
	var mu sync.Mutex
	var accepted int
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			switch _, err := p.Check(r); {
			case err == nil:
				mu.Lock()
				accepted++
				mu.Unlock()
			case !errors.Is(err, flow.ErrUsed):
				t.Errorf("B35 got %v; want ErrUsed", err)
			}
		})
	}
	wg.Wait()
	if accepted != 1 {
		t.Errorf("B35 accepted %d times", accepted)
	}
}

func TestOldAndForeignResponses(t *testing.T) {
	t.Run("A04 cancelled", func(t *testing.T) {
		s := oidc(t, "code")
		p := s.pending()
		p.Cancel()
		_, err := p.Check(s.respond(p))
		refused(t, err, flow.ErrCancelled)
	})
	t.Run("A04 expired", func(t *testing.T) {
		s := oidc(t, "code")
		now := time.Now()
		s.withNow(func() time.Time { return now })
		p := s.pending()
		r := s.respond(p)
		if p.Expires() != now.Add(10*time.Minute) {
			t.Errorf("expires %v after the start", p.Expires().Sub(now))
		}
		now = p.Expires()
		_, err := p.Check(r)
		refused(t, err, flow.ErrFlowExpired)
	})
	t.Run("A04 at the last moment", func(t *testing.T) {
		s := oidc(t, "code")
		now := time.Now()
		s.withNow(func() time.Time { return now })
		p := s.pending()
		r := s.respond(p)
		now = p.Expires().Add(-time.Nanosecond)
		if _, err := p.Check(r); err != nil {
			t.Error(err)
		}
	})
	t.Run("A05 A06 response of another flow", func(t *testing.T) {
		s := oidc(t, "token")
		a, b := s.pending(), s.pending()
		_, err := b.Check(s.respond(a))
		refused(t, err, flow.ErrStateMismatch)
	})
	t.Run("A06 an answer for another account, of a sign-in nobody began here", func(t *testing.T) {
		s := oidc(t, "token")
		attacker, victim := s.pending(), s.pending()
		stolen := mustParse(t, s.respond(attacker).Fragment)
		delete(stolen, "state")
		_, err := victim.Check(flow.Response{Fragment: stolen.Encode()})
		refused(t, err, flow.ErrStateMismatch)
		if _, err := victim.Check(s.respond(victim)); err != nil {
			t.Error(err)
		}
	})
	t.Run("A13 two providers at once, the answers swapped", func(t *testing.T) {
		one, two := oidc(t, "code"), oidc(t, "code")
		p1, p2 := one.pending(), two.pending()
		r1, r2 := one.respond(p1), two.respond(p2)
		_, err := p1.Check(r2)
		refused(t, err, flow.ErrStateMismatch)
		_, err = p2.Check(r1)
		refused(t, err, flow.ErrStateMismatch)
		if one.p.Requests("token")+two.p.Requests("token") != 0 {
			t.Error("a code left for a token endpoint")
		}
		for p, r := range map[*flow.Pending]flow.Response{p1: r1, p2: r2} {
			if _, err := p.Check(r); err != nil {
				t.Errorf("the right answer: %v", err)
			}
		}
	})
	t.Run("A13 response of another provider with the right state", func(t *testing.T) {
		s, other := oidc(t, "code"), providertest.New(t)
		p := s.pending()
		_, err := p.Check(set("iss", other.Issuer)(s.respond(p)))
		refused(t, err, flow.ErrIssuer)
		if s.p.Requests("token")+other.Requests("token") != 0 {
			t.Error("a code left for a token endpoint")
		}
	})
}
