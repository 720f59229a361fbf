package widget_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
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
	sent    int    // messages that had been received when the page sent something last
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
	l.keepAll()
	t.Setenv("IPYAUTH_OIDC_CLIENT_SECRET", clientSecret)
	t.Chdir(t.TempDir())
	l.client = jupytertest.Start(t, func(ctx context.Context, file string) error {
		return kernel.Run(ctx, kernel.Options{
			ConnectionFile: file,
			NewInterpreter: func() (kernel.Interpreter, error) { return cells.New(cells.Options{}) },
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

// keepAll makes the secrets all there ever were: those that a later sign-in or renewal
// replaced stay among them, with a number.
func (l *live) keepAll() {
	add := func(name string, value any) {
		l.secrets.mu.Lock()
		before, number := l.secrets.values[name], len(l.secrets.values)
		l.secrets.mu.Unlock()
		l.secrets.add(fmt.Sprint(name, " ", number), before)
		l.secrets.add(name, value)
	}
	l.liar.Faults.Response = func(v url.Values) { add("code", v.Get("code")) }
	l.liar.Faults.TokenAnswer = func(m map[string]any) {
		for _, name := range []string{"access_token", "refresh_token", "id_token"} {
			add(name, m[name])
		}
	}
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
	l.sent = len(l.client.Messages())
	l.client.Send(jupytertest.Shell, jupyter.TypeCommMsg, map[string]any{
		"comm_id": l.model, "data": map[string]any{"method": "custom", "content": content},
	}).Idle()
}

// await waits for a message to the page that has the given text, and came after what the
// page sent last.
func (l *live) await(text string) string {
	l.t.Helper()
	number := 0
	return string(l.client.Await(text, func(m jupytertest.Received) bool {
		number++
		return number > l.sent && m.Header.MsgType == jupyter.TypeCommMsg && strings.Contains(string(m.Content), text)
	}).Content)
}

// signIn signs in as the widget does.
func (l *live) signIn() {
	l.t.Helper()
	before := l.liar.Requests("token")
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
	if got := l.liar.Requests("token"); got != before+1 {
		l.t.Fatalf("the sign-in made %d token requests, want 1", got-before)
	}
}

// renew clicks Renew, and waits until the cells have the new token. name is a variable that
// has none yet, for the old one.
func (l *live) renew(name string) {
	l.t.Helper()
	before := l.liar.Requests("token")
	l.run(name + " := a.AccessToken()")
	l.send(map[string]any{"type": "renew", "view": "v"})
	l.run("for a.AccessToken() == " + name + " { time.Sleep(time.Millisecond) }")
	if got := l.liar.Requests("token"); got != before+1 {
		l.t.Fatalf("the renewal made %d token requests, want 1", got-before)
	}
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

// hidden says whether the kernel had to hide something.
func (l *live) hidden() bool {
	for _, m := range l.client.Messages() {
		if strings.Contains(string(m.Content), " hidden]") {
			return true
		}
	}
	return false
}
