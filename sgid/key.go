package sgid

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
)

const (
	// maxPEM refuses what no RSA key of a sensible size fills.
	maxPEM = 32 << 10
	// RFC 7518 section 4.3 demands 2048 bits for RSA-OAEP; above 8192 a key is
	// only slow.
	minRSABits, maxRSABits = 2048, 8192
)

// ConvertToPKCS8 returns an RSA private key as PKCS#8 PEM. It takes PKCS#1
// ("BEGIN RSA PRIVATE KEY") and PKCS#8 ("BEGIN PRIVATE KEY") PEM; lines may end
// in the two characters \n, as in environment files. The error is ErrPrivateKey.
// It is sgid-client's convert_to_pkcs8.
func ConvertToPKCS8(privateKey string) (string, error) {
	const op = "convert private key"
	key, err := parsePrivateKey(op, privateKey)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", fail(ErrPrivateKey, op, "the key can't be encoded")
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}

// parsePrivateKey reads what ConvertToPKCS8 takes. Errors of the parsers are
// not passed on: some quote what they read.
func parsePrivateKey(op, text string) (*rsa.PrivateKey, error) {
	refuse := func(reason string) (*rsa.PrivateKey, error) { return nil, fail(ErrPrivateKey, op, reason) }
	if text == "" {
		return refuse("there is no private key")
	}
	if len(text) > maxPEM {
		return refuse("the private key is larger than 32 kB")
	}
	// In PEM a backslash occurs nowhere, so none of the key can be meant.
	text = strings.TrimSpace(strings.NewReplacer(`\r\n`, "\n", `\n`, "\n").Replace(text))
	block, rest := pem.Decode([]byte(text))
	switch {
	case block == nil:
		return refuse("the private key is not in PEM form")
	case strings.TrimSpace(string(rest)) != "":
		return refuse("there is more than one private key")
	case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["Proc-Type"] != "":
		return refuse("the private key has a passphrase")
	}
	key := parseDER(block)
	if key == nil {
		return refuse("the private key is not an RSA key in PKCS#1 or PKCS#8")
	}
	if bits := key.N.BitLen(); bits < minRSABits || bits > maxRSABits {
		return refuse("the private key does not have 2048 to 8192 bits")
	}
	return key, nil
}

// parseDER returns nil for whatever is not a valid RSA key.
func parseDER(block *pem.Block) *rsa.PrivateKey {
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err == nil {
			return key
		}
	case "PRIVATE KEY":
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if key, ok := parsed.(*rsa.PrivateKey); err == nil && ok {
			return key
		}
	}
	return nil
}
