package widget_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/params"
	"github.com/ipyauth/ipyauth/widget"
)

// author is a kernel in which one cell ran.
type author struct {
	host
	code string
}

func (a author) Wrote(text string) bool { return strings.Contains(a.code, text) }

// stderr returns what f prints there.
func stderr(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = w
	f()
	os.Stderr = old
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestASecretWrittenInTheNotebook(t *testing.T) {
	const value = `canary-"secret"`
	rows := []struct {
		name, code string
		secret     string
		grant      string
		warns      bool
	}{
		{"F85 in the cell", `ClientSecret: NewSecret("canary-value")`, "canary-value", "code", true},
		{"F85 in the cell, with escapes", `s := "canary-\"secret\""`, value, "code", true},
		{"F85 in the cell, raw", "s := `" + value + "`", value, "code", true},
		{"F85 from elsewhere", `ClientSecret: NewSecret(os.Getenv("X"))`, "canary-value", "code", false},
		{"F85 a part of it", `"canary-val"`, "canary-value", "code", false},
		{"F85 too short to tell", "a := 1", "a", "code", false},
		{"F85 none", `ClientSecret: NewSecret("canary-value")`, "", "code", false},
		{"F85 for a grant that does not keep it", `ClientSecret: NewSecret("canary-value")`, "canary-value", "token", false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Cleanup(cell.Bind(author{host{t.Context()}, row.code}))
			text := stderr(t, func() {
				_, err := widget.New(params.ParamsOIDC{Issuer: "https://id.example", ClientID: "x", ResponseType: row.grant, ClientSecret: params.NewSecret(row.secret), DotenvFolder: t.TempDir()})
				if err != nil {
					t.Error(err)
				}
			})
			if warned := strings.Contains(text, "client secret is written in this notebook") && strings.Contains(text, "client_secret=..."); warned != row.warns || !warned && text != "" {
				t.Errorf("printed %q; want a warning: %v", text, row.warns)
			}
			if strings.Contains(text, "canary") {
				t.Errorf("the warning shows the secret: %q", text)
			}
		})
	}
}
