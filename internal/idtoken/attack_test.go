package idtoken_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/internal/providertest"
)

func TestHeaderAndSignatureAttacks(t *testing.T) {
	header := func(name string, value any) func(f *providertest.Faults) {
		return func(f *providertest.Faults) { f.Header = func(h map[string]any) { h[name] = value } }
	}
	compact := func(change func(parts []string) []string) func(f *providertest.Faults) {
		return func(f *providertest.Faults) {
			f.IDToken = func(raw string) string { return strings.Join(change(strings.Split(raw, ".")), ".") }
		}
	}
	rows := []struct {
		name   string
		change func(f *providertest.Faults)
		want   []string
	}{
		{"C38 alg none, signature kept", header("alg", "none"), []string{idtoken.CheckAlgorithm}},
		{"C38 alg None", header("alg", "None"), []string{idtoken.CheckAlgorithm}},
		{"C38 alg nOnE", header("alg", "nOnE"), []string{idtoken.CheckAlgorithm}},
		{"C38 alg empty", header("alg", ""), []string{idtoken.CheckAlgorithm}},
		{"C38 alg null", header("alg", nil), []string{idtoken.CheckAlgorithm}},
		{"C38 alg a number", header("alg", 256), []string{idtoken.CheckAlgorithm}},
		{"C38 alg missing", func(f *providertest.Faults) { f.Header = func(h map[string]any) { delete(h, "alg") } }, []string{idtoken.CheckAlgorithm}},
		{"C38 alg none, no signature", func(f *providertest.Faults) {
			header("alg", "none")(f)
			compact(func(p []string) []string { return []string{p[0], p[1], ""} })(f)
		}, []string{idtoken.CheckAlgorithm}},
		{"C39 HS256 with the public key as PEM", func(f *providertest.Faults) { f.HMACKey = "PEM" }, []string{idtoken.CheckAlgorithm}},
		{"C39 HS256 with the public key as DER", func(f *providertest.Faults) { f.HMACKey = "DER" }, []string{idtoken.CheckAlgorithm}},
		{"C39 HS256 with the public key as JWK", func(f *providertest.Faults) { f.HMACKey = "JWK" }, []string{idtoken.CheckAlgorithm}},
		{"C40 HS256 with a published symmetric key", func(f *providertest.Faults) {
			f.HMACKey = "shared"
			f.KeySet = func(keys []map[string]any) []map[string]any {
				return append(keys, map[string]any{"kty": "oct", "k": base64.RawURLEncoding.EncodeToString([]byte("shared")), "kid": "rsa", "alg": "HS256"})
			}
		}, []string{idtoken.CheckAlgorithm}},
		{"C41 RS256 token under an EC key's name", header("kid", "p256"), []string{idtoken.CheckSignature}},
		{"C41 ES256 token under a P-384 key's name", func(f *providertest.Faults) { f.SignAlg = "ES256"; header("kid", "p384")(f) }, []string{idtoken.CheckSignature}},
		{"C41 key of another use", publishedKey("use", "enc"), []string{idtoken.CheckSignature}},
		{"C41 key for other operations", publishedKey("key_ops", []any{"encrypt"}), []string{idtoken.CheckSignature}},
		{"C41 key of another algorithm", publishedKey("alg", "PS256"), []string{idtoken.CheckSignature}},
		{"C41 algorithm changed in the header", header("alg", "PS256"), []string{idtoken.CheckSignature}},
		{"C42 other key", func(f *providertest.Faults) { f.ForeignKey = true }, []string{idtoken.CheckSignature}},
		{"C42 other key, without a name", func(f *providertest.Faults) {
			f.ForeignKey = true
			f.Header = func(h map[string]any) { delete(h, "kid") }
		}, []string{idtoken.CheckSignature}},
		{"C42 signature cut", compact(func(p []string) []string { return []string{p[0], p[1], p[2][:len(p[2])-2]} }), []string{idtoken.CheckSignature}},
		{"C42 signature empty", compact(func(p []string) []string { return []string{p[0], p[1], ""} }), []string{idtoken.CheckSignature}},
		{"C42 claims changed after signing", compact(func(p []string) []string {
			return []string{p[0], edited(p[1], `"L2"`, `"L3"`), p[2]}
		}), []string{idtoken.CheckSignature}},
		{"C42 header changed after signing", compact(func(p []string) []string {
			return []string{edited(p[0], `"JWT"`, `"jwt"`), p[1], p[2]}
		}), []string{idtoken.CheckSignature}},
		{"C42 trailing bits changed", compact(func(p []string) []string { return []string{p[0], p[1], trailingBits(p[2])} }), []string{idtoken.CheckFormat}},
		{"C42 padding added", compact(func(p []string) []string { return []string{p[0], p[1], p[2] + "=="} }), []string{idtoken.CheckFormat}},
		{"C42 standard base64", compact(func(p []string) []string { return []string{p[0], p[1], "+/" + p[2][2:]} }), []string{idtoken.CheckFormat}},
		{"C42 line break in the signature", compact(func(p []string) []string { return []string{p[0], p[1], p[2][:8] + "\n" + p[2][8:]} }), []string{idtoken.CheckFormat}},
		{"C43 two parts", compact(func(p []string) []string { return p[:2] }), []string{idtoken.CheckFormat}},
		{"C43 four parts", compact(func(p []string) []string { return append(p, "x") }), []string{idtoken.CheckFormat}},
		{"C43 five parts, a JWE", compact(func(p []string) []string { return append(p, "x", "y") }), []string{idtoken.CheckFormat}},
		{"C43 empty", compact(func([]string) []string { return nil }), []string{idtoken.CheckFormat}},
		{"C43 a million dots", compact(func([]string) []string { return make([]string, 1e6) }), []string{idtoken.CheckFormat}},
		{"C43 one part", compact(func(p []string) []string { return p[:1] }), []string{idtoken.CheckFormat}},
		{"C43 a signed token inside a signed token", func(f *providertest.Faults) {
			f.IDToken = func(raw string) string {
				return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","cty":"JWT","kid":"rsa"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(raw)) + ".AAAA"
			}
		}, []string{idtoken.CheckFormat}},
		{"C43 JSON serialisation", func(f *providertest.Faults) {
			f.IDToken = func(raw string) string {
				p := strings.Split(raw, ".")
				return fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, p[0], p[1], p[2])
			}
		}, []string{idtoken.CheckFormat}},
		{"C43 a megabyte", func(f *providertest.Faults) {
			f.Claims = func(c map[string]any) { c["x"] = strings.Repeat("x", 1<<20) }
		}, []string{idtoken.CheckFormat}},
		{"C44 crit with an unknown name", header("crit", []string{"exp"}), []string{idtoken.CheckHeader}},
		{"C44 crit with a name that others know", func(f *providertest.Faults) {
			f.Header = func(h map[string]any) { h["crit"], h["b64"] = []string{"b64"}, true }
		}, []string{idtoken.CheckHeader}},
		{"C44 crit empty", header("crit", []string{}), []string{idtoken.CheckHeader}},
		{"C44 crit null", header("crit", nil), []string{idtoken.CheckHeader}},
		{"C46 kid is a path", header("kid", "../../etc/passwd"), []string{idtoken.CheckSignature}},
		{"C46 kid is SQL", header("kid", "' OR 1=1 --"), []string{idtoken.CheckSignature}},
		{"C46 kid of 10 kB", header("kid", strings.Repeat("k", 10<<10)), []string{idtoken.CheckHeader}},
		{"C46 kid null", header("kid", nil), []string{idtoken.CheckHeader}},
		{"C46 kid a list", header("kid", []string{"rsa"}), []string{idtoken.CheckHeader}},
		{"C46 no kid, and no key of the type fits", func(f *providertest.Faults) {
			f.Header = func(h map[string]any) { delete(h, "kid") }
			f.KeySet = func(keys []map[string]any) []map[string]any { return keys[1:] } // all but the RSA key
		}, []string{idtoken.CheckSignature}},
		{"C46 kid a number", header("kid", 1), []string{idtoken.CheckHeader}},
		{"C54 header name twice", func(f *providertest.Faults) { f.IDToken = doubled("alg", 0) }, []string{idtoken.CheckFormat}},
		{"C54 header name in another case", header("ALG", "none"), []string{idtoken.CheckFormat}},
		{"C54 claim twice", func(f *providertest.Faults) { f.IDToken = doubled("aud", 1) }, []string{idtoken.CheckFormat}},
		{"typ says access token", header("typ", "at+jwt"), []string{idtoken.CheckHeader}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			row.change(&s.p.Faults)
			token, err := s.verify(t)
			refused(t, token, err, row.want...)
			s.agree(t, row.name, err)
		})
	}
}

