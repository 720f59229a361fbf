package widget_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/internal/jupytertest"
)

const (
	tokenShown = "[access token hidden]"
	tokenHint  = "The access token was hidden in this output. a.Reveal() shows it on purpose.\n"
)

// TestCellsThatShowTheToken: each row is a cell as people write it.
func TestCellsThatShowTheToken(t *testing.T) {
	l := startLive(t)
	l.signIn()
	first := true
	for _, row := range []struct{ name, code string }{
		{"E74 last expression", "a.AccessToken()"},
		{"E74 printed", "fmt.Println(a.AccessToken())"},
		{"E74 printed in two pieces", "token := a.AccessToken()\nfmt.Print(token[:len(token)/2])\nfmt.Print(token[len(token)/2:])"},
		{"E74 on stderr", "fmt.Fprintln(os.Stderr, a.AccessToken())"},
		{"E74 quoted", "fmt.Printf(`%q %x`, a.AccessToken(), a.AccessToken())"},
		{"E74 as bytes", "[]byte(a.AccessToken())"},
		{"E74 JSON", "out, _ := json.Marshal(map[string]string{`t`: a.AccessToken()})\nstring(out)"},
		{"E74 token of x/oauth2", "t, _ := a.Token(context.Background())\nfmt.Printf(`%+v`, t)\n*t"},
		{"E74 header", "http.Header{`Authorization`: []string{`Bearer ` + a.AccessToken()}}"},
		{"E74 displayed", "Display(a.AccessToken())"},
		{"E74 goroutine", "done := make(chan bool)\ngo func() { fmt.Println(a.AccessToken()); done <- true }()\n<-done"},
		{"E74 child", "out, _ := exec.Command(`printf`, a.AccessToken()).Output()\nstring(out)"},
		{"E76 error", "fmt.Errorf(`call: %w`, errors.New(`GET /?token=` + a.AccessToken()))"},
		{"E76 stack", "(func() string { return string(debug.Stack()) + a.AccessToken() })()"},
		{"E76 URL", "_, err := http.Get(`http://127.0.0.1:1/?access_token=` + a.AccessToken())\nerr"},
	} {
		t.Run(row.name, func(t *testing.T) {
			x := l.run(row.code)
			var out strings.Builder
			for _, m := range x.Published {
				out.Write(m.Content)
			}
			if got := out.String(); !strings.Contains(got, tokenShown) || strings.Contains(got, "a.Reveal()") != first {
				t.Errorf("shows %s; want it hidden, and the hint: %v", got, first)
			}
			first = false
		})
	}
	t.Run("E76 panic", func(t *testing.T) {
		e := l.client.Execute("panic(a.AccessToken())").Error()
		if !strings.Contains(e.EValue, tokenShown) {
			t.Errorf("the cell ended with %+v", e)
		}
	})
	l.clean()
}

// TestGomacroPrintsNoSecret: the ways a cell can print a itself.
func TestGomacroPrintsNoSecret(t *testing.T) {
	l := startLive(t)
	l.signIn()
	for i, code := range []string{
		"a", "*a", "&a", "[]interface{}{a, *a}", "map[string]interface{}{`a`: a}", "struct{ A interface{} }{a}", "a.TokenSource()",
		"fmt.Println(a, *a)", "fmt.Printf(`%v %+v %#v %s %q %x %d %T`, a, a, a, a, a, a, a, a)", "fmt.Printf(`%v %+v %#v %x`, *a, *a, *a, *a)",
		"json.Marshal(a)", "reflect.ValueOf(a).Elem()", "reflect.ValueOf(a).Elem().FieldByName(`tokens`).Elem()", "Display(a)", "a.Client()", "*a.Client()",
		"ipyauth.NewSecret(`not shown`)", "ipyauth.ParamsOIDC{ClientSecret: ipyauth.NewSecret(`not shown`)}",
	} {
		t.Run(fmt.Sprintf("E73 %d %s", i, code), func(t *testing.T) {
			for _, m := range l.run(code).Published {
				if m.Header.MsgType != jupyter.TypeExecuteInput && strings.Contains(string(m.Content), "not shown") {
					t.Errorf("shows %s", m.Content)
				}
			}
		})
	}
	l.client.Execute("panic(a)")
	l.client.Execute("panic(*a)")
	l.client.Send(jupytertest.Shell, jupyter.TypeInspectRequest, jupyter.InspectRequest{Code: "a", CursorPos: 1}).Wait()
	l.client.Send(jupytertest.Shell, jupyter.TypeCompleteRequest, jupyter.CompleteRequest{Code: "a.", CursorPos: 2}).Wait()
	l.send(map[string]any{"type": "inspect", "view": "v"})
	l.clean()
	if l.hidden() {
		t.Error("a secret had to be hidden: what printed it does not redact")
	}
}

