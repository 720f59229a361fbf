package params_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/params"
)

var _ params.Source = params.ParamsSgID{}

func sgIDBaseline(t *testing.T) params.ParamsSgID {
	return params.ParamsSgID{ClientID: "my-app", ClientSecret: params.NewSecret("canary-secret"),
		PrivateKey: params.NewSecret("canary-key"), DotenvFolder: t.TempDir()}
}

func TestSgIDDefaults(t *testing.T) {
	const issuer = "https://api.id.gov.sg/v2"
	c := resolve(t, sgIDBaseline(t))
	if c.ID != "sgid" || c.Name != "sgID" || c.Issuer != issuer || c.ResponseType != params.Code || c.DiscoveryURLs != nil {
		t.Errorf("got %q %q %q %q %q", c.ID, c.Name, c.Issuer, c.ResponseType, c.DiscoveryURLs)
	}
	want := params.Endpoints{Authorization: issuer + "/oauth/authorize", Token: issuer + "/oauth/token",
		UserInfo: issuer + "/oauth/userinfo", KeySet: issuer + "/.well-known/jwks.json"}
	if c.Endpoints != want {
		t.Errorf("endpoints = %+v", c.Endpoints)
	}
	if !c.SecretInBody || !c.TokenTypeOptional || !slices.Equal(c.Algorithms, []string{"RS256"}) || !slices.Equal(c.UserClaims, []string{"sub"}) {
		t.Errorf("secret in body %v, token type optional %v, algorithms %q, user claims %q", c.SecretInBody, c.TokenTypeOptional, c.Algorithms, c.UserClaims)
	}
}

func TestSgIDScopes(t *testing.T) {
	for given, want := range map[string]string{
		"": "openid myinfo.name", "openid": "openid", "myinfo.email": "openid myinfo.email",
		"myinfo.email openid": "myinfo.email openid", "openid openid myinfo.name": "openid myinfo.name",
	} {
		p := sgIDBaseline(t)
		p.Scope = given
		if got := strings.Join(resolve(t, p).Scopes, " "); got != want {
			t.Errorf("scopes for %q = %q; want %q", given, got, want)
		}
	}
}

// Where the private key comes from: direct values win, and among equals the key itself.
func TestSgIDPrivateKeySources(t *testing.T) {
	const pem = "-----BEGIN THING-----\nYQ==\n-----END THING-----"
	oneLine := strings.ReplaceAll(pem, "\n", `\n`)
	rows := []struct {
		name, field, fieldFile, dotenv, want string
	}{
		{name: "field", field: "a", want: "a"},
		{name: "file", fieldFile: "key.pem", want: pem},
		{name: "field before file", field: "a", fieldFile: "none.pem", want: "a"},
		{name: "field before dotenv", field: "a", dotenv: "private_key=b", want: "a"},
		{name: "file field before dotenv's key", fieldFile: "key.pem", dotenv: "private_key=b", want: pem},
		{name: `dotenv, \n in one line`, dotenv: "private_key=" + oneLine, want: oneLine},
		{name: `dotenv, \n in double quotes`, dotenv: `private_key="` + oneLine + `"`, want: pem},
		{name: "dotenv, quoted over lines", dotenv: "private_key='" + pem + "'", want: pem},
		{name: "dotenv names a file", dotenv: "private_key_file=key.pem", want: pem},
		{name: "dotenv names a file in a folder", dotenv: "private_key_file=keys/key.pem", want: pem},
		{name: "dotenv, key before file", dotenv: "private_key=b\nprivate_key_file=none.pem", want: "b"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := sgIDBaseline(t)
			p.PrivateKey, p.PrivateKeyFile = params.NewSecret(row.field), row.fieldFile
			if err := os.Mkdir(filepath.Join(p.DotenvFolder, "keys"), 0o700); err != nil {
				t.Fatal(err)
			}
			writeFile(t, p.DotenvFolder, "key.pem", pem+"\n")
			writeFile(t, p.DotenvFolder, "keys/key.pem", pem+"\n")
			writeFile(t, p.DotenvFolder, "ipyauth-sgid.env", row.dotenv+"\n")
			if got := resolve(t, p).PrivateKey.Reveal(); got != row.want {
				t.Errorf("got %q; want %q", got, row.want)
			}
		})
	}
	t.Run("an absolute path", func(t *testing.T) {
		p := sgIDBaseline(t)
		dir := t.TempDir()
		writeFile(t, dir, "key.pem", pem)
		p.PrivateKey, p.PrivateKeyFile = params.Secret{}, filepath.Join(dir, "key.pem")
		if got := resolve(t, p).PrivateKey.Reveal(); got != pem {
			t.Errorf("got %q; want %q", got, pem)
		}
	})
}

