// Package pbkdf2 is the shadow of Go's crypto/pbkdf2: its generic names.
package pbkdf2

import (
	compiled "crypto/pbkdf2"
	"hash"
)

// Key derives a key of keyLength bytes from a password.
func Key[Hash hash.Hash](h func() Hash, password string, salt []byte, iter, keyLength int) ([]byte, error) {
	return compiled.Key[hash.Hash](func() hash.Hash { return h() }, password, salt, iter, keyLength)
}
