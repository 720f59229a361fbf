// Package callback is everything about the page at callback/, where a provider sends the browser
// back after a sign-in: the page itself, the headers it must be served with, and the Python wheel
// that makes a Jupyter server serve it.
//
// [Page] with [Headers] is all a server needs; [Wheel] is what ipyauth install gives to pip.
//
// # Security
//
// The page is open: it is served without login and holds no data. It may run only its own script,
// talk only to its own origin, and must not be framed, cached or named in a Referer.
package callback

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
)

// Version is the version of the whole project: of the binary and of the wheel it carries. It is
// spelled as PEP 440 asks, so that pip and people read the same string.
const Version = "0.1.0.dev0"

// Page is the callback page, one HTML file with inline script and style, as js builds it.
// It must not be changed.
//
//go:embed page/index.html
var Page []byte

var (
	inlineScript = regexp.MustCompile(`(?s)<script(?:\s[^>]*)?>(.*?)</script>`)
	inlineStyle  = regexp.MustCompile(`(?s)<style(?:\s[^>]*)?>(.*?)</style>`)
)

// Headers returns what [Page] must be served with; the caller may change the result.
//
// There is deliberately no Cross-Origin-Opener-Policy: any value but the default could cut the
// popup off from the notebook that opened it, and with it the fastest way back.
func Headers() http.Header {
	return headersFor(Page)
}

func headersFor(page []byte) http.Header {
	h := http.Header{}
	// The address may hold a code or a token: no copy of the response anywhere, no Referer.
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'",
		// Hashes, so that not even a script injected into the page would run.
		"script-src " + hashes(inlineScript, page),
		"style-src " + hashes(inlineStyle, page),
		// 'self' covers WebSockets of the same host (CSP3 section 6.7.2.8): Chromium 71, Firefox,
		// Safari 16. Naming ws: for older ones would allow every host.
		"connect-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	}, "; "))
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	return h
}

// hashes lists the CSP hash sources (CSP3 section 2.3.1) of the page's inline blocks.
func hashes(block *regexp.Regexp, page []byte) string {
	var sources []string
	for _, m := range block.FindAllSubmatch(page, -1) {
		sum := sha256.Sum256(m[1])
		sources = append(sources, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	if len(sources) == 0 {
		return "'none'"
	}
	return strings.Join(sources, " ")
}
