package sgidtest

import "net/http"

// Faults are the provider's lies. The zero value tells none.
type Faults struct {
	// Claims and Header change an ID token before it is signed.
	Claims, Header func(m map[string]any)
	// SignAlg is the algorithm ID tokens are signed with; "" means RS256. "HS256"
	// takes the public key in PEM form for a shared secret.
	SignAlg string
	// ForeignKey signs with a key that is not published, under the same name.
	ForeignKey bool
	// IDToken changes the compact form of an ID token.
	IDToken func(raw string) string
	// KeySet changes the published keys.
	KeySet func(keys []map[string]any) []map[string]any
	// TokenAnswer and UserInfo change the answers of these endpoints.
	TokenAnswer, UserInfo func(m map[string]any)

	// BlockKey and Field are how the block key and values are encrypted.
	BlockKey, Field Encryption
	// BlockKeyBytes is the length of the block key; 0 means 16.
	BlockKeyBytes int
	// BlockKeyJWK changes the text of the block key before it is encrypted.
	BlockKeyJWK func(text string) string
	// ForeignClient encrypts the block key for another client.
	ForeignClient bool
	// ForeignField encrypts values with another block key.
	ForeignField bool

	// Replace answers in place of an endpoint, by the names of
	// [Provider.Requests].
	Replace map[string]http.HandlerFunc
}

// Encryption is how a JWE is made; "" means the way sgID does.
type Encryption struct {
	Alg, Enc string
	// Compress sets zip.
	Compress bool
	// Change changes the compact form.
	Change func(compact string) string
}
