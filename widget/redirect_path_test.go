package widget_test

import (
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/params"
)

// TestAnotherPath: the redirect URI is on the page's server, and may not be its callback
// page. The page is told what to register; the sign-in goes on.
func TestAnotherPath(t *testing.T) {
	const hub, ann = "https://hub.example", "/user/ann/"
	rows := []struct {
		name, configured, origin, baseURL string
		warned                            bool
	}{
		{"F84 the page's own path", hub + ann + "callback/", hub, ann, false},
		{"F84 the page's own path, the host in capitals", "https://HUB.example" + ann + "callback/", hub, ann, false},
		{"F84 the server's root, and the page below a base URL", hub + "/callback/", hub, ann, true},
		{"F84 a base URL, and the page at the root", hub + ann + "callback/", hub, "/", true},
		{"F84 another user's server", hub + "/user/bob/callback/", hub, ann, true},
		{"F84 the hub's address for all users", hub + "/hub/user-redirect/callback/", hub, ann, false},
		{"F84 none configured", "", hub, ann, false},
		{"F84 a page that says no path", hub + "/callback/", hub, "", false},
		{"F84 another machine, where a click is refused", "https://other.example/callback/", hub, ann, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := providertest.New(t)
			n := open(t, params.ParamsOIDC{Issuer: p.Issuer, ClientID: providertest.ClientID, RedirectURI: row.configured})
			n.send(map[string]any{"type": "hello", "view": "v1", "origin": row.origin, "base_url": row.baseURL, "secure": true})
			warning, warned := n.message("welcome", 0)["warning"].(map[string]any)
			if warned != row.warned {
				t.Fatalf("warning = %v, want one: %v", warning, row.warned)
			}
			if !warned {
				return
			}
			message, _ := warning["message"].(string)
			next, _ := warning["next"].(string)
			own := row.origin + row.baseURL + "callback/"
			if warning["code"] != "redirect_path" || !strings.Contains(message, row.configured) || !strings.Contains(next, own) {
				t.Errorf("warning = %v, want both addresses, and the one to register", warning)
			}
			n.send(map[string]any{"type": "begin", "view": "v1", "click": "c1", "redirect_uri": own, "secure": true})
			n.message("authorize", 0)
		})
	}
}
