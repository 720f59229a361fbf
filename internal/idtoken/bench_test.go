package idtoken_test

import "testing"

func BenchmarkVerify(b *testing.B) {
	for _, alg := range []string{"RS256", "ES256"} {
		b.Run(alg, func(b *testing.B) {
			s := newScene(b)
			s.p.Faults.SignAlg = alg
			raw := s.p.IDToken(nonce, access)
			for b.Loop() {
				if _, err := s.v.Verify(b.Context(), raw, s.e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
