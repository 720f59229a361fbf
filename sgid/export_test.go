package sgid

import "github.com/ipyauth/ipyauth/internal/idtoken"

// Verifier is what Callback verifies ID tokens with.
func Verifier(c *Client) *idtoken.Verifier { return c.verifier }

// OpenBlockKey decrypts a block key with any kind of key go-jose knows.
func OpenBlockKey(compact string, key any) ([]byte, error) {
	return openJWE(compact, blockKeyForm, key)
}
