package params_test

import (
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/params"
)

// Where a client secret comes from: field, then dotenv file, then environment.
func TestClientSecretSources(t *testing.T) {
	const variable = "IPYAUTH_GOOGLE_CLIENT_SECRET"
	rows := []struct {
		name                     string
		field, file, environment string
		want                     string
		responseType             string
	}{
		{name: "field first", field: "a", file: "b", environment: "c", want: "a"},
		{name: "then the file", file: "b", environment: "c", want: "b"},
		{name: "then the environment", environment: "c", want: "c"},
		{name: "$ is not expanded", environment: "$HOME", want: "$HOME"},
		{name: "F85 not for the implicit grant", environment: "c", responseType: "id_token token", want: ""},
		{name: "F85 a field is not kept for the implicit grant", field: "a", responseType: "id_token token", want: ""},
		{name: "F85 nor what the file says", file: "b", responseType: "token", want: ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := googleBaseline(t)
			p.ClientSecret, p.ResponseType = params.NewSecret(row.field), row.responseType
			if row.file != "" {
				writeFile(t, p.DotenvFolder, "ipyauth-google.env", "client_secret="+row.file)
			}
			t.Setenv(variable, row.environment)
			if got := resolve(t, p).ClientSecret.Reveal(); got != row.want {
				t.Errorf("got %q; want %q", got, row.want)
			}
		})
	}
	t.Run("no other variable is read", func(t *testing.T) {
		for _, name := range []string{"IPYAUTH_CLIENT_SECRET", "CLIENT_SECRET", "client_secret", "IPYAUTH_OKTA_CLIENT_SECRET", "IPYAUTH_GOOGLE_CLIENT_ID"} {
			t.Setenv(name, "canary")
		}
		p := googleBaseline(t)
		p.ClientSecret = params.Secret{}
		refuse(t, p, params.Error{Code: params.CodeClientSecretMissing}, variable)
	})
	t.Run("a malformed one is named, not shown", func(t *testing.T) {
		t.Setenv(variable, "canary\n")
		p := googleBaseline(t)
		p.ClientSecret = params.Secret{}
		refuse(t, p, params.Error{Code: params.CodeClientSecret, Field: "ClientSecret"}, variable)
		if _, err := p.Resolve(); strings.Contains(err.Error(), "canary") {
			t.Errorf("error %q shows the secret", err)
		}
	})
	t.Run("each provider has its own", func(t *testing.T) {
		sgIDWithoutSecret := sgIDBaseline(t)
		sgIDWithoutSecret.ClientSecret = params.Secret{}
		for variable, p := range map[string]params.Source{
			"IPYAUTH_OIDC_CLIENT_SECRET": oidcBaseline(t), "IPYAUTH_AUTH0_CLIENT_SECRET": auth0Baseline(t), "IPYAUTH_KEYCLOAK_CLIENT_SECRET": keycloakBaseline(t),
			"IPYAUTH_ENTRA_CLIENT_SECRET": entraBaseline(t), "IPYAUTH_OKTA_CLIENT_SECRET": oktaBaseline(t),
			"IPYAUTH_SGID_CLIENT_SECRET": sgIDWithoutSecret,
		} {
			t.Setenv(variable, "of "+variable)
			if got := resolve(t, p).ClientSecret.Reveal(); got != "of "+variable {
				t.Errorf("%s: got %q", variable, got)
			}
		}
	})
}
