package callback

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// The hashes are those of "run()" and "p{}", made with sha256sum.
func TestContentSecurityPolicy(t *testing.T) {
	t.Attr("attack", "A21")
	const (
		script = "'sha256-AvyuiL0SD1mVY3NNxR+V2uo+lhk6RMFrytWmRt6CrJQ='"
		style  = "'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='"
		rest   = "; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	)
	for _, row := range []struct{ name, page, want string }{
		{"baseline", "<style>p{}</style><script>run()</script>", "script-src " + script + "; style-src " + style},
		{"no style", "<script>run()</script>", "script-src " + script + "; style-src 'none'"},
		{"no script", "<style>p{}</style>", "script-src 'none'; style-src " + style},
		{"attributes", `<style media="all">p{}</style><script type="module">run()</script>`, "script-src " + script + "; style-src " + style},
		{"two scripts", "<style>p{}</style><script>run()</script><script>run()</script>", "script-src " + script + " " + script + "; style-src " + style},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := headersFor([]byte(row.page)).Get("Content-Security-Policy")
			if want := "default-src 'none'; " + row.want + rest; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	want := http.Header{
		"Cache-Control":           {"no-store"},
		"Content-Security-Policy": {Headers().Get("Content-Security-Policy")},
		"Content-Type":            {"text/html; charset=utf-8"},
		"Permissions-Policy":      {"camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
		"Referrer-Policy":         {"no-referrer"},
		"X-Content-Type-Options":  {"nosniff"},
	}
	got := Headers()
	for name := range want {
		if got.Get(name) != want.Get(name) {
			t.Errorf("%s: got %q, want %q", name, got.Get(name), want.Get(name))
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d headers, want %d: %v", len(got), len(want), got)
	}
	got.Set("Cache-Control", "public")
	if Headers().Get("Cache-Control") != "no-store" {
		t.Error("a caller's change reached the next caller")
	}
}

// The page must live under its own policy: whatever is not an inline script or style is blocked.
func TestPageStandsAlone(t *testing.T) {
	if bytes.Contains(Page, []byte("\r")) {
		t.Error("the page has a carriage return: browsers drop it before they hash a block")
	}
	if n := len(inlineScript.FindAll(Page, -1)); n != 1 {
		t.Errorf("got %d inline scripts, want 1", n)
	}
	markup := inlineStyle.ReplaceAll(inlineScript.ReplaceAll(Page, nil), nil)
	for _, blocked := range []string{`\ssrc\s*=`, `<link\b`, `<base\b`, `<i?frame\b`, `<form\b`, `\son[a-z]+\s*=`, `\sstyle\s*=`, `<img\b`} {
		if m := regexp.MustCompile(`(?i)` + blocked).Find(markup); m != nil {
			t.Errorf("the page has %q, which its own policy blocks", strings.TrimSpace(string(m)))
		}
	}
}
