package sgid

import (
	"context"
	"encoding/base64"
	"net/http"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"

	"github.com/ipyauth/ipyauth/internal/idtoken"
)

// UserInfo is what a user agreed to share.
type UserInfo struct {
	// Sub [sub] is the user's, the one UserInfo was called with.
	Sub string
	// Data [data] has a text for each scope granted, such as "myinfo.name".
	// [ParseData] reads those that hold a list or an object.
	Data map[string]string
}

// UserInfo asks sgID for the user's data and decrypts it with the private key.
// sub and accessToken are those of [Session]. Errors: ErrSubject, ErrAccessToken,
// ErrUserInfo, ErrBlockKey, ErrData. It is sgid-client's userinfo.
func (c *Client) UserInfo(ctx context.Context, sub string, accessToken Secret) (*UserInfo, error) {
	const op = "call userinfo endpoint"
	switch {
	case sub == "":
		return nil, fail(ErrSubject, op, "there is no sub")
	case !bearerToken(accessToken.Reveal()):
		return nil, fail(ErrAccessToken, op, "the access token is missing or malformed")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.issuer+"/oauth/userinfo", nil)
	if err != nil {
		return nil, fail(ErrUserInfo, op, "the request can't be made")
	}
	// RFC 6750 section 2.1: in the header, never in the address.
	req.Header.Set("Authorization", "Bearer "+accessToken.Reveal())
	answer, err := c.ask(req, ErrUserInfo, op)
	if err != nil {
		return nil, err
	}
	return c.DecryptUserInfo(sub, answer)
}

// DecryptUserInfo reads the decoded answer of sgID's userinfo endpoint, an
// object with sub, key and data, for callers who asked for it themselves. sub is
// that of the ID token; the answer's must be equal (OpenID Connect Core 1.0
// section 5.3.2). Errors: ErrSubject, ErrUserInfo, ErrBlockKey, ErrData.
func (c *Client) DecryptUserInfo(sub string, answer map[string]any) (*UserInfo, error) {
	const op = "read user data"
	if got, ok := answer["sub"].(string); !ok || sub == "" || got != sub {
		return nil, fail(ErrSubject, op, "userinfo is about another user than the ID token")
	}
	sealedKey, _ := answer["key"].(string)
	sealed, ok := answer["data"].(map[string]any)
	if sealedKey == "" || !ok {
		return nil, fail(ErrUserInfo, op, "the answer has no key or no data")
	}
	plain, err := openJWE(sealedKey, blockKeyForm, c.key())
	if err != nil {
		return nil, fail(ErrBlockKey, op, "the block key "+err.Error())
	}
	blockKey, err := parseBlockKey(plain)
	if err != nil {
		return nil, err
	}
	data := make(map[string]string, len(sealed))
	for name, value := range sealed {
		if data[name], err = openField(value, blockKey); err != nil {
			e := fail(ErrData, op, "a value "+err.Error())
			e.Field = name
			return nil, e
		}
	}
	return &UserInfo{Sub: sub, Data: data}, nil
}

// parseBlockKey reads the symmetric key that the data is encrypted with, a JWK
// (RFC 7518 section 6.4).
func parseBlockKey(plain []byte) ([]byte, error) {
	const op = "read user data"
	jwk, err := idtoken.ParseObject(plain)
	if err != nil {
		return nil, fail(ErrBlockKey, op, "the block key is not plain JSON")
	}
	text, _ := jwk["k"].(string)
	key, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if jwk["kty"] != "oct" || err != nil || len(key) != 16 && len(key) != 32 {
		return nil, fail(ErrBlockKey, op, "the block key is not a symmetric one of 128 or 256 bits")
	}
	return key, nil
}

// openField decrypts one value of the data.
func openField(value any, blockKey []byte) (string, error) {
	sealed, ok := value.(string)
	if !ok {
		return "", errShape
	}
	plain, err := openJWE(sealed, fieldForms[len(blockKey)], blockKey)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(plain) {
		return "", errText
	}
	return string(plain), nil
}

var (
	// blockKeyForm is how sgID encrypts the block key.
	blockKeyForm = form{
		keys:    []jose.KeyAlgorithm{jose.RSA_OAEP_256},
		content: []jose.ContentEncryption{jose.A256GCM},
	}
	// fieldForms are how it encrypts values, by the length of the block key:
	// RFC 7518 sections 4.7 and 5.3 tie each algorithm to one, which go-jose
	// does not for key wrapping.
	fieldForms = map[int]form{
		16: {[]jose.KeyAlgorithm{jose.A128GCMKW, jose.DIRECT}, []jose.ContentEncryption{jose.A128GCM, jose.A256GCM}},
		32: {[]jose.KeyAlgorithm{jose.A256GCMKW, jose.DIRECT}, []jose.ContentEncryption{jose.A128GCM, jose.A256GCM}},
	}
)
