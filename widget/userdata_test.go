package widget_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/sgid"
	"github.com/ipyauth/ipyauth/widget"
)

// sgID is a baseline that signs in with everything the fake's user shares.
func sgID(t *testing.T, p *sgidtest.Provider) params.ParamsSgID {
	return params.ParamsSgID{Hostname: p.Hostname, ClientID: sgidtest.ClientID, ClientSecret: params.NewSecret(p.ClientSecret),
		PrivateKey: params.NewSecret(p.PKCS1()), RedirectURI: sgidtest.RedirectURI + "/", DotenvFolder: t.TempDir(),
		Scope: "myinfo.name myinfo.email myinfo.vehicles myinfo.residence myinfo.birth_name"}
}

// agree is the person who clicks and agrees, up to the answer that the page relays.
func agree(n *notebook, p *sgidtest.Provider) {
	n.t.Helper()
	skip := n.count()
	n.send(map[string]any{"type": "begin", "view": "v1", "click": "c1", "redirect_uri": sgidtest.RedirectURI + "/", "secure": true})
	address, _ := n.message("authorize", skip)["url"].(string)
	query, err := p.Authorize(address)
	if err != nil {
		n.t.Fatal(err)
	}
	n.relay(sgidtest.RedirectURI + "/?" + query.Encode())
}

func openSgID(t *testing.T, p *sgidtest.Provider, source params.Source) *notebook {
	t.Helper()
	n := open(t, source)
	agree(n, p)
	n.waitStatus(widget.SignedIn)
	return n
}

// inspect returns the rows of a section of Inspect, nil if there is no such section.
func (n *notebook) inspect(title string) (rows []any) {
	n.t.Helper()
	skip := n.count()
	n.send(map[string]any{"type": "inspect", "view": "v1"})
	sections, _ := n.message("details", skip)["sections"].([]any)
	for _, s := range sections {
		if m, _ := s.(map[string]any); m["title"] == title {
			rows, _ = m["rows"].([]any)
		}
	}
	return rows
}

func TestUserDataIsDecrypted(t *testing.T) {
	p := sgidtest.New(t)
	n := openSgID(t, p, sgID(t, p))
	if n.auth.LoggedAs() != sgidtest.Subject || n.get("verified") != true {
		t.Errorf("LoggedAs = %q, verified %v", n.auth.LoggedAs(), n.get("verified"))
	}
	if p.Requests("userinfo") != 0 {
		t.Error("the sign-in itself asked for the data")
	}
	const unread = "[[available known once a.UserInfo has read it]]"
	if got := fmt.Sprint(n.inspect("User data")); got != unread {
		t.Errorf("Inspect before UserInfo = %s; want %s", got, unread)
	}
	info, err := n.auth.UserInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"sub": sgidtest.Subject, "data": map[string]any{
		"myinfo.name": "TAN XIAO HUI", "myinfo.email": "", "myinfo.birth_name": "Zoë 陈小慧",
		"myinfo.vehicles":  []any{map[string]any{"vehicle_number": "SGX1234A"}},
		"myinfo.residence": map[string]any{"floor": "05", "unit": "12"},
	}}
	if !reflect.DeepEqual(info, want) {
		t.Errorf("UserInfo = %v; want %v", info, want)
	}
	const names = "[[available myinfo.birth_name, myinfo.email, myinfo.name, myinfo.residence, myinfo.vehicles]]"
	if got := fmt.Sprint(n.inspect("User data")); got != names {
		t.Errorf("Inspect = %s; want %s", got, names)
	}
	agree(n, p)
	n.waitStatus(widget.SignedIn)
	if got := fmt.Sprint(n.inspect("User data")); got != unread {
		t.Errorf("Inspect after another sign-in = %s; want %s", got, unread)
	}
	n.auth.Clear()
	if rows := n.inspect("User data"); rows != nil {
		t.Errorf("Inspect after Clear = %v", rows)
	}
	n.holdsNone(p)
	if printed := fmt.Sprintf("%v %+v %#v", n.auth, n.auth, n.auth); strings.Contains(printed, pemLine(p)) {
		t.Error("the private key is printed")
	}
}

