// Package notebooks_test runs each demo notebook, cell by cell, in a kernel of this process against a demo provider.
package notebooks_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/internal/jupytertest"
	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
	"github.com/ipyauth/ipyauth/internal/seal"
	"github.com/ipyauth/ipyauth/kernel"
)

// demoPort is the port of make demo's provider, which notebooks and dotenv files have in their addresses.
const demoPort = ":9471"

const (
	callbackPage = "http://127.0.0.1:8888/callback/"
	viewType     = "application/vnd.jupyter.widget-view+json"
)

// printed is what the cells of each notebook print, besides that of all of them.
var printed = map[string][]string{
	"demo":           {"ID token +verified", "base_url +http://127.0.0.1:[0-9]+/sgconnect\n", "200 OK .*ada.lovelace@example.test", "the token has 36 characters", "user +Ada Lovelace"},
	"demo-sgconnect": {"user +ada.lovelace@example.test", "base_url +http://127.0.0.1:[0-9]+/sgconnect\n", "ada.lovelace@example.test and 6 entries"},
	"demo-oidc":      {"ID token +verified", "Ada Lovelace and 3 entries"},
	"demo-google":    {"ID token +verified", "issuer +http://127.0.0.1:[0-9]+/google\n", "Ada Lovelace and 5 entries"},
	"demo-auth0":     {"ID token +verified", "issuer +http://localhost:[0-9]+/\n", "Ada Lovelace and 5 entries"},
	"demo-keycloak":  {"ID token +verified", "issuer +http://127.0.0.1:[0-9]+/keycloak/realms/demo\n", "Ada Lovelace and 5 entries"},
	"demo-entra":     {"ID token +verified", "issuer +http://127.0.0.1:[0-9]+/entra/" + provider.EntraTenant + "/v2.0\n", "Ada Lovelace and 6 entries"},
	"demo-okta":      {"ID token +verified", "issuer +http://127.0.0.1:[0-9]+/oauth2/default\n", "Ada Lovelace and 5 entries"},
	"demo-github":    {"ID token +none", "scopes +read:user\n", "Ada Lovelace and 5 entries"},
	"demo-implicit":  {"ID token +none", "scopes +READ_SCOPE WRITE_SCOPE\n", "Ada Lovelace and 2 entries"},
	"demo-sgid":      {"ID token +verified", "\nmyinfo.name\n"},
}

func TestNotebooks(t *testing.T) {
	each(t, func(t *testing.T, p *person, cells []string) {
		name := strings.TrimPrefix(t.Name(), "TestNotebooks/")
		if printed[name] == nil {
			t.Error("what this notebook prints is not listed")
		}
		for n, code := range cells {
			if x := p.run(code); x.Status() != jupyter.StatusOK {
				t.Fatalf("cell %d ended with %+v", n+1, x.Error())
			}
		}
		for _, want := range append(printed[name], "status +signed in", `\n""\n$`) {
			if !regexp.MustCompile(want).MatchString(p.output.String()) {
				t.Errorf("%q is not in what the cells printed:\n%s", want, &p.output)
			}
		}
	})
}

// Each provider says no in its own way; the cell that waits says so in one.
func TestNotAllowed(t *testing.T) {
	each(t, func(t *testing.T, p *person, cells []string) {
		p.login = providertest.Deny
		for n, code := range cells {
			x := p.run(code)
			if x.Status() == jupyter.StatusOK {
				continue
			}
			if !waiting.MatchString(code) || !strings.HasPrefix(x.Error().EValue, "The request was refused: you, or ") {
				t.Errorf("cell %d ended with %+v", n+1, x.Error())
			}
			return
		}
		t.Error("no cell ended with an error")
	})
}

// each runs test in a kernel for each notebook, in a copy of what make demo copies.
func each(t *testing.T, test func(t *testing.T, p *person, cells []string)) {
	t.Helper()
	files, err := filepath.Glob("*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatalf("found notebooks %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".ipynb"), func(t *testing.T) {
			folder := demoFolder(t, providertest.Start(t, provider.Options{}))
			t.Chdir(filepath.Join(folder, "notebooks"))
			test(t, &person{t: t, client: startKernel(t), login: providertest.Login, views: map[string]string{}}, codeCells(t, file))
		})
	}
}

