package widget_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ipyauth/ipyauth/widget"
)

// The token is over when it is, whatever happened to the clocks.
func TestClocks(t *testing.T) {
	rows := []struct {
		name   string
		change func(n *timed)
		over   bool
	}{
		{"G91 nothing happened", func(*timed) {}, false},
		{"G91 the laptop slept over expiry", func(n *timed) { n.wall.Add(int64(tokenLife)) }, true},
		{"G91 the laptop slept less", func(n *timed) { n.wall.Add(int64(tokenLife / 2)) }, false},
		{"G91 the clock was set back two hours", func(n *timed) { n.wall.Add(-int64(2 * time.Hour)) }, false},
		{"G91 the clock was set back two hours, and the time passed", func(n *timed) {
			n.wall.Add(-int64(2 * time.Hour))
			time.Sleep(tokenLife)
		}, true},
		{"G91 the clock was set forward two hours", func(n *timed) { n.wall.Add(int64(2 * time.Hour)) }, true},
		{"G91 the clock was set forward two hours, and right again at once", func(n *timed) {
			n.wall.Add(int64(2 * time.Hour))
			_ = n.auth.AccessToken()
			n.wall.Add(-int64(2 * time.Hour))
		}, false},
		{"G91 the clock was set forward two hours, and right again after the page said expired", func(n *timed) {
			n.setForward()
			n.wall.Add(-int64(2 * time.Hour))
		}, false},
		{"G91 the clock was set forward two hours, a sign-in failed, and it was set right again", func(n *timed) {
			n.setForward()
			skip := n.count()
			n.click()
			n.send(map[string]any{"type": "popup_closed", "id": n.message("authorize", skip)["id"]})
			n.waitStatus(widget.Failed)
			n.wall.Add(-int64(2 * time.Hour))
		}, false},
		{"G91 the clock was set forward two hours, and right again too late", func(n *timed) {
			n.setForward()
			time.Sleep(tokenLife)
			n.wall.Add(-int64(2 * time.Hour))
		}, true},
		{"G91 summer time begins", func(n *timed) { n.zone.Store(time.FixedZone("CEST", 2*60*60)) }, false},
		{"G91 summer time begins, and the time passed", func(n *timed) {
			n.zone.Store(time.FixedZone("CEST", 2*60*60))
			time.Sleep(tokenLife)
		}, true},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			inTime(t, false, func(t *testing.T, n *timed) {
				end := n.auth.ExpiresAt()
				row.change(n)
				token, err := n.auth.Token(t.Context())
				if over := errors.Is(err, widget.ErrExpired); over != row.over || over != (token == nil) {
					t.Errorf("Token = %v, %v; want expired: %v", token, err, row.over)
				}
				// What the token is and what the widget says are one thing.
				synctest.Wait()
				want := map[bool]widget.Status{true: widget.Expired, false: widget.SignedIn}[row.over]
				if n.auth.Status() != want || n.get("status") != string(want) {
					t.Errorf("status %s, on the page %v; want %s", n.auth.Status(), n.get("status"), want)
				}
				if !n.auth.ExpiresAt().Equal(end) {
					t.Errorf("expires at %v; want %v", n.auth.ExpiresAt(), end)
				}
			})
			// The widget finds out by itself, within half a minute.
			inTime(t, false, func(t *testing.T, n *timed) {
				row.change(n)
				time.Sleep(lookedAt)
				synctest.Wait()
				if over := n.auth.Status() == widget.Expired; over != row.over || over != (n.get("status") == "expired") {
					t.Errorf("status %s, on the page %v; want expired: %v", n.auth.Status(), n.get("status"), row.over)
				}
			})
		})
	}
}

// setForward sets the clock two hours forward, until the page says that the token is over.
func (n *timed) setForward() {
	n.wall.Add(int64(2 * time.Hour))
	time.Sleep(lookedAt)
	synctest.Wait()
	if n.get("status") != "expired" {
		n.t.Errorf("status %v; want expired", n.get("status"))
	}
}

