// Package params says how to sign in: one Params type per provider, each
// turned into a checked [Config] by its Resolve method.
//
//	p := params.ParamsSgConnect{Mode: "HOM", BaseURL: "https://sso.example.com/sgconnect"}
//	cfg, err := p.Resolve()
//
// A value comes from the Params field, else from the dotenv file, else from the
// provider's default. A client secret may also come from one environment variable,
// IPYAUTH_<PROVIDER>_CLIENT_SECRET ("IPYAUTH_GOOGLE_CLIENT_SECRET"). Resolve reads
// that file and that variable, and the private key's file where one is named, makes no
// request, and puts nothing into the environment.
//
// # Dotenv files
//
// A file has lines key=value: UTF-8, with or without a byte order mark, any line end,
// at most 64 kB. "export" before a key, "#" comments, and single or double quotes are
// as in other dotenv files; a quoted value may go over several lines. `$` is an
// ordinary character: nothing is expanded. What else a file may be:
//
//	named and not there, a link to nothing     CodeDotenvMissing
//	not named and not there                    as if it were empty
//	several that fit, none named               CodeDotenvAmbiguous, which lists them
//	a link to a file                           the file
//	a directory, FIFO, device                  CodeDotenvUnreadable
//	no permission, larger than 64 kB           CodeDotenvUnreadable
//	Latin-1, UTF-16                            CodeDotenvUnreadable, with the line
//	a line that is not key=value, a control
//	character, an open quote                   CodeDotenvSyntax, with the line
//	an unknown key                             CodeDotenvKey, with the nearest known one
//	a key twice                                CodeDotenvKey, with both lines
//
// # Security
//
// Errors name a field, a file and a line, never a value. Client secrets and private
// keys are held in [Secret], which prints as "[redacted]".
package params

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/ipyauth/ipyauth/internal/secret"
)

// Source is what NewAuth takes: every Params type of this package, and any type
// of your own that fills a [Config].
type Source interface {
	// Resolve reads and checks the configuration. Its errors are *[Error].
	// It may be called again, and from several goroutines.
	Resolve() (*Config, error)
}

// SecretTaker is a Source whose provider wants a client secret. Where Resolve finds none,
// and says so with [CodeClientSecretMissing], whoever can ask the user hands it one.
type SecretTaker interface {
	Source
	// WithClientSecret returns the same Source with that client secret.
	WithClientSecret(s Secret) Source
}

// Secret holds a client secret; it prints as "[redacted]". Its Reveal method
// returns the value.
type Secret = secret.String

// NewSecret wraps s for a ClientSecret field.
func NewSecret(s string) Secret { return secret.New(s) }

