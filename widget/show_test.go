package widget

import (
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/secret"
	"github.com/ipyauth/ipyauth/params"
)

func TestShow(t *testing.T) {
	a, err := New(params.ParamsSgConnect{Mode: "HOM", BaseURL: "https://sso.example.com/sgconnect",
		ClientID: "notebook", Scope: "api.demo.v1"})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	a.now = func() time.Time { return now }
	show := func() string {
		var text strings.Builder
		for _, row := range a.rows() {
			text.WriteString(row[0] + "=" + row[1] + "\n")
		}
		return text.String()
	}
	for _, line := range []string{"provider=SG Connect", "mode=HOM", "status=signed out", "user=-", "time to expiry=-", "access token=-", "refresh token=-"} {
		if !strings.Contains(show(), line+"\n") {
			t.Errorf("signed out: no line %q in\n%s", line, show())
		}
	}

	a.status, a.user = SignedIn, "alice@example.com"
	a.tokens = &flow.Tokens{Access: secret.New("canary-access-token"), Expiry: now.Add(9*time.Minute + 41*time.Second),
		Scopes: []string{"openid", "api.demo.v1", "sgx@@auth_level@@L2"}}
	for _, line := range []string{"status=signed in", "user=alice@example.com", "time to expiry=9 min 41 s",
		"expires at=2026-01-02T03:13:46Z", "scopes=openid api.demo.v1", "ID token=none: the provider was not asked for one"} {
		if !strings.Contains(show(), line+"\n") {
			t.Errorf("signed in: no line %q in\n%s", line, show())
		}
	}
	if strings.Contains(show(), "canary") {
		t.Error("Show prints the token")
	}
}

func TestTimeLeft(t *testing.T) {
	rows := map[time.Duration]string{
		-time.Second:                   "expired",
		0:                              "expired",
		42 * time.Second:               "42 s",
		9*time.Minute + 41*time.Second: "9 min 41 s",
		25*time.Hour + 3*time.Minute:   "25 h 3 min",
	}
	for left, want := range rows {
		if got := timeLeft(left); got != want {
			t.Errorf("timeLeft(%v) = %q, want %q", left, got, want)
		}
	}
}

func TestClaimText(t *testing.T) {
	rows := []struct {
		name  string
		value any
		want  string
	}{
		{"name", "Alice", "Alice"},
		{"exp", 1767323045.0, "1767323045 (2026-01-02T03:04:05Z)"},
		{"level", 2.0, "2"},
		{"aud", []any{"a", "b"}, `["a","b"]`},
		{"email_verified", true, "true"},
	}
	for _, row := range rows {
		if got := claimText(row.name, row.value); got != row.want {
			t.Errorf("claimText(%q, %v) = %q, want %q", row.name, row.value, got, row.want)
		}
	}
}
