package seal

import (
	"bytes"
	"crypto/hpke"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"testing"
)

// hexBytes are bytes that JSON spells in hexadecimal.
type hexBytes []byte

func (b *hexBytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	return err
}

// TestRFC9180 opens the messages of the RFC: of appendix A.3.1, with AES-128-GCM, and, as
// the appendix has none for our suite, of the complete vectors it refers to. The
// TypeScript half makes the same bytes from the same file, and checks the key schedule.
func TestRFC9180(t *testing.T) {
	data, err := os.ReadFile("../../js/testdata/rfc9180.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name                                       string
		AEAD                                       struct{ ID uint16 }
		Info, SkRm, PkRm, PkEm, Plaintext, AAD, CT hexBytes
	}
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	ours := 0
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			aead, err := hpke.NewAEAD(v.AEAD.ID)
			if err != nil {
				t.Fatal(err)
			}
			if v.AEAD.ID == hpke.AES256GCM().ID() {
				ours++
			}
			key, err := newKey(v.SkRm)
			if err != nil || !bytes.Equal(key.Public(), v.PkRm) {
				t.Fatalf("public key %x, %v; want pkRm", key.Public(), err)
			}
			got, err := open(v.SkRm, aead, v.Info, v.PkEm, v.CT, v.AAD)
			if err != nil || !bytes.Equal(got, v.Plaintext) {
				t.Errorf("open = %x, %v; want the plaintext", got, err)
			}
			if _, err := open(v.SkRm, aead, []byte(info), v.PkEm, v.CT, v.AAD); !errors.Is(err, ErrOpen) {
				t.Errorf("open with our info = %v; want ErrOpen", err)
			}
		})
	}
	if len(vectors) < 2 || ours == 0 {
		t.Errorf("%d vectors, %d of our suite; want the RFC's and at least one", len(vectors), ours)
	}
}