// demoFolder copies what make demo copies, with the server's port in the addresses.
func demoFolder(t *testing.T, server *providertest.Server) string {
	t.Helper()
	issuer, err := url.Parse(server.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, pattern := range []string{"*.ipynb", "../dotenv-examples/*.env"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			to := filepath.Join(folder, "notebooks", file)
			if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
				t.Fatal(err)
			}
			text = []byte(strings.ReplaceAll(string(text), demoPort, ":"+issuer.Port()))
			if err := os.WriteFile(to, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return folder
}

func codeCells(t *testing.T, file string) (cells []string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var notebook struct {
		Cells []struct {
			Type   string   `json:"cell_type"`
			Source []string `json:"source"`
		} `json:"cells"`
	}
	if err := json.Unmarshal(data, &notebook); err != nil {
		t.Fatal(err)
	}
	for _, c := range notebook.Cells {
		if c.Type == "code" {
			cells = append(cells, strings.Join(c.Source, ""))
		}
	}
	return cells
}

func startKernel(t *testing.T) *jupytertest.Client {
	t.Helper()
	return jupytertest.Start(t, func(ctx context.Context, connectionFile string) error {
		return kernel.Run(ctx, kernel.Options{
			ConnectionFile: connectionFile,
			NewInterpreter: func() (kernel.Interpreter, error) { return cells.New(cells.Options{}) },
			CaptureOutput:  true,
			Implementation: "ipyauth",
			Version:        "0",
		})
	})
}

// person runs cells and signs in where one waits.
type person struct {
	t      *testing.T
	client *jupytertest.Client
	login  func(ctx context.Context, browser *http.Client, address, name string) (callback string, err error)
	views  map[string]string // variable -> model id of the widget it showed
	output strings.Builder   // what the cells printed
}

var (
	waiting = regexp.MustCompile(`(?m)^(\w+)\.Wait\(\)$`)
	showing = regexp.MustCompile(`\n(\w+)$`)
)

func (p *person) run(code string) *jupytertest.Exchange {
	p.t.Helper()
	request := p.client.Run(code)
	if m := waiting.FindStringSubmatch(code); m != nil {
		// Who signs in before Wait has begun has nothing waited for.
		p.client.Await("a.Wait to begin", func(r jupytertest.Received) bool {
			return update(r, p.views[m[1]]).State["waiting"] == true
		})
		p.signIn(p.views[m[1]])
	}
	x := request.Wait()
	p.output.WriteString(x.Stream("stdout"))
	if m := showing.FindStringSubmatch(code); m != nil && x.Status() == jupyter.StatusOK {
		data, _ := x.Content(jupyter.TypeExecuteResult)["data"].(map[string]any)
		view, _ := data[viewType].(map[string]any)
		id, _ := view["model_id"].(string)
		if id == "" {
			p.t.Fatalf("a cell shows no widget: %v", data)
		}
		p.views[m[1]] = id
	}
	return x
}

// signIn clicks Sign in, logs in at the address the window is sent to, and does what the callback page does with the
// answer.
func (p *person) signIn(model string) {
	p.t.Helper()
	p.send(model, map[string]any{"type": "begin", "view": "v1", "click": "c1", "redirect_uri": callbackPage, "secure": true})
	var address string
	p.client.Await("authorize", func(r jupytertest.Received) bool {
		content := update(r, model).Content
		if content["type"] == "refused" {
			address = ""
			return true
		}
		address, _ = content["url"].(string)
		return content["type"] == "authorize"
	})
	if address == "" {
		p.t.Fatal("the click was refused")
	}
	callback, err := p.login(p.t.Context(), nil, address, "ada.lovelace")
	if err != nil {
		p.t.Fatal(err)
	}
	p.send(model, map[string]any{"type": "callback", "via": "opener", "envelope": sealed(p.t, callback)})
}

func (p *person) send(model string, content any) {
	p.t.Helper()
	p.client.Send(jupytertest.Shell, jupyter.TypeCommMsg, map[string]any{
		"comm_id": model, "data": map[string]any{"method": "custom", "content": content},
	})
}

// message is what the kernel sent to the page of a widget: state, or a custom message.
type message struct{ State, Content map[string]any }

// update reads r, if it is for the page of that widget.
func update(r jupytertest.Received, model string) message {
	var m struct {
		ID   string `json:"comm_id"`
		Data message
	}
	if r.Header.MsgType != jupyter.TypeCommMsg || r.Decode(&m) != nil || m.ID != model {
		return message{}
	}
	return m.Data
}

func sealed(t *testing.T, callbackURL string) *seal.Envelope {
	t.Helper()
	answer, err := url.Parse(callbackURL)
	if err != nil {
		t.Fatal(err)
	}
	values, _, err := providertest.Response(callbackURL)
	if err != nil {
		t.Fatal(err)
	}
	state := values.Get("state")
	parts := strings.Split(state, ".")
	if len(parts) < 3 {
		t.Fatalf("the answer has no state of ours; error %q", values.Get("error"))
	}
	public, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	response := seal.Response{Query: answer.RawQuery, Fragment: answer.EscapedFragment()}
	envelope, err := seal.SealResponse(response, parts[0], state, public)
	if err != nil {
		t.Fatal(err)
	}
	return envelope
}
