package sgid

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/ipyauth/ipyauth/internal/idtoken"
)

// form is what a JWE may name.
type form struct {
	keys    []jose.KeyAlgorithm
	content []jose.ContentEncryption
}

// jweError completes a sentence that begins with what could not be read.
type jweError string

func (e jweError) Error() string { return string(e) }

const (
	errShape     = jweError("is not encrypted in the compact form, with strict base64url and a plain header")
	errAlgorithm = jweError("is encrypted with an algorithm that is not accepted")
	errHeader    = jweError("has compression or critical extensions, which are not accepted")
	errDecrypt   = jweError("can't be decrypted: it was encrypted for another key, or changed")
	errText      = jweError("is not UTF-8 text")
)

// openJWE decrypts a JWE in the compact form (RFC 7516 section 7.1). go-jose
// takes line breaks in base64 and the last of repeated header names, inflates,
// and passes over a wrapped key where there can be none; so the form is checked
// before it sees the text. A panic in it, as it has had on short input
// (CVE-2026-34986, CVE-2026-116585), is an error here.
func openJWE(compact string, f form, key any) (plain []byte, err error) {
	defer func() {
		if recover() != nil {
			plain, err = nil, errDecrypt
		}
	}()
	if err := checkForm(compact, f); err != nil {
		return nil, err
	}
	parsed, err := jose.ParseEncryptedCompact(compact, f.keys, f.content)
	if err != nil {
		return nil, errAlgorithm
	}
	if plain, err = parsed.Decrypt(key); err != nil {
		return nil, errDecrypt
	}
	return plain, nil
}

// The lengths of AES-GCM's initialization vector and tag (RFC 7518 section 5.3).
const ivLength, tagLength = 12, 16

func checkForm(compact string, f form) error {
	if strings.Count(compact, ".") != 4 || strings.ContainsAny(compact, "\r\n") {
		return errShape
	}
	var parts [5][]byte
	for i, text := range strings.Split(compact, ".") {
		part, err := base64.RawURLEncoding.Strict().DecodeString(text)
		if err != nil {
			return errShape
		}
		parts[i] = part
	}
	header, err := idtoken.ParseObject(parts[0])
	if err != nil {
		return errShape
	}
	alg, _ := header["alg"].(string)
	enc, _ := header["enc"].(string)
	if !slices.Contains(f.keys, jose.KeyAlgorithm(alg)) || !slices.Contains(f.content, jose.ContentEncryption(enc)) {
		return errAlgorithm
	}
	// RFC 7516 section 4.1.3 and 4.1.13: sgID uses neither, and a small text may
	// inflate to a large one.
	for _, name := range []string{"zip", "crit"} {
		if _, there := header[name]; there {
			return errHeader
		}
	}
	// Section 5.2 step 10: no wrapped key with "dir", and one otherwise.
	direct := jose.KeyAlgorithm(alg) == jose.DIRECT
	if direct != (len(parts[1]) == 0) || len(parts[2]) != ivLength || len(parts[4]) != tagLength {
		return errShape
	}
	return nil
}
