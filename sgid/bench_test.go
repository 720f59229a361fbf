package sgid_test

import (
	"maps"
	"testing"

	"github.com/ipyauth/ipyauth/internal/idtoken"
	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

// The comments give sgid-client 0.3.0 in Python 3.11 on the same machine, per
// operation, measured the same way: no network, keys of 2048 bits.

// BenchmarkPKCEPair: 3.2 us.
func BenchmarkPKCEPair(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := sgid.GeneratePKCEPair(0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkIDToken: 125 us. The key set is kept, as there.
func BenchmarkIDToken(b *testing.B) {
	s := newScene(b)
	raw, err := s.p.IDToken("nonce")
	if err != nil {
		b.Fatal(err)
	}
	v := sgid.Verifier(s.client)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(b.Context(), raw, idtoken.Expect{Nonce: "nonce"}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUserInfo1: 73 ms, as it loads the key at each call; 0.52 ms of that
// is the decryption.
func BenchmarkUserInfo1(b *testing.B) { benchmarkUserInfo(b, 1) }

// BenchmarkUserInfo5: 72 ms.
func BenchmarkUserInfo5(b *testing.B) { benchmarkUserInfo(b, 5) }

func benchmarkUserInfo(b *testing.B, fields int) {
	s := newScene(b)
	data := maps.Clone(s.p.Data)
	for name := range data {
		if len(data) > fields && name != "myinfo.name" {
			delete(data, name)
		}
	}
	s.p.Faults.BlockKeyBytes = 32
	answer, err := s.p.Answer(data)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if info, err := s.client.DecryptUserInfo(sgidtest.Subject, answer); err != nil || len(info.Data) != fields {
			b.Fatal(info, err)
		}
	}
}

// BenchmarkNewClient: 33 ms.
func BenchmarkNewClient(b *testing.B) {
	cfg := config(sgidtest.New(b))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sgid.NewClient(cfg); err != nil {
			b.Fatal(err)
		}
	}
}
