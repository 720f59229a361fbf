package widget_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/ipyauth/ipyauth/internal/interp"
	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/internal/jupytertest"
	liartest "github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/kernel"
)

// live is a notebook in the real kernel, over real sockets: its cells are Go, and a is
// the Auth in them.
type live struct {
	t       *testing.T
	client  *jupytertest.Client
	liar    *liartest.Provider
	secrets *canaries
	model   string // of the widget
	log     *logBuffer
}

type logBuffer struct {
	mu sync.Mutex
	strings.Builder
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Builder.Write(p)
}

// startLive runs the cells up to the widget, whose client secret is in the environment.
func startLive(t *testing.T) *live {
	t.Helper()
	l := &live{t: t, log: &logBuffer{}}
	l.liar, _, l.secrets = confidential(t)
	t.Setenv("IPYAUTH_OIDC_CLIENT_SECRET", clientSecret)
	t.Chdir(t.TempDir())
	l.client = jupytertest.Start(t, func(ctx context.Context, file string) error {
		return kernel.Run(ctx, kernel.Options{
			ConnectionFile: file,
			NewInterpreter: func() (kernel.Interpreter, error) { return interp.New(interp.Options{}) },
			CaptureOutput:  true,
			Logger:         slog.New(slog.NewTextHandler(l.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		})
	})
	l.run("import (\n`context`\n`encoding/json`\n`errors`\n`fmt`\n`net/http`\n`os`\n`os/exec`\n`reflect`\n`runtime/debug`\n`time`\n`ipyauth`\n)")
	data, _ := l.run(fmt.Sprintf("a := ipyauth.NewAuth(ipyauth.ParamsOIDC{Issuer: %q, ClientID: %q, Scope: `offline_access`})\na",
		l.liar.Issuer, liartest.ClientID)).Content(jupyter.TypeExecuteResult)["data"].(map[string]any)
	view, _ := data["application/vnd.jupyter.widget-view+json"].(map[string]any)
	if l.model, _ = view["model_id"].(string); l.model == "" {
		t.Fatalf("the cell shows no widget: %v", data)
	}
	return l
}

// run runs a cell that must go well.
func (l *live) run(code string) *jupytertest.Exchange {
	l.t.Helper()
	x := l.client.Execute(code)
	if x.Status() != jupyter.StatusOK {
		l.t.Fatalf("%s\nended with %+v", code, x.Error())
	}
	return x
}

// send sends what the page would, and waits until the kernel has dealt with it.
func (l *live) send(content any) {
	l.t.Helper()
	l.client.Send(jupytertest.Shell, jupyter.TypeCommMsg, map[string]any{
		"comm_id": l.model, "data": map[string]any{"method": "custom", "content": content},
	}).Idle()
}

// await waits for a message to the page that has the given text.
func (l *live) await(text string) string {
	l.t.Helper()
	return string(l.client.Await(text, func(m jupytertest.Received) bool {
		return m.Header.MsgType == jupyter.TypeCommMsg && strings.Contains(string(m.Content), text)
	}).Content)
}

// signIn signs in as the widget does.
func (l *live) signIn() {
	l.t.Helper()
	l.send(map[string]any{"type": "hello", "view": "v"})
	l.send(map[string]any{"type": "begin", "view": "v", "click": "c", "redirect_uri": callbackPage, "secure": true})
	var m struct {
		Data struct{ Content struct{ URL string } }
	}
	if err := json.Unmarshal([]byte(l.await(`"authorize"`)), &m); err != nil {
		l.t.Fatal(err)
	}
	l.send(map[string]any{"type": "callback", "via": "opener", "envelope": answerOf(l.t, l.liar, m.Data.Content.URL)})
	l.await(`"signed_in"`)
}

// clean says where a secret is in what the kernel sent on any socket, or logged.
func (l *live) clean() {
	l.t.Helper()
	for _, m := range l.client.Messages() {
		for _, part := range [][]byte{m.RawHeader, m.ParentHeader, m.Metadata, m.Content, []byte(fmt.Sprintf("%s", m.Buffers))} {
			if found := l.secrets.in(string(part)); found != nil {
				l.t.Errorf("%v in %s on %s: %.300s", found, m.Header.MsgType, m.Socket, part)
			}
		}
	}
	l.log.mu.Lock()
	defer l.log.mu.Unlock()
	if found := l.secrets.in(l.log.String()); found != nil {
		l.t.Errorf("%v in the kernel's log", found)
	}
}

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

// hidden says whether the kernel had to hide something.
func (l *live) hidden() bool {
	for _, m := range l.client.Messages() {
		if strings.Contains(string(m.Content), " hidden]") {
			return true
		}
	}
	return false
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
	old := len(l.secrets.values)
	l.send(map[string]any{"type": "renew", "view": "v"})
	l.run("a.Wait()\na.Clear()")
	l.signIn()
	l.send(map[string]any{"type": "clear"})
	l.client.Send(jupytertest.Shell, jupyter.TypeHistoryRequest, jupyter.HistoryRequest{HistAccessType: jupyter.HistoryTail, Output: true, N: 50}).Wait()
	l.client.Send(jupytertest.Control, jupyter.TypeKernelInfoRequest, nil).Wait()
	l.clean()
	if old != 5 || l.hidden() {
		t.Errorf("of %d secrets the kernel had to hide one: %v; want 5 and none", old, l.hidden())
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
	l.run("first := a.AccessToken()")
	print := func(name string) string { return l.run("fmt.Println(" + name + ")").Stream("stdout") }
	if got := print("first"); got != tokenShown+"\n" {
		t.Fatalf("the token is shown as %q", got)
	}
	l.send(map[string]any{"type": "renew", "view": "v"})
	l.run("for a.AccessToken() == first { time.Sleep(time.Millisecond) }\nsecond := a.AccessToken()")
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
