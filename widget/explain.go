package widget

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/internal/flow"
)

// sentences are what a person reads for the error codes that a provider sends (RFC 6749
// sections 4.1.2.1, 4.2.2.1 and 5.2; OpenID Connect Core 3.1.2.6); %s is its name. What
// the provider itself wrote is not used, for no code: it may name a person, be of any
// language, length or origin, and this text is kept in the widget's state and in the output
// of a cell that fails. It stays readable as the cause, a *flow.Error.
var sentences = map[string]string{
	"access_denied":             "The request was refused: you, or %s, said no.",
	"login_required":            "%s asks for a new login.",
	"consent_required":          "%s asks for your consent.",
	"interaction_required":      "%s asks for your attention.",
	"invalid_scope":             "%s does not know one of the scopes, or does not grant it to this client.",
	"unauthorized_client":       "%s does not allow this client to sign in this way.",
	"invalid_client":            "%s does not accept this client.",
	"unsupported_response_type": "%s does not support this response type.",
	"invalid_request":           "%s did not accept the request.",
	"invalid_grant":             "%s no longer accepts this sign-in.",
	"invalid_token":             "%s no longer accepts the token.",
	"server_error":              "%s had an internal error.",
	"temporarily_unavailable":   "%s is busy.",
	flow.ErrUnreachable.Code:    "%s could not be reached.",
}

// causes are the errors of this package that codes stand for; any other is ErrRejected.
var causes = map[string]error{
	"access_denied":           ErrDenied,
	"login_required":          ErrSignInRequired,
	"consent_required":        ErrSignInRequired,
	"interaction_required":    ErrSignInRequired,
	"invalid_grant":           ErrSignInRequired,
	"invalid_token":           ErrSignInRequired,
	"server_error":            ErrUnavailable,
	"temporarily_unavailable": ErrUnavailable,
	flow.ErrUnreachable.Code:  ErrUnavailable,
	flow.ErrAnswer.Code:       ErrUnavailable,
	flow.ErrFlowExpired.Code:  ErrTimeout,
	flow.ErrCancelled.Code:    ErrCanceled,
}

func errTimedOut() *Error {
	return &Error{Code: "timeout", Err: ErrTimeout,
		Message: "No answer came from the provider in time.", Next: "Click Sign in to try again."}
}

func errNotThisAnswer() *Error {
	return &Error{Code: "not_an_answer", Err: ErrRejected,
		Message: "That is not the answer of this sign-in.", Next: "Copy the whole text from the sign-in window."}
}

func signInRequired() error {
	return &Error{Code: "sign_in_required", Err: ErrSignInRequired,
		Message: "Nobody is signed in.", Next: "Click Sign in on the widget, or wait for it with a.Wait()."}
}

func expired() error {
	return &Error{Code: "expired", Err: ErrExpired,
		Message: "The token expired.", Next: "Click Sign in on the widget again."}
}

func canceled(message string) *Error {
	return &Error{Code: "canceled", Err: ErrCanceled, Message: message, Next: "Click Sign in to try again."}
}

// explain turns any error of a sign-in into what a person reads. provider is its name.
func explain(err error, provider string) *Error {
	var own *Error
	var oauth *flow.Error
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, context.Canceled):
		return canceled("The sign-in was canceled.")
	case errors.As(err, &oauth):
		return explainCode(oauth, err, provider)
	default:
		return &Error{Code: flow.ErrUnreachable.Code, Err: errors.Join(ErrUnavailable, err),
			Message: strings.Replace(sentences[flow.ErrUnreachable.Code], "%s", provider, 1),
			Next:    "Check the network and the provider's address, then click Sign in again."}
	}
}

func explainCode(e *flow.Error, err error, provider string) *Error {
	cause, known := causes[e.Code]
	if !known {
		cause = ErrRejected
	}
	message := asSentence(e.Description)
	if s, ok := sentences[e.Code]; ok {
		message = strings.Replace(s, "%s", provider, 1)
	} else if e.Refused {
		message = provider + " refused the request (" + e.Code + ")."
	}
	return &Error{Code: e.Code, Message: message, Next: asSentence(e.Next), Err: errors.Join(cause, err)}
}

// asSentence gives a phrase of an error its capital and its full stop.
func asSentence(phrase string) string {
	if phrase == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(phrase)
	return strings.TrimRight(string(unicode.ToUpper(first))+phrase[size:], ".") + "."
}
