package params_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/params"
)

// baseline is a configuration that resolves without any file.
func baseline(t *testing.T) params.ParamsSgConnect {
	t.Helper()
	return params.ParamsSgConnect{ClientID: "my-app", DotenvFolder: t.TempDir()}
}

func resolve(t *testing.T, p params.Source) *params.Config {
	t.Helper()
	c, err := p.Resolve()
	if err != nil {
		t.Fatalf("Resolve: %v", err)
	}
	return c
}

// refuse asserts the exact error: its code, and what the sentence must name.
func refuse(t *testing.T, p params.Source, want params.Error, says ...string) {
	t.Helper()
	c, err := p.Resolve()
	if !errors.Is(err, &want) || c != nil {
		t.Fatalf("Resolve = %v, %v; want an error with code %s, field %q, line %d", c, err, want.Code, want.Field, want.Line)
	}
	for _, part := range says {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
	if e := new(params.Error); !errors.As(err, &e) || e.Next == "" {
		t.Errorf("error %q says nothing to do", err)
	}
}

func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Each test is a heading or sentence of the SG Connect guide.
func TestGuideMode(t *testing.T) {
	p := baseline(t)
	if got := resolve(t, p).Mode; got != "PRD" {
		t.Errorf("default mode = %q; want PRD", got)
	}
	p.Mode, p.BaseURL = "HOM", "https://hom.example.com/sgconnect"
	if got := resolve(t, p).Mode; got != "HOM" {
		t.Errorf("mode = %q; want HOM", got)
	}
	for _, mode := range []string{"hom", "UAT", "PROD", " PRD", "PRD\n"} {
		p.Mode = mode
		refuse(t, p, params.Error{Code: params.CodeMode, Field: "Mode"}, "PRD or HOM")
	}
}

func TestGuideResponseType(t *testing.T) {
	rows := []struct {
		given string
		want  params.ResponseType
	}{
		{"", params.Token}, {"token", params.Token}, {"token id_token", params.TokenIDToken},
		{"id_token token", params.IDTokenToken}, {"  token   id_token ", params.TokenIDToken}, {"code", params.Code},
	}
	for _, row := range rows {
		p := baseline(t)
		p.ResponseType = row.given
		if got := resolve(t, p).ResponseType; got != row.want {
			t.Errorf("response type %q = %q; want %q", row.given, got, row.want)
		}
	}
	for _, bad := range []string{"id_token", "code token", "code id_token", "none", "Token", "token,id_token"} {
		p := baseline(t)
		p.ResponseType = bad
		refuse(t, p, params.Error{Code: params.CodeResponseType, Field: "ResponseType"}, `"token id_token"`, `"code"`)
	}
}

func TestGuideClientID(t *testing.T) {
	p := baseline(t)
	if got := resolve(t, p).ClientID; got != "my-app" {
		t.Errorf("client id = %q", got)
	}
	p.ClientID = ""
	refuse(t, p, params.Error{Code: params.CodeClientID, Field: "ClientID"}, "missing", "ipyauth-sgconnectPRD.env", p.DotenvFolder)
	for _, bad := range []string{"[your-client-id]", "<client>", "a\nb", "caf\u00e9", "a\x00"} {
		p.ClientID = bad
		refuse(t, p, params.Error{Code: params.CodeClientID, Field: "ClientID"})
	}
}

func TestGuideScope(t *testing.T) {
	rows := []struct{ name, given, want string }{
		{"openid and profile are added", "scopA scopeB", "openid profile scopA scopeB"},
		{"nothing given", "", "openid profile"},
		{"added once, order kept", "scopeB openid scopA profile", "scopeB openid scopA profile"},
		{"one of them given", "b profile a", "openid b profile a"},
		{"duplicates removed", "a b a  b a", "openid profile a b"},
		{"SG Connect forms", "mail api.get-trades.v1", "openid profile mail api.get-trades.v1"},
		{"every character of the grammar", "!#$%&'()*+,-./:;<=>?@[]^_`{|}~", "openid profile !#$%&'()*+,-./:;<=>?@[]^_`{|}~"},
	}
	for _, row := range rows {
		t.Run("F87 "+row.name, func(t *testing.T) {
			p := baseline(t)
			p.Scope = row.given
			if got := strings.Join(resolve(t, p).Scopes, " "); got != row.want {
				t.Errorf("got %q; want %q", got, row.want)
			}
		})
	}
	for name, bad := range map[string]string{
		"quote": `a "b"`, "backslash": `a\b`, "tab": "a\tb", "newline": "a\nb", "NUL": "a\x00b", "accent": "\u00e9", "no-break space": "a\u00a0b", "delete": "a\x7f",
	} {
		t.Run("F87 "+name, func(t *testing.T) {
			p := baseline(t)
			p.Scope = bad
			refuse(t, p, params.Error{Code: params.CodeScope, Field: "Scope"}, "RFC 6749")
		})
	}
}

func TestGuideRedirectURI(t *testing.T) {
	good := []struct{ given, want string }{
		{"", ""},
		{"http://localhost:8888/callback/", "http://localhost:8888/callback/"},
		{"localhost:8888/callback/", "http://localhost:8888/callback/"},
		{"127.0.0.1:8888/callback/", "http://127.0.0.1:8888/callback/"},
		{"[::1]:8888/callback/", "http://[::1]:8888/callback/"},
		{"nb.localhost:1/callback/", "http://nb.localhost:1/callback/"},
		{"hub.example.com/user/ann/callback/", "https://hub.example.com/user/ann/callback/"},
		{"hub:8000/callback/", "https://hub:8000/callback/"},
		{"https://Hub.Example.com/callback/", "https://Hub.Example.com/callback/"},
	}
	for _, row := range good {
		p := baseline(t)
		p.RedirectURI = row.given
		if got := resolve(t, p).RedirectURI; got != row.want {
			t.Errorf("redirect URI %q = %q; want %q", row.given, got, row.want)
		}
	}
	bad := []struct{ name, given, says string }{
		{"fragment", "https://h.example/callback/#x", "fragment"},
		{"empty fragment", "https://h.example/callback/#", "fragment"},
		{"query", "https://h.example/callback/?a=b", "query"},
		{"empty query", "https://h.example/callback/?", "query"},
		{"user info", "https://me:pw@h.example/callback/", "user name"},
		{"http on another host", "http://h.example/callback/", "http"},
		{"http on a name that begins like loopback", "http://localhost.example/callback/", "http"},
		{"http on 127.0.0.1 as a name", "http://127.0.0.1.example/callback/", "http"},
		{"http on an IPv4-mapped address", "http://[::ffff:127.0.0.1]/callback/", "http"},
		{"http on the network's address", "http://192.168.1.2:8888/callback/", "http"},
		{"no trailing slash", "http://localhost:8888/callback", "http://localhost:8888/callback/"},
		{"another path", "http://localhost:8888/", "http://localhost:8888/callback/"},
		{"only a path", "/callback/", "absolute"},
		{"only a relative path", "callback/", "absolute"},
		{"other scheme", "file:///callback/", "absolute"},
		{"script", "javascript:alert(1)/callback/", ""},
		{"space", "http://localhost:8888/call back/", "space"},
		{"control character", "http://localhost:8888/callback/\r\n", "control"},
		{"homoglyph", "http://loc\u0430lhost:8888/callback/", "ASCII"},
	}
	for _, row := range bad {
		t.Run("F84 "+row.name, func(t *testing.T) {
			p := baseline(t)
			p.RedirectURI = row.given
			refuse(t, p, params.Error{Code: params.CodeRedirectURI, Field: "RedirectURI"}, row.says)
		})
	}
}

func TestGuideDotenvFolderAndFile(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "ipyauth-sgconnect-demo.env", "client_id=from-file\nscope=scopA scopeB\n")
	p := params.ParamsSgConnect{DotenvFolder: dir, DotenvFile: "ipyauth-sgconnect-demo.env"}
	c := resolve(t, p)
	if c.ClientID != "from-file" || strings.Join(c.Scopes, " ") != "openid profile scopA scopeB" {
		t.Errorf("got client id %q, scopes %q", c.ClientID, c.Scopes)
	}

	t.Run("the folder's default is the current one", func(t *testing.T) {
		t.Chdir(dir)
		if got := resolve(t, params.ParamsSgConnect{DotenvFile: p.DotenvFile}).ClientID; got != "from-file" {
			t.Errorf("client id = %q", got)
		}
	})
	t.Run("an absolute file name", func(t *testing.T) {
		if got := resolve(t, params.ParamsSgConnect{DotenvFile: filepath.Join(dir, p.DotenvFile)}).ClientID; got != "from-file" {
			t.Errorf("client id = %q", got)
		}
	})
	t.Run("a file that is not there", func(t *testing.T) {
		p := p
		p.DotenvFile, p.ClientID = "other.env", "my-app"
		refuse(t, p, params.Error{Code: params.CodeDotenvMissing, Field: "DotenvFile"}, "other.env", dir)
		if _, err := p.Resolve(); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v is not fs.ErrNotExist", err)
		}
	})
	t.Run("a folder that is not there", func(t *testing.T) {
		p := params.ParamsSgConnect{DotenvFolder: filepath.Join(dir, "none"), ClientID: "my-app"}
		refuse(t, p, params.Error{Code: params.CodeDotenvMissing, Field: "DotenvFolder"}, "none")
	})
}

