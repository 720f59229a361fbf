package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

const (
	testState     = "AAECAwQFBgcICQoL.AAECAwQFBgcICQoLDA0ODw.key.kernel.comm"
	testPlaintext = `{"query":"","fragment":"access_token=t&state=s"}`
)

// testKey makes the same key on every run.
func testKey(t testing.TB, fill byte) *Key {
	t.Helper()
	key, err := NewKey(bytes.NewReader(bytes.Repeat([]byte{fill}, scalarLen)))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestOpen(t *testing.T) {
	key := testKey(t, 1)
	enc, ct, err := Seal(key.Public(), []byte(testPlaintext), []byte(testState))
	if err != nil {
		t.Fatal(err)
	}
	got, err := key.Open(enc, ct, []byte(testState))
	if err != nil || string(got) != testPlaintext {
		t.Fatalf("Open = %q, %v; want the plaintext", got, err)
	}

	// Each row changes one thing of the message that opens above.
	type message struct {
		key          *Key
		enc, ct, aad []byte
	}
	flip := func(b []byte, i int) []byte {
		c := bytes.Clone(b)
		c[i] ^= 1
		return c
	}
	rows := []struct {
		name   string
		change func(m *message)
	}{
		{"B28 sealed for another key", func(m *message) { m.key = testKey(t, 2) }},
		{"B28 other state", func(m *message) { m.aad = []byte(testState + "x") }},
		{"B28 no state", func(m *message) { m.aad = nil }},
		{"B28 ciphertext changed", func(m *message) { m.ct = flip(m.ct, 3) }},
		{"B28 tag changed", func(m *message) { m.ct = flip(m.ct, len(m.ct)-1) }},
		{"B28 ciphertext cut", func(m *message) { m.ct = m.ct[:len(m.ct)-1] }},
		{"ciphertext shorter than a tag", func(m *message) { m.ct = m.ct[:tagLen-1] }},
		{"ciphertext empty", func(m *message) { m.ct = nil }},
		{"A11 ciphertext too long", func(m *message) { m.ct = make([]byte, maxPlaintext+tagLen+1) }},
		{"encapsulated key changed", func(m *message) { m.enc = flip(m.enc, 40) }},
		{"encapsulated key cut", func(m *message) { m.enc = m.enc[:pointLen-1] }},
		{"encapsulated key compressed", func(m *message) { m.enc = append([]byte{2}, m.enc[1:33]...) }},
		{"encapsulated key at infinity", func(m *message) { m.enc = make([]byte, pointLen) }},
		{"encapsulated key missing", func(m *message) { m.enc = nil }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			m := message{key, enc, ct, []byte(testState)}
			row.change(&m)
			if got, err := m.key.Open(m.enc, m.ct, m.aad); !errors.Is(err, ErrOpen) || got != nil {
				t.Errorf("Open = %q, %v; want ErrOpen", got, err)
			}
		})
	}
}

func TestKey(t *testing.T) {
	key := testKey(t, 1)
	if p := key.Public(); len(p) != pointLen || p[0] != 4 {
		t.Errorf("public key % x; want an uncompressed point", p)
	}
	key.Public()[5] ^= 1
	if !bytes.Equal(key.Public(), testKey(t, 1).Public()) {
		t.Error("the caller can change the key, or it does not come from the reader")
	}
	random, err := NewKey(nil)
	if err != nil || bytes.Equal(random.Public(), key.Public()) {
		t.Errorf("NewKey(nil) = %v; want a fresh key", err)
	}
	if _, err := NewKey(strings.NewReader("short")); err == nil {
		t.Error("a key was made of five bytes")
	}
	scalar := key.scalar.Reveal()
	for _, verb := range []string{"%v", "%+v", "%#v", "%x"} {
		printed := fmt.Sprintf(verb, key)
		if strings.Contains(printed, scalar) || strings.Contains(printed, fmt.Sprintf("%x", scalar)) {
			t.Errorf("%s prints the private key", verb)
		}
	}
}

func TestSealRefusesBadKeys(t *testing.T) {
	for name, pub := range map[string][]byte{
		"empty": nil, "short": make([]byte, 64), "not on the curve": append([]byte{4}, make([]byte, 64)...),
	} {
		if _, _, err := Seal(pub, []byte("x"), nil); err == nil {
			t.Errorf("%s: sealed", name)
		}
	}
}

// The vectors are written by the TypeScript side and prove that both halves
// speak the same suite, info string and encoding.
func TestSharedVectors(t *testing.T) {
	data, err := os.ReadFile("../../js/testdata/seal.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name, PrivateKey, PublicKey, State, Plaintext, Enc, CT string
	}
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) == 0 {
		t.Fatal("no vectors")
	}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			key, err := newKey(decode(t, v.PrivateKey))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(key.Public(), decode(t, v.PublicKey)) {
				t.Error("public key differs")
			}
			got, err := key.Open(decode(t, v.Enc), decode(t, v.CT), []byte(v.State))
			if err != nil || string(got) != v.Plaintext {
				t.Errorf("Open = %q, %v; want %q", got, err, v.Plaintext)
			}
		})
	}
}

func decode(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func BenchmarkOpen(b *testing.B) {
	key := testKey(b, 1)
	enc, ct, err := Seal(key.Public(), []byte(testPlaintext), []byte(testState))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := key.Open(enc, ct, []byte(testState)); err != nil {
			b.Fatal(err)
		}
	}
}
