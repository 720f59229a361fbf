package sgid_test

import (
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

// TestSDK has the real sgid-client sign in at the fake, so that what the fake
// makes is what sgID's own client takes; and takes what the SDK and its
// libraries make. It runs where IPYAUTH_TEST_PYTHON names a Python that has
// sgid-client, as `make test` sees to.
func TestSDK(t *testing.T) {
	python := os.Getenv("IPYAUTH_TEST_PYTHON")
	if python == "" {
		t.Skip("IPYAUTH_TEST_PYTHON is not set")
	}
	s := newScene(t)
	// The SDK reads nothing outside ASCII, and jwcrypto no empty value.
	delete(s.p.Data, "myinfo.birth_name")
	delete(s.p.Data, "myinfo.email")
	peer := startPeer(t, python)
	verifier, challenge, _ := sgid.GeneratePKCEPair(0)
	peer.send(t, map[string]any{
		"client_id": sgidtest.ClientID, "client_secret": s.p.ClientSecret, "private_key": s.p.PKCS1(), "redirect_uri": sgidtest.RedirectURI,
		"hostname": s.p.Hostname, "scopes": strings.Fields(strings.Join(allScopes, " ")), "verifier": verifier,
	})

	var begun struct {
		URL, Verifier, Challenge, PKCS8 string
		ChallengeOfYours                string `json:"challenge_of_yours"`
	}
	peer.receive(t, &begun)
	if sgid.GenerateCodeChallenge(begun.Verifier) != begun.Challenge || begun.ChallengeOfYours != challenge {
		t.Error("the code challenges differ")
	}
	if pkcs8, err := sgid.ConvertToPKCS8(s.p.PKCS1()); err != nil || strings.TrimSpace(pkcs8) != begun.PKCS8 {
		t.Errorf("the PKCS#8 forms differ, %v", err)
	}
	if again, err := sgid.ConvertToPKCS8(begun.PKCS8); err != nil || again != s.p.PKCS8() {
		t.Errorf("the SDK's PKCS#8 is not taken, %v", err)
	}
	query, err := s.p.Authorize(begun.URL)
	if err != nil {
		t.Fatal(err)
	}
	peer.send(t, map[string]any{"code": query.Get("code")})

	var ended sgid.UserInfo
	peer.receive(t, &ended)
	if ended.Sub != sgidtest.Subject || !maps.Equal(ended.Data, s.p.Data) {
		t.Errorf("the SDK got %v; want %v", ended, s.p.Data)
	}

	s.p.Data["myinfo.birth_name"] = "Zoë 陈小慧"
	peer.send(t, map[string]any{"issuer": s.p.Issuer, "sub": sgidtest.Subject, "nonce": s.nonce, "data": s.p.Data})
	var made struct {
		IDToken  string `json:"id_token"`
		Keys     []map[string]any
		UserInfo map[string]map[string]any
	}
	peer.receive(t, &made)
	s.p.Faults.IDToken = func(string) string { return made.IDToken }
	s.p.Faults.KeySet = func([]map[string]any) []map[string]any { return made.Keys }
	if session := s.mustSignIn(t); session.Sub != sgidtest.Subject {
		t.Errorf("sub %q", session.Sub)
	}
	if len(made.UserInfo) != 6 {
		t.Errorf("%d ways to encrypt", len(made.UserInfo))
	}
	for form, answer := range made.UserInfo {
		info, err := s.client.DecryptUserInfo(sgidtest.Subject, answer)
		if err != nil || !maps.Equal(info.Data, s.p.Data) {
			t.Errorf("%s: got %v, %v", form, info, err)
		}
	}
}

// peer is the other process, which speaks in lines of JSON.
type peer struct {
	in  *json.Encoder
	out *json.Decoder
}

func startPeer(t *testing.T, python string) *peer {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), python, "testdata/crosscheck.py")
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_, _ = io.Copy(io.Discard, out) // Wait wants it read
		_ = cmd.Wait()                  // what went wrong there failed a receive here
	})
	return &peer{json.NewEncoder(in), json.NewDecoder(out)}
}

func (p *peer) send(t *testing.T, v any) {
	t.Helper()
	if err := p.in.Encode(v); err != nil {
		t.Fatal(err)
	}
}

func (p *peer) receive(t *testing.T, v any) {
	t.Helper()
	if err := p.out.Decode(v); err != nil {
		t.Fatal(err)
	}
}