func TestGuideDirectParamsOverrideDotenv(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "x.env", strings.Join([]string{
		"mode=HOM", "response_type=code", "client_id=file", "client_secret=file-secret", "redirect_uri=localhost:1/callback/",
		"scope=file", "base_url=https://file.example/sgconnect", "issuer=https://file.example/i", "jwks_uri=https://file.example/k",
	}, "\n"))
	p := params.ParamsSgConnect{DotenvFolder: dir, DotenvFile: "x.env"}
	fromFile := resolve(t, p)
	if fromFile.Mode != "HOM" || fromFile.ResponseType != params.Code || fromFile.ClientID != "file" ||
		fromFile.ClientSecret.Reveal() != "file-secret" || fromFile.RedirectURI != "http://localhost:1/callback/" ||
		fromFile.Endpoints.Authorization != "https://file.example/sgconnect/oauth2/authorize" ||
		fromFile.Issuer != "https://file.example/i" || fromFile.Endpoints.KeySet != "https://file.example/k" {
		t.Fatalf("the file's values were not all taken: %+v", fromFile)
	}
	p.Mode, p.ResponseType, p.ClientID, p.ClientSecret = "PRD", "token", "direct", params.NewSecret("direct-secret")
	p.RedirectURI, p.Scope, p.BaseURL = "localhost:2/callback/", "direct", "https://direct.example/sgconnect/"
	p.Issuer, p.JWKSURI = "https://direct.example/i", "https://direct.example/k"
	direct := resolve(t, p) // of secrets: TestClientSecretSources
	if direct.Mode != "PRD" || direct.ResponseType != params.Token || direct.ClientID != "direct" ||
		!direct.ClientSecret.IsZero() || direct.RedirectURI != "http://localhost:2/callback/" ||
		strings.Join(direct.Scopes, " ") != "openid profile direct" ||
		direct.Endpoints.Authorization != "https://direct.example/sgconnect/oauth2/authorize" ||
		direct.Issuer != "https://direct.example/i" || direct.Endpoints.KeySet != "https://direct.example/k" {
		t.Errorf("the direct values did not all win: %+v", direct)
	}
}

