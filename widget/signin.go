package widget

import (
	"context"
	"encoding/json"
	"errors"
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
	if err := checkOrigin(a.config.RedirectURI, c.RedirectURI); err != nil {
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

// answer takes what a callback page relayed, or a person pasted, and reports whether it
// is an answer to the sign-in under way. The same answer arrives on several channels, and
// anybody who can write to one may send rubbish: the first good one counts, the rest is
// ignored, and the wait for the real one goes on. Whoever brings an answer that was taken
// already is told so too.
func (a *Auth) answer(raw []byte) bool {
	var envelope seal.Envelope
	if json.Unmarshal(raw, &envelope) != nil {
		envelope = seal.Envelope{}
	}
	t, checked, err := a.take(&envelope)
	if errors.Is(err, errForeign) {
		return false
	}
	a.view.received(envelope.ID)
	if errors.Is(err, errRepeated) {
		return true
	}
	if err != nil {
		a.fail(t, err)
		return true
	}
	go a.finish(t, checked)
	return true
}

// Why an answer is ignored.
var (
	errRepeated = errors.New("the answer came already")
	errForeign  = errors.New("not an answer to this sign-in")
)

// take finds the sign-in that the envelope answers and checks the answer, the last of
// that sign-in. An answer to no sign-in is counted and is errForeign.
func (a *Auth) take(envelope *seal.Envelope) (*attempt, *flow.Checked, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.attempt
	if envelope.ID != "" && envelope.ID == a.answers.taken {
		return nil, nil, errRepeated
	}
	if t == nil || t.pending == nil || t.pending.ID() != envelope.ID {
		return nil, nil, a.answers.ignore()
	}
	response, err := openEnvelope(t, envelope)
	if err != nil {
		return nil, nil, a.answers.ignore()
	}
	checked, err := t.pending.Check(response)
	if err != nil && !t.pending.Used() {
		return nil, nil, a.answers.ignore()
	}
	a.answers.taken = envelope.ID
	if a.status == Failed {
		a.set(Pending, nil) // the window had been taken for closed
	}
	return t, checked, err
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
