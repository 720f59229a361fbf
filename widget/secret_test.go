package widget_test

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/davecgh/go-spew/spew"

	liartest "github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

// asked is a kernel whose user answers every question.
type asked struct {
	host
	answer   string
	err      error
	prompts  int
	password bool
}

func (a *asked) Prompt(_ string, password bool) (string, error) {
	a.prompts++
	a.password = password
	return a.answer, a.err
}

func TestAMissingClientSecretIsAskedFor(t *testing.T) {
	missing := &params.Error{Code: params.CodeClientSecretMissing}
	google := params.ParamsGoogle{ClientID: "notebook"}
	rows := []struct {
		name    string
		params  params.Source
		user    asked
		want    error
		prompts int
	}{
		{"typed", google, asked{answer: " canary-secret "}, nil, 1},
		{"typed, another provider", params.ParamsGitHub{ClientID: "notebook"}, asked{answer: "canary-secret"}, nil, 1},
		{"nothing typed", google, asked{answer: "  "}, missing, 1},
		{"nobody to ask", google, asked{err: cell.ErrNoInput}, missing, 1},
		{"interrupted", google, asked{err: cell.ErrInterrupted}, missing, 1},
		{"there is one", google.WithClientSecret(params.NewSecret("canary-secret")), asked{}, nil, 0},
		{"none is wanted", params.ParamsSgConnect{ClientID: "notebook"}, asked{}, nil, 0},
		{"something else is wrong", params.ParamsGoogle{}, asked{answer: "canary-secret"}, &params.Error{Code: params.CodeClientID}, 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			row.user.host = host{t.Context()}
			t.Cleanup(cell.Bind(&row.user))
			a, err := widget.New(row.params)
			if row.want == nil && err != nil || !errors.Is(err, row.want) {
				t.Errorf("New = %v, want %v", err, row.want)
			}
			if row.user.prompts != row.prompts || row.prompts > 0 && !row.user.password {
				t.Errorf("asked %d times, hidden %v; want %d times, hidden", row.user.prompts, row.user.password, row.prompts)
			}
			if a != nil && strings.Contains(fmt.Sprintf("%+v %#v", a, a)+fmt.Sprint(a.SimpleRender()), "canary") {
				t.Error("the secret is printed")
			}
		})
	}
}

const clientSecret = "canary-client-secret-5f2b"

// canaries are the secrets of one sign-in, as the provider saw them.
type canaries struct {
	mu     sync.Mutex
	values map[string]string
}

func (c *canaries) add(name string, value any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if text, ok := value.(string); ok && text != "" {
		c.values[name] = text
	}
}

// in lists the secrets that text has: as they are, a part of 12 characters at either end
// of one, or in base64, hexadecimal or percent form.
func (c *canaries) in(text string) (found []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, value := range c.values {
		for _, form := range []string{
			value[:12], value[len(value)-12:], base64.StdEncoding.EncodeToString([]byte(value))[:12],
			hex.EncodeToString([]byte(value))[:24], url.QueryEscape(value),
		} {
			if strings.Contains(text, form) {
				found = append(found, name)
				break
			}
		}
	}
	return found
}

// confidential signs in at a provider that demands a client secret, and returns the
// secrets of the sign-in.
func confidential(t *testing.T) (*liartest.Provider, params.ParamsOIDC, *canaries) {
	t.Helper()
	liar := liartest.New(t)
	liar.Secret = clientSecret
	c := &canaries{values: map[string]string{"client secret": clientSecret}}
	liar.Faults.Response = func(v url.Values) { c.add("code", v.Get("code")) }
	liar.Faults.TokenAnswer = func(m map[string]any) {
		for _, name := range []string{"access_token", "refresh_token", "id_token"} {
			c.add(name, m[name])
		}
	}
	return liar, params.ParamsOIDC{Issuer: liar.Issuer, ClientID: liartest.ClientID, Scope: "offline_access",
		ClientSecret: params.NewSecret(clientSecret)}, c
}

