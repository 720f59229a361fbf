package params

import "strings"

// The codes of [Error].
const (
	// CodeMode: Mode is none of the provider's environments.
	CodeMode = "mode"
	// CodeResponseType: ResponseType is not one this provider has.
	CodeResponseType = "response_type"
	// CodeClientID: the client id is missing, a placeholder or malformed.
	CodeClientID = "client_id"
	// CodeClientSecret: the client secret is malformed.
	CodeClientSecret = "client_secret"
	// CodeClientSecretMissing: the provider wants a client secret and none was found.
	// A [SecretTaker] can be given one.
	CodeClientSecretMissing = "client_secret_missing"
	// CodePrivateKey: the private key is missing or unusable.
	CodePrivateKey = "private_key"
	// CodeRedirectURI: RedirectURI can't be the notebook's callback page.
	CodeRedirectURI = "redirect_uri"
	// CodeScope: a scope has a character RFC 6749 section 3.3 does not allow.
	CodeScope = "scope"
	// CodeBaseURL: the provider's address is missing or unusable.
	CodeBaseURL = "base_url"
	// CodeIssuer: the issuer is missing or unusable.
	CodeIssuer = "issuer"
	// CodeEndpoint: an endpoint or a host for endpoints is unusable.
	CodeEndpoint = "endpoint"
	// CodeExtra: an extra parameter would override one of the protocol's own.
	CodeExtra = "extra"
	// CodeDotenvMissing: the dotenv file or its folder is not there.
	CodeDotenvMissing = "dotenv_missing"
	// CodeDotenvAmbiguous: several dotenv files fit and none was chosen.
	CodeDotenvAmbiguous = "dotenv_ambiguous"
	// CodeDotenvUnreadable: the dotenv file is no regular file, too large, not
	// UTF-8, or can't be opened.
	CodeDotenvUnreadable = "dotenv_unreadable"
	// CodeDotenvSyntax: a line of the dotenv file is not `key=value`.
	CodeDotenvSyntax = "dotenv_syntax"
	// CodeDotenvKey: a key of the dotenv file is unknown or there twice.
	CodeDotenvKey = "dotenv_key"
)

// Error says what is wrong with a configuration and what to do about it. It
// never holds a value the user gave, only names of fields, files and keys.
type Error struct {
	// Code is one of the Code constants.
	Code string
	// Field is the Params field at fault ("ClientID"), "" if none is.
	Field string
	// File and Line locate the fault in a dotenv file; "" and 0 if it isn't there.
	File string
	Line int
	// Message is what is wrong and Next one thing to do about it: together one sentence.
	Message, Next string

	cause error
}

// Error returns the message and what to do, in one sentence.
func (e *Error) Error() string {
	if e.Next == "" {
		return e.Message
	}
	return strings.TrimSuffix(e.Message, ".") + ": " + e.Next
}

// Unwrap returns the operating system's error, where there is one, so that
// errors.Is(err, fs.ErrNotExist) works.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is an *Error with the same Code and, where target
// names them, the same Field and Line.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && (t.Field == "" || t.Field == e.Field) && (t.Line == 0 || t.Line == e.Line)
}
