package params

import (
	"net/url"
	"strings"

	"github.com/ipyauth/ipyauth/internal/weburl"
)

// callbackPath ends the path of every redirect URI: the callback page is served
// at {base_url}callback/ of the notebook server.
const callbackPath = "/callback/"

// redirectURI checks the redirect URI and returns it as it is to be registered
// and sent: byte for byte what the user gave (RFC 9700 section 4.1.3 wants exact
// matching), but for the scheme, which the seed's form `host:port/callback/`
// leaves out. "" stays "": it is derived from the page. anyPage takes an address
// that is not the callback page's.
func (v settings) redirectURI(anyPage bool) (string, error) {
	raw := v.get("redirect_uri")
	if raw == "" {
		return "", nil
	}
	fault := func(wrong, next string) error { return v.fault(CodeRedirectURI, "redirect_uri", wrong, next) }
	if strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "", fault("has a space, a control character or a letter outside ASCII", "remove it")
	}
	full := raw
	if !strings.Contains(raw, "://") {
		full = guessScheme(raw) + raw
	}
	u, err := url.Parse(full)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || !hostLike(raw):
		return "", fault("is not an absolute URL", "use your notebook server's address, like http://localhost:8888/callback/")
	case u.User != nil:
		return "", fault("has a user name or password in it", "remove what stands before the @")
	case strings.Contains(raw, "#"):
		return "", fault("has a fragment", "cut it at the # (RFC 6749 section 3.1.2)")
	case u.RawQuery != "" || u.ForceQuery:
		return "", fault("has a query", "cut it at the ?")
	case u.Scheme == "http" && !weburl.Loopback(u.Hostname()):
		return "", fault("is http on a host that is not this machine", "use https, or leave it empty to take the notebook page's own address")
	case anyPage:
		return full, nil
	case strings.HasSuffix(u.Path, strings.TrimSuffix(callbackPath, "/")):
		return "", fault("lacks its trailing slash", "register and use "+full+"/")
	case !strings.HasSuffix(u.Path, callbackPath):
		return "", fault("does not end in "+callbackPath, "register and use "+u.Scheme+"://"+u.Host+callbackPath+", with your server's base_url before callback/")
	}
	return full, nil
}

// guessScheme reads `host:port/callback/`: loopback hosts speak http, others https.
func guessScheme(raw string) string {
	u, err := url.Parse("https://" + raw)
	if err == nil && weburl.Loopback(u.Hostname()) {
		return "http://"
	}
	return "https://"
}

// hostLike tells `host:port/callback/` from the bare path `callback/`: without
// a scheme the host must look like one.
func hostLike(raw string) bool {
	if strings.Contains(raw, "://") {
		return true
	}
	host, _, _ := strings.Cut(raw, "/")
	return strings.ContainsAny(host, ".:") || host == "localhost"
}
