package widget

import (
	"context"
	"errors"
	"time"

	"golang.org/x/oauth2"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/secret"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

const (
	// freshFor is how long a token must still be good to be handed out: it has to
	// survive the request it is for.
	freshFor = 10 * time.Second

	// renewAhead is how long before its expiry a renewable token is renewed, at most a
	// tenth of its life.
	renewAhead = time.Minute

	// leastAhead is when renewing ahead of time, tried again after a failure, is given up.
	// Who asks for the token still renews it.
	leastAhead = 5 * time.Second

	// lookAgain is how often the clocks are looked at.
	lookAgain = 30 * time.Second

	renewLimit = 30 * time.Second
)

// renewal is one renewal under way, shared by all who need its result.
type renewal struct {
	done   chan struct{}
	tokens *flow.Tokens // what the provider gave, kept or not; nil if nothing
	err    error        // both are set before done is closed
}

// AccessToken returns the access token, renewed if need be, or "" when nobody is signed
// in. It is a plain string, for any Go API. Where a cell prints it, the kernel shows
// "[access token hidden]"; [Auth.Reveal] shows it on purpose.
//
// seed: access_token
func (a *Auth) AccessToken() string {
	token, err := a.Token(cell.Context())
	if err != nil {
		return ""
	}
	return token.AccessToken
}

// Token returns the token for Go APIs, renewed if need be. Errors: [ErrSignInRequired],
// [ErrExpired], [ErrUnavailable] when a renewal failed and the old token is over, and
// those of ctx.
func (a *Auth) Token(ctx context.Context) (*oauth2.Token, error) {
	a.mu.Lock()
	tokens := a.tokens
	fresh, valid := a.tokenValid(freshFor), a.tokenValid(0)
	a.mu.Unlock()
	switch {
	case tokens == nil:
		return nil, signInRequired()
	case fresh, tokens.Refresh.IsZero() && valid:
		a.revive()
		return bearer(tokens), nil
	case tokens.Refresh.IsZero():
		a.expire(tokens)
		return nil, expired()
	}
	err := a.renew(ctx)
	a.revive()
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.tokens == nil:
		return nil, signInRequired()
	case err != nil && !a.tokenValid(0): // the wait may have been long
		return nil, err
	}
	return bearer(a.tokens), nil
}

func bearer(t *flow.Tokens) *oauth2.Token {
	return &oauth2.Token{AccessToken: t.Access.Reveal(), TokenType: "Bearer", Expiry: t.Expiry}
}

// TokenSource returns a source of current tokens for libraries that take one.
func (a *Auth) TokenSource() oauth2.TokenSource { return tokenSource{a} }

type tokenSource struct{ auth *Auth }

func (s tokenSource) Token() (*oauth2.Token, error) { return s.auth.Token(cell.Context()) }

// renew gets a new token with the refresh token. Everybody who calls it meanwhile shares
// the one request; ctx ends only the caller's own wait.
func (a *Auth) renew(ctx context.Context) error {
	a.mu.Lock()
	if a.tokens == nil {
		a.mu.Unlock()
		return signInRequired()
	}
	r := a.renewal
	if r == nil {
		r = &renewal{done: make(chan struct{})}
		a.renewal = r
		go a.runRenewal(r, a.tokens)
	}
	a.mu.Unlock()
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return waitError(ctx)
	}
}

func (a *Auth) runRenewal(r *renewal, old *flow.Tokens) {
	ctx, stop := context.WithTimeout(context.Background(), renewLimit)
	defer stop()
	tokens, err := a.client.Refresh(ctx, old)

	a.mu.Lock()
	if a.renewal == r {
		a.renewal = nil
	}
	switch {
	case a.tokens == nil:
		err = signInRequired() // cleared while the request ran: it must not sign in again
	case a.tokens != old:
		err = nil // signed in anew meanwhile: that token is the newer one
	case err == nil:
		a.keep(tokens)
	default:
		err = a.renewalFailed(old, err)
	}
	a.mu.Unlock()

	r.tokens, r.err = tokens, err
	close(r.done)
	a.view.show()
}