// lookedAt is how long the widget may take to see that a clock was set.
const lookedAt = 30 * time.Second

// Time alone sends nothing to the front end: the page counts down from the expiry.
func TestNoTicksOverTheComm(t *testing.T) {
	t.Attr("attack", "G91")
	inTime(t, false, func(t *testing.T, n *timed) {
		end, _ := n.get("expires_at").(float64)
		if int64(end) != n.auth.ExpiresAt().UnixMilli() {
			t.Errorf("the page has %v; want the expiry as a date", end)
		}
		before := n.sent()
		time.Sleep(tokenLife - time.Second)
		synctest.Wait()
		if got := n.sent() - before; got != 0 {
			t.Errorf("%d messages in %v", got, tokenLife)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := n.sent() - before; got != 1 || n.get("status") != "expired" {
			t.Errorf("%d messages for the expiry, status %v", got, n.get("status"))
		}
	})
}

func TestAHundredAtOnce(t *testing.T) {
	rows := []struct {
		name   string
		answer func(*http.Request) (*http.Response, error) // nil: honest
		passed time.Duration                               // since the sign-in
		want   error
	}{
		{"G90 one renewal for all", nil, tokenLife - 5*time.Second, nil},
		{"G90 after the expiry", nil, tokenLife + 30*time.Second, nil},
		{"G90 all get the same error", refusing(400, `{"error":"invalid_grant"}`), tokenLife + time.Hour, widget.ErrSignInRequired},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			inTime(t, true, func(t *testing.T, n *timed) {
				first, before := n.auth.AccessToken(), n.wire.count()
				release := make(chan struct{})
				n.wire.tokens(func(req *http.Request) (*http.Response, error) {
					<-release
					if row.answer != nil {
						return row.answer(req)
					}
					return n.wire.next.RoundTrip(req)
				})
				n.wall.Store(int64(row.passed)) // nobody looked at the clocks yet
				var all sync.WaitGroup
				var mu sync.Mutex
				tokens, failures := map[string]int{}, map[error]int{}
				for range 100 {
					all.Go(func() {
						token, err := n.auth.Token(context.Background())
						mu.Lock()
						defer mu.Unlock()
						if failures[err]++; err == nil {
							tokens[token.AccessToken]++
						}
					})
				}
				synctest.Wait() // all hundred wait for the one answer
				close(release)
				all.Wait()
				if got := n.wire.count() - before; got != 1 {
					t.Errorf("renewed %d times", got)
				}
				if len(failures) != 1 || row.want == nil && (len(tokens) != 1 || tokens[first] > 0) {
					t.Errorf("%d tokens, %d errors; want one of them", len(tokens), len(failures))
				}
				for err := range failures {
					if !errors.Is(err, row.want) {
						t.Errorf("error %v; want %v", err, row.want)
					}
				}
			})
		})
	}
}

// A renewal that fails: what the session is afterwards, before and after the old token's
// expiry.
func TestRenewalFails(t *testing.T) {
	rows := []struct {
		name      string
		answer    func(*http.Request) (*http.Response, error)
		renewable bool  // still, afterwards
		want      error // after the expiry
	}{
		{"D67 invalid_grant: the refresh token is dropped", refusing(400, `{"error":"invalid_grant"}`), false, widget.ErrExpired},
		{"D67 down: the old token serves on", down, true, widget.ErrUnavailable},
		{"D67 busy: the old token serves on", refusing(503, ""), true, widget.ErrUnavailable},
		{"D67 never answers: nobody waits for ever", silent, true, widget.ErrUnavailable},
		{"D67 no new token in the answer", refusing(200, `{"token_type":"bearer"}`), true, widget.ErrUnavailable},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			inTime(t, true, func(t *testing.T, n *timed) {
				old, skip := n.auth.AccessToken(), n.count()
				n.wire.tokens(row.answer)
				time.Sleep(tokenLife - 30*time.Second) // a renewal was tried meanwhile
				if got := n.auth.AccessToken(); got != old || n.auth.Status() != widget.SignedIn {
					t.Errorf("before its expiry the old token is %v, status %s", got == old, n.auth.Status())
				}
				if n.get("renewable") != row.renewable {
					t.Errorf("renewable %v; want %v", n.get("renewable"), row.renewable)
				}
				time.Sleep(30 * time.Second)
				begun := time.Now()
				if _, err := n.auth.Token(t.Context()); !errors.Is(err, row.want) {
					t.Errorf("after its expiry: %v; want %v", err, row.want)
				}
				if waited := time.Since(begun); waited > 30*time.Second {
					t.Errorf("waited %v", waited)
				}
				synctest.Wait()
				if n.auth.Status() != widget.Expired || n.get("status") != "expired" {
					t.Errorf("status %s, on the page %v; want expired", n.auth.Status(), n.get("status"))
				}
				n.noPopup(skip)
				n.wire.tokens(nil)
				if got := n.auth.AccessToken(); (got != "") != row.renewable {
					t.Errorf("once the provider is well again there is a token: %v; want %v", got != "", row.renewable)
				}
			})
		})
	}
}

