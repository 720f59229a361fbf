package widget_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

func TestRedirectURIs(t *testing.T) {
	server := start(t)
	rows := []struct {
		name, configured, page, code string
		secure                       bool
	}{
		{"the page's own", "", callbackPage, "", true},
		{"configured, same place", callbackPage, callbackPage, "", true},
		{"F84 localhost against 127.0.0.1, which the page was warned of", "http://localhost:8888/callback/", callbackPage, "", true},
		{"F84 another port", "http://127.0.0.1:9999/callback/", callbackPage, "redirect_origin", true},
		{"F84 another port of a twin", "http://localhost:9999/callback/", callbackPage, "redirect_origin", true},
		{"F84 another scheme", "https://127.0.0.1:8888/callback/", callbackPage, "redirect_origin", true},
		{"F84 another host", "https://hub.example/callback/", callbackPage, "redirect_origin", true},
		{"a page that does not say", "", "", "redirect_uri", true},
		{"a page that says nonsense", "", "javascript:alert(1)//callback/", "redirect_uri", true},
		{"a page elsewhere", "", "http://127.0.0.1:8888/files/x", "redirect_uri", true},
		{"implicit without a secure context", "", callbackPage, "insecure_context", false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := sgConnect(server)
			p.RedirectURI = row.configured
			n := open(t, p)
			n.send(map[string]any{"type": "begin", "view": "v", "click": "c", "redirect_uri": row.page, "secure": row.secure})
			if row.code == "" {
				n.message("authorize", 0)
				return
			}
			n.waitStatus(widget.Failed)
			refused, _ := n.message("refused", 0)["error"].(map[string]any)
			if failure, _ := n.get("error").(map[string]any); failure["code"] != row.code || refused["code"] != row.code {
				t.Errorf("error = %v, refused = %v, want code %s", n.get("error"), refused, row.code)
			}
		})
	}
}

// TestTwinOrigins: the page is at 127.0.0.1:8888.
func TestTwinOrigins(t *testing.T) {
	rows := []struct {
		name, configured, page string
		warned                 bool
	}{
		{"F84 none configured", "", "http://127.0.0.1:8888", false},
		{"F84 the page's own", callbackPage, "http://127.0.0.1:8888", false},
		{"F84 localhost for 127.0.0.1", "http://localhost:8888/callback/", "http://127.0.0.1:8888", true},
		{"F84 127.0.0.1 for localhost", callbackPage, "http://localhost:8888", true},
		{"F84 localhost for [::1]", "http://localhost:8888/callback/", "http://[::1]:8888", true},
		{"F84 the default port, written out", "http://localhost:80/callback/", "http://127.0.0.1", true},
		{"F84 its own default port", "https://hub.example:443/callback/", "https://hub.example", false},
		// A click there is refused; see TestRedirectURIs.
		{"F84 another port", "http://localhost:9999/callback/", "http://127.0.0.1:8888", false},
		{"F84 another machine", "https://hub.example/callback/", "https://localhost", false},
		{"F84 a page that says nothing", "http://localhost:8888/callback/", "", false},
		{"F84 a page that says nonsense", "http://localhost:8888/callback/", "::", false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := providertest.New(t)
			n := open(t, params.ParamsOIDC{Issuer: p.Issuer, ClientID: providertest.ClientID, RedirectURI: row.configured})
			n.send(map[string]any{"type": "hello", "view": "v1", "origin": row.page, "base_url": "/", "secure": true})
			warning, warned := n.message("welcome", 0)["warning"].(map[string]any)
			if warned != row.warned {
				t.Fatalf("warning = %v, want one: %v", warning, row.warned)
			}
			if !warned {
				return
			}
			place, _, _ := strings.Cut(row.configured, "/callback/")
			message, _ := warning["message"].(string)
			next, _ := warning["next"].(string)
			if warning["code"] != "redirect_origin" || !strings.Contains(message, place) || !strings.Contains(message, row.page) || !strings.Contains(next, place) {
				t.Errorf("warning = %v, want both origins, and which to open", warning)
			}
			n.send(map[string]any{"type": "begin", "view": "v1", "click": "c1", "redirect_uri": row.page + "/callback/", "secure": true})
			address, _ := n.message("authorize", 0)["url"].(string)
			if u, err := url.Parse(address); err != nil || u.Query().Get("redirect_uri") != row.configured {
				t.Errorf("redirect_uri = %v, want the configured one, character by character", u.Query().Get("redirect_uri"))
			}
		})
	}
}
