package widget

import (
	"net/http"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
)

// Tune gives a its clocks, and its own way to the provider; nil for the real one.
func (a *Auth) Tune(now func() time.Time, ticks func() time.Duration, client *http.Client) {
	a.now, a.ticks = now, ticks
	a.client = flow.New(a.config, flow.Options{Now: now, HTTPClient: client})
}
