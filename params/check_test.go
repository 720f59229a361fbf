package params_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/params"
)

// writeDotenv makes a dotenv file of that name and returns its path.
func writeDotenv(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCheckDotenv(t *testing.T) {
	const base = "base_url=https://sso.example.com\n"
	for _, row := range []struct{ name, file, provider, mode string }{
		{"stem", "ipyauth-sgconnect.env", "SG Connect", "PRD"},
		{"mode", "ipyauth-sgconnectHOM.env", "SG Connect", "HOM"},
		{"mode and more", "ipyauth-sgconnectHOM-a-b.env", "SG Connect", "HOM"},
		{"more without a mode", "ipyauth-sgconnect-a.env", "SG Connect", "PRD"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, err := params.CheckDotenv(writeDotenv(t, row.file, base+"client_id=abc\nscope=\n"))
			if err != nil {
				t.Fatal(err)
			}
			if c.Provider != row.provider || c.Config.Mode != row.mode || c.Config.ClientID != "abc" {
				t.Errorf("got %s, mode %s, client id %s", c.Provider, c.Config.Mode, c.Config.ClientID)
			}
			if want := []string{"base_url", "client_id"}; !slices.Equal(c.Keys, want) {
				t.Errorf("got keys %q, want %q", c.Keys, want)
			}
		})
	}
}

func TestCheckDotenvRefuses(t *testing.T) {
	const value = "never-shown"
	for _, row := range []struct {
		name, file, text string
		want             params.Error
		keys             []string
	}{
		{"no provider's name", "ipyauth-nobody.env", "client_id=" + value, params.Error{Code: params.CodeDotenvMissing}, nil},
		{"longer word", "ipyauth-oidcs.env", "client_id=" + value, params.Error{Code: params.CodeDotenvMissing}, nil},
		{"unknown key", "ipyauth-oidc.env", "clientid=" + value, params.Error{Code: params.CodeDotenvKey, Line: 1}, nil},
		{"unusable value", "ipyauth-oidc.env", "client_id=abc\nissuer=" + value, params.Error{Code: params.CodeIssuer, Line: 2}, []string{"client_id", "issuer"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			c, err := params.CheckDotenv(writeDotenv(t, row.file, row.text))
			if !errors.Is(err, &row.want) || c.Config != nil || !slices.Equal(c.Keys, row.keys) {
				t.Errorf("got %+v, %v", c, err)
			}
			if strings.Contains(fmt.Sprintf("%+v %#v", c, err), value) {
				t.Error("shows a value")
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		if c, err := params.CheckDotenv(filepath.Join(t.TempDir(), "ipyauth-oidc.env")); !errors.Is(err, os.ErrNotExist) || c.Provider == "" {
			t.Errorf("got %+v, %v", c, err)
		}
	})
}

// A provider that is in no list would be missed by what starts from its file.
func TestCheckDotenvKnowsEveryExample(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(exampleFolder, "*.env"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %q, %v", files, err)
	}
	for _, path := range files {
		if c, err := params.CheckDotenv(path); c.Provider == "" || c.Keys == nil {
			t.Errorf("%s: got %+v, %v", path, c, err)
		}
	}
}
