package widget_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

// What was granted may differ from what was asked for: both are shown.
func TestScopesGrantedAndAskedAreShown(t *testing.T) {
	for _, granted := range []string{"openid", "openid profile admin"} {
		t.Run("A16 "+granted, func(t *testing.T) {
			liar := providertest.New(t)
			n := open(t, params.ParamsOIDC{Issuer: liar.Issuer, ClientID: providertest.ClientID})
			liar.Faults.TokenAnswer = func(m map[string]any) { m["scope"] = granted }
			n.send(map[string]any{"type": "callback", "envelope": answerOf(t, liar, n.click())})
			n.waitStatus(widget.SignedIn)
			rows := fmt.Sprint(n.inspect("Session"))
			if !strings.Contains(rows, "[scopes asked for openid profile]") || !strings.Contains(rows, "[scopes granted "+granted+"]") {
				t.Errorf("Inspect shows %s", rows)
			}
			if got := strings.Join(n.auth.Scopes(), " "); got != granted {
				t.Errorf("Scopes() = %q; want %q", got, granted)
			}
		})
	}
}

// The longest and the shortest lives, and none: no timer and no countdown overflows.
func TestLifetimes(t *testing.T) {
	rows := []struct {
		name      string
		expiresIn any
		left      time.Duration // 0: unknown
	}{
		{"A15 ten years", 315360000, 315360000 * time.Second},
		{"A15 more than that", 315360001, 0},
		{"A15 all that fits", int64(math.MaxInt64), 0},
		{"A15 negative", -1, 0},
		{"A15 none", nil, 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			liar := providertest.New(t)
			n := open(t, params.ParamsOIDC{Issuer: liar.Issuer, ClientID: providertest.ClientID})
			liar.Faults.TokenAnswer = func(m map[string]any) {
				if m["expires_in"] = row.expiresIn; row.expiresIn == nil {
					delete(m, "expires_in")
				}
			}
			n.send(map[string]any{"type": "callback", "envelope": answerOf(t, liar, n.click())})
			n.waitStatus(widget.SignedIn)
			shown, counts := n.get("expires_at").(float64)
			if counts != (row.left > 0) || n.auth.ExpiresAt().IsZero() == counts {
				t.Errorf("the page has %v, ExpiresAt %v; want a life of %v", n.get("expires_at"), n.auth.ExpiresAt(), row.left)
			}
			if off := row.left - time.Until(time.UnixMilli(int64(shown))); counts && (off < 0 || off > time.Minute) {
				t.Errorf("the page's expiry is off by %v", off)
			}
			if n.auth.AccessToken() == "" || n.auth.Status() != widget.SignedIn {
				t.Errorf("status %s", n.auth.Status())
			}
		})
	}
}
