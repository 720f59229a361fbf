package provider

import (
	"regexp"
	"strings"
	"testing"
)

var loopbackStart = regexp.MustCompile(`^http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?/`)

// FuzzAllowedRedirect compares the rule, which parses, with its words, which a browser would read literally.
func FuzzAllowedRedirect(f *testing.F) {
	for _, seed := range []string{
		"http://127.0.0.1:8888/callback/", "http://localhost/user/a%40b/callback/", "http://[::1]:1/callback/",
		"http://127.0.0.1:8888\\@example.test/callback/", "http://127.0.0.1:8888@example.test/callback/",
		"http://localhost:8888/callback/#/callback/", "http:///callback/", "http://[::1%25lo]/callback/", "http://127.0.0.1\t/callback/",
	} {
		f.Add(seed)
	}
	p := &Provider{}
	f.Fuzz(func(t *testing.T, uri string) {
		if !p.allowedRedirect(uri) {
			return
		}
		if !loopbackStart.MatchString(uri) || !strings.HasSuffix(uri, "/callback/") || strings.ContainsAny(uri, "?#\\ \t\r\n") {
			t.Errorf("%q was allowed", uri)
		}
	})
}
