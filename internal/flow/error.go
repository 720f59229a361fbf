package flow

import (
	"cmp"
	"encoding/base64"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/ipyauth/ipyauth/internal/idtoken"
)

// Error is every error of this package that a caller may act on. Its texts are
// fit for a cell, a page and a log: one line, no control or direction
// characters, no secret.
type Error struct {
	// Code is one of RFC 6749, OpenID Connect or RFC 6750 as the provider sent
	// it, or one of this package's: see the Err variables.
	Code string
	// Op is what was being done: "check response", "exchange code".
	Op string
	// Description is one sentence: ours, or the provider's made safe.
	Description string
	// Refused says that Code and Description are the provider's. What it wrote may be
	// about a person, and is for one who asks, not for what is saved.
	Refused bool
	// URI is the provider's page about the error, if it is on the provider's host.
	URI string
	// Next is one thing to do.
	Next string
	// RetryAfter is how long the provider asked to wait.
	RetryAfter time.Duration
	// Report is the verification report, if there was a verification.
	Report []Check

	cause error
}

// Check is one line of a verification report.
type Check = idtoken.Check

// Error returns operation, description and code.
func (e *Error) Error() string {
	text := e.Code
	if e.Description != "" {
		text = e.Description + " (" + e.Code + ")"
	}
	if e.Op != "" {
		text = e.Op + ": " + text
	}
	return text
}

// Is reports whether target is an *Error with the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Unwrap returns the *idtoken.Refused of a refused ID token, and the context's
// error of a request that was given up.
func (e *Error) Unwrap() error { return e.cause }

// Errors to compare with errors.Is. Codes of the provider that have no variable
// compare with &Error{Code: "..."}.
var (
	// ErrStateMismatch: the response has no state, or not this sign-in's. The
	// sign-in goes on waiting.
	ErrStateMismatch = &Error{Code: "state_mismatch"}
	// ErrUsed: this sign-in had its response already.
	ErrUsed = &Error{Code: "flow_used"}
	// ErrFlowExpired: the response came after ten minutes.
	ErrFlowExpired = &Error{Code: "flow_expired"}
	// ErrCancelled: the sign-in was cancelled.
	ErrCancelled = &Error{Code: "flow_cancelled"}
	// ErrMalformed: not a response, or one with repeated, broken or missing
	// parameters.
	ErrMalformed = &Error{Code: "malformed_response"}
	// ErrMode: a response of another grant, or in the wrong part of the URL.
	ErrMode = &Error{Code: "response_mode"}
	// ErrIssuer: the response is of another provider (RFC 9207).
	ErrIssuer = &Error{Code: "issuer_mismatch"}
	// ErrTokenType: the token is not a bearer token.
	ErrTokenType = &Error{Code: "token_type"}
	// ErrIDToken: the ID token is missing or was refused; errors.As finds the
	// *idtoken.Refused, Report lists all checks.
	ErrIDToken = &Error{Code: "id_token_invalid"}
	// ErrTokenNotOurs: the access token was issued to another client.
	ErrTokenNotOurs = &Error{Code: "token_not_ours"}
	// ErrSubject: userinfo is about another user than the ID token.
	ErrSubject = &Error{Code: "subject_mismatch"}

	// ErrInsecureContext: the page has no cryptography (it is not https and not
	// on this machine), so tokens can't travel through it.
	ErrInsecureContext = &Error{Code: "insecure_context"}
	// ErrRedirectURI: there is no redirect URI, or an unusable one.
	ErrRedirectURI = &Error{Code: "redirect_uri"}
	// ErrMetadata: the provider's metadata is wrong or names another issuer.
	ErrMetadata = &Error{Code: "metadata_invalid"}
	// ErrPKCE: the provider says it has no S256.
	ErrPKCE = &Error{Code: "pkce_unsupported"}
	// ErrUnreachable: no answer from the provider.
	ErrUnreachable = &Error{Code: "provider_unreachable"}
	// ErrAnswer: the provider answered, but not what the standards say.
	ErrAnswer = &Error{Code: "invalid_answer"}
	// ErrUnsupported: the provider has no endpoint for this.
	ErrUnsupported = &Error{Code: "unsupported"}

	// ErrDenied: the user or the provider said no.
	ErrDenied = &Error{Code: "access_denied"}
	// ErrInvalidGrant: the code or refresh token is not valid any more.
	ErrInvalidGrant = &Error{Code: "invalid_grant"}
	// ErrInvalidToken: the provider does not take the access token (any more).
	ErrInvalidToken = &Error{Code: "invalid_token"}
)

