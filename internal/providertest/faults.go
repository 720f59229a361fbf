package providertest

import (
	"net/http"
	"net/url"
)

// Faults are the provider's lies. The zero value tells none.
type Faults struct {
	// Deny answers the authorization request with this error code.
	Deny string
	// Response changes the authorization response.
	Response func(v url.Values)
	// OtherPart puts the response in the query where it belongs in the
	// fragment, and the other way round.
	OtherPart bool

	// Claims and Header change an ID token before it is signed.
	Claims, Header func(m map[string]any)
	// SignAlg is the algorithm ID tokens are signed with; "" means RS256.
	SignAlg string
	// ForeignKey signs with a key that is not published, under the same name.
	ForeignKey bool
	// HMACKey signs ID tokens with HS256 and this key; "PEM", "DER" and "JWK"
	// stand for the provider's public RSA key in that form.
	HMACKey string
	// IDToken changes the compact form of an ID token.
	IDToken func(raw string) string
	// NoRefreshedIDToken leaves the ID token out when refreshing.
	NoRefreshedIDToken bool

	// Metadata changes the discovery document.
	Metadata func(m map[string]any)
	// KeySet changes the published keys.
	KeySet func(keys []map[string]any) []map[string]any
	// TokenAnswer changes the token endpoint's answer, UserInfo and TokenInfo
	// those of the endpoints named so.
	TokenAnswer, UserInfo, TokenInfo func(m map[string]any)

	// Replace answers in place of an endpoint, by the names of
	// [Provider.Requests].
	Replace map[string]http.HandlerFunc
}
