package params_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/params"
)

const exampleFolder = "../dotenv-examples"

// Each provider has an example file, which is found by its name, has no key that is
// not known, and says so where a value is still to be filled in.
func TestExampleFiles(t *testing.T) {
	secret := params.NewSecret("x")
	rows := []struct {
		file   string
		as     params.Source // as it is
		filled params.Source // with the placeholders replaced
	}{
		{"ipyauth-sgconnectPRD-demo.env", params.ParamsSgConnect{DotenvFolder: exampleFolder}, params.ParamsSgConnect{DotenvFolder: exampleFolder, ClientID: "a"}},
		{"ipyauth-sgconnectHOM-demo.env", nil, params.ParamsSgConnect{Mode: "HOM", DotenvFolder: exampleFolder}},
		{"ipyauth-oidc-demo.env", nil, params.ParamsOIDC{DotenvFolder: exampleFolder}},
		{"ipyauth-implicit-demo.env", nil, params.ImplicitAuthCredentials{DotenvFolder: exampleFolder}},
		{"ipyauth-google-demo.env", nil, params.ParamsGoogle{DotenvFolder: exampleFolder}},
		{"ipyauth-auth0-demo.env", nil, params.ParamsAuth0{DotenvFolder: exampleFolder}},
		{"ipyauth-keycloak-demo.env", nil, params.ParamsKeycloak{DotenvFolder: exampleFolder}},
		{"ipyauth-entra-demo.env", nil, params.ParamsEntra{DotenvFolder: exampleFolder}},
		{"ipyauth-github-demo.env", nil, params.ParamsGitHub{DotenvFolder: exampleFolder}},
		{"ipyauth-okta-demo.env", nil, params.ParamsOkta{DotenvFolder: exampleFolder}},
		{"ipyauth-sgid-demo.env", nil, params.ParamsSgID{DotenvFolder: exampleFolder, PrivateKey: secret}},
	}
	for _, row := range rows {
		t.Run(row.file, func(t *testing.T) {
			c := resolve(t, row.filled)
			if want := [2]string{"dotenv_file", filepath.Join(exampleFolder, row.file)}; !slices.Contains(c.Rows, want) {
				t.Errorf("read another file: %q", c.Rows)
			}
			if row.as != nil {
				refuse(t, row.as, params.Error{Code: params.CodeClientID}, "placeholder", row.file)
			}
		})
	}
	t.Run("placeholders elsewhere", func(t *testing.T) {
		for text, p := range map[string]func(folder string) params.Source{
			"client_id=[your-client-id]\n":                     func(f string) params.Source { return params.ParamsGoogle{DotenvFolder: f, ClientSecret: secret} },
			"domain=[your-tenant].eu.auth0.com\nclient_id=a\n": func(f string) params.Source { return params.ParamsAuth0{DotenvFolder: f} },
			"base_url=https://a.example\nrealm=[your-realm]\nclient_id=a\n": func(f string) params.Source {
				return params.ParamsKeycloak{DotenvFolder: f}
			},
			"tenant=[your-tenant-id]\nclient_id=a\n":             func(f string) params.Source { return params.ParamsEntra{DotenvFolder: f} },
			"domain=[your-organization].okta.com\nclient_id=a\n": func(f string) params.Source { return params.ParamsOkta{DotenvFolder: f} },
		} {
			folder := t.TempDir()
			name := strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", p(folder)), "params.Params"))
			writeFile(t, folder, "ipyauth-"+name+".env", text)
			if c, err := p(folder).Resolve(); !errors.As(err, new(*params.Error)) {
				t.Errorf("%T resolves to %v", p(folder), c)
			}
		}
		p := gitHubBaseline(t)
		p.ClientSecret = params.NewSecret("[your-client-secret]")
		refuse(t, p, params.Error{Code: params.CodeClientSecret}, "placeholder")
	})
}

// Each example file has its notebook, saved without outputs.
func TestDemoNotebooks(t *testing.T) {
	files, err := filepath.Glob("../notebooks/demo-*.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var notebook struct {
				Cells []struct {
					Type    string            `json:"cell_type"`
					Count   *int              `json:"execution_count"`
					Outputs []json.RawMessage `json:"outputs"`
					Source  []string          `json:"source"`
				} `json:"cells"`
				Metadata struct {
					Kernelspec struct{ Name string } `json:"kernelspec"`
				} `json:"metadata"`
			}
			if err := json.Unmarshal(data, &notebook); err != nil {
				t.Fatal(err)
			}
			var code strings.Builder
			for _, c := range notebook.Cells {
				if c.Count != nil || len(c.Outputs) > 0 {
					t.Error("a cell is saved with its output")
				}
				if c.Type == "code" {
					code.WriteString(strings.Join(c.Source, "") + "\n")
				}
			}
			if notebook.Metadata.Kernelspec.Name != "ipyauth" {
				t.Errorf("kernel %q", notebook.Metadata.Kernelspec.Name)
			}
			for _, part := range []string{`import "ipyauth"`, "\na\n", "a.Wait()", "a.Show()", `DotenvFolder: "../dotenv-examples"`} {
				if !strings.Contains(code.String(), part) {
					t.Errorf("no cell has %q", part)
				}
			}
			_, rest, _ := strings.Cut(code.String(), `DotenvFile:   "`)
			name, _, _ := strings.Cut(rest, `"`)
			if _, err := os.Stat(filepath.Join(exampleFolder, name)); err != nil || name == "" {
				t.Errorf("the dotenv file %q: %v", name, err)
			}
			shown = append(shown, name)
		})
	}
	examples, err := os.ReadDir(exampleFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range examples {
		// Production needs a real account: its notebook is that of homologation.
		if name := f.Name(); name != "ipyauth-sgconnectPRD-demo.env" && !slices.Contains(shown, name) {
			t.Errorf("%s has no notebook", name)
		}
	}
}