// again is what to do where nothing better is known.
const again = "click Sign in to start again"

// nextSteps are what to do about errors, by code.
var nextSteps = map[string]string{
	"access_denied":             "click Sign in and agree, or ask for access",
	"unauthorized_client":       "check that the client id may use this response type",
	"unsupported_response_type": "check that the client id may use this response type",
	"invalid_scope":             "check Scope against what the client id may ask for",
	"invalid_client":            "check the client id and secret",
	"invalid_request":           "check the client id and that the redirect URI is registered for it",
	"server_error":              "try again in a moment",
	"temporarily_unavailable":   "try again in a moment",
	ErrUnreachable.Code:         "check the network, then try again",
	ErrAnswer.Code:              "try again; if it stays so, tell the provider",
	ErrMetadata.Code:            "check the issuer or base URL",
	ErrPKCE.Code:                "use a confidential client, or ask the provider for PKCE",
	ErrInsecureContext.Code:     `open the notebook over https or on localhost, or use ResponseType "code"`,
	ErrRedirectURI.Code:         "set RedirectURI to your notebook server's address + callback/",
	ErrIDToken.Code:             "check this computer's clock and the client id, then " + again,
	ErrTokenNotOurs.Code:        "do not use this response; " + again,
	ErrIssuer.Code:              "do not use this response; check the issuer, then " + again,
	ErrStateMismatch.Code:       "finish the sign-in in the window that Sign in opened",
	"unsupported_grant_type":    "check that the client id may use this grant",
}

// fail makes an error of one of ours.
func fail(of *Error, op, description string) *Error {
	return &Error{Code: of.Code, Op: op, Description: description, Next: nextFor(of.Code)}
}

func nextFor(code string) string {
	if next, known := nextSteps[code]; known {
		return next
	}
	return again
}

// refusal makes the error of a provider's error answer (RFC 6749 sections
// 4.1.2.1, 4.2.2.1 and 5.2). hide are values that must not show, should the
// provider repeat them in any field, and so is the client secret; providerURL is where
// links may lead. What the configuration knows about such a refusal is put in.
func (c *Client) refusal(op, code, description, uri, providerURL string, hide ...string) *Error {
	own := c.cfg.ClientSecret.Reveal()
	basic := base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(c.cfg.ClientID) + ":" + url.QueryEscape(own)))
	hide = append(slices.Clip(hide), own, basic)
	shown := func(text string) string {
		if slices.ContainsFunc(hide, func(s string) bool { return repeats(text, s) }) {
			return ""
		}
		return text
	}
	e := &Error{Code: errorCode(shown(code)), Op: op, Refused: true, URI: linkOn(shown(uri), providerURL),
		Description: cmp.Or(plain(shown(description)), "the provider refused")}
	e.Next = nextFor(e.Code)
	for _, text := range slices.Sorted(maps.Keys(c.cfg.Hints)) {
		if e.Code == text || strings.Contains(e.Description, text) {
			e.Next = c.cfg.Hints[text]
		}
	}
	return e
}

// leastSecret is the shortest text looked for: a shorter one may be a word.
const leastSecret = 8

// repeats reports whether the whole text, before or after it is made plain, has the secret
// in it, as it is or as it is written into a form or address. A part of it may not be
// enough to see: what is cut is looked at before.
func repeats(text, secret string) bool {
	if len(secret) < leastSecret {
		return false
	}
	for _, form := range []string{text, visible(text)} {
		for _, s := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			if strings.Contains(form, s) {
				return true
			}
		}
	}
	return false
}

var errorCodes = regexp.MustCompile(`^[A-Za-z0-9_.:/-]{1,64}$`)

// errorCode keeps a code that looks like one.
func errorCode(code string) string {
	if !errorCodes.MatchString(code) {
		return "unknown_error"
	}
	return code
}

// escapes are ECMA-48 control sequences (colours, cursor) and strings (titles, links).
var escapes = regexp.MustCompile("(?s)\x1b\\].*?(?:\x07|\x1b\\\\)|(?:\x1b\\[|\u009b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]")

// maxText is the longest provider text shown, in characters.
const maxText = 300

// plain makes a provider's text one line of plain text, cut.
func plain(text string) string {
	text = visible(text)
	if runes := []rune(text); len(runes) > maxText {
		return string(runes[:maxText]) + "..."
	}
	return text
}

// visible takes out what nobody sees or what steers a terminal: escapes, control,
// direction and invisible characters, line breaks.
func visible(text string) string {
	text = escapes.ReplaceAllString(text, "")
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