// Config is a checked configuration: what the sign-in flow needs to know of a
// provider, as data. Treat it as read-only once resolved.
type Config struct {
	// ID and Name identify the provider ("sgconnect", "SG Connect").
	ID, Name string
	// Mode is the provider's environment ("PRD", "HOM"), "" where it has none.
	Mode string

	ClientID string
	// ClientSecret is for the token endpoint: empty for grants that have none.
	ClientSecret Secret
	// RedirectURI is where the provider sends the browser back to; "" means it
	// is derived from where the notebook page really is.
	RedirectURI  string
	ResponseType ResponseType
	// Scopes are asked for in this order.
	Scopes []string

	// Issuer is the identifier the provider must state, compared byte for byte
	// (OpenID Connect Discovery 1.0 section 4.3). If it is "", it is the one the
	// discovery URL used belongs to, and unknown without discovery.
	Issuer string
	// IssuerAliases are other spellings of Issuer that the provider's ID tokens may
	// carry. Its metadata and its responses must state Issuer itself.
	IssuerAliases []string
	// DiscoveryURLs are tried in order. There may be none.
	DiscoveryURLs []string
	// DiscoveryOptional lets a sign-in go on without discovery. ID tokens then
	// can't be verified unless Endpoints.KeySet is given, and the session says so.
	DiscoveryOptional bool
	// Endpoints given here win over discovered ones.
	Endpoints Endpoints
	// EndpointHosts are the hosts, beside the issuer's own, on which discovered
	// endpoints may be ("oauth2.example.com", with ":port" if it isn't 443).
	EndpointHosts []string

	// SecretInBody sends the client secret in the token request's body, whatever
	// the metadata say (client_secret_post, OpenID Connect Core 1.0 section 9).
	SecretInBody bool
	// TokenTypeOptional takes a token answer that does not name the token's type as
	// one of a bearer token. RFC 6749 section 5.1 demands the name.
	TokenTypeOptional bool
	// Algorithms are the only ones ID tokens may be signed with; nil means those of
	// the metadata.
	Algorithms []string
	// PrivateKey, in PEM form, opens userinfo that the provider encrypts for this
	// client; empty where it does not.
	PrivateKey Secret
	// ScopeSeparator is what separates granted scopes where the provider does not
	// use the space of RFC 6749 section 3.3 (","); "" where it does.
	ScopeSeparator string
	// TokenParameter is a second name, beside access_token, under which the redirect
	// may carry the access token ("token"). A redirect that uses it need not name
	// the token's type. "" where the provider follows RFC 6749 section 4.2.2.
	TokenParameter string

	// Hints are what to do about this provider's refusals, by the code or a part of
	// the description it gives ("AADSTS50011").
	Hints map[string]string

	// Extra holds further authorization request parameters (acr_values,
	// audience, prompt...). It has none of the protocol's own.
	Extra map[string]string
	// ClockSkew is how far the provider's clock and this computer's may differ when an
	// ID token is verified; 0 means 60 seconds.
	ClockSkew time.Duration
	// ACR says which authentication levels are acceptable.
	ACR ACR
	// RequiredClaims are claims with the values that a verified ID token must have:
	// what was asked for in Extra and a user could take out of the address ("hd").
	RequiredClaims map[string]string

	// UserClaims are the claims that may name the user, best first.
	UserClaims []string
	// HiddenScopePrefixes are prefixes of granted scopes that mean nothing to a
	// person and are left out of lists shown.
	HiddenScopePrefixes []string

	// Rows are the configuration as Show prints it: name and value, no secret.
	Rows [][2]string
}

// DisplayName returns the first of UserClaims that names someone in claims, ""
// if none does. Characters that could disturb a line of text are left out.
func (c *Config) DisplayName(claims map[string]any) string {
	for _, name := range c.UserClaims {
		text, _ := claims[name].(string)
		text = strings.TrimSpace(strings.Map(printable, text))
		if text != "" {
			return text
		}
	}
	return ""
}

// VisibleScopes returns the scopes worth showing to a person: all but those
// with one of the HiddenScopePrefixes.
func (c *Config) VisibleScopes(scopes []string) []string {
	hidden := func(scope string) bool {
		return slices.ContainsFunc(c.HiddenScopePrefixes, func(prefix string) bool {
			return strings.HasPrefix(scope, prefix)
		})
	}
	return slices.DeleteFunc(slices.Clone(scopes), hidden)
}

// printable drops control characters and the invisible format characters that
// reorder text (category Cf holds the bidirectional marks).
func printable(r rune) rune {
	if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
		return -1
	}
	return r
}

// Endpoints are a provider's URLs; "" where it has none or discovery tells.
type Endpoints struct {
	Authorization, Token, UserInfo, TokenInfo, KeySet, Revocation, EndSession string
}

// ACR is a rule for the acr claim of ID tokens (OpenID Connect Core 1.0 section
// 3.1.3.7 item 12).
type ACR struct {
	// Required, if not empty, lists the only values accepted.
	Required []string
	// TooLow lists values refused. A missing or unknown value is reported and
	// accepted, as acr_values is a voluntary request (section 5.5.1.1).
	TooLow []string
}

// ResponseType is the OAuth 2.0 response_type: what the provider's first answer
// carries.
type ResponseType string

// The response types in use. The two spellings of the OpenID Connect implicit
// flow mean the same (OAuth 2.0 Multiple Response Type Encoding Practices
// section 3); providers exist that take only one of them.
const (
	Code         ResponseType = "code"
	Token        ResponseType = "token"
	TokenIDToken ResponseType = "token id_token"
	IDTokenToken ResponseType = "id_token token"
)

// Implicit reports whether tokens come in the redirect itself, in its fragment.
func (r ResponseType) Implicit() bool { return r != Code }

// IDToken reports whether an ID token comes in the redirect itself.
func (r ResponseType) IDToken() bool { return r == TokenIDToken || r == IDTokenToken }
