package params_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/providertest"
	"github.com/ipyauth/ipyauth/params"
)

// Every provider signs in, in its own way of speaking.
func TestSignIn(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			g := s.start(t)
			tokens, err := g.signIn(s.source(t))
			if err != nil {
				t.Fatal(err)
			}
			if tokens.User != s.user || tokens.Verified != s.verified || tokens.Refresh.IsZero() == s.renews {
				t.Errorf("user %q, verified %v, renews %v", tokens.User, tokens.Verified, !tokens.Refresh.IsZero())
			}
			if s.secret == "" && g.token.Has("client_secret") {
				t.Error("a public client sent a secret")
			}
		})
	}
}

// GitHub's documentation has the secret in the body and the scopes with commas.
func TestGitHubTokenRequest(t *testing.T) {
	g := shapeNamed(t, "github").start(t)
	tokens, err := g.signIn(g.source(t))
	if err != nil {
		t.Fatal(err)
	}
	if g.inBasic || g.token.Get("client_secret") != "canary-secret" || g.token.Get("code_verifier") == "" {
		t.Errorf("secret in the header %v, form %v", g.inBasic, len(g.token))
	}
	if !slices.Equal(tokens.Scopes, []string{"gist", "repo"}) {
		t.Errorf("scopes = %q", tokens.Scopes)
	}
}

func shapeNamed(t *testing.T, name string) shape {
	t.Helper()
	i := slices.IndexFunc(shapes, func(s shape) bool { return s.name == name })
	if i < 0 {
		t.Fatalf("there is no shape %s", name)
	}
	return shapes[i]
}

// A refusal that means a mistake in registering says which.
func TestRegistrationHints(t *testing.T) {
	rows := []struct{ name, shape, code, description, says string }{
		{"Entra, registered as single-page application", "entra", "invalid_request", "AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.", "Mobile and desktop"},
		{"Entra, registered as web", "entra", "invalid_client", "AADSTS7000218: The request body must contain: client_assertion or client_secret.", "Mobile and desktop"},
		{"GitHub, another callback URL", "github", "redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL.", "callback URLs"},
		{"GitHub, wrong secret", "github", "incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.", "id and secret"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			g := shapeNamed(t, row.shape).start(t)
			status := http.StatusBadRequest
			if row.shape == "github" {
				status = http.StatusOK // so its documentation
			}
			g.p.Faults.Replace = map[string]http.HandlerFunc{"token": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				w.WriteHeader(status)
				_ = json.NewEncoder(w).Encode(map[string]string{"error": row.code, "error_description": row.description})
			}}
			_, err := g.signIn(g.source(t))
			if e, ok := err.(*flow.Error); !ok || e.Code != row.code || !strings.Contains(e.Next, row.says) {
				t.Errorf("got %+v; want %s, and %q to do", err, row.code, row.says)
			}
		})
	}
}

// What was asked for and is not stated ends the sign-in.
func TestSignInRefusals(t *testing.T) {
	rows := []struct {
		name, shape string
		claims      map[string]any
	}{
		{"Google, another domain", "google", map[string]any{"hd": "evil.example"}},
		{"Google, no domain", "google", map[string]any{"hd": nil}},
		{"C47 Google, an issuer that begins alike", "google", map[string]any{"iss": "accounts.google.com.evil.example", "hd": "example.com"}},
		{"C47 Auth0, issuer without its slash", "auth0", map[string]any{"iss": "https://acme.eu.auth0.com", "org_id": "org_1"}},
		{"Auth0, another organization", "auth0", map[string]any{"org_id": "org_2"}},
		{"C56 Keycloak, another level", "keycloak", map[string]any{"acr": "silver"}},
		{"C47 Keycloak, another realm", "keycloak", map[string]any{"acr": "gold", "iss": "https://sso.example.com/realms/guests"}},
		{"C47 Entra, another tenant", "entra", map[string]any{"iss": "https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/v2.0"}},
		{"C47 Okta, the organization's own server", "okta", map[string]any{"iss": "https://acme.okta.com"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			g := shapeNamed(t, row.shape).start(t)
			g.p.Faults.Claims = func(c map[string]any) {
				maps.Copy(c, row.claims)
			}
			tokens, err := g.signIn(g.source(t))
			if e, ok := err.(*flow.Error); !ok || e.Code != flow.ErrIDToken.Code || tokens != nil {
				t.Errorf("got %v, %v; want %s", tokens, err, flow.ErrIDToken.Code)
			}
		})
	}
}