func TestGuideFileNames(t *testing.T) {
	rows := []struct {
		name, mode string
		files      []string
		want       string // the file read, by the client id in it
		err        string
	}{
		{"PRD", "", []string{"ipyauth-sgconnectPRD.env"}, "ipyauth-sgconnectPRD.env", ""},
		{"HOM", "HOM", []string{"ipyauth-sgconnectPRD.env", "ipyauth-sgconnectHOM.env"}, "ipyauth-sgconnectHOM.env", ""},
		{"demo name", "PRD", []string{"ipyauth-sgconnectPRD-demo.env"}, "ipyauth-sgconnectPRD-demo.env", ""},
		{"the plain name wins", "PRD", []string{"ipyauth-sgconnectPRD-a.env", "ipyauth-sgconnectPRD.env", "ipyauth-sgconnectPRD-b.env"}, "ipyauth-sgconnectPRD.env", ""},
		{"several", "PRD", []string{"ipyauth-sgconnectPRD-a.env", "ipyauth-sgconnectPRD-b.env"}, "", params.CodeDotenvAmbiguous},
		{"other mode's only", "PRD", []string{"ipyauth-sgconnectHOM.env"}, "", params.CodeClientID},
		{"look-alikes", "PRD", []string{"ipyauth-sgconnectPRD.env.bak", "ipyauth-sgconnectPRDx.env", "xipyauth-sgconnectPRD.env", ".env"}, "", params.CodeClientID},
		{"none", "PRD", nil, "", params.CodeClientID},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range row.files {
				writeFile(t, dir, f, "client_id="+f+"\nbase_url=https://x.example/sgconnect\n")
			}
			p := params.ParamsSgConnect{Mode: row.mode, DotenvFolder: dir}
			if row.err != "" {
				var says []string
				if row.err == params.CodeDotenvAmbiguous {
					says = row.files
				}
				refuse(t, p, params.Error{Code: row.err}, says...)
				return
			}
			if got := resolve(t, p).ClientID; got != row.want {
				t.Errorf("read %q; want %q", got, row.want)
			}
		})
	}
	t.Run("a mode in the file that contradicts its name", func(t *testing.T) {
		dir := t.TempDir()
		writeFile(t, dir, "ipyauth-sgconnectPRD.env", "client_id=a\nmode=HOM\n")
		refuse(t, params.ParamsSgConnect{DotenvFolder: dir}, params.Error{Code: params.CodeMode, Line: 2})
	})
}

