// Package widget is sign-in for Go notebooks: [Auth] shows a widget with a Sign in
// button, runs the sign-in with the provider, keeps the token in the kernel, renews it
// and hands it to Go code.
//
// Start with [NewAuth] in a cell, whose value shows the widget, and with
// [Auth.AccessToken] or [Auth.Client] in the cells after it.
//
// # Security
//
// Tokens, codes and verifiers never leave the kernel: the widget's state and messages
// carry the status, the scopes, the expiry and, on request, the claims of the ID token.
// Every check of the provider's answer happens here, in Go; the browser only carries
// the answer, sealed by the callback page for this one sign-in. A token that a cell
// prints after all is hidden by the kernel; [Auth.Reveal] shows it.
package widget

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/httptransport"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/sgid"
)

// Status is where an [Auth] stands. The widget's DOM shows the same words.
type Status string

const (
	SignedOut Status = "signed_out" // nobody signed in yet, or Clear
	Pending   Status = "pending"    // a sign-in is under way
	SignedIn  Status = "signed_in"  // there is a valid token
	Expired   Status = "expired"    // the token expired and was not renewed
	Failed    Status = "failed"     // the last sign-in failed; see the error
)

// Auth is one sign-in with one provider. Make it with [NewAuth] or [New]; the zero value
// is not usable. It is safe for concurrent use, and shows no secret whichever way it is
// printed or marshalled.
type Auth struct {
	config *params.Config
	client *flow.Client
	opener *sgid.Client // decrypts userinfo; nil where the provider does not encrypt it
	random io.Reader
	now    func() time.Time
	ticks  func() time.Duration // time that passed, whatever the clock is set to
	view   *view
	apis   httptransport.Opaque // carries the requests of Client

	prepared sync.Once

	// mu guards what follows. It is never held over the network.
	mu      sync.Mutex
	status  Status
	tokens  *flow.Tokens
	user    string
	fields  []string      // names of the user data last decrypted; nil if none was
	failure *Error        // what the widget shows; nil unless the last sign-in failed
	attempt *attempt      // the sign-in under way, nil if none
	answers answers       // what came for it, or for the one before
	outcome outcome       // how the last ended attempt ended, for those who wait
	changed chan struct{} // closed and replaced at each change
	waiting int           // cells in Wait
	expiry  *time.Timer   // renews or expires the token
	end     time.Duration // when the token expires, in ticks
	ahead   time.Duration // how long before that it is renewed; 0 if it can't be
	renewal *renewal      // the renewal under way, nil if none
	hidings []hiding      // of the tokens and of those before, newest first
}

// outcome is the end of an attempt: err is nil if it ended signed in. count tells a
// waiter whether an attempt ended since it began to wait.
type outcome struct {
	count int
	err   *Error
}

// New returns an Auth for the given params. It reads the dotenv file, if there is one,
// asks the user of a notebook for a client secret that is missing, and does no network
// call. The error is a *params.Error.
//
// seed: Auth(params)
func New(p params.Source) (*Auth, error) {
	if p == nil {
		return nil, &params.Error{Code: "params_missing", Message: "NewAuth needs params, and got nil.",
			Next: "Pass some, such as ipyauth.ParamsSgConnect{Mode: \"HOM\"}."}
	}
	config, err := resolve(p)
	if err != nil {
		return nil, err
	}
	opener, err := newOpener(config)
	if err != nil {
		return nil, err
	}
	a := &Auth{
		config:  config,
		client:  flow.New(config, flow.Options{}),
		apis:    httptransport.New(),
		opener:  opener,
		random:  rand.Reader,
		now:     time.Now,
		ticks:   ticks(),
		status:  SignedOut,
		changed: make(chan struct{}),
	}
	a.view = &view{auth: a}
	a.hideConfig()
	a.warnOfLiterals()
	return a, nil
}

// resolve resolves p. A client secret that is missing is asked for, where somebody can be
// asked: what is typed is neither shown nor saved.
func resolve(p params.Source) (*params.Config, error) {
	config, err := p.Resolve()
	taker, ok := p.(params.SecretTaker)
	if !ok || !errors.Is(err, &params.Error{Code: params.CodeClientSecretMissing}) {
		return config, err
	}
	answer, promptErr := cell.Prompt("Client secret (hidden, not saved): ", true)
	if answer = strings.TrimSpace(answer); promptErr != nil || answer == "" {
		return nil, err
	}
	return taker.WithClientSecret(params.NewSecret(answer)).Resolve()
}

