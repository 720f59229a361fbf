// Package hkdf is the shadow of Go's crypto/hkdf: its generic names.
package hkdf

import (
	compiled "crypto/hkdf"
	"hash"
)

// Extract makes a pseudorandom key for Expand from a secret and a salt.
func Extract[H hash.Hash](h func() H, secret, salt []byte) ([]byte, error) {
	return compiled.Extract[hash.Hash](func() hash.Hash { return h() }, secret, salt)
}

// Expand derives a key of keyLength bytes for the use that info names.
func Expand[H hash.Hash](h func() H, pseudorandomKey []byte, info string, keyLength int) ([]byte, error) {
	return compiled.Expand[hash.Hash](func() hash.Hash { return h() }, pseudorandomKey, info, keyLength)
}

// Key is Expand of what Extract makes.
func Key[Hash hash.Hash](h func() Hash, secret, salt []byte, info string, keyLength int) ([]byte, error) {
	return compiled.Key[hash.Hash](func() hash.Hash { return h() }, secret, salt, info, keyLength)
}