// reachable is every text that a printer can find from v, whatever is exported.
func reachable(v any) string {
	var out strings.Builder
	seen := map[unsafe.Pointer]bool{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			out.WriteString(v.String() + "\n")
		case reflect.Pointer, reflect.Interface:
			if v.Kind() == reflect.Pointer {
				if seen[v.UnsafePointer()] {
					return
				}
				seen[v.UnsafePointer()] = true
			}
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				walk(it.Key())
				walk(it.Value())
			}
		case reflect.Slice, reflect.Array:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				b := make([]byte, v.Len())
				for i := range b {
					b[i] = byte(v.Index(i).Uint())
				}
				out.Write(append(b, '\n'))
				return
			}
			for i := range v.Len() {
				walk(v.Index(i))
			}
		}
	}
	walk(reflect.ValueOf(v))
	return out.String()
}

var printers = map[string]func(v any) (string, error){
	"fmt": func(v any) (string, error) {
		return fmt.Sprintf("%v %+v %#v %s %q %x %X %d %T %p %10v", v, v, v, v, v, v, v, v, v, v, v), nil
	},
	"fmt in a struct": func(v any) (string, error) {
		return fmt.Sprintf("%v %+v %#v", struct{ a any }{v}, []any{v}, map[any]any{v: v}), nil
	},
	"json": func(v any) (string, error) { b, err := json.Marshal(map[string]any{"a": v}); return string(b), err },
	"xml":  func(v any) (string, error) { b, err := xml.Marshal(v); return string(b), err },
	"gob": func(v any) (string, error) {
		var buf bytes.Buffer
		_ = gob.NewEncoder(&buf).Encode(v) // it may refuse
		return buf.String(), nil
	},
	"spew": func(v any) (string, error) { return spew.Sdump(v) + spew.Sprintf("%#+v", v), nil },
	"slog": func(v any) (string, error) {
		var buf bytes.Buffer
		for _, h := range []slog.Handler{
			slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: slog.LevelDebug}),
			slog.NewJSONHandler(&buf, &slog.HandlerOptions{Level: slog.LevelDebug}),
		} {
			slog.New(h).With("auth", v).WithGroup("g").Debug("with it", "a", v, "in", struct{ A any }{v})
		}
		return buf.String(), nil
	},
	"panic": func(v any) (text string, err error) {
		defer func() { text = fmt.Sprint(recover()) }()
		panic(v)
	},
}

// TestNoPrinterFindsASecret: whoever prints an Auth, waiting for an answer or signed in,
// finds no secret in it.
func TestNoPrinterFindsASecret(t *testing.T) {
	liar, p, secrets := confidential(t)
	n := open(t, p)
	address := n.click()
	check := func(t *testing.T) {
		for name, print := range printers {
			t.Run("E73 "+name, func(t *testing.T) {
				text, err := print(n.auth)
				if err != nil {
					t.Fatal(err)
				}
				if found := secrets.in(text); found != nil {
					t.Errorf("%v in what is printed", found)
				}
			})
		}
	}
	envelope := answerOf(t, liar, address)
	t.Run("waiting for an answer", check)
	n.send(map[string]any{"type": "callback", "envelope": envelope})
	n.waitStatus("signed_in")
	t.Run("signed in", check)
	token, err := n.auth.Token(t.Context())
	if found := secrets.in(fmt.Sprint(token)); err != nil || len(secrets.values) != 5 || len(found) != 1 {
		t.Errorf("of %d secrets %v are in a printed token, %v; want 5 and 1: the check above tells nothing", len(secrets.values), found, err)
	}
}