func TestGuideEndpoints(t *testing.T) {
	c := resolve(t, baseline(t))
	want := params.Endpoints{
		Authorization: "https://sso.sgmarkets.com/sgconnect/oauth2/authorize",
		Token:         "https://sso.sgmarkets.com/sgconnect/oauth2/access_token",
		UserInfo:      "https://sso.sgmarkets.com/sgconnect/oauth2/userinfo",
		TokenInfo:     "https://sso.sgmarkets.com/sgconnect/oauth2/tokeninfo",
	}
	if c.Endpoints != want {
		t.Errorf("endpoints = %+v", c.Endpoints)
	}
	if !reflect.DeepEqual(c.DiscoveryURLs, []string{"https://sso.sgmarkets.com/sgconnect/oauth2/.well-known/openid-configuration"}) || !c.DiscoveryOptional {
		t.Errorf("discovery = %v, optional %v", c.DiscoveryURLs, c.DiscoveryOptional)
	}
	if c.Issuer != "" {
		t.Errorf("issuer = %q; want none, as no public document tells it", c.Issuer)
	}
	if !slices.Equal(c.VisibleScopes([]string{"openid", "sgx@@auth_level@@L2", "mail"}), []string{"openid", "mail"}) {
		t.Error("sgx@@ scopes are not hidden")
	}
}

func TestHOMNeedsItsAddress(t *testing.T) {
	p := baseline(t)
	p.Mode = "HOM"
	refuse(t, p, params.Error{Code: params.CodeBaseURL, Field: "BaseURL"}, "BaseURL", "base_url", "HOM")
	for name, bad := range map[string]string{
		"http": "http://hom.example/sgconnect", "no scheme": "hom.example/sgconnect", "user info": "https://a:b@hom.example", "query": "https://hom.example/?a",
		"fragment": "https://hom.example/#a", "file": "file:///etc", "space": "https://hom.example/a b", "line break": "https://hom.example/\n", "opaque": "https:hom.example",
	} {
		t.Run("D57 "+name, func(t *testing.T) {
			p := p
			p.BaseURL = bad
			refuse(t, p, params.Error{Code: params.CodeBaseURL, Field: "BaseURL"})
			p.BaseURL, p.JWKSURI = "https://hom.example", bad
			refuse(t, p, params.Error{Code: params.CodeEndpoint, Field: "JWKSURI"})
			p.JWKSURI, p.Issuer = "", bad
			refuse(t, p, params.Error{Code: params.CodeIssuer, Field: "Issuer"})
		})
	}
	p.BaseURL = "http://127.0.0.1:9000/sgconnect/"
	if got := resolve(t, p).Endpoints.Token; got != "http://127.0.0.1:9000/sgconnect/oauth2/access_token" {
		t.Errorf("token endpoint = %q", got)
	}
}