// A provider's own metadata may not send the browser or the code elsewhere.
func TestMetadataElsewhere(t *testing.T) {
	t.Attr("attack", "D57")
	for _, s := range shapes {
		if s.issuer == "" {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			g := s.start(t)
			honest := g.p.Faults.Metadata
			g.p.Faults.Metadata = func(m map[string]any) { honest(m); m["authorization_endpoint"] = "https://evil.example/authorize" }
			_, err := g.client(resolve(t, s.source(t))).Begin(t.Context(), flow.BeginOptions{RedirectURI: providertest.RedirectURI, Secure: true})
			if e, ok := err.(*flow.Error); !ok || e.Code != flow.ErrMetadata.Code {
				t.Errorf("got %v; want %s", err, flow.ErrMetadata.Code)
			}
		})
	}
}

// The secret is in none of a provider's configuration as it prints.
func TestProvidersPrintNoSecret(t *testing.T) {
	t.Attr("attack", "F85")
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			source := s.source(t)
			for _, v := range []any{source, resolve(t, source)} {
				data, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				if text := string(data) + sprint(v); strings.Contains(text, "canary") {
					t.Errorf("%T prints %s", v, text)
				}
			}
		})
	}
}

// A provider is one file: acme_test.go adds one, and it signs in, from its dotenv file
// too, like those that are here.
func TestNewProvider(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "ipyauth-acme-demo.env", "region=eu\nclient_id="+providertest.ClientID+"\nflavour=mild\n")
	acme := shape{
		name: "acme", issuer: "https://eu.acme.example",
		at: params.Endpoints{
			Authorization: "https://eu.acme.example/a", Token: "https://eu.acme.example/t",
			UserInfo: "https://eu.acme.example/u", KeySet: "https://eu.acme.example/k",
		},
	}
	g := acme.start(t)
	tokens, err := g.signIn(params.ParamsAcme{DotenvFolder: dir})
	if err != nil || !tokens.Verified || tokens.User != "Ann Example" {
		t.Errorf("got %+v, %v", tokens, err)
	}
	c := resolve(t, params.ParamsAcme{DotenvFolder: dir})
	if c.Name != "Acme" || c.Extra["flavour"] != "mild" {
		t.Errorf("name %q, extra %v", c.Name, c.Extra)
	}
	refuse(t, params.ParamsAcme{ClientID: "a", DotenvFolder: t.TempDir()}, params.Error{Code: params.CodeBaseURL, Field: "Region"})
}

// What decides knows no provider by its name: only its own file has that.
func TestNoProviderNames(t *testing.T) {
	own := map[string]string{} // name or id -> file
	for file, source := range map[string]params.Source{
		"sgconnect.go": baseline(t), "google.go": googleBaseline(t), "auth0.go": auth0Baseline(t), "keycloak.go": keycloakBaseline(t),
		"entra.go": entraBaseline(t), "github.go": gitHubBaseline(t), "okta.go": oktaBaseline(t), "sgid.go": sgIDBaseline(t),
	} {
		c := resolve(t, source)
		own[c.ID], own[c.Name] = file, file
	}
	for _, folder := range []string{".", "../widget", "../internal/flow", "../internal/idtoken"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", folder, len(files), err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(literal.Value)
				if home := own[text]; err == nil && home != "" && home != filepath.Base(path) {
					t.Errorf("%s names %s, which only %s may", set.Position(n.Pos()), text, home)
				}
				return true
			})
		}
	}
}
