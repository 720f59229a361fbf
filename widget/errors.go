package widget

import (
	"errors"
	"fmt"
)

// Errors that callers may branch on with errors.Is. An [*Error] wraps the one that fits.
var (
	// ErrSignInRequired: nobody is signed in. Click Sign in, or wait with [Auth.Wait].
	ErrSignInRequired = errors.New("nobody is signed in")
	// ErrExpired: the token expired and could not be renewed.
	ErrExpired = errors.New("the token expired")
	// ErrDenied: the person, or the provider, refused the request (RFC 6749, access_denied).
	ErrDenied = errors.New("the sign-in was refused")
	// ErrCanceled: the sign-in was canceled in the notebook, or its window closed.
	ErrCanceled = errors.New("the sign-in was canceled")
	// ErrTimeout: no answer came from the provider in time.
	ErrTimeout = errors.New("the sign-in timed out")
	// ErrInterrupted: the cell that waited was interrupted.
	ErrInterrupted = errors.New("interrupted")
	// ErrHostNotAllowed: a request to a host that must not see the token.
	ErrHostNotAllowed = errors.New("host not allowed")
	// ErrRejected: the provider's answer failed a check and was not accepted.
	ErrRejected = errors.New("the provider's answer was rejected")
	// ErrUnavailable: the provider could not be reached or did not answer as it should.
	ErrUnavailable = errors.New("the provider did not answer")
)

// Error is why a sign-in did not end with a token. It never holds a token, code, state
// or body.
type Error struct {
	// Code is stable and machine readable: an OAuth error code such as "access_denied",
	// or one of ours such as "state_mismatch".
	Code string
	// Message says in one sentence what happened and why.
	Message string
	// Next is the one thing to do about it.
	Next string
	// Err is the cause: one of the errors of this package, a *flow.Error or a *params.Error.
	Err error
}

// Error returns the message and what to do next.
func (e *Error) Error() string {
	if e.Next == "" {
		return e.Message
	}
	return fmt.Sprintf("%s %s", e.Message, e.Next)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// view is the error as the front end shows it.
func (e *Error) view() any {
	if e == nil {
		return nil
	}
	return map[string]any{"code": e.Code, "message": e.Message, "next": e.Next}
}