// A provider that wants the person back: the button stays, and no window opens by itself.
func TestSilentRenewalNeedsThePerson(t *testing.T) {
	for _, code := range []string{"login_required", "consent_required", "interaction_required", "temporarily_unavailable", "access_denied"} {
		t.Run("A17 "+code, func(t *testing.T) {
			inTime(t, true, func(t *testing.T, n *timed) {
				skip := n.count()
				n.wire.tokens(refusing(400, `{"error":"`+code+`"}`))
				time.Sleep(tokenLife + time.Second)
				synctest.Wait()
				if n.auth.Status() != widget.Expired {
					t.Errorf("status %s; want expired", n.auth.Status())
				}
				n.noPopup(skip)
			})
		})
	}
}

// Signing out asks nobody: it works when the provider is down.
func TestClearWithoutTheProvider(t *testing.T) {
	t.Attr("attack", "D70")
	inTime(t, true, func(t *testing.T, n *timed) {
		asked := n.wire.count()
		n.wire.tokens(silent)
		begun := time.Now()
		n.auth.Clear()
		if n.auth.AccessToken() != "" || n.auth.Status() != widget.SignedOut || time.Since(begun) != 0 || n.wire.count() != asked {
			t.Errorf("status %s after %v", n.auth.Status(), time.Since(begun))
		}
		time.Sleep(2 * tokenLife) // no timer is left
		synctest.Wait()
		if n.auth.Status() != widget.SignedOut || n.wire.count() != asked {
			t.Errorf("status %s, asked %d times", n.auth.Status(), n.wire.count()-asked)
		}
	})
}

// In its last seconds, when it is renewed first, the old token serves on if that fails.
func TestTheLastSecondsOfAToken(t *testing.T) {
	t.Attr("attack", "D67")
	inTime(t, true, func(t *testing.T, n *timed) {
		old, asked := n.auth.AccessToken(), n.wire.count()
		n.wire.tokens(down)
		n.wall.Store(int64(tokenLife - 5*time.Second))
		if token, err := n.auth.Token(t.Context()); err != nil || token.AccessToken != old {
			t.Errorf("Token = %v, %v; want the old one", token, err)
		}
		if got := n.wire.count() - asked; got != 1 {
			t.Errorf("renewed %d times; want one try", got)
		}
	})
}

// A token that ends while its renewal fails is not handed out.
func TestATokenThatEndsWhileItIsRenewed(t *testing.T) {
	t.Attr("attack", "D67")
	inTime(t, true, func(t *testing.T, n *timed) {
		n.wire.tokens(silent)
		n.wall.Store(int64(tokenLife - 5*time.Second))
		begun := time.Now()
		token, err := n.auth.Token(t.Context())
		if waited := time.Since(begun); token != nil || !errors.Is(err, widget.ErrUnavailable) || waited > 30*time.Second {
			t.Errorf("Token = %v, %v after %v; want %v", token, err, waited, widget.ErrUnavailable)
		}
	})
}
