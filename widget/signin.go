package widget

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/seal"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/params"
)

const (
	// beginLimit bounds the provider's discovery, exchangeLimit the token endpoint, the
	// key set and userinfo together. A person waits for both.
	beginLimit    = 8 * time.Second
	exchangeLimit = 30 * time.Second
)

// click is a Sign in or Renew click in one view, with what the page knows of itself.
type click struct {
	View        string `json:"view"`
	ID          string `json:"click"`
	RedirectURI string `json:"redirect_uri"`
	Secure      bool   `json:"secure"`
}

// begin starts a sign-in for a click. It returns at once: the request is made on its own
// goroutine, because discovery asks the network and the comm lane must not wait.
func (a *Auth) begin(c click) {
	t := a.newAttempt()
	a.view.show()
	go func() {
		if err := a.request(t, c); err != nil {
			a.fail(t, err)
			a.view.refuse(c, explain(err, a.config.Name))
		}
	}()
}

// prepare asks the provider for its metadata and keys when the widget is first shown, so
// that a click finds them there. A click asks again for what did not come.
func (a *Auth) prepare() {
	a.prepared.Do(func() {
		go func() {
			ctx, stop := context.WithTimeout(context.Background(), beginLimit)
			defer stop()
			_ = a.client.Prepare(ctx)
		}()
	})
}

// request makes the authorization request of t and sends its URL to the view that was
// clicked.
func (a *Auth) request(t *attempt, c click) error {
	if err := sameOrigin(a.config.RedirectURI, c.RedirectURI); err != nil {
		return err
	}
	key, err := seal.NewKey(a.random)
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(t.ctx, beginLimit)
	defer stop()
	pending, err := a.client.Begin(ctx, flow.BeginOptions{
		RedirectURI: c.RedirectURI,
		Relay:       key.Public(),
		KernelID:    cell.KernelID(),
		CommID:      a.view.commID(),
		Secure:      c.Secure,
	})
	if err != nil {
		return err
	}
	a.mu.Lock()
	current := a.attempt == t
	if current {
		t.key, t.pending = key, pending
	}
	a.mu.Unlock()
	if !current {
		return canceled("Another sign-in was started.")
	}
	timer := time.AfterFunc(time.Until(pending.Expires()), func() { a.fail(t, errTimedOut()) })
	context.AfterFunc(t.ctx, func() { timer.Stop() })
	a.view.authorize(c, pending.ID(), pending.URL())
	return nil
}

// sameOrigin refuses a configured redirect URI at another origin than the page: the
// answer would arrive where no channel leads back to this page. localhost and 127.0.0.1
// are two origins.
func sameOrigin(configured, page string) error {
	c, err := url.Parse(configured)
	p, pageErr := url.Parse(page)
	if configured == "" || errors.Join(err, pageErr) != nil || p.Host == "" || c.Scheme == p.Scheme && c.Host == p.Host {
		return nil
	}
	return &Error{Code: "redirect_origin", Err: ErrRejected,
		Message: "The redirect URI is at " + c.Scheme + "://" + c.Host + ", but this page is at " + p.Scheme + "://" + p.Host + ".",
		Next:    "Open Jupyter there, or register " + page + " with the provider and use that."}
}

// answer takes what a callback page relayed. The same answer arrives on several
// channels, and anybody who can write to one may send rubbish: what does not belong to
// the sign-in under way is ignored, and the wait for the real one goes on.
func (a *Auth) answer(raw []byte) {
	var envelope seal.Envelope
	if json.Unmarshal(raw, &envelope) != nil {
		return
	}
	a.mu.Lock()
	t := a.attempt
	if t == nil || t.pending == nil || t.taken || t.pending.ID() != envelope.ID {
		a.mu.Unlock()
		return
	}
	response, err := openEnvelope(t, &envelope)
	if err != nil {
		a.mu.Unlock()
		return
	}
	checked, err := t.pending.Check(response)
	if err != nil && !t.pending.Used() {
		a.mu.Unlock() // not an answer to this sign-in
		return
	}
	t.taken = true
	if a.status == Failed {
		a.set(Pending, nil) // the window had been taken for closed
	}
	a.mu.Unlock()

	a.view.received(envelope.ID)
	if err != nil {
		a.fail(t, err)
		return
	}
	go a.finish(t, checked)
}

// openEnvelope opens a sealed answer with the attempt's key. An answer that is not
// sealed comes from a page without WebCrypto; it is taken where what it holds is
// worthless without the kernel's verifier, that is for a code.
func openEnvelope(t *attempt, e *seal.Envelope) (flow.Response, error) {
	if e.Open != nil {
		if t.pending.ResponseType() != params.Code {
			return flow.Response{}, ErrRejected
		}
		return flow.Response{Query: e.Open.Query, Fragment: e.Open.Fragment}, nil
	}
	plain, err := t.key.OpenEnvelope(e, t.pending.State())
	if err != nil {
		return flow.Response{}, err
	}
	return flow.Response{Query: plain.Query, Fragment: plain.Fragment}, nil
}

// finish gets the tokens, verified, and whose they are.
func (a *Auth) finish(t *attempt, checked *flow.Checked) {
	ctx, stop := context.WithTimeout(t.ctx, exchangeLimit)
	defer stop()
	tokens, err := checked.Tokens(ctx)
	if err != nil {
		a.fail(t, err)
		return
	}
	a.signedIn(t, tokens)
}
