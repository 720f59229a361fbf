package widget

import (
	"context"
	"log/slog"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/seal"
)

// attempt is one sign-in, from the click to its end.
type attempt struct {
	ctx     context.Context // ends with the attempt
	stop    context.CancelFunc
	key     *seal.Key     // opens what the callback page sealed for this attempt
	pending *flow.Pending // nil until the request is made
}

// answers is what came from callback pages for the current or last sign-in.
type answers struct {
	taken   string // id of the flow whose answer was taken; more of it are too late
	ignored int    // how many were no answer to it
}

// ignore counts an answer that is none and returns errForeign. What it was goes to no
// log: it may hold a code or a token of somebody.
func (s *answers) ignore() error {
	s.ignored++
	if s.ignored == 1 { // a flood of them must not flood the log
		slog.Debug("sign-in: an answer that belongs to no sign-in was ignored; Inspect shows how many")
	}
	return errForeign
}

// newAttempt replaces the sign-in under way, if any: the last click wins.
func (a *Auth) newAttempt() *attempt {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.endAttempt(canceled("Another sign-in was started."))
	t := &attempt{}
	t.ctx, t.stop = context.WithCancel(context.Background())
	a.attempt, a.answers = t, answers{}
	a.set(Pending, nil)
	return t
}

// endAttempt ends the sign-in under way with the given outcome. The caller holds mu and
// sets the status.
func (a *Auth) endAttempt(err *Error) {
	if a.attempt == nil {
		return
	}
	a.attempt.stop()
	a.attempt.key, a.attempt.pending = nil, nil // what stopped timers hold is freed late
	a.attempt = nil
	a.outcome = outcome{count: a.outcome.count + 1, err: err}
}

// fail ends t with err. It does nothing if t is no longer the sign-in under way.
func (a *Auth) fail(t *attempt, err error) {
	failure := explain(err, a.config.Name)
	a.mu.Lock()
	if a.attempt != t {
		a.mu.Unlock()
		return
	}
	a.endAttempt(failure)
	a.set(a.statusWithout(failure), failure)
	a.mu.Unlock()
	a.view.show()
}

// windowClosed tells those who wait that the person closed the window, but keeps the
// attempt: with some providers the browser reports a window as closed that is not, and
// an answer that comes after all is good until the attempt expires.
func (a *Auth) windowClosed(id string) {
	failure := &Error{Code: "popup_closed", Err: ErrCanceled,
		Message: "The sign-in window was closed before the provider answered.", Next: "Click Sign in to try again."}
	a.mu.Lock()
	t := a.attempt
	if t == nil || t.pending == nil || t.pending.ID() != id || a.answers.taken == id {
		a.mu.Unlock()
		return
	}
	a.outcome = outcome{count: a.outcome.count + 1, err: failure}
	a.set(a.statusWithout(failure), failure)
	a.mu.Unlock()
	a.view.show()
}

// cancel ends the sign-in under way because the person asked for it.
func (a *Auth) cancel() {
	a.mu.Lock()
	a.endAttempt(canceled("The sign-in was canceled in the notebook."))
	if a.status == Pending {
		a.set(a.statusWithout(nil), nil)
	}
	a.mu.Unlock()
	a.view.show()
}

// statusWithout is the status once the attempt is gone: a token that was there before
// it stays good. The caller holds mu.
func (a *Auth) statusWithout(failure *Error) Status {
	switch {
	case a.tokens != nil && a.tokenValid(0):
		return SignedIn
	case failure != nil:
		return Failed
	case a.tokens != nil:
		return Expired
	default:
		return SignedOut
	}
}

// signedIn ends t with tokens. If t is no longer the sign-in under way it keeps nothing.
func (a *Auth) signedIn(t *attempt, tokens *flow.Tokens) {
	a.mu.Lock()
	if a.attempt != t {
		a.mu.Unlock()
		return
	}
	a.endAttempt(nil)
	a.user, a.fields, a.renewal = "", nil, nil // a renewal under way is of the token before
	a.keep(tokens)
	a.mu.Unlock()
	a.view.show()
	a.view.sendUser()
}

// keep takes new tokens. The caller holds mu.
func (a *Auth) keep(tokens *flow.Tokens) {
	if tokens.User != "" { // a renewal may come without
		a.user = tokens.User
	}
	a.tokens = tokens
	a.hideTokens()
	a.end = a.ticks() + tokens.Expiry.Sub(a.now())
	a.schedule()
	a.set(SignedIn, nil)
}

// dropTokens forgets the tokens and stops everything that was about to renew them. The
// caller holds mu.
func (a *Auth) dropTokens() {
	a.tokens, a.user, a.fields, a.renewal = nil, "", nil, nil
	a.hideTokens()
}

// set changes the status and wakes those who wait. The caller holds mu and, once it let
// go of it, calls view.show.
func (a *Auth) set(s Status, failure *Error) {
	a.status, a.failure = s, failure
	close(a.changed)
	a.changed = make(chan struct{})
}
