package sgid

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/ipyauth/ipyauth/internal/idtoken"
)

// CallbackParams are what the browser brought back and what was kept of the
// sign-in. Code, CodeVerifier and Nonce are required.
type CallbackParams struct {
	// Code [code] is the query parameter of that name.
	Code string
	// CodeVerifier [code_verifier] is that of this sign-in's
	// [GeneratePKCEPair].
	CodeVerifier string
	// Nonce [nonce] is what AuthorizationURL returned.
	Nonce string
	// InsecureOmitNonce says that AuthorizationURL was told so too (the SDK's
	// None). An ID token that has a nonce is then refused.
	InsecureOmitNonce bool
	// RedirectURI [redirect_uri] is that of the authorization request, if it
	// was not the Config's.
	RedirectURI string
	// State is what AuthorizationURL was given, ReturnedState the query
	// parameter "state". They must be equal; the SDK leaves that to its caller.
	State, ReturnedState string
}

// Session is a user who signed in. Tokens print as "[redacted]": a session that
// is logged or ends a notebook's cell must not give them away. Their Reveal
// method returns the text, to be stored for example; [NewSecret] wraps it again.
type Session struct {
	// Sub [sub] identifies the user to this client for good.
	Sub string
	// AccessToken [access_token] is for [Client.UserInfo].
	AccessToken Secret
	// IDToken is the ID token that was verified. sgid-client 0.3.0 returns it
	// too, undocumented.
	IDToken Secret
}

// Callback exchanges the authorization code for tokens and verifies the ID
// token: signature, issuer, audience, times and nonce. Errors: ErrCode,
// ErrCodeVerifier, ErrNonce, ErrState and ErrRedirectURI before anything is
// sent, then ErrTokenEndpoint, ErrAccessToken, ErrKeySet, ErrIDToken. It is
// sgid-client's callback.
func (c *Client) Callback(ctx context.Context, p CallbackParams) (*Session, error) {
	const op = "call token endpoint"
	if err := p.check(); err != nil {
		return nil, err
	}
	redirectURI, err := c.pickRedirectURI("handle callback", p.RedirectURI)
	if err != nil {
		return nil, err
	}
	// RFC 6749 section 4.1.3 and RFC 7636 section 4.5; sgID takes the client's
	// credentials in the form.
	form := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {c.clientID}, "client_secret": {c.clientSecret.Reveal()},
		"redirect_uri": {redirectURI}, "code": {p.Code}, "code_verifier": {p.CodeVerifier},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.issuer+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fail(ErrTokenEndpoint, op, "the request can't be made")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := c.ask(req, ErrTokenEndpoint, op)
	if err != nil {
		return nil, err
	}
	return c.session(ctx, answer, p)
}

// check is what can be said before asking sgID.
func (p CallbackParams) check() error {
	const op = "handle callback"
	switch {
	case !NewSecret(p.State).Equal(NewSecret(p.ReturnedState)):
		return fail(ErrState, op, "the state that came back is not the one sent")
	case p.Code == "":
		return fail(ErrCode, op, "there is no authorization code")
	case len(p.CodeVerifier) < minVerifier || len(p.CodeVerifier) > maxVerifier || !madeOf(p.CodeVerifier, unreserved):
		return fail(ErrCodeVerifier, op, "the code verifier is missing or malformed")
	case p.Nonce == "" && !p.InsecureOmitNonce:
		return fail(ErrNonce, op, "there is no nonce")
	case p.Nonce != "" && p.InsecureOmitNonce:
		return fail(ErrNonce, op, "there is a nonce, though it was to be omitted")
	}
	return nil
}

// session checks the token endpoint's answer (RFC 6749 section 5.1).
func (c *Client) session(ctx context.Context, answer map[string]any, p CallbackParams) (*Session, error) {
	const op = "check tokens"
	// Section 5.1 demands a token_type, but the SDK gets by without one, so its
	// absence can't be called an attack. Another type would be.
	if kind, there := answer["token_type"]; there {
		if text, _ := kind.(string); !strings.EqualFold(text, "Bearer") {
			return nil, fail(ErrAccessToken, op, "the access token is not a bearer token")
		}
	}
	access, _ := answer["access_token"].(string)
	if !bearerToken(access) {
		return nil, fail(ErrAccessToken, op, "the access token is missing or malformed")
	}
	id, _ := answer["id_token"].(string)
	if id == "" {
		return nil, fail(ErrIDToken, op, "there is no ID token in the answer")
	}
	verified, err := c.verifier.Verify(ctx, id, idtoken.Expect{
		Nonce: p.Nonce, NonceOptional: p.InsecureOmitNonce, AccessToken: access, Code: p.Code,
	})
	if err != nil {
		return nil, idTokenError(op, err)
	}
	sub, _ := verified.Claims["sub"].(string)
	return &Session{Sub: sub, AccessToken: NewSecret(access), IDToken: NewSecret(id)}, nil
}

// idTokenError tells a token that is bad from a key set that can't be had.
func idTokenError(op string, err error) *Error {
	e := fail(ErrIDToken, op, err.Error())
	if errors.Is(err, idtoken.ErrKeysUnavailable) {
		e = fail(ErrKeySet, "call JWKS endpoint", "sgID's keys can't be read")
	}
	var refused *idtoken.Refused
	if errors.As(err, &refused) {
		e.Report = refused.Report
	}
	e.cause = err
	return e
}

// maxBearer is more than any provider's access token.
const maxBearer = 16 << 10

// bearerToken is the b64token of RFC 6750 section 2.1.
func bearerToken(token string) bool {
	return token != "" && len(token) <= maxBearer && madeOf(strings.TrimRight(token, "="), unreserved+"+/")
}