// publishedKey sets a member of the key that signs.
func publishedKey(name string, value any) func(f *providertest.Faults) {
	return func(f *providertest.Faults) {
		f.KeySet = func(keys []map[string]any) []map[string]any { keys[0][name] = value; return keys }
	}
}

// trailingBits changes the bits of the last character that a lax decoder drops.
func trailingBits(part string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, part[len(part)-1])
	return part[:len(part)-1] + string(alphabet[last^1])
}

// edited replaces text inside a part, and fails if it is not there.
func edited(part, old, text string) string {
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil || !strings.Contains(string(data), old) {
		panic("the part has no " + old)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(data), old, text, 1)))
}

// doubled repeats a member of a part, with another value, in front.
func doubled(name string, part int) func(raw string) string {
	return func(raw string) string {
		parts := strings.Split(raw, ".")
		data, err := base64.RawURLEncoding.DecodeString(parts[part])
		if err != nil {
			panic(err)
		}
		text := fmt.Sprintf(`{%q:"first",%s`, name, data[1:])
		parts[part] = base64.RawURLEncoding.EncodeToString([]byte(text))
		return strings.Join(parts, ".")
	}
}

func TestClaimAttacks(t *testing.T) {
	at := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	const gone = "\x00delete"
	// ofIssuer changes the genuine issuer.
	type ofIssuer func(issuer string) string
	rows := []struct {
		name, claim string
		value       any
		want        []string
	}{
		{"C47 iss of another", "iss", "https://attacker.example", []string{idtoken.CheckIssuer}},
		{"C47 iss with a slash more", "iss", ofIssuer(func(s string) string { return s + "/" }), []string{idtoken.CheckIssuer}},
		{"C47 iss in another case", "iss", ofIssuer(func(s string) string { return strings.Replace(s, "http", "HTTP", 1) }), []string{idtoken.CheckIssuer}},
		{"C47 iss of another scheme", "iss", ofIssuer(func(s string) string { return strings.Replace(s, "http", "https", 1) }), []string{idtoken.CheckIssuer}},
		{"C47 iss without its scheme, as Google's may be", "iss", ofIssuer(func(s string) string { return strings.TrimPrefix(s, "http://") }), []string{idtoken.CheckIssuer}},
		{"C47 iss homoglyph", "iss", ofIssuer(func(s string) string { return strings.Replace(s, "1", "\uff11", 1) }), []string{idtoken.CheckIssuer}},
		{"C47 iss with a path more", "iss", ofIssuer(func(s string) string { return s + "/.attacker.example" }), []string{idtoken.CheckIssuer}},
		{"C47 iss missing", "iss", gone, []string{idtoken.CheckIssuer}},
		{"C47 iss empty", "iss", "", []string{idtoken.CheckIssuer}},
		{"C47 iss a list", "iss", []string{"https://x.example"}, []string{idtoken.CheckIssuer}},
		{"C48 aud of another", "aud", "other", []string{idtoken.CheckAudience}},
		{"C48 aud empty", "aud", "", []string{idtoken.CheckAudience}},
		{"C48 aud missing", "aud", gone, []string{idtoken.CheckAudience}},
		{"C48 aud empty list", "aud", []string{}, []string{idtoken.CheckAudience}},
		{"C48 aud with a stranger", "aud", []string{providertest.ClientID, "stranger"}, []string{idtoken.CheckAudience}},
		{"C48 aud a number", "aud", 7, []string{idtoken.CheckAudience}},
		{"C48 aud an object", "aud", map[string]any{providertest.ClientID: true}, []string{idtoken.CheckAudience}},
		{"C48 aud a list with a number", "aud", []any{providertest.ClientID, 7}, []string{idtoken.CheckAudience}},
		{"C48 aud null", "aud", nil, []string{idtoken.CheckAudience}},
		{"C48 aud in another case", "aud", strings.ToUpper(providertest.ClientID), []string{idtoken.CheckAudience}},
		{"C48 aud a list in a list", "aud", []any{[]any{providertest.ClientID}}, []string{idtoken.CheckAudience}},
		{"C48 aud a prefix", "aud", providertest.ClientID[:4], []string{idtoken.CheckAudience}},
		{"C49 azp of another", "azp", "other", []string{idtoken.CheckParty}},
		{"C49 azp empty", "azp", "", []string{idtoken.CheckParty}},
		{"C49 azp null", "azp", nil, []string{idtoken.CheckParty}},
		{"C49 azp a list", "azp", []string{providertest.ClientID}, []string{idtoken.CheckParty}},
		{"C50 exp past", "exp", at(-2 * time.Minute), []string{idtoken.CheckExpiry}},
		{"C50 exp missing", "exp", gone, []string{idtoken.CheckExpiry}},
		{"C50 exp text", "exp", "9999999999", []string{idtoken.CheckExpiry}},
		{"C50 exp negative", "exp", -1, []string{idtoken.CheckExpiry}},
		{"C50 exp beyond int64", "exp", json.Number("99999999999999999999"), []string{idtoken.CheckExpiry}},
		{"C50 exp in the year 10000", "exp", int64(253402300800), []string{idtoken.CheckExpiry}},
		{"C50 exp beyond float64", "exp", json.Number("1e999"), []string{idtoken.CheckExpiry}},
		{"C50 exp null", "exp", nil, []string{idtoken.CheckExpiry}},
		{"C50 exp a fraction that is past", "exp", float64(at(-2*time.Minute)) + 0.5, []string{idtoken.CheckExpiry}},
		{"C50 exp past by just more than the skew", "exp", at(-61 * time.Second), []string{idtoken.CheckExpiry}},
		{"C50 nbf negative", "nbf", -1, []string{idtoken.CheckNotBefore}},
		{"C50 nbf null", "nbf", nil, []string{idtoken.CheckNotBefore}},
		{"C50 nbf future", "nbf", at(2 * time.Minute), []string{idtoken.CheckNotBefore}},
		{"C50 nbf text", "nbf", "now", []string{idtoken.CheckNotBefore}},
		{"C50 iat future", "iat", at(2 * time.Minute), []string{idtoken.CheckIssuedAt}},
		{"C50 iat years old", "iat", at(-3 * 365 * 24 * time.Hour), []string{idtoken.CheckIssuedAt}},
		{"C50 iat text", "iat", "now", []string{idtoken.CheckIssuedAt}},
		{"C50 iat beyond int64", "iat", json.Number("99999999999999999999"), []string{idtoken.CheckIssuedAt}},
		{"C50 iat missing", "iat", gone, []string{idtoken.CheckIssuedAt}},
		{"C51 nonce missing", "nonce", gone, []string{idtoken.CheckNonce}},
		{"C51 nonce of another flow", "nonce", nonce[:len(nonce)-1] + "x", []string{idtoken.CheckNonce}},
		{"C51 nonce empty", "nonce", "", []string{idtoken.CheckNonce}},
		{"C51 nonce null", "nonce", nil, []string{idtoken.CheckNonce}},
		{"C51 nonce a prefix", "nonce", nonce[:8], []string{idtoken.CheckNonce}},
		{"C51 nonce a list", "nonce", []string{nonce}, []string{idtoken.CheckNonce}},
		{"C52 at_hash missing", "at_hash", gone, []string{idtoken.CheckTokenHash}},
		{"C52 at_hash empty", "at_hash", "", []string{idtoken.CheckTokenHash}},
		{"C52 at_hash by a longer hash", "at_hash", providertest.TokenHash("RS384", access), []string{idtoken.CheckTokenHash}},
		{"C52 at_hash padded", "at_hash", providertest.TokenHash("RS256", access) + "==", []string{idtoken.CheckTokenHash}},
		{"C52 at_hash null", "at_hash", nil, []string{idtoken.CheckTokenHash}},
		{"C52 at_hash a list", "at_hash", []string{providertest.TokenHash("RS256", access)}, []string{idtoken.CheckTokenHash}},
		{"C53 at_hash of another client's token", "at_hash", providertest.TokenHash("RS256", "other"), []string{idtoken.CheckTokenHash}},
		{"C55 sub missing", "sub", gone, []string{idtoken.CheckSubject}},
		{"C55 sub empty", "sub", "", []string{idtoken.CheckSubject}},
		{"C55 sub too long", "sub", strings.Repeat("s", 256), []string{idtoken.CheckSubject}},
		{"C55 sub null", "sub", nil, []string{idtoken.CheckSubject}},
		{"C55 sub a number", "sub", 7, []string{idtoken.CheckSubject}},
		{"C54 nested names twice", "x", json.RawMessage(`{"a":1,"a":2}`), []string{idtoken.CheckFormat}},
		{"C54 nested names in two cases", "x", map[string]any{"a": 1, "A": 2}, []string{idtoken.CheckFormat}},
		{"C54 claim name in another case too", "Aud", "other", []string{idtoken.CheckFormat}},
		{"C54 claim name with a long s too", "\u017fub", "other", []string{idtoken.CheckFormat}},
		{"C54 nested too deep", "x", deep(20), []string{idtoken.CheckFormat}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			s.p.Faults.Claims = func(c map[string]any) {
				c[row.claim] = row.value
				if change, ok := row.value.(ofIssuer); ok {
					c[row.claim] = change(s.p.Issuer)
				}
				if row.value == gone {
					delete(c, row.claim)
				}
			}
			token, err := s.verify(t)
			refused(t, token, err, row.want...)
			s.agree(t, row.name, err)
		})
	}
}

