package params

import (
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ipyauth/ipyauth/internal/weburl"
)

// clientID checks the client identifier: visible ASCII and spaces (RFC 6749
// appendix A.1), and not the placeholder of an example file.
func (v settings) clientID(in input, stem string) (string, error) {
	id := v.get("client_id")
	switch {
	case id == "":
		where := in.file
		if where == "" {
			where = stem + ".env"
		}
		return "", v.fault(CodeClientID, "client_id", "is missing",
			"set it, or write client_id=... in "+where+" in folder "+strconv.Quote(in.dir()))
	case strings.ContainsFunc(id, notVSCHAR):
		return "", v.fault(CodeClientID, "client_id", "has a character that client ids can't have",
			"copy it again from the provider's registration page")
	case placeholder(id):
		return "", v.fault(CodeClientID, "client_id", "is still the example's placeholder",
			"replace it by the client id your provider gave you")
	}
	return id, nil
}

// clientSecret takes the client secret of field or file, else of the environment.
//
// The environment is cmd's to read; this one variable is the exception, as a
// notebook has no command line, and a secret that is in neither a cell nor a file
// can't be saved or committed with them. It is read only for the grant that sends it.
func (p *profile) clientSecret(c *Config, v settings) (Secret, error) {
	variable := "IPYAUTH_" + strings.ToUpper(p.id) + "_CLIENT_SECRET"
	if c.ResponseType == Code {
		v.add("client_secret", setting{value: os.Getenv(variable), variable: variable})
	}
	s := v.get("client_secret")
	if s == "" && p.needsSecret && c.ResponseType == Code {
		return Secret{}, v.fault(CodeClientSecretMissing, "client_secret", "is missing ("+p.name+" wants one, with PKCE too)",
			"write client_secret=... in the dotenv file, or set the environment variable "+variable+" before the kernel starts")
	}
	if placeholder(s) {
		return Secret{}, v.fault(CodeClientSecret, "client_secret", "is still the example's placeholder",
			"remove it, or replace it by the client secret your provider gave you")
	}
	if strings.ContainsFunc(s, notVSCHAR) {
		return Secret{}, v.fault(CodeClientSecret, "client_secret", "has a character that client secrets can't have",
			"copy it again from the provider's registration page")
	}
	return NewSecret(s), nil
}

// placeholders are what example files write for a value: [your-client-id], or a part of one.
var placeholders = regexp.MustCompile(`^[\[<].*[\]>]$|\[your-[a-z-]+\]`)

func placeholder(value string) bool { return placeholders.MatchString(value) }

// scopes splits the scope value, adds the default scopes that are missing in
// front, and drops repetitions; the order is otherwise the user's.
func (v settings) scopes(defaults []string) ([]string, error) {
	var scopes []string
	for i, token := range strings.FieldsFunc(v.get("scope"), func(r rune) bool { return r == ' ' }) {
		if !scopeToken(token) {
			return nil, v.fault(CodeScope, "scope", "has a character in scope number "+strconv.Itoa(i+1)+" that RFC 6749 does not allow",
				`separate scopes by single spaces and use neither quotes, \ nor letters outside ASCII`)
		}
		if !slices.Contains(scopes, token) {
			scopes = append(scopes, token)
		}
	}
	missing := slices.DeleteFunc(slices.Clone(defaults), func(s string) bool { return slices.Contains(scopes, s) })
	return append(missing, scopes...), nil
}

// scopeToken is RFC 6749 section 3.3: 1*( %x21 / %x23-5B / %x5D-7E ).
func scopeToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || r == '"' || r == '\\'
	})
}

// notVSCHAR is the complement of RFC 6749 appendix A's VSCHAR.
func notVSCHAR(r rune) bool { return r < ' ' || r > '~' }

// protocolParameters are written by the flow alone: an extra parameter of such
// a name would weaken it (attack row 86).
var protocolParameters = []string{
	"client_assertion", "client_assertion_type", "client_id", "client_secret", "code", "code_challenge",
	"code_challenge_method", "code_verifier", "grant_type", "nonce", "redirect_uri", "request", "request_uri",
	"response_mode", "response_type", "scope", "state",
}

