package widget

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
	"weak"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/internal/seal"
	"github.com/ipyauth/ipyauth/internal/secret"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/params"
)

// hidingKernel is a kernel that notes what it has to hide.
type hidingKernel struct {
	cell.Host
	mu     sync.Mutex
	hidden []string // what is hidden, not the secrets
}

func (h *hidingKernel) Context() context.Context { return context.Background() }

func (h *hidingKernel) KernelID() string { return "" }

func (h *hidingKernel) Reveal(cell.Display) error { return nil }

func (h *hidingKernel) Hide(secret, what, _ string) (forget func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if secret != "" {
		h.hidden = append(h.hidden, what)
	}
	return sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if i := slices.Index(h.hidden, what); i >= 0 && secret != "" {
			h.hidden = slices.Delete(h.hidden, i, i+1)
		}
	})
}

func (h *hidingKernel) list() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.hidden, ", ")
}

// memory is a session whose memory is watched.
type memory struct {
	t      *testing.T
	auth   *Auth
	liar   *providertest.Provider
	kernel *hidingKernel
}

func newMemory(t *testing.T) *memory {
	t.Helper()
	m := &memory{t: t, liar: providertest.New(t), kernel: &hidingKernel{}}
	t.Cleanup(cell.Bind(m.kernel))
	var err error
	if m.auth, err = New(params.ParamsOIDC{Issuer: m.liar.Issuer, ClientID: providertest.ClientID, Scope: "offline_access"}); err != nil {
		t.Fatal(err)
	}
	return m
}

// watch tells of values whether memory still has them.
type watch map[string]func() bool

func held[T any](p *T) func() bool {
	w := weak.Make(p)
	return func() bool { return w.Value() != nil }
}

// text watches the bytes of a text: all that has it, in whatever wrapper.
func text(s string) func() bool { return held(unsafe.StringData(s)) }

// gone collects what nothing refers to any more, and names what is left. Goroutines that
// are about to end get the time for it.
func (w watch) gone(t *testing.T) {
	t.Helper()
	var left []string
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); runtime.Gosched() {
		left = nil
		runtime.GC()
		for name, kept := range w {
			if kept() {
				left = append(left, name)
			}
		}
		if left == nil {
			return
		}
	}
	t.Errorf("still in memory: %v", left)
}

// begin begins a sign-in, as a click does, and returns what its callback page relays.
//
//go:noinline
func (m *memory) begin(w watch) (answer []byte) {
	m.t.Helper()
	a := m.auth
	attempt := a.newAttempt()
	if err := a.request(attempt, click{View: "v", ID: "c", RedirectURI: providertest.RedirectURI, Secure: true}); err != nil {
		m.t.Fatal(err)
	}
	state := attempt.pending.State()
	query, fragment := m.liar.Authorize(attempt.pending.URL())
	public, err := base64.RawURLEncoding.DecodeString(strings.Split(state, ".")[2])
	if err != nil {
		m.t.Fatal(err)
	}
	envelope, err := seal.SealResponse(seal.Response{Query: query, Fragment: fragment}, attempt.pending.ID(), state, public)
	if err != nil {
		m.t.Fatal(err)
	}
	if answer, err = json.Marshal(envelope); err != nil {
		m.t.Fatal(err)
	}
	w["pending: verifier, nonce"], w["relay key"] = held(attempt.pending), held(attempt.key)
	return answer
}

