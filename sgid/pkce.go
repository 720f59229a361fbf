package sgid

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// The lengths of RFC 7636 section 4.1.
const (
	minVerifier, maxVerifier = 43, 128
	// verifierBytes are enough for the longest verifier: 4 characters each 3.
	verifierBytes = maxVerifier / 4 * 3
	// challengeLength is that of a SHA-256 hash in base64url (section 4.2).
	challengeLength = 43
)

// unreserved are the characters of a verifier, and base64url those of a challenge.
const (
	base64url  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	unreserved = base64url + ".~"
)

// GenerateCodeVerifier returns a random PKCE code verifier of length
// characters; 0 means 43. The error is ErrVerifierLength if length is not 43 to
// 128. It is sgid-client's generate_code_verifier.
func GenerateCodeVerifier(length int) (string, error) {
	if length == 0 {
		length = minVerifier
	}
	if length < minVerifier || length > maxVerifier {
		return "", fail(ErrVerifierLength, "generate code verifier", "the length must be 43 to 128")
	}
	return random(verifierBytes)[:length], nil
}

// GenerateCodeChallenge returns the S256 code challenge of a verifier (RFC 7636
// section 4.2). It is sgid-client's generate_code_challenge.
func GenerateCodeChallenge(codeVerifier string) string {
	sum := sha256.Sum256([]byte(codeVerifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// GeneratePKCEPair returns a code verifier of length characters (0 means 43)
// and its code challenge. Make a new pair for each sign-in; the challenge goes
// to AuthorizationURL, the verifier stays here until Callback. The error is
// ErrVerifierLength. It is sgid-client's generate_pkce_pair.
func GeneratePKCEPair(length int) (codeVerifier, codeChallenge string, err error) {
	codeVerifier, err = GenerateCodeVerifier(length)
	if err != nil {
		return "", "", err
	}
	return codeVerifier, GenerateCodeChallenge(codeVerifier), nil
}

// random returns n bytes of randomness in base64url. crypto/rand has no error
// to report: it ends the program rather than return less.
func random(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// madeOf reports whether text has only the characters of set.
func madeOf(text, set string) bool {
	return strings.Trim(text, set) == ""
}
