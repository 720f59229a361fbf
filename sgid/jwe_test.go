package sgid_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

// decrypt takes the fake's answer without a server in between.
func decrypt(t testing.TB, s *scene) (*sgid.UserInfo, error) {
	t.Helper()
	answer, err := s.p.Answer(s.p.Data)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	var decoded map[string]any
	if err := json.Unmarshal(data, &decoded); err != nil {
		t.Fatal(err)
	}
	return s.client.DecryptUserInfo(sgidtest.Subject, decoded)
}

func TestEncryptionsAccepted(t *testing.T) {
	rows := []struct {
		alg, enc string
		bytes    int
	}{
		{"A128GCMKW", "A128GCM", 16}, {"A128GCMKW", "A256GCM", 16}, {"A256GCMKW", "A128GCM", 32}, {"A256GCMKW", "A256GCM", 32},
		{"dir", "A128GCM", 16}, {"dir", "A256GCM", 32},
	}
	for _, row := range rows {
		t.Run(row.alg+" "+row.enc, func(t *testing.T) {
			s := newScene(t)
			s.p.Faults.Field, s.p.Faults.BlockKeyBytes = sgidtest.Encryption{Alg: row.alg, Enc: row.enc}, row.bytes
			info, err := decrypt(t, s)
			if err != nil || info.Data["myinfo.name"] != "TAN XIAO HUI" || info.Data["myinfo.birth_name"] != "Zoë 陈小慧" {
				t.Errorf("got %v, %v", info, err)
			}
		})
	}
}

// encryption is one way to encrypt values, or the block key.
func field(e sgidtest.Encryption) func(f *sgidtest.Faults) {
	return func(f *sgidtest.Faults) { f.Field = e }
}

func block(e sgidtest.Encryption) func(f *sgidtest.Faults) {
	return func(f *sgidtest.Faults) { f.BlockKey = e }
}

// part changes one of the five parts of a JWE.
func part(i int, change func(text string) string) sgidtest.Encryption {
	return sgidtest.Encryption{Change: func(compact string) string {
		parts := strings.Split(compact, ".")
		parts[i] = change(parts[i])
		return strings.Join(parts, ".")
	}}
}

func empty(string) string { return "" }

// members changes the header.
func members(change func(h map[string]any)) sgidtest.Encryption {
	return part(0, func(text string) string {
		data, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			panic(err)
		}
		h := map[string]any{}
		if err := json.Unmarshal(data, &h); err != nil {
			panic(err)
		}
		change(h)
		data, err = json.Marshal(h)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(data)
	})
}

// JWE attacks, each on values and on the block key.
func TestJWEAttacks(t *testing.T) {
	set := func(name string, value any) sgidtest.Encryption {
		return members(func(h map[string]any) { h[name] = value })
	}
	rows := []struct {
		name string
		e    sgidtest.Encryption
	}{
		{"alg none", set("alg", "none")},
		{"alg missing", members(func(h map[string]any) { delete(h, "alg") })},
		{"alg a list", set("alg", []string{"dir"})},
		{"alg in another case", set("alg", "DIR")},
		{"enc missing", members(func(h map[string]any) { delete(h, "enc") })},
		{"enc A128CBC-HS256", set("enc", "A128CBC-HS256")},
		{"PBES2 with a thousand million rounds", members(func(h map[string]any) { h["alg"], h["p2c"], h["p2s"] = "PBES2-HS256+A128KW", 1e9, "AAAA" })},
		{"crit", set("crit", []string{"exp"})},
		{"crit null", set("crit", nil)},
		{"zip in a header that was not compressed", set("zip", "DEF")},
		{"compressed", sgidtest.Encryption{Compress: true}},
		{"no encrypted key", part(1, empty)},
		{"encrypted key cut", part(1, func(s string) string { return s[:4] })},
		{"no vector", part(2, empty)},
		{"vector of another length", part(2, func(s string) string { return s + "AAAA" })},
		{"no ciphertext", part(3, empty)},
		{"ciphertext cut", part(3, func(s string) string { return s[:4] })},
		{"no tag", part(4, empty)},
		{"tag of 12 bytes", part(4, func(s string) string { return s[:16] })},
		{"tag of 4 bytes", part(4, func(string) string { return "AAAAAA" })},
		{"tag longer", part(4, func(s string) string { return s[:20] + "AAAA" })},
		{"tag changed", part(4, func(s string) string { return flip(s) })},
		{"ciphertext changed", part(3, flip)},
		{"vector changed", part(2, flip)},
		{"encrypted key changed", part(1, flip)},
		{"header changed", set("kid", "canary")},
		{"header no JSON", part(0, func(string) string { return "AAAA" })},
		{"no header", part(0, empty)},
		{"alg twice", part(0, func(s string) string { return twice(s) })},
		{"a line break", part(3, func(s string) string { return s[:2] + "\n" + s[2:] })},
		{"padding", part(4, func(s string) string { return s + "==" })},
		{"standard base64", part(3, func(s string) string { return "+/" + s[2:] })},
		{"four parts", sgidtest.Encryption{Change: func(s string) string { return s[:strings.LastIndexByte(s, '.')] }}},
		{"six parts", sgidtest.Encryption{Change: func(s string) string { return s + ".AAAA" }}},
		{"a million dots", sgidtest.Encryption{Change: func(string) string { return strings.Repeat(".", 1e6) }}},
		{"four dots", sgidtest.Encryption{Change: func(string) string { return "...." }}},
		{"JSON serialization", sgidtest.Encryption{Change: serialize}},
	}
	s := newScene(t)
	for _, row := range rows {
		t.Run("D69 "+row.name, func(t *testing.T) {
			s.p.Data = map[string]string{"myinfo.name": "canary of the data"}
			s.p.Faults = sgidtest.Faults{}
			field(row.e)(&s.p.Faults)
			_, err := decrypt(t, s)
			if e := refused(t, err, sgid.ErrData); e.Field != "myinfo.name" {
				t.Errorf("field %q", e.Field)
			}
			s.p.Faults = sgidtest.Faults{}
			block(row.e)(&s.p.Faults)
			_, err = decrypt(t, s)
			refused(t, err, sgid.ErrBlockKey)
		})
	}
}

