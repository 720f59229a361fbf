package kernel

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// leastHidden is the least length of a secret that is hidden. Shorter ones
// would be found within other words.
const leastHidden = 8

// forms is how a secret may look in what is published: itself, and what the
// encodings make of it that people print by accident. Where two are the same
// there is one; none is shorter than the secret.
func forms(secret string) []string {
	escaped := quoted(secret, false)
	all := []string{
		secret,
		escaped, quoted(secret, true),
		strings.ReplaceAll(escaped, "/", `\/`), // as PHP and some JavaScript write JSON
		strings.Trim(strconv.Quote(secret), `"`),
		html.EscapeString(secret),
		strings.ReplaceAll(html.EscapeString(secret), "+", "&#43;"), // html/template
		hex.EncodeToString([]byte(secret)),
		strings.ToUpper(hex.EncodeToString([]byte(secret))),
		strings.Trim(fmt.Sprint([]byte(secret)), "[]"),
		strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", []byte(secret)), "[]byte{"), "}"),
	}
	for _, percent := range []string{url.QueryEscape(secret), url.PathEscape(secret)} {
		all = append(all, percent, percentCodes.ReplaceAllStringFunc(percent, strings.ToLower))
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		all = append(all, base64Forms(secret, encoding)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

var percentCodes = regexp.MustCompile(`%[0-9A-F]{2}`)

// quoted is what stands between the quotes of the secret's JSON form.
func quoted(secret string, escapeHTML bool) string {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(escapeHTML)
	_ = enc.Encode(secret) // strings can always be encoded
	return strings.TrimSuffix(strings.TrimPrefix(buf.String(), `"`), "\"\n")
}

// base64Forms is the base64 of the secret alone, with padding and without, and
// what all base64 of a text has in common that holds the secret: for each of
// the three places it can have in a group of three bytes, the characters that
// only the secret decides.
func base64Forms(secret string, encoding *base64.Encoding) []string {
	raw := encoding.WithPadding(base64.NoPadding)
	found := []string{encoding.EncodeToString([]byte(secret)), raw.EncodeToString([]byte(secret))}
	for before := range 3 {
		text := raw.EncodeToString(append(make([]byte, before), secret...))
		first := (before*8 + 5) / 6
		last := (before + len(secret)) * 8 / 6
		found = append(found, text[first:last])
	}
	return found
}