// Data that arrive after another person signed in leave no names behind.
func TestUserDataOfTheSessionBefore(t *testing.T) {
	p := sgidtest.New(t)
	n := openSgID(t, p, sgID(t, p))
	asked, release := make(chan struct{}), make(chan struct{})
	p.Faults.UserInfo = func(map[string]any) { close(asked); <-release }
	read := make(chan error, 1)
	go func() {
		_, err := n.auth.UserInfo(t.Context())
		read <- err
	}()
	<-asked
	agree(n, p)
	n.waitStatus(widget.SignedIn)
	close(release)
	if err := <-read; err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(n.inspect("User data")); !strings.Contains(got, "known once") {
		t.Errorf("Inspect = %s", got)
	}
}

// pemLine is a part of the private key that stands nowhere else.
func pemLine(p *sgidtest.Provider) string { return strings.Split(p.PKCS1(), "\n")[1] }

// holdsNone fails the test if a value of the user data, or what opens it, went to the
// front end.
func (n *notebook) holdsNone(p *sgidtest.Provider) {
	n.t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, m := range n.all {
		for _, text := range []string{p.Data["myinfo.name"], p.Data["myinfo.birth_name"], "SGX1234A", `"floor"`, `\"floor`,
			pemLine(p), p.ClientSecret} {
			if strings.Contains(m, text) {
				n.t.Errorf("a message to the front end has %q", text)
			}
		}
	}
}

// Each row tells one lie of the userinfo endpoint, or has the key of another client.
func TestUserDataRefused(t *testing.T) {
	rows := []struct {
		name  string
		spoil func(p *sgidtest.Provider)
		want  []error
		code  string
	}{
		{"encrypted for another client", func(p *sgidtest.Provider) { p.Faults.ForeignClient = true }, []error{sgid.ErrBlockKey, widget.ErrRejected}, "block_key"},
		{"encrypted with another block key", func(p *sgidtest.Provider) { p.Faults.ForeignField = true }, []error{sgid.ErrData, widget.ErrRejected}, "data"},
		{"not encrypted", func(p *sgidtest.Provider) {
			p.Faults.UserInfo = func(m map[string]any) { m["data"] = map[string]any{"myinfo.name": "canary"} }
		}, []error{sgid.ErrData}, "data"},
		{"no key", func(p *sgidtest.Provider) { p.Faults.UserInfo = func(m map[string]any) { delete(m, "key") } }, []error{sgid.ErrUserInfo}, "userinfo_endpoint"},
		{"an algorithm that is not accepted", func(p *sgidtest.Provider) { p.Faults.BlockKey.Alg = "RSA-OAEP" }, []error{sgid.ErrBlockKey}, "block_key"},
		{"of another user", func(p *sgidtest.Provider) { p.Faults.UserInfo = func(m map[string]any) { m["sub"] = "u=canary" } }, []error{flow.ErrSubject, widget.ErrRejected}, flow.ErrSubject.Code},
	}
	for _, row := range rows {
		t.Run("D69 "+row.name, func(t *testing.T) {
			p := sgidtest.New(t)
			n := openSgID(t, p, sgID(t, p))
			row.spoil(p)
			info, err := n.auth.UserInfo(t.Context())
			var failure *widget.Error
			if !errors.As(err, &failure) || failure.Code != row.code || failure.Message == "" || failure.Next == "" || info != nil {
				t.Fatalf("UserInfo = %v, %v; want code %s", info, err, row.code)
			}
			for _, want := range row.want {
				if !errors.Is(err, want) {
					t.Errorf("error %v is not %v", err, want)
				}
			}
			if strings.Contains(fmt.Sprintf("%v %v", err, errors.Unwrap(err)), "canary") {
				t.Errorf("error %v shows what came", err)
			}
			p.Faults = sgidtest.Faults{}
			if _, err := n.auth.UserInfo(t.Context()); err != nil {
				t.Errorf("after an honest answer: %v", err)
			}
		})
	}
	t.Run("the private key of another client", func(t *testing.T) {
		p := sgidtest.New(t)
		source := sgID(t, p)
		source.PrivateKey = params.NewSecret(otherKey(t))
		n := openSgID(t, p, source)
		_, err := n.auth.UserInfo(t.Context())
		var failure *widget.Error
		if !errors.Is(err, sgid.ErrBlockKey) || !errors.As(err, &failure) || !strings.Contains(failure.Next, "private key") {
			t.Errorf("UserInfo = %v; want %v", err, sgid.ErrBlockKey)
		}
	})
}

func otherKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

func TestSgIDRefusesAtSignIn(t *testing.T) {
	rows := []struct {
		name   string
		faults sgidtest.Faults
		want   *flow.Error // nil: signed in
	}{
		{"no token type", sgidtest.Faults{TokenAnswer: func(m map[string]any) { delete(m, "token_type") }}, nil},
		{"another token type", sgidtest.Faults{TokenAnswer: func(m map[string]any) { m["token_type"] = "mac" }}, flow.ErrTokenType},
		{"no ID token", sgidtest.Faults{TokenAnswer: func(m map[string]any) { delete(m, "id_token") }}, flow.ErrIDToken},
		{"ES256", sgidtest.Faults{SignAlg: "ES256"}, flow.ErrIDToken},
		{"PS256", sgidtest.Faults{SignAlg: "PS256"}, flow.ErrIDToken},
		{"HS256 with the public key", sgidtest.Faults{SignAlg: "HS256"}, flow.ErrIDToken},
		{"a foreign key", sgidtest.Faults{ForeignKey: true}, flow.ErrIDToken},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := sgidtest.New(t)
			p.Faults = row.faults
			n := open(t, sgID(t, p))
			agree(n, p)
			if row.want == nil {
				n.waitStatus(widget.SignedIn)
				return
			}
			n.waitStatus(widget.Failed)
			if failure, _ := n.get("error").(map[string]any); failure["code"] != row.want.Code || n.auth.AccessToken() != "" {
				t.Errorf("error = %v; want code %s and no token", failure, row.want.Code)
			}
		})
	}
}

// A private key that can't work is found when the Auth is made, wherever it came from.
func TestPrivateKeyRefused(t *testing.T) {
	p := sgidtest.New(t)
	lines := strings.Split(p.PKCS1(), "\n")
	rows := []struct{ name, key, says string }{
		{"none", "", "is missing"},
		{"no PEM", "canary", "not in PEM form"},
		{"cut", strings.Join(slices.Concat(lines[:3], lines[len(lines)-3:]), "\n"), "not an RSA key"},
		{"of another type", p.EllipticPKCS8(), "not an RSA key"},
		{"twice", p.PKCS1() + p.PKCS1(), "more than one"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			source := sgID(t, p)
			source.PrivateKey = params.NewSecret(row.key)
			auth, err := widget.New(source)
			if auth != nil || !errors.Is(err, &params.Error{Code: params.CodePrivateKey, Field: "PrivateKey"}) || !strings.Contains(err.Error(), row.says) {
				t.Fatalf("New = %v, %v; want %s, and %q in it", auth, err, params.CodePrivateKey, row.says)
			}
			var fault *params.Error
			if !errors.As(err, &fault) || fault.Next == "" {
				t.Errorf("error %v says nothing to do", err)
			}
			text, _ := json.Marshal(err)
			if shown := fmt.Sprintf("%v %+v %s", err, err, text); strings.Contains(shown, "canary") || strings.Contains(shown, lines[1]) {
				t.Errorf("error %s shows the key", shown)
			}
		})
	}
	for name, key := range map[string]string{"PKCS#1": p.PKCS1(), "PKCS#8": p.PKCS8(), `literal \n`: strings.ReplaceAll(p.PKCS8(), "\n", `\n`)} {
		source := sgID(t, p)
		source.PrivateKey = params.NewSecret(key)
		if _, err := widget.New(source); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