func TestEncryptionsRefused(t *testing.T) {
	rows := []struct {
		name   string
		change func(f *sgidtest.Faults)
		want   *sgid.Error
	}{
		{"block key RSA-OAEP", block(sgidtest.Encryption{Alg: "RSA-OAEP"}), sgid.ErrBlockKey},
		{"block key RSA1_5", block(sgidtest.Encryption{Alg: "RSA1_5"}), sgid.ErrBlockKey},
		{"block key A128GCM", block(sgidtest.Encryption{Enc: "A128GCM"}), sgid.ErrBlockKey},
		{"block key A256CBC-HS512", block(sgidtest.Encryption{Enc: "A256CBC-HS512"}), sgid.ErrBlockKey},
		{"block key for another client", func(f *sgidtest.Faults) { f.ForeignClient = true }, sgid.ErrBlockKey},
		{"value A128KW", field(sgidtest.Encryption{Alg: "A128KW"}), sgid.ErrData},
		{"value A192GCM", field(sgidtest.Encryption{Enc: "A192GCM"}), sgid.ErrData},
		{"value A128CBC-HS256", field(sgidtest.Encryption{Enc: "A128CBC-HS256"}), sgid.ErrData},
		{"value PBES2", field(sgidtest.Encryption{Alg: "PBES2-HS256+A128KW"}), sgid.ErrData},
		{"value A256GCMKW with a key of 128 bits", field(sgidtest.Encryption{Alg: "A256GCMKW"}), sgid.ErrData},
		{"value A128GCMKW with a key of 256 bits", func(f *sgidtest.Faults) {
			f.Field.Alg, f.BlockKeyBytes = "A128GCMKW", 32
		}, sgid.ErrData},
		{"value with another block key", func(f *sgidtest.Faults) { f.ForeignField = true }, sgid.ErrData},
		{"dir with an encrypted key", func(f *sgidtest.Faults) {
			f.Field = part(1, func(string) string { return "AAAA" })
			f.Field.Alg = "dir"
		}, sgid.ErrData},
		{"block key no JSON", jwk(func(string) string { return "canary" }), sgid.ErrBlockKey},
		{"block key with k twice", jwk(func(s string) string { return strings.Replace(s, "{", `{"k":"AAAA",`, 1) }), sgid.ErrBlockKey},
		{"block key an RSA key", jwk(func(s string) string { return strings.Replace(s, "oct", "RSA", 1) }), sgid.ErrBlockKey},
		{"block key of 64 bits", jwk(func(string) string { return `{"kty":"oct","k":"AAAAAAAAAAA"}` }), sgid.ErrBlockKey},
		{"block key empty", jwk(func(string) string { return `{"kty":"oct","k":""}` }), sgid.ErrBlockKey},
		{"block key without k", jwk(func(string) string { return `{"kty":"oct"}` }), sgid.ErrBlockKey},
		{"block key of a number", jwk(func(string) string { return `{"kty":"oct","k":1}` }), sgid.ErrBlockKey},
		{"block key padded", jwk(func(s string) string { return strings.Replace(s, `"}`, `=="}`, 1) }), sgid.ErrBlockKey},
	}
	s := newScene(t)
	for _, row := range rows {
		t.Run("D69 "+row.name, func(t *testing.T) {
			s.p.Faults = sgidtest.Faults{}
			row.change(&s.p.Faults)
			_, err := decrypt(t, s)
			refused(t, err, row.want)
		})
	}
}

func jwk(change func(text string) string) func(f *sgidtest.Faults) {
	return func(f *sgidtest.Faults) { f.BlockKeyJWK = change }
}

func TestValuesThatAreNotText(t *testing.T) {
	s := newScene(t)
	s.p.Data = map[string]string{"myinfo.name": "canary \xff\xfe"}
	_, err := decrypt(t, s)
	refused(t, err, sgid.ErrData)
}

// panicking stands for a decrypter with a fault like those go-jose has had.
type panicking struct{}

func (panicking) DecryptKey([]byte, jose.Header) ([]byte, error) { panic("canary") }

func TestPanicWhileDecrypting(t *testing.T) {
	answer, err := sgidtest.New(t).Answer(nil)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := sgid.OpenBlockKey(answer["key"].(string), panicking{})
	if err == nil || plain != nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %q, %v", plain, err)
	}
}

// flip changes the first byte of a part.
func flip(text string) string {
	if text[0] == 'A' {
		return "B" + text[1:]
	}
	return "A" + text[1:]
}

// twice repeats alg in a header.
func twice(text string) string {
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(data), "{", `{"alg":"none",`, 1)))
}

// serialize is the flattened form of RFC 7516 section 7.2.2.
func serialize(compact string) string {
	p := strings.Split(compact, ".")
	data, err := json.Marshal(map[string]string{"protected": p[0], "encrypted_key": p[1], "iv": p[2], "ciphertext": p[3], "tag": p[4]})
	if err != nil {
		panic(err)
	}
	return string(data)
}