func TestSgIDRefusals(t *testing.T) {
	keyFile := func(name string) func(p *params.ParamsSgID) {
		return func(p *params.ParamsSgID) { p.PrivateKey, p.PrivateKeyFile = params.Secret{}, name }
	}
	rows := []struct {
		name   string
		change func(p *params.ParamsSgID)
		want   params.Error
		says   string
	}{
		{"implicit", func(p *params.ParamsSgID) { p.ResponseType = "token" }, params.Error{Code: params.CodeResponseType, Field: "ResponseType"}, "must not pass through the browser"},
		{"implicit with ID token", func(p *params.ParamsSgID) { p.ResponseType = "id_token token" }, params.Error{Code: params.CodeResponseType}, `use "code"`},
		{"no client id", func(p *params.ParamsSgID) { p.ClientID = "" }, params.Error{Code: params.CodeClientID}, "ipyauth-sgid.env"},
		{"no client secret", func(p *params.ParamsSgID) { p.ClientSecret = params.Secret{} }, params.Error{Code: params.CodeClientSecretMissing, Field: "ClientSecret"}, "IPYAUTH_SGID_CLIENT_SECRET"},
		{"no private key", func(p *params.ParamsSgID) { p.PrivateKey = params.Secret{} }, params.Error{Code: params.CodePrivateKey, Field: "PrivateKey"}, "private_key_file="},
		{"the example's private key", func(p *params.ParamsSgID) { p.PrivateKey = params.NewSecret("[your-private-key]") }, params.Error{Code: params.CodePrivateKey, Field: "PrivateKey"}, "placeholder"},
		{"the example's key file", keyFile("[your-key].pem"), params.Error{Code: params.CodePrivateKey, Field: "PrivateKeyFile"}, "file"},
		{"no key file", keyFile("canary.pem"), params.Error{Code: params.CodePrivateKey, Field: "PrivateKeyFile"}, "can't be read"},
		{"a folder for a key file", keyFile("."), params.Error{Code: params.CodePrivateKey, Field: "PrivateKeyFile"}, "regular"},
		{"an empty key file", keyFile("empty.pem"), params.Error{Code: params.CodePrivateKey, Field: "PrivateKeyFile"}, "empty"},
		{"a large key file", keyFile("large.pem"), params.Error{Code: params.CodePrivateKey, Field: "PrivateKeyFile"}, "32 kB"},
		{"D57 hostname on http", func(p *params.ParamsSgID) { p.Hostname = "http://canary.example" }, params.Error{Code: params.CodeBaseURL, Field: "Hostname"}, "https"},
		{"hostname with a query", func(p *params.ParamsSgID) { p.Hostname = "https://canary.example?a" }, params.Error{Code: params.CodeBaseURL, Field: "Hostname"}, "query"},
		{"redirect URI on http", func(p *params.ParamsSgID) { p.RedirectURI = "http://canary.example/callback/" }, params.Error{Code: params.CodeRedirectURI, Field: "RedirectURI"}, "https"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := sgIDBaseline(t)
			writeFile(t, p.DotenvFolder, "empty.pem", " \n")
			writeFile(t, p.DotenvFolder, "large.pem", strings.Repeat("canary", 6000))
			row.change(&p)
			refuse(t, p, row.want, row.says)
			if _, err := p.Resolve(); strings.Contains(err.Error(), "canary") {
				t.Errorf("error %q shows the value", err)
			}
		})
	}
}

// Every key of the dotenv file arrives; neither secret is in what is printed.
func TestSgIDDotenv(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "ipyauth-sgid-demo.env", "client_id=file\nclient_secret=canary-secret\nredirect_uri=localhost:1/callback/\nscope=myinfo.email\n"+
		"response_type=code\nhostname=http://127.0.0.1:9471/sgid/\nprivate_key=canary-key\nprivate_key_file=key.pem\n")
	p := params.ParamsSgID{DotenvFolder: dir}
	c := resolve(t, p)
	if c.ClientID != "file" || c.RedirectURI != "http://localhost:1/callback/" || c.Issuer != "http://127.0.0.1:9471/sgid/v2" || c.PrivateKey.Reveal() != "canary-key" {
		t.Errorf("got %+v", c)
	}
	for _, want := range [][2]string{{"private_key", "[redacted]"}, {"client_secret", "[redacted]"}, {"private_key_file", "key.pem"}, {"issuer", c.Issuer}} {
		if !slices.Contains(c.Rows, want) {
			t.Errorf("Rows lacks %q: %q", want, c.Rows)
		}
	}
	p.PrivateKey = params.NewSecret("canary-key")
	for _, v := range []any{p, c, *c, c.Rows} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(data) + sprint(v); strings.Contains(text, "canary") {
			t.Errorf("%T prints %s", v, text)
		}
	}
}