// NewAuth is [New] for cells: it panics with the error, which the cell shows as one
// sentence. As the last value of a cell, the Auth shows its widget.
func NewAuth(p params.Source) *Auth {
	a, err := New(p)
	if err != nil {
		panic(err)
	}
	return a
}

// Status returns where the sign-in stands.
func (a *Auth) Status() Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.status
}

// LoggedAs returns the display name of who is signed in, "" if nobody.
//
// seed: logged_as
func (a *Auth) LoggedAs() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.user
}

// ExpiresAt returns when the token expires; the zero time if nobody is signed in or the
// provider did not say.
//
// seed: expires_at
func (a *Auth) ExpiresAt() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens == nil {
		return time.Time{}
	}
	return a.tokens.Expiry
}

// Scopes returns the scopes the provider granted, or those that will be asked for while
// nobody is signed in. Entries that a provider adds for its own use are left out.
//
// seed: scopes
func (a *Auth) Scopes() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.scopesLocked()
}

func (a *Auth) scopesLocked() []string {
	scopes := a.config.Scopes
	if a.tokens != nil {
		scopes = a.tokens.Scopes
	}
	hidden := func(scope string) bool {
		return slices.ContainsFunc(a.config.HiddenScopePrefixes, func(p string) bool { return strings.HasPrefix(scope, p) })
	}
	return slices.DeleteFunc(slices.Clone(scopes), hidden)
}

// Claims returns the claims of the verified ID token, nil if there is none.
func (a *Auth) Claims() map[string]any {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens == nil || !a.tokens.Verified {
		return nil
	}
	return maps.Clone(a.tokens.Claims)
}

// Clear forgets the token and stops a sign-in under way. The provider's own session in
// the browser stays.
//
// seed: clear
func (a *Auth) Clear() { a.clear() }

// clear is Clear, and returns the tokens that were there and the renewal that was under
// way; nil if there was none.
func (a *Auth) clear() (*flow.Tokens, *renewal) {
	a.mu.Lock()
	tokens, renewal := a.tokens, a.renewal
	a.endAttempt(canceled("The sign-in was cleared."))
	a.dropTokens()
	a.set(SignedOut, nil)
	a.mu.Unlock()
	a.closeConnections()
	a.view.show()
	return tokens, renewal
}

// Revoke is Clear, and tells the provider that the tokens are not needed any more (RFC
// 7009). They are forgotten here in any case; an error says that the provider could not be
// told, or can't be. Some providers, Google among them, then end everything that the
// person allowed this client, in other notebooks too. What a renewal under way brings yet is
// waited for, and revoked in place of what it replaced.
func (a *Auth) Revoke(ctx context.Context) error {
	tokens, renewal := a.clear()
	if tokens == nil {
		return nil
	}
	defer a.closeConnections()
	if renewal != nil {
		select {
		case <-renewal.done:
			tokens = cmp.Or(renewal.tokens, tokens)
		case <-ctx.Done():
			return waitError(ctx)
		}
	}
	if err := a.client.Revoke(ctx, tokens); err != nil {
		return explain(err, a.config.Name)
	}
	return nil
}

// closeConnections closes those that nobody uses: their buffers hold what came last.
func (a *Auth) closeConnections() {
	a.client.CloseIdleConnections()
	a.apis.CloseIdleConnections()
}

// String says who is signed in where, without any secret.
func (a *Auth) String() string {
	return fmt.Sprintf("%s: %s", a.config.Name, a.summary())
}

// GoString is String: %#v must not walk into the fields.
func (a *Auth) GoString() string { return a.String() }

// Format prints String for every verb: fmt would print the fields for %+v and %d.
func (a *Auth) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, a.String()) }

// MarshalText gives String to encoders of text and JSON.
func (a *Auth) MarshalText() ([]byte, error) { return []byte(a.String()), nil }
