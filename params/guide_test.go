package params_test

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/params"
)

// The SG Connect guide, line by line and in its order. The tests after it go further
// into each param.
func TestSGConnectGuide(t *testing.T) {
	// Each line gets an empty current folder, in which it may write files.
	line := func(name string, check func(t *testing.T)) {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			check(t)
		})
	}
	type sgConnect = params.ParamsSgConnect

	line("params: some or all can be in a dotenv file", func(t *testing.T) {
		writeFile(t, ".", "ipyauth-sgconnectPRD.env", "client_id=file\nscope=scopeA\n")
		c := resolve(t, sgConnect{RedirectURI: "localhost:8888/callback/"})
		if c.ClientID != "file" || c.RedirectURI != "http://localhost:8888/callback/" || !slices.Contains(c.Scopes, "scopeA") {
			t.Errorf("got %q %q %q", c.ClientID, c.RedirectURI, c.Scopes)
		}
		if c := resolve(t, sgConnect{}); c.ClientID != "file" {
			t.Errorf("client id = %q with all params in the file", c.ClientID)
		}
	})
	line("params: if both, direct params prevail", func(t *testing.T) {
		writeFile(t, ".", "ipyauth-sgconnectPRD.env", "client_id=file\nscope=file\n")
		if c := resolve(t, sgConnect{ClientID: "direct", Scope: "direct"}); c.ClientID != "direct" || strings.Join(c.Scopes, " ") != "openid profile direct" {
			t.Errorf("got %q %q", c.ClientID, c.Scopes)
		}
	})
	line("params: are mapped to the authorize endpoint", func(t *testing.T) {
		query := authorizeQuery(t, sgConnect{ClientID: "my-app", Scope: "scopeA scopeB", RedirectURI: "localhost:8888/callback/"})
		for name, want := range map[string]string{
			"response_type": "token", "client_id": "my-app", "redirect_uri": "http://localhost:8888/callback/", "scope": "openid profile scopeA scopeB", "acr_values": "L2",
		} {
			if got := query.Get(name); got != want {
				t.Errorf("%s = %q; want %q", name, got, want)
			}
		}
		if query.Get("state") == "" || query.Get("nonce") == "" {
			t.Error("state or nonce is missing")
		}
	})
	line("mode: default PRD", func(t *testing.T) {
		if c := resolve(t, sgConnect{ClientID: "a"}); c.Mode != "PRD" || c.Extra["acr_values"] != "L2" {
			t.Errorf("got %q, level %q", c.Mode, c.Extra["acr_values"])
		}
	})
	line("mode: must be PRD (production) or HOM (homologation aka UAT)", func(t *testing.T) {
		if c := resolve(t, sgConnect{ClientID: "a", Mode: "HOM", BaseURL: "https://hom.example.com/sgconnect"}); c.Mode != "HOM" || c.Extra["acr_values"] != "L1" {
			t.Errorf("got %q, level %q", c.Mode, c.Extra["acr_values"])
		}
		refuse(t, sgConnect{ClientID: "a", Mode: "UAT"}, params.Error{Code: params.CodeMode, Field: "Mode"}, "PRD or HOM")
	})
	line("response_type: must be token as only the implicit flow is supported", func(t *testing.T) {
		if got := resolve(t, sgConnect{ClientID: "a"}).ResponseType; got != params.Token {
			t.Errorf("default = %q", got)
		}
		// What SG Connect has besides is taken when it is asked for.
		for _, asked := range []string{"token", "token id_token", "code"} {
			if got := authorizeQuery(t, sgConnect{ClientID: "a", ResponseType: asked}).Get("response_type"); got != asked {
				t.Errorf("%q is sent as %q", asked, got)
			}
		}
	})
	line("client_id: the SG Connect client id field", func(t *testing.T) {
		if got := authorizeQuery(t, sgConnect{ClientID: "my-app"}).Get("client_id"); got != "my-app" {
			t.Errorf("client_id = %q", got)
		}
		refuse(t, sgConnect{}, params.Error{Code: params.CodeClientID, Field: "ClientID"}, "missing", "ipyauth-sgconnectPRD.env")
	})
	line("redirect_uri: one of those associated with the client id", func(t *testing.T) {
		const registered = "https://Hub.Example.com/user/ann/callback/"
		if got := authorizeQuery(t, sgConnect{ClientID: "a", RedirectURI: registered}).Get("redirect_uri"); got != registered {
			t.Errorf("sent as %q; want it byte for byte", got)
		}
	})
	line("redirect_uri: must be host:port/callback/ of the notebook server", func(t *testing.T) {
		for given, want := range map[string]string{"localhost:8888/callback/": "http://localhost:8888/callback/", "hub.example.com:8000/callback/": "https://hub.example.com:8000/callback/"} {
			if got := resolve(t, sgConnect{ClientID: "a", RedirectURI: given}).RedirectURI; got != want {
				t.Errorf("%q = %q; want %q", given, got, want)
			}
		}
		for _, bad := range []string{"localhost:8888/", "localhost:8888/callback", "http://example.com/callback/"} {
			refuse(t, sgConnect{ClientID: "a", RedirectURI: bad}, params.Error{Code: params.CodeRedirectURI, Field: "RedirectURI"})
		}
	})
	line("scope: default: openid and profile are added to the user input", func(t *testing.T) {
		for given, want := range map[string]string{"": "openid profile", "scopeA": "openid profile scopeA", "profile scopeA": "openid profile scopeA", "scopeA openid profile": "scopeA openid profile"} {
			if got := strings.Join(resolve(t, sgConnect{ClientID: "a", Scope: given}).Scopes, " "); got != want {
				t.Errorf("%q = %q; want %q", given, got, want)
			}
		}
	})
	line("scope: a space separated list", func(t *testing.T) {
		if got := resolve(t, sgConnect{ClientID: "a", Scope: "scopA scopeB"}).Scopes; !slices.Equal(got, []string{"openid", "profile", "scopA", "scopeB"}) {
			t.Errorf("got %q", got)
		}
	})
	line("dotenv_folder: default .", func(t *testing.T) {
		writeFile(t, ".", "x.env", "client_id=here\n")
		if got := resolve(t, sgConnect{DotenvFile: "x.env"}).ClientID; got != "here" {
			t.Errorf("client id = %q", got)
		}
	})
	line("dotenv_folder: where a dotenv_file may be located", func(t *testing.T) {
		if err := os.Mkdir("conf", 0o700); err != nil {
			t.Fatal(err)
		}
		writeFile(t, "conf", "x.env", "client_id=there\n")
		writeFile(t, ".", "x.env", "client_id=here\n")
		if got := resolve(t, sgConnect{DotenvFolder: "conf", DotenvFile: "x.env"}).ClientID; got != "there" {
			t.Errorf("client id = %q", got)
		}
	})
	line("dotenv_file: the name, if any", func(t *testing.T) {
		resolve(t, sgConnect{ClientID: "none is needed"})
		refuse(t, sgConnect{ClientID: "a", DotenvFile: "x.env"}, params.Error{Code: params.CodeDotenvMissing, Field: "DotenvFile"}, "x.env")
	})
	line("example: ipyauth-sgconnectPRD.env or ipyauth-sgconnectHOM.env, depending on the mode", func(t *testing.T) {
		writeFile(t, ".", "ipyauth-sgconnectPRD.env", "client_id=prd\n")
		writeFile(t, ".", "ipyauth-sgconnectHOM.env", "client_id=hom\nbase_url=https://hom.example.com/sgconnect\n")
		if prd, hom := resolve(t, sgConnect{}).ClientID, resolve(t, sgConnect{Mode: "HOM"}).ClientID; prd != "prd" || hom != "hom" {
			t.Errorf("read %q and %q", prd, hom)
		}
	})
	line("example: file ./ipyauth-sgconnectPRD-demo.env", func(t *testing.T) {
		const text = "# example\n# file ./ipyauth-sgconnectPRD-demo.env\nclient_id=[your-client-id]\nscope=scopA scopeB\n"
		writeFile(t, ".", "ipyauth-sgconnectPRD-demo.env", text)
		refuse(t, sgConnect{}, params.Error{Code: params.CodeClientID, Line: 3}, "placeholder")
		writeFile(t, ".", "ipyauth-sgconnectPRD-demo.env", strings.ReplaceAll(text, "[your-client-id]", "my-app"))
		if c := resolve(t, sgConnect{}); c.ClientID != "my-app" || !slices.Contains(c.Scopes, "scopeB") {
			t.Errorf("got %q %q", c.ClientID, c.Scopes)
		}
	})
	line("example: what is not in the file can be passed directly", func(t *testing.T) {
		writeFile(t, ".", "ipyauth-sgconnectPRD.env", "client_id=file\n")
		if c := resolve(t, sgConnect{Scope: "scopA"}); c.ClientID != "file" || !slices.Contains(c.Scopes, "scopA") {
			t.Errorf("got %q %q", c.ClientID, c.Scopes)
		}
	})
	line("example: mode='PRD', dotenv_file='ipyauth-sgconnect-demo.env', scope=scope", func(t *testing.T) {
		writeFile(t, ".", "ipyauth-sgconnect-demo.env", "client_id=my-app\nscope=file\n")
		c := resolve(t, sgConnect{Mode: "PRD", DotenvFile: "ipyauth-sgconnect-demo.env", Scope: "scopeA scopeB"})
		if c.ClientID != "my-app" || strings.Join(c.Scopes, " ") != "openid profile scopeA scopeB" {
			t.Errorf("got %q %q", c.ClientID, c.Scopes)
		}
	})
}

// authorizeQuery is what SG Connect's authorize endpoint gets.
func authorizeQuery(t *testing.T, p params.ParamsSgConnect) url.Values {
	t.Helper()
	cfg := resolve(t, p)
	cfg.DiscoveryURLs = nil // SG Connect's metadata are optional
	g := &stage{t: t}
	address, query, _ := strings.Cut(g.begin(flow.New(cfg, flow.Options{Rand: repeat(7)})).URL(), "?")
	if address != "https://sso.sgmarkets.com/sgconnect/oauth2/authorize" {
		t.Errorf("the authorize endpoint is %q", address)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return values
}
