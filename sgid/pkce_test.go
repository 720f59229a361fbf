package sgid_test

import (
	"regexp"
	"testing"

	"github.com/ipyauth/ipyauth/sgid"
)

func TestCodeVerifierLength(t *testing.T) {
	rows := []struct {
		name         string
		length, want int // want 0 is the error
	}{
		{"default", 0, 43},
		{"shortest", 43, 43},
		{"not a multiple of four", 101, 101},
		{"longest", 128, 128},
		{"too short", 42, 0},
		{"too long", 129, 0},
		{"negative", -1, 0},
	}
	form := regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`) // RFC 7636 section 4.1
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			verifier, err := sgid.GenerateCodeVerifier(row.length)
			pair, challenge, pairErr := sgid.GeneratePKCEPair(row.length)
			if row.want == 0 {
				refused(t, err, sgid.ErrVerifierLength)
				refused(t, pairErr, sgid.ErrVerifierLength)
				if verifier != "" || pair != "" || challenge != "" {
					t.Error("something is returned with the error")
				}
				return
			}
			if err != nil || pairErr != nil {
				t.Fatal(err, pairErr)
			}
			for _, v := range []string{verifier, pair} {
				if len(v) != row.want || !form.MatchString(v) {
					t.Errorf("verifier of %d characters: %q", len(v), v)
				}
			}
			if challenge != sgid.GenerateCodeChallenge(pair) {
				t.Error("the challenge is not the verifier's")
			}
		})
	}
}

func TestCodeVerifiersDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		verifier, err := sgid.GenerateCodeVerifier(0)
		if err != nil || seen[verifier] {
			t.Fatalf("a verifier repeats, or %v", err)
		}
		seen[verifier] = true
	}
}

// The vector of RFC 7636 appendix B.
func TestCodeChallengeOfRFC7636(t *testing.T) {
	got := sgid.GenerateCodeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
	if want := "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
}
