package sgid

import (
	"net/url"
	"slices"
	"strings"
)

// nonceBytes is what the SDK draws too.
const nonceBytes = 32

// defaultScopes is what generally registered clients may ask for.
var defaultScopes = []string{"openid", "myinfo.name"}

// AuthorizationParams say what one sign-in asks for. Only CodeChallenge is
// required.
type AuthorizationParams struct {
	// CodeChallenge [code_challenge] is that of this sign-in's
	// [GeneratePKCEPair].
	CodeChallenge string
	// State [state] comes back with the browser; "" sends none. An unguessable
	// one, compared by Callback, keeps others from signing the user in as
	// somebody else.
	State string
	// RedirectURI [redirect_uri] is used instead of the Config's.
	RedirectURI string
	// Scopes [scope] must have openid; nil means openid and myinfo.name. An
	// element may hold several, with spaces between.
	Scopes []string
	// Nonce [nonce] ties the ID token to this sign-in; "" means a fresh one.
	Nonce string
	// InsecureOmitNonce sends no nonce (the SDK's None). A response taken from
	// another sign-in is then caught by the code challenge alone.
	InsecureOmitNonce bool
}

// AuthorizationURL returns the address to send the browser to, and the nonce to
// give to [Client.Callback], "" if it was omitted. Errors: ErrCodeChallenge,
// ErrRedirectURI, ErrScope, ErrNonce. It is sgid-client's authorization_url.
func (c *Client) AuthorizationURL(p AuthorizationParams) (address, nonce string, err error) {
	const op = "make authorization URL"
	if len(p.CodeChallenge) != challengeLength || !madeOf(p.CodeChallenge, base64url) {
		return "", "", fail(ErrCodeChallenge, op, "there is no S256 code challenge")
	}
	redirectURI, err := c.pickRedirectURI(op, p.RedirectURI)
	if err != nil {
		return "", "", err
	}
	scopes, err := checkScopes(op, p.Scopes)
	if err != nil {
		return "", "", err
	}
	q := url.Values{
		"client_id": {c.clientID}, "redirect_uri": {redirectURI}, "response_type": {"code"},
		"scope": {strings.Join(scopes, " ")}, "code_challenge": {p.CodeChallenge}, "code_challenge_method": {"S256"},
	}
	if p.State != "" {
		q.Set("state", p.State)
	}
	switch nonce = p.Nonce; {
	case p.InsecureOmitNonce && nonce != "":
		return "", "", fail(ErrNonce, op, "there is a nonce, though it is to be omitted")
	case nonce == "" && !p.InsecureOmitNonce:
		nonce = random(nonceBytes)
	}
	if nonce != "" {
		q.Set("nonce", nonce)
	}
	return c.issuer + "/oauth/authorize?" + q.Encode(), nonce, nil
}

// checkScopes takes elements apart at spaces and holds each against the grammar
// of RFC 6749 section 3.3.
func checkScopes(op string, list []string) ([]string, error) {
	if list == nil {
		return defaultScopes, nil
	}
	var scopes []string
	for _, element := range list {
		for scope := range strings.SplitSeq(element, " ") {
			if strings.ContainsFunc(scope, notScope) {
				return nil, fail(ErrScope, op, "a scope has a character that scopes can't have")
			}
			if scope != "" && !slices.Contains(scopes, scope) {
				scopes = append(scopes, scope)
			}
		}
	}
	if !slices.Contains(scopes, "openid") {
		return nil, fail(ErrScope, op, "openid is not among the scopes")
	}
	return scopes, nil
}

func notScope(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }
