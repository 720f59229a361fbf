package widget

import (
	"runtime"
	"strings"
	"time"

	"github.com/ipyauth/ipyauth/kernel/cell"
)

// hiding is the tokens of one sign-in or renewal, kept out of what cells publish.
type hiding struct {
	forget []func()
	until  time.Time // when the tokens are worth nothing; zero if that is not known
}

// mostHidings bounds how many renewals back tokens are hidden.
const mostHidings = 8

// hideTokens keeps the tokens, which are new or gone, out of what cells publish. Those
// that a renewal replaced are hidden until they expire: providers honour them till then.
// Once there are no tokens, as after Clear, none is kept. The caller holds mu.
func (a *Auth) hideTokens() {
	if a.expiry != nil {
		a.expiry.Reset(0) // finds nothing to do; a timer that is stopped may hold its tokens for long
		a.expiry = nil
	}
	before := a.hidings
	a.hidings = nil
	if t := a.tokens; t != nil {
		a.hidings = []hiding{{until: t.Expiry, forget: []func(){
			cell.Hide(t.Access.Reveal(), "access token", "The access token was hidden in this output. a.Reveal() shows it on purpose."),
			cell.Hide(t.Refresh.Reveal(), "refresh token", "The refresh token was hidden in this output."),
			cell.Hide(t.ID.Reveal(), "ID token", "The ID token was hidden in this output."),
		}}}
	}
	for _, h := range before {
		live := h.until.IsZero() || a.now().Before(h.until)
		if a.tokens != nil && live && len(a.hidings) < mostHidings {
			a.hidings = append(a.hidings, h)
			continue
		}
		for _, forget := range h.forget {
			forget()
		}
	}
}

// hideConfig does the same for the secrets of the configuration, for as long as a lives:
// they are needed for the next sign-in too.
func (a *Auth) hideConfig() {
	hide := func(s, what string) {
		runtime.AddCleanup(a, func(forget func()) { forget() },
			cell.Hide(s, what, "The "+what+" was hidden in this output."))
	}
	if s := a.config.ClientSecret; !strings.Contains(a.config.ClientID, s.Reveal()) { // else it is none, and in every URL
		hide(s.Reveal(), "client secret")
	}
	key := a.config.PrivateKey.Reveal()
	hide(key, "private key")
	for line := range strings.Lines(key) { // one of PEM alone tells too much
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "-----") {
			hide(line, "private key")
		}
	}
}
