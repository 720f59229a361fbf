package idtoken

import "strings"

// The names of checks, mostly those of the claims they look at.
const (
	CheckFormat    = "format"    // three parts of strict base64url and plain JSON
	CheckHeader    = "header"    // no crit, a kid that is text
	CheckAlgorithm = "alg"       // on the list
	CheckSignature = "signature" // made by a key the provider publishes
	CheckIssuer    = "iss"
	CheckAudience  = "aud"
	CheckParty     = "azp"
	CheckExpiry    = "exp"
	CheckNotBefore = "nbf"
	CheckIssuedAt  = "iat"
	CheckNonce     = "nonce"
	CheckTokenHash = "at_hash"
	CheckCodeHash  = "c_hash"
	CheckSubject   = "sub"
	CheckACR       = "acr"
	CheckAuthTime  = "auth_time"
)

// Check is one line of a verification report: what was looked at, whether it
// held, and a sentence for a person. A check that could not be made is not OK
// and its text begins with "not checked".
type Check struct {
	Name string
	OK   bool
	Text string
}

// Error is one check that failed. Its text holds no token, nonce or hash.
type Error struct {
	// Check is one of the Check constants.
	Check string
	// Reason says what is wrong.
	Reason string

	cause error
}

// Error returns the check and the reason.
func (e *Error) Error() string { return e.Check + ": " + e.Reason }

// Is reports whether target is an *Error for the same check.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Check == e.Check
}

// Unwrap returns [ErrUnknownKey] or [ErrKeysUnavailable] where they are the reason.
func (e *Error) Unwrap() error { return e.cause }

// Refused is the error of [Verifier.Verify]: all checks that failed.
type Refused struct {
	// Failed has at least one element.
	Failed []*Error
	// Report lists every check made, those that passed included.
	Report []Check
}

// Error joins the failures in one sentence.
func (r *Refused) Error() string {
	parts := make([]string, len(r.Failed))
	for i, e := range r.Failed {
		parts[i] = e.Error()
	}
	return "ID token refused: " + strings.Join(parts, "; ")
}

// Unwrap returns each failure, for errors.Is and errors.As.
func (r *Refused) Unwrap() []error {
	errs := make([]error, len(r.Failed))
	for i, e := range r.Failed {
		errs[i] = e
	}
	return errs
}

// report collects checks while a token is verified.
type report struct {
	checks []Check
	failed []*Error
}

func (r *report) pass(name, text string) {
	r.checks = append(r.checks, Check{Name: name, OK: true, Text: text})
}

func (r *report) skip(name, why string) {
	r.checks = append(r.checks, Check{Name: name, Text: "not checked: " + why})
}

func (r *report) fail(name, reason string) { r.failFor(name, reason, nil) }

func (r *report) failFor(name, reason string, cause error) {
	r.checks = append(r.checks, Check{Name: name, Text: reason})
	r.failed = append(r.failed, &Error{Check: name, Reason: reason, cause: cause})
}
