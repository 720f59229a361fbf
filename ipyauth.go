// Package ipyauth signs you in from a Go notebook: a widget with a Sign in button, a
// window at the provider, and the token in the kernel.
//
// In a notebook with the kernel Go (ipyauth):
//
//	import "ipyauth"
//
//	a := ipyauth.NewAuth(ipyauth.ParamsSgConnect{Mode: "HOM"})
//	a
//
// shows the widget. Click Sign in. In the cells after it:
//
//	a.Wait()                          // so that Run All works
//	a.Show()                          // who, scopes, expiry; the token masked
//	resp, err := a.Client().Get(url)  // adds the token, renews it
//	token := a.AccessToken()          // a plain string, for any other API
//
// # Security
//
// The token stays in the kernel: it is in no widget state, no message and no notebook
// file, and what a cell prints of it is hidden. The provider's answer is sealed in the browser for this
// one sign-in, and every check of it is done in Go.
package ipyauth

import (
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

// Auth is one sign-in with one provider; as the last value of a cell it shows its widget.
//
// seed: Auth
type Auth = widget.Auth

// Params is what NewAuth takes: one of the Params types, or any type of your own that
// resolves to a params.Config.
type Params = params.Source

// ParamsSgConnect says how to sign in with SG Connect.
//
// seed: ParamsSgConnect
type ParamsSgConnect = params.ParamsSgConnect

// ParamsGoogle says how to sign in with a Google account.
//
// seed: ParamsGoogle
type ParamsGoogle = params.ParamsGoogle

// ParamsAuth0 says how to sign in with a tenant of Auth0.
//
// seed: ParamsAuth0
type ParamsAuth0 = params.ParamsAuth0

// ParamsKeycloak says how to sign in with a realm of a Keycloak server.
type ParamsKeycloak = params.ParamsKeycloak

// ParamsEntra says how to sign in with Microsoft Entra ID.
type ParamsEntra = params.ParamsEntra

// ParamsGitHub says how to sign in with GitHub.
type ParamsGitHub = params.ParamsGitHub

// ParamsOkta says how to sign in with an organization at Okta.
type ParamsOkta = params.ParamsOkta

// ParamsSgID says how to sign in with sgID; UserInfo then gives the data that people
// share, decrypted.
type ParamsSgID = params.ParamsSgID

// ParamsOIDC says how to sign in with any OpenID Connect provider, found by its issuer.
type ParamsOIDC = params.ParamsOIDC

// ImplicitAuthCredentials says how to sign in with the OAuth 2 implicit grant at any
// provider; AuthorizationURL is its consent page.
//
// seed: ImplicitAuthCredentials
type ImplicitAuthCredentials = params.ImplicitAuthCredentials

// OAuthToken is a token of ImplicitAuthCredentials; it prints without the token.
//
// seed: OAuthToken
type OAuthToken = params.OAuthToken

// OAuthScope is a scope of ImplicitAuthCredentials.
//
// seed: OAuthScopeEnum
type OAuthScope = params.OAuthScope

// The scopes the seed names.
const (
	ReadScope  = params.ReadScope  // seed: READ_SCOPE
	WriteScope = params.WriteScope // seed: WRITE_SCOPE
)

// ImplicitAuthCredentialsFromDotenv reads them from a dotenv file; both names may be
// empty. Its error is a *params.Error.
//
// seed: from_environment
func ImplicitAuthCredentialsFromDotenv(folder, file string) (ImplicitAuthCredentials, error) {
	return params.ImplicitAuthCredentialsFromDotenv(folder, file)
}

// Secret holds a client secret or token; it prints as "[redacted]".
type Secret = params.Secret

// NewSecret wraps s for a ClientSecret field. Do not write the secret itself into a
// cell: it would be saved with the notebook.
func NewSecret(s string) Secret { return params.NewSecret(s) }

// Error is why a sign-in did not end with a token; errors.Is finds its cause.
type Error = widget.Error

// Status is where an Auth stands.
type Status = widget.Status

// The values of Status.
const (
	SignedOut = widget.SignedOut
	Pending   = widget.Pending
	SignedIn  = widget.SignedIn
	Expired   = widget.Expired
	Failed    = widget.Failed
)

// Causes of an Error; each is documented in package widget.
var (
	ErrSignInRequired = widget.ErrSignInRequired
	ErrExpired        = widget.ErrExpired
	ErrDenied         = widget.ErrDenied
	ErrCanceled       = widget.ErrCanceled
	ErrTimeout        = widget.ErrTimeout
	ErrInterrupted    = widget.ErrInterrupted
	ErrHostNotAllowed = widget.ErrHostNotAllowed
	ErrRejected       = widget.ErrRejected
	ErrUnavailable    = widget.ErrUnavailable
)

// NewAuth returns an Auth for a cell. When p can't work it panics with a *params.Error,
// which the cell shows as one sentence; compiled programs use [New].
//
// seed: Auth(params)
func NewAuth(p Params) *Auth { return widget.NewAuth(p) }

// New returns an Auth, or the *params.Error that says what is wrong with p.
func New(p Params) (*Auth, error) { return widget.New(p) }