func deep(n int) any {
	var v any = 1
	for range n {
		v = []any{v}
	}
	return v
}

// Nothing in a token may make us connect anywhere, nor bring its own key.
func TestNoRequestFromHeader(t *testing.T) {
	t.Attr("attack", "C45")
	asked := make(chan string, 16)
	attacker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	defer attacker.Close()
	rows := []struct {
		name  string
		value any
	}{
		{"jku", attacker.URL + "/jku"},
		{"x5u", attacker.URL + "/x5u"},
		{"jwk", providertest.JWK(t, providertest.ForeignKey(t), "rsa")},
		{"x5c", []string{"AAAA"}},
		{"jku of the cloud's metadata", "http://169.254.169.254/latest"},
	}
	for _, row := range rows {
		t.Run("C45 "+row.name, func(t *testing.T) {
			s := newScene(t)
			s.p.Faults.Header = func(h map[string]any) { h[strings.Fields(row.name)[0]] = row.value }
			s.mustVerify(t) // a genuine token may point anywhere: nobody looks
			s.p.Faults.ForeignKey = true
			token, err := s.verify(t)
			refused(t, token, err, idtoken.CheckSignature)
			s.agree(t, "C45 "+row.name, err)
		})
	}
	select {
	case path := <-asked:
		t.Errorf("%s was asked for", path)
	default:
	}
}