// TestASessionOverSocketsHasNoSecret: all of a session, in all messages on all sockets.
func TestASessionOverSocketsHasNoSecret(t *testing.T) {
	t.Attr("attack", "E77")
	l := startLive(t)
	l.signIn()
	l.run("a.Show()")
	l.send(map[string]any{"type": "inspect", "view": "v"})
	l.await(`"details"`)
	l.run("_, err := a.UserInfo(context.Background())\nerr")
	l.renew("first")
	l.run("a.Clear()")
	l.signIn()
	l.send(map[string]any{"type": "clear"})
	l.client.Send(jupytertest.Shell, jupyter.TypeHistoryRequest, jupyter.HistoryRequest{HistAccessType: jupyter.HistoryTail, Output: true, N: 50}).Wait()
	l.client.Send(jupytertest.Control, jupyter.TypeKernelInfoRequest, nil).Wait()
	l.clean()
	if l.hidden() {
		t.Error("the kernel had to hide a secret")
	}
	if got := len(l.secrets.values); got != 12 { // the client's, two codes, three times three tokens
		t.Errorf("searched for %d secrets, want 12", got)
	}
}

func TestReveal(t *testing.T) {
	l := startLive(t)
	if got := l.run("a.Reveal()").Stream("stdout"); got != "Nobody is signed in.\n" {
		t.Errorf("signed out: %q", got)
	}
	l.signIn()
	data, _ := l.run("a.Reveal()").Content(jupyter.TypeDisplayData)["data"].(map[string]any)
	if data["text/plain"] != l.secrets.values["access_token"] {
		t.Errorf("Reveal shows %v", data)
	}
	if got := l.run("fmt.Println(a.AccessToken())"); got.Stream("stdout") != tokenShown+"\n" || got.Stream("stderr") != tokenHint {
		t.Errorf("after Reveal the token is shown as %q, with %q", got.Stream("stdout"), got.Stream("stderr"))
	}
}

// TestShowSaysWhichTokensThereAre, and shows none.
func TestShowSaysWhichTokensThereAre(t *testing.T) {
	t.Attr("attack", "E75")
	l := startLive(t)
	l.signIn()
	x := l.run("a.Show()")
	got := x.Stream("stdout")
	for _, want := range []string{"provider ", "user            Ann Example\n", "scopes ", "offline_access", "expires at ", "time to expiry ",
		"ID token        verified\n", "access token    ••••••••", "refresh token   ••••••••", "client_secret   [redacted]"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	l.clean()
	if l.hidden() {
		t.Errorf("the kernel had to hide a secret in\n%s", got)
	}
}

// TestRenewedAndClearedTokens: what the kernel hides follows what the session holds.
func TestRenewedAndClearedTokens(t *testing.T) {
	l := startLive(t)
	l.signIn()
	print := func(name string) string { return l.run("fmt.Println(" + name + ")").Stream("stdout") }
	if got := print("a.AccessToken()"); got != tokenShown+"\n" {
		t.Fatalf("the token is shown as %q", got)
	}
	l.renew("first")
	l.run("second := a.AccessToken()")
	if got := print("second"); got != tokenShown+"\n" {
		t.Errorf("the renewed token is shown as %q", got)
	}
	if got := print("first"); got != tokenShown+"\n" {
		t.Errorf("the token before it, which the provider still takes, is shown as %q", got)
	}
	if got := print("first == second"); got != "false\n" {
		t.Errorf("first == second: %q", got)
	}
	if x := l.run("a.Clear()\nsecond"); !strings.Contains(fmt.Sprint(x.Content(jupyter.TypeExecuteResult)), tokenShown) {
		t.Errorf("the cell that clears shows %v", x.Content(jupyter.TypeExecuteResult))
	}
	if got := print("second"); strings.Contains(got, "hidden") {
		t.Errorf("after Clear the kernel still knows the token: %q", got)
	}
}
