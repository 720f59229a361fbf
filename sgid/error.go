package sgid

import (
	"time"

	"github.com/ipyauth/ipyauth/internal/idtoken"
)

// Error is every error of this package. Its text is one line and holds no
// secret, no personal data and nothing of an answer but its OAuth error code
// and the issuer and algorithm a refused ID token names.
type Error struct {
	// Kind says which step failed: see the Err variables.
	Kind string
	// Op is what was being done: "call token endpoint".
	Op string
	// Reason is one sentence.
	Reason string
	// Status is the HTTP status of an answer that was not 200.
	Status int
	// Code is the OAuth error code of such an answer, if it is one that RFC 6749
	// section 5.2 or RFC 6750 section 3.1 defines: "invalid_grant" is a code
	// that was used, expired, or belongs to another verifier or redirect URI.
	Code string
	// RetryAfter is how long sgID asked to wait.
	RetryAfter time.Duration
	// Field is the name of the user data that can't be read, with ErrData.
	Field string
	// Report lists every check of an ID token, with ErrIDToken and ErrKeySet.
	Report []Check

	cause error
}

// Check is one line of the report on an ID token.
type Check = idtoken.Check

// CheckError is a check of an ID token that failed. Find one in an ErrIDToken
// with errors.Is(err, &sgid.CheckError{Check: "nonce"}), the others being
// "format", "header", "alg", "signature" and the claims "iss", "aud", "azp",
// "exp", "nbf", "iat", "at_hash" and "sub".
type CheckError = idtoken.Error

// Error returns operation, reason and kind.
func (e *Error) Error() string {
	text := e.Kind
	if e.Reason != "" {
		text = e.Reason + " (" + e.Kind + ")"
	}
	if e.Op != "" {
		text = e.Op + ": " + text
	}
	return text
}

// Is reports whether target is an *Error of the same kind.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind
}

// Unwrap returns the checks that failed of an ID token, and the context's error
// of a request that was given up.
func (e *Error) Unwrap() error { return e.cause }

// Kinds of errors, to compare with errors.Is. Those of the first group are
// mistakes of the caller, found before anything is sent.
var (
	// ErrConfig: client ID or secret is missing, or a limit is negative.
	ErrConfig = &Error{Kind: "config"}
	// ErrHostname: the hostname is not an https address (http on this machine).
	ErrHostname = &Error{Kind: "hostname"}
	// ErrPrivateKey: not an RSA private key in PEM form, PKCS#1 or PKCS#8, of
	// 2048 to 8192 bits and without a passphrase.
	ErrPrivateKey = &Error{Kind: "private_key"}
	// ErrVerifierLength: a code verifier must have 43 to 128 characters.
	ErrVerifierLength = &Error{Kind: "verifier_length"}
	// ErrCodeChallenge: the code challenge is missing or not an S256 one.
	ErrCodeChallenge = &Error{Kind: "code_challenge"}
	// ErrCodeVerifier: the code verifier is missing or malformed.
	ErrCodeVerifier = &Error{Kind: "code_verifier"}
	// ErrRedirectURI: there is a redirect URI neither in the Config nor in the
	// call, or it is not an https address (http on this machine).
	ErrRedirectURI = &Error{Kind: "redirect_uri"}
	// ErrScope: a scope is malformed, or openid is not among them.
	ErrScope = &Error{Kind: "scope"}
	// ErrNonce: no nonce and no InsecureOmitNonce, or both.
	ErrNonce = &Error{Kind: "nonce"}
	// ErrState: the state that came back is not the one sent: the redirect
	// belongs to another sign-in, or was made up.
	ErrState = &Error{Kind: "state"}
	// ErrCode: the authorization code is missing.
	ErrCode = &Error{Kind: "code"}

	// ErrTokenEndpoint: the call to the token endpoint failed.
	ErrTokenEndpoint = &Error{Kind: "token_endpoint"}
	// ErrKeySet: the call to the JWKS endpoint failed.
	ErrKeySet = &Error{Kind: "key_set"}
	// ErrIDToken: the ID token is missing or was refused.
	ErrIDToken = &Error{Kind: "id_token"}
	// ErrAccessToken: the access token is missing or malformed.
	ErrAccessToken = &Error{Kind: "access_token"}

	// ErrUserInfo: the call to the userinfo endpoint failed.
	ErrUserInfo = &Error{Kind: "userinfo_endpoint"}
	// ErrSubject: userinfo is about another user than the sub given.
	ErrSubject = &Error{Kind: "subject"}
	// ErrBlockKey: the key of the user data can't be decrypted: it was not
	// encrypted for this private key, or not the way sgID does.
	ErrBlockKey = &Error{Kind: "block_key"}
	// ErrData: a value of the user data can't be decrypted. Field names it.
	ErrData = &Error{Kind: "data"}
)

func fail(kind *Error, op, reason string) *Error {
	return &Error{Kind: kind.Kind, Op: op, Reason: reason}
}
