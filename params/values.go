package params

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
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
	case strings.ContainsAny(id[:1], "[<") && strings.ContainsAny(id[len(id)-1:], "]>"):
		return "", v.fault(CodeClientID, "client_id", "is still the example's placeholder",
			"replace it by the client id your provider gave you")
	}
	return id, nil
}

func (v settings) clientSecret() (Secret, error) {
	s := v.get("client_secret")
	if strings.ContainsFunc(s, notVSCHAR) {
		return Secret{}, v.fault(CodeClientSecret, "client_secret", "has a character that client secrets can't have",
			"copy it again from the provider's registration page")
	}
	return NewSecret(s), nil
}

// defaultScopes are added to the scopes of every OpenID Connect provider.
var defaultScopes = []string{"openid", "profile"}

// scopes splits the scope value, adds the default scopes that are missing in
// front, and drops repetitions; the order is otherwise the user's.
func (v settings) scopes() ([]string, error) {
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
	missing := slices.DeleteFunc(slices.Clone(defaultScopes), func(s string) bool { return slices.Contains(scopes, s) })
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
		case slices.Contains(protocolParameters, name):
			return nil, fault("the parameter "+name+", which the sign-in itself sets", "remove it")
		case name == "" || strings.ContainsFunc(name, notParameterName):
			return nil, fault("a parameter name with a character that is not a letter, digit, _, - or .", "correct the name")
		case strings.ContainsFunc(extra[name], func(r rune) bool { return r < ' ' || r == 0x7f }):
			return nil, fault("a control character in the value of "+name, "remove it")
		}
	}
	return maps.Clone(extra), nil
}

// notParameterName is the complement of RFC 6749 appendix B.2's name-char.
func notParameterName(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._", r))
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
	case u.Scheme == "http" && !LoopbackHost(u.Hostname()):
		return nil, "is http", "use https (http is for providers on this machine)"
	}
	return u, "", ""
}