// renewalFailed decides what a failed renewal means: a refused refresh token is of no
// more use; anything else may pass, and the token stays until it expires. The caller
// holds mu.
func (a *Auth) renewalFailed(old *flow.Tokens, err error) error {
	failure := explain(err, a.config.Name)
	if errors.Is(err, flow.ErrInvalidGrant) {
		kept := *old
		kept.Refresh = secret.String{}
		a.tokens = &kept
		a.hideTokens()
	}
	if !a.tokenValid(0) {
		a.set(Expired, nil)
	}
	a.schedule()
	return failure
}

// renewAsked renews for a click on Renew. A failure is shown; the token serves on while
// it lasts.
func (a *Auth) renewAsked() {
	go func() {
		err := a.renew(context.Background())
		var failure *Error
		if err == nil || !errors.As(err, &failure) {
			return
		}
		a.mu.Lock()
		if a.tokens != nil {
			a.set(a.statusWithout(nil), failure)
		}
		a.mu.Unlock()
		a.view.show()
	}()
}

// ticks returns a clock that nobody can set: it only counts what passed since now. It
// may stand still while the computer sleeps.
func ticks() func() time.Duration {
	start := time.Now() // its monotonic reading
	return func() time.Duration { return time.Since(start) }
}

// left is how long the token is good yet, by the clock that says less: the time of day
// may be set back, and the other one stands still while a laptop sleeps. The caller holds
// mu and knows that the token has an expiry.
func (a *Auth) left() time.Duration {
	return min(a.tokens.Expiry.Sub(a.now()), a.end-a.ticks())
}

// tokenValid reports whether the token is good for at least d more. The caller holds mu.
func (a *Auth) tokenValid(d time.Duration) bool {
	return a.tokens != nil && (a.tokens.Expiry.IsZero() || a.left() > d)
}

// schedule decides when the token is renewed, and sets the timer. The caller holds mu.
func (a *Auth) schedule() {
	a.ahead = 0
	if t := a.tokens; t != nil && !t.Refresh.IsZero() && !t.Expiry.IsZero() && a.left() > leastAhead {
		a.ahead = min(renewAhead, a.left()/10)
	}
	a.arm()
}

// arm sets the timer for the token's next event, or for a look at the clocks before it.
// The caller holds mu.
func (a *Auth) arm() {
	if t := a.tokens; t != nil && !t.Expiry.IsZero() {
		a.lookIn(min(max(a.left()-a.ahead, 0), lookAgain))
	} else if a.expiry != nil {
		a.expiry.Stop()
	}
}

// lookIn sets the timer. The caller holds mu.
func (a *Auth) lookIn(d time.Duration) {
	if a.expiry != nil {
		a.expiry.Stop()
	}
	tokens := a.tokens
	a.expiry = time.AfterFunc(d, func() { a.look(tokens) })
}

// look renews or expires the token if it is time. Otherwise it changes nothing, unless the
// token had been taken for expired: the page counts down by itself.
func (a *Auth) look(tokens *flow.Tokens) {
	a.mu.Lock()
	current := a.tokens == tokens
	due := current && a.left() <= a.ahead
	renewable := a.ahead > 0
	if current && !due {
		a.arm()
	}
	a.mu.Unlock()
	switch {
	case due && renewable:
		_ = a.renew(context.Background())
	case due:
		a.expire(tokens)
	case current:
		a.revive()
	}
}

// expire shows that the token is over. Where only the time of day says so, that may be set
// right again, and is looked at until the token is over by the other clock too.
func (a *Auth) expire(tokens *flow.Tokens) {
	a.mu.Lock()
	gone := a.tokens == tokens && !a.tokenValid(0)
	over := gone && a.status == SignedIn
	if over {
		a.set(Expired, nil)
	}
	if gone && a.ticks() < a.end {
		a.lookIn(lookAgain)
	}
	a.mu.Unlock()
	if over {
		a.view.show()
	}
}

// revive shows that a token that was taken for expired is good: the clock had been set
// forward, and was set right again. A failed try to sign in meanwhile stays told.
func (a *Auth) revive() {
	a.mu.Lock()
	good := (a.status == Expired || a.status == Failed) && a.tokenValid(0)
	if good {
		a.set(SignedIn, a.failure)
		a.schedule()
	}
	a.mu.Unlock()
	if good {
		a.view.show()
	}
}