//go:noinline
func (m *memory) signIn() watch {
	m.t.Helper()
	w := watch{}
	m.auth.answer(m.begin(w))
	if err := m.auth.WaitContext(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
	return w
}

// watchTokens watches the tokens of the session.
//
//go:noinline
func (m *memory) watchTokens() watch {
	m.auth.mu.Lock()
	defer m.auth.mu.Unlock()
	t := m.auth.tokens
	return watch{"tokens": held(t), "access token": text(t.Access.Reveal()), "refresh token": text(t.Refresh.Reveal()), "ID token": text(t.ID.Reveal())}
}

const allTokens = "access token, refresh token, ID token"

// TestASignInLeavesNothingBehind: once it ended, whichever way, its keys are gone.
func TestASignInLeavesNothingBehind(t *testing.T) {
	for name, end := range map[string]func(m *memory, answer []byte){
		"signed in": func(m *memory, answer []byte) {
			m.auth.answer(answer)
			if err := m.auth.WaitContext(m.t.Context()); err != nil {
				m.t.Fatal(err)
			}
		},
		"canceled": func(m *memory, _ []byte) { m.auth.cancel() },
		"cleared":  func(m *memory, _ []byte) { m.auth.Clear() },
		"denied":   func(m *memory, answer []byte) { m.auth.answer(answer) },
		"replaced": func(m *memory, _ []byte) { m.begin(watch{}) },
	} {
		t.Run("E81 "+name, func(t *testing.T) {
			m := newMemory(t)
			if name == "denied" {
				m.liar.Faults.Deny = "access_denied"
			}
			w := watch{}
			end(m, m.begin(w))
			w.gone(t)
			runtime.KeepAlive(m)
		})
	}
}

// TestClearDropsTheTokens: after Clear neither the session nor a timer has them, and the
// kernel is told to forget them. Before it all have.
func TestClearDropsTheTokens(t *testing.T) {
	t.Attr("attack", "E81")
	m := newMemory(t)
	m.signIn().gone(t)
	tokens := m.watchTokens()
	for name, kept := range tokens {
		runtime.GC()
		if !kept() {
			t.Errorf("%s: gone while signed in", name)
		}
	}
	if got := m.kernel.list(); got != allTokens {
		t.Errorf("the kernel hides %q, want %q", got, allTokens)
	}
	if m.auth.expiry == nil {
		t.Error("no timer renews the token")
	}
	m.auth.Clear()
	tokens.gone(t)
	if m.auth.expiry != nil {
		t.Error("there is still a timer")
	}
	if got := m.kernel.list(); got != "" {
		t.Errorf("the kernel still hides %q", got)
	}
	if m.auth.LoggedAs() != "" || m.auth.Claims() != nil || !m.auth.ExpiresAt().IsZero() || m.auth.AccessToken() != "" {
		t.Errorf("after Clear: %v", m.auth.rows())
	}
}

// TestClearHangsUp: the buffers of connections hold what came last.
func TestClearHangsUp(t *testing.T) {
	t.Attr("attack", "E81")
	closed := make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	a, err := New(params.ParamsOIDC{Issuer: server.URL, ClientID: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.client.Prepare(t.Context()); err == nil {
		t.Fatal("there are metadata")
	}
	select {
	case <-closed:
		t.Fatal("the connection was not kept")
	default:
	}
	a.Clear()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Error("the connection is still open")
	}
}

// TestReplacedTokens: what a renewal replaced is hidden while the provider honours it, and
// is gone at the first renewal after that.
func TestReplacedTokens(t *testing.T) {
	t.Attr("attack", "E74 E81")
	m := newMemory(t)
	m.signIn()
	before := m.watchTokens()
	renew := func(want string) {
		t.Helper()
		if err := m.auth.renew(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := m.kernel.list(); got != want {
			t.Errorf("the kernel hides %q, want %q", got, want)
		}
	}
	renew(allTokens + ", " + allTokens)
	watch{"tokens": before["tokens"]}.gone(t)
	passed := m.auth.ExpiresAt()
	m.auth.now = func() time.Time { return passed }
	renew(allTokens)
	before.gone(t)
	runtime.KeepAlive(m)
}

// TestHidingsAreBounded: a session that renews again and again keeps tokens of a few.
func TestHidingsAreBounded(t *testing.T) {
	t.Attr("attack", "E81")
	m := newMemory(t)
	m.signIn()
	for range 20 {
		if err := m.auth.renew(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Count(m.kernel.list(), "access token"); got != mostHidings {
		t.Errorf("the kernel hides %d access tokens, want %d", got, mostHidings)
	}
	m.auth.Clear()
	if got := m.kernel.list(); got != "" {
		t.Errorf("after Clear the kernel still hides %q", got)
	}
}

// TestAnAnswerAfterClear: the token request is under way when the session is cleared; what
// comes then signs nobody in and is not kept.
func TestAnAnswerAfterClear(t *testing.T) {
	for name, ask := range map[string]func(m *memory){
		"renewal": func(m *memory) { m.signIn() },
		"sign-in": func(*memory) {},
	} {
		t.Run("E81 "+name, func(t *testing.T) {
			m := newMemory(t)
			ask(m)
			asked, release := make(chan struct{}), make(chan struct{})
			m.liar.Faults.TokenAnswer = func(map[string]any) {
				close(asked)
				<-release
			}
			done := make(chan error, 1)
			if name == "renewal" {
				go func() { done <- m.auth.renew(context.Background()) }()
			} else {
				var envelope seal.Envelope
				if err := json.Unmarshal(m.begin(watch{}), &envelope); err != nil {
					t.Fatal(err)
				}
				attempt, checked, err := m.auth.take(&envelope)
				if err != nil {
					t.Fatal(err)
				}
				go func() {
					m.auth.finish(attempt, checked)
					done <- nil
				}()
			}
			<-asked
			m.auth.Clear()
			close(release)
			if err := <-done; name == "renewal" && err == nil {
				t.Error("the renewal succeeded")
			}
			if m.auth.AccessToken() != "" || m.auth.Status() != SignedOut || m.kernel.list() != "" || m.auth.expiry != nil {
				t.Errorf("status %s, hidden %q; want signed out", m.auth.Status(), m.kernel.list())
			}
		})
	}
}

// crashed is the variable that tells this test binary to be the process that crashes.
const crashed = "IPYAUTH_TEST_CRASH"

// TestACrashTellsNoSecret: a panic in a goroutine of a cell ends the process, and Go prints
// what it panicked with, all stacks and their arguments.
func TestACrashTellsNoSecret(t *testing.T) {
	tokens := &flow.Tokens{Access: secret.New("canary-access-token"), Refresh: secret.New("canary-refresh-token"), ID: secret.New("canary-id-token")}
	config := params.ParamsOIDC{Issuer: "https://example.com", ClientID: "x", ClientSecret: secret.New("canary-client-secret")}
	values := map[string]func(a *Auth) any{
		"Auth":          func(a *Auth) any { return a },
		"params":        func(*Auth) any { return config },
		"tokens":        func(*Auth) any { return *tokens },
		"secret":        func(*Auth) any { return tokens.Access },
		"error with it": func(a *Auth) any { return fmt.Errorf("%+v, %+v, %+v, %w", a, tokens, config, ErrExpired) },
	}
	if name := os.Getenv(crashed); name != "" {
		a, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		a.tokens = tokens
		debug.SetTraceback("all")
		go func(a *Auth, tokens flow.Tokens, config params.ParamsOIDC) { panic(values[name](a)) }(a, *tokens, config)
		select {}
	}
	for name := range values {
		t.Run("E76 "+name, func(t *testing.T) {
			command := exec.Command(os.Args[0], "-test.run=^TestACrashTellsNoSecret$")
			command.Env = append(os.Environ(), crashed+"="+name)
			out, err := command.CombinedOutput()
			if err == nil || !bytes.Contains(out, []byte("panic: ")) || !bytes.Contains(out, []byte("goroutine ")) {
				t.Fatalf("the process did not crash: %v %s", err, out)
			}
			if bytes.Contains(out, []byte("canary")) {
				t.Errorf("a secret in\n%s", out)
			}
		})
	}
}
