package widget

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ipyauth/ipyauth/kernel/cell"
)

// Show prints what there is to know: the provider, the params, who is signed in, the
// time to expiry, the expiry, the scopes, and which tokens there are, masked.
//
// seed: show
func (a *Auth) Show() {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, row := range a.rows() {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", row[0], row[1])
	}
	_ = w.Flush()
}

// rows is what Show prints, name and value.
func (a *Auth) rows() [][2]string {
	a.mu.Lock()
	defer a.mu.Unlock()
	rows := slices.Clone(a.config.Rows)
	rows = append(rows, [2]string{"status", strings.ReplaceAll(string(a.status), "_", " ")})
	if a.failure != nil {
		rows = append(rows, [2]string{"error", a.failure.Error()})
	}
	rows = append(rows, [2]string{"user", orDash(a.user)})
	left, at := "-", "-"
	if a.tokens != nil {
		left, at = "not given by the provider", "not given by the provider"
		if !a.tokens.Expiry.IsZero() {
			left, at = timeLeft(a.tokens.Expiry.Sub(a.now())), a.tokens.Expiry.Format(time.RFC3339)
		}
	}
	access, refresh := "-", "-"
	if a.tokens != nil {
		access, refresh = "•••••••• (a.AccessToken() returns it, a.Reveal() shows it)", "none"
		if !a.tokens.Refresh.IsZero() {
			refresh = "•••••••• (renews the access token)"
		}
	}
	return append(rows, [2]string{"time to expiry", left}, [2]string{"expires at", at},
		[2]string{"scopes", orDash(strings.Join(a.scopesLocked(), " "))},
		[2]string{"ID token", a.verifiedText()}, [2]string{"access token", access}, [2]string{"refresh token", refresh})
}

// verifiedText says what was checked about who signed in. The caller holds mu.
func (a *Auth) verifiedText() string {
	switch {
	case a.tokens == nil:
		return "-"
	case a.tokens.Verified:
		return "verified"
	case a.tokens.ID.IsZero():
		return "none: the provider was not asked for one"
	default:
		return "not verified: no key set of the provider is known"
	}
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// timeLeft renders a duration as people read it, such as "9 min 41 s".
func timeLeft(d time.Duration) string {
	if d <= 0 {
		return "expired"
	}
	d = d.Round(time.Second)
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case h > 0:
		return fmt.Sprintf("%d h %d min", h, m)
	case m > 0:
		return fmt.Sprintf("%d min %d s", m, s)
	default:
		return fmt.Sprintf("%d s", s)
	}
}

// summary is the status in a few words. It holds the user's name: it is printed only
// where somebody asked for it, and the text saved beside the widget leaves it out.
func (a *Auth) summary() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.status == SignedIn && a.user != "":
		return "signed in as " + a.user
	case a.status == Failed && a.failure != nil:
		return "failed: " + a.failure.Message
	default:
		return strings.ReplaceAll(string(a.status), "_", " ")
	}
}

// Reveal shows the access token below the cell, or prints it where there is no notebook.
// It is the way to see it on purpose: what a cell prints otherwise has the token hidden.
// What it shows is saved with the notebook.
func (a *Auth) Reveal() {
	token := a.AccessToken()
	if token == "" {
		fmt.Println("Nobody is signed in.")
		return
	}
	if cell.Reveal(cell.Display{Data: map[string]any{"text/plain": token}}) != nil {
		fmt.Println(token)
	}
}