func checkExtra(extra map[string]string) (map[string]string, error) {
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		fault := func(wrong, next string) error {
			return &Error{Code: CodeExtra, Field: "Extra", Message: "Extra has " + wrong, Next: next}
		}
		switch {
		case slices.ContainsFunc(protocolParameters, func(own string) bool { return strings.EqualFold(own, name) }):
			return nil, fault("the parameter "+name+", which the sign-in itself sets", "remove it")
		case name == "" || strings.ContainsFunc(name, notParameterName):
			return nil, fault("a parameter name with a character that is not a letter, digit, _, - or .", "correct the name")
		case strings.ContainsFunc(extra[name], controlCharacter):
			return nil, fault("a control character in the value of "+name, "remove it")
		}
	}
	return maps.Clone(extra), nil
}

// addParameters puts values of fields or file into the request, where Extra does
// not have them.
func (v settings) addParameters(c *Config, names []string) error {
	for _, name := range names {
		value := v.get(name)
		if strings.ContainsFunc(value, controlCharacter) {
			return v.fault(CodeExtra, name, "has a control character", "remove it")
		}
		if value != "" {
			c.setDefault(name, value)
		}
	}
	return nil
}

// setDefault puts a parameter into the request that is not there yet.
func (c *Config) setDefault(name, value string) {
	if c.Extra == nil {
		c.Extra = map[string]string{}
	}
	if c.Extra[name] == "" {
		c.Extra[name] = value
	}
}

func controlCharacter(r rune) bool { return r < ' ' || r == 0x7f }

// notParameterName is the complement of RFC 6749 appendix B.2's name-char.
func notParameterName(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._", r))
}

// server returns a value that is the address of a provider, or of a part of it,
// without the slashes at its end; ifEmpty if it was not given.
func (v settings) server(code, key, ifEmpty string) (string, error) {
	raw := v.get(key)
	if raw == "" {
		return ifEmpty, nil
	}
	if _, wrong, next := serverURL(raw); wrong != "" {
		return "", v.fault(code, key, wrong, next)
	}
	return strings.TrimRight(raw, "/"), nil
}

// endpoint returns a value that is an endpoint's address, "" if it was not given.
func (v settings) endpoint(key string) (string, error) {
	raw := v.get(key)
	if raw == "" {
		return "", nil
	}
	if _, wrong, next := serverURL(raw); wrong != "" {
		return "", v.fault(CodeEndpoint, key, wrong, next)
	}
	return raw, nil
}

// domain returns the origin of a required value that is a host name. On this
// machine it is http's, as for serverURL.
func (v settings) domain(key, example string) (origin string, err error) {
	host := v.get(key)
	switch {
	case host == "":
		return "", v.fault(CodeBaseURL, key, "is missing", "set it to a name like "+example+", or write "+key+"=... in the dotenv file")
	case !hostName(host):
		return "", v.fault(CodeBaseURL, key, "is not a host name", "write only a name like "+example+", without https:// and path")
	}
	u, _, _ := serverURL("https://" + host)
	if weburl.Loopback(u.Hostname()) {
		return "http://" + host, nil
	}
	return "https://" + host, nil
}

// hostName reports whether text is a host, perhaps with a port, and nothing else.
func hostName(text string) bool {
	u, wrong, _ := serverURL("https://" + text)
	return wrong == "" && u.Host == text && !strings.ContainsAny(text, "*{}")
}

// serverURL checks the address of a provider, or of a part of it, and returns
// it parsed, or what is wrong with it.
func serverURL(raw string) (u *url.URL, wrong, next string) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return nil, "is not a URL", "use a form like https://sso.example.com/path"
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "":
		return nil, "is not an absolute https URL", "use a form like https://sso.example.com/path"
	case u.User != nil:
		return nil, "has a user name or password in it", "remove what stands before the @"
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(raw, "#"):
		return nil, "has a query or fragment", "cut it at the ? or #"
	case u.Scheme == "http" && !weburl.Loopback(u.Hostname()):
		return nil, "is http", "use https (http is for providers on this machine)"
	}
	return u, "", ""
}