// TestClearLeavesNothingOnThePage: what the widget shows of the session goes with it.
func TestClearLeavesNothingOnThePage(t *testing.T) {
	t.Attr("attack", "E81")
	n := open(t, codeFlow(start(t)))
	n.signIn()
	n.wait("the user", func() bool { return n.messages[len(n.messages)-1]["user"] == n.auth.LoggedAs() })
	before, skip := map[string]any{}, n.count()
	for _, key := range []string{"status", "verified", "renewable", "expires_at"} {
		before[key] = n.get(key)
	}
	n.send(map[string]any{"type": "clear"})
	n.waitStatus(widget.SignedOut)
	for key, want := range map[string]any{"status": "signed_out", "verified": false, "renewable": false, "expires_at": nil, "error": nil} {
		if got := n.get(key); got != want || key != "error" && before[key] == want {
			t.Errorf("%s is %v, and was %v; want %v", key, got, before[key], want)
		}
	}
	n.send(map[string]any{"type": "hello", "view": "v2"})
	if got := n.message("welcome", skip); got["user"] != "" {
		t.Errorf("a page that loads later is told of %v", got["user"])
	}
	n.send(map[string]any{"type": "inspect", "view": "v2"})
	if got := fmt.Sprint(n.message("details", skip)); strings.Contains(got, "alice") || strings.Contains(got, "claims") {
		t.Errorf("Inspect shows %s", got)
	}
}

// TestErrorsTellNoSecret: the provider fails and says back what it was sent. What the cell
// gets, whole and unwrapped, and what is logged of it has no secret.
func TestErrorsTellNoSecret(t *testing.T) {
	answer := func(status int, kind, text string) func(w http.ResponseWriter, sent string) {
		return func(w http.ResponseWriter, sent string) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			fmt.Fprintf(w, text, sent)
		}
	}
	rows := map[string]func(w http.ResponseWriter, sent string){
		"an OAuth error":   answer(400, "application/json", `{"error":"invalid_client","error_description":"sent: %s"}`),
		"an unknown error": answer(400, "application/json", `{"error":"odd","error_uri":"https://example.com/?%s"}`),
		"an error page":    answer(500, "text/html", "<h1>%s</h1>"),
		"no JSON":          answer(200, "application/json", "%s"),
		"no token":         answer(200, "application/json", `{"token_type":"%s"}`),
		"fields mixed up":  answer(200, "application/json", `{"access_token":"x","token_type":"%s"}`),
		"redirected":       func(w http.ResponseWriter, sent string) { w.Header().Set("Location", "/?"+sent); w.WriteHeader(307) },
		"the wire is cut":  func(http.ResponseWriter, string) { panic(http.ErrAbortHandler) },
	}
	for name, fail := range rows {
		t.Run("E76 "+name, func(t *testing.T) {
			var logged bytes.Buffer
			before := slog.Default()
			slog.SetDefault(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})))
			t.Cleanup(func() { slog.SetDefault(before) })
			liar, p, secrets := confidential(t)
			n := open(t, p)
			liar.Faults.Replace = map[string]http.HandlerFunc{"token": func(w http.ResponseWriter, r *http.Request) {
				_ = r.ParseForm()
				for _, part := range []string{"code", "code_verifier"} {
					secrets.add(part, r.PostForm.Get(part))
				}
				fail(w, r.PostForm.Encode()+"&"+r.Header.Get("Authorization")+clientSecret)
			}}
			waited := n.startWaiting()
			n.send(map[string]any{"type": "callback", "envelope": answerOf(t, liar, n.click())})
			n.waitStatus(widget.Failed)
			err := <-waited
			slog.Debug("failed", "error", err, "auth", n.auth)
			text := fmt.Sprintf("%v %+v %#v", err, err, err) + reachable(err) + fmt.Sprint(n.get("error")) + n.auth.String() + logged.String()
			if found := secrets.in(text); found != nil || len(secrets.values) != 3 || !strings.Contains(logged.String(), "failed") {
				t.Errorf("%v of %d secrets in %s", found, len(secrets.values), text)
			}
		})
	}
}