func TestAuthenticationLevels(t *testing.T) {
	rows := []struct {
		name, mode, asked string
		want              string
		tooLow            []string
	}{
		{"PRD asks for L2", "PRD", "", "L2", []string{"L0", "L1"}},
		{"HOM asks for L1", "HOM", "", "L1", []string{"L0"}},
		{"the user's own", "PRD", "L3", "L3", []string{"L0", "L1", "L2"}},
		{"one we know no order of", "PRD", "urn:gold", "urn:gold", nil},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			p := baseline(t)
			p.Mode, p.BaseURL = row.mode, "https://x.example/sgconnect"
			if row.asked != "" {
				p.Extra = map[string]string{"acr_values": row.asked}
			}
			before := maps.Clone(p.Extra)
			c := resolve(t, p)
			if c.Extra["acr_values"] != row.want || !slices.Equal(c.ACR.TooLow, row.tooLow) {
				t.Errorf("asked %q, too low %q; want %q, %q", c.Extra["acr_values"], c.ACR.TooLow, row.want, row.tooLow)
			}
			if !maps.Equal(p.Extra, before) {
				t.Error("Resolve changed the caller's map")
			}
		})
	}
	// A later PRD must not see what an earlier HOM asked for.
	if got := resolve(t, baseline(t)).Extra["acr_values"]; got != "L2" {
		t.Errorf("acr_values = %q after a HOM resolve; want L2", got)
	}
}

func TestExtraParameters(t *testing.T) {
	p := baseline(t)
	p.Extra = map[string]string{"audience": "https://api.example", "prompt": "login", "acr_values": "L2"}
	if got := resolve(t, p).Extra; !maps.Equal(got, p.Extra) {
		t.Errorf("extra = %v", got)
	}
	for _, name := range []string{"state", "nonce", "redirect_uri", "code_challenge", "code_challenge_method", "response_type", "response_mode", "client_id", "scope", "request", "request_uri", "client_secret", "code_verifier", "State", "REDIRECT_URI"} {
		t.Run("F86 "+name, func(t *testing.T) {
			p := p
			p.Extra = map[string]string{name: "x"}
			refuse(t, p, params.Error{Code: params.CodeExtra, Field: "Extra"}, name)
		})
	}
	for name, extra := range map[string]map[string]string{
		"F86 empty name": {"": "x"}, "F86 name with a space": {"a b": "x"}, "F86 name in other letters": {"st\u0430te": "x"}, "F86 line break in a value": {"prompt": "a\r\nb"},
	} {
		t.Run(name, func(t *testing.T) {
			p := p
			p.Extra = extra
			refuse(t, p, params.Error{Code: params.CodeExtra, Field: "Extra"})
		})
	}
}

func TestRows(t *testing.T) {
	p := baseline(t)
	p.ClientSecret, p.Scope, p.ResponseType = params.NewSecret("canary-secret"), "a", "code"
	got := resolve(t, p).Rows
	want := [][2]string{
		{"provider", "SG Connect"}, {"mode", "PRD"}, {"response_type", "code"}, {"client_id", "my-app"}, {"client_secret", "[redacted]"},
		{"scope", "openid profile a"}, {"dotenv_folder", p.DotenvFolder},
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows = %q", got)
	}
}

func TestDisplayName(t *testing.T) {
	c := &params.Config{UserClaims: []string{"name", "sub"}}
	rows := []struct {
		name   string
		claims map[string]any
		want   string
	}{
		{"best first", map[string]any{"sub": "1", "name": "Ann"}, "Ann"},
		{"next", map[string]any{"sub": "1"}, "1"},
		{"empty is none", map[string]any{"sub": "1", "name": " "}, "1"},
		{"not text", map[string]any{"sub": "1", "name": 7}, "1"},
		{"A19 control and bidirectional characters", map[string]any{"name": "A\x1b[31m\u202enn\u2066\u200b\n"}, "A[31mnn"},
		{"none", nil, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := c.DisplayName(row.claims); got != row.want {
				t.Errorf("got %q; want %q", got, row.want)
			}
		})
	}
}
