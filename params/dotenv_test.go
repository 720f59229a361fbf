package params_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/params"
)

// fromFile resolves a dotenv file of that text. The rows below write
// client_secret, which is the value with the widest character set.
func fromFile(t *testing.T, text string) (*params.Config, error) {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, dir, "x.env", text)
	return params.ParamsSgConnect{DotenvFolder: dir, DotenvFile: "x.env"}.Resolve()
}

func TestDotenvValues(t *testing.T) {
	// A process environment that expansion would find.
	t.Setenv("HOME", "/expanded")
	t.Setenv("client_id", "from-environment")
	rows := []struct{ name, line, want string }{
		{"plain", "client_secret=abc", "abc"},
		{"spaces around", "client_secret =  abc  ", "abc"},
		{"export", "export client_secret=abc", "abc"},
		{"colon", "client_secret: abc", "abc"},
		{"empty", "client_secret=", ""},
		{"empty quotes", `client_secret=""`, ""},
		{"double quotes", `client_secret="a b"`, "a b"},
		{"single quotes", `client_secret='a b'`, "a b"},
		{"hash without a space", "client_secret=a#b", "a#b"},
		{"hash after a space is a comment", "client_secret=a #b", "a"},
		{"hash in quotes", `client_secret="a #b"`, "a #b"},
		{"comment after quotes", `client_secret="a" # why`, "a"},
		{"equals signs", "client_secret=a=b==", "a=b=="},
		{"escaped quote", `client_secret="a\"b"`, `a"b`},
		{"backslash unquoted", `client_secret=a\b`, `a\b`},
		{"backslash in single quotes", `client_secret='a\b'`, `a\b`},
		{"$NAME", "client_secret=$HOME", "$HOME"},
		{"${NAME}", "client_secret=${HOME}", "${HOME}"},
		{"$NAME in the middle", "client_secret=a$HOME-b", "a$HOME-b"},
		{"$NAME of an earlier key", "scope=X\nclient_secret=$scope", "$scope"},
		{"$(command)", "client_secret=$(whoami)", "$(whoami)"},
		{"backquotes", "client_secret=`whoami`", "`whoami`"},
		{"$NAME in double quotes", `client_secret="$HOME"`, "$HOME"},
		{"${NAME} in double quotes", `client_secret="${HOME}"`, "${HOME}"},
		{"$(command) in double quotes", `client_secret="$(whoami)"`, "$(whoami)"},
		{"$NAME in single quotes", `client_secret='$HOME'`, "$HOME"},
		{"escaped $ unquoted", `client_secret=\$HOME`, `\$HOME`},
		{"escaped $ in single quotes", `client_secret='\$HOME'`, `\$HOME`},
		{"escaped $ in double quotes", `client_secret="\$HOME"`, "$HOME"},
		{"dollars alone", "client_secret=$$a$", "$$a$"},
		{"CRLF", "client_secret=abc\r", "abc"},
		{"CR alone ends a line", "client_secret=abc\rscope=a", "abc"},
		{"tab", "client_secret=\tabc\t", "abc"},
		{"comments and blank lines", "# a\n\n   # b\nclient_secret=abc\n#c", "abc"},
		{"BOM", "\ufeffclient_secret=abc", "abc"},
	}
	for _, row := range rows {
		t.Run("F83 "+row.name, func(t *testing.T) {
			// The BOM must stay first and the CR last: the id goes behind.
			dir := t.TempDir()
			writeFile(t, dir, "x.env", row.line+"\nclient_id=my-app\n")
			c := resolve(t, params.ParamsSgConnect{ResponseType: "code", DotenvFolder: dir, DotenvFile: "x.env"})
			if got := c.ClientSecret.Reveal(); got != row.want {
				t.Errorf("got %q; want %q", got, row.want)
			}
			if c.ClientID != "my-app" {
				t.Errorf("client id = %q; want the file's", c.ClientID)
			}
		})
	}
	t.Run("F83 nothing is exported to the process environment", func(t *testing.T) {
		before := os.Environ()
		c, err := fromFile(t, "export client_id=my-app\nexport scope=a\nexport client_secret=b\n")
		if err != nil || c.ClientID != "my-app" {
			t.Fatalf("got %v, %v", c, err)
		}
		if after := os.Environ(); !slices.Equal(after, before) {
			t.Errorf("the environment changed to %q", after)
		}
	})
}

func TestDotenvMultiLineScope(t *testing.T) {
	t.Attr("attack", "F83")
	// A quoted value may go over lines; what follows keeps its line number.
	_, err := fromFile(t, "client_id='my-app'\nscope=\"a\nb\"\nbad_key=1\n")
	if !errors.Is(err, &params.Error{Code: params.CodeDotenvKey, Line: 4}) {
		t.Errorf("got %v; want the unknown key of line 4", err)
	}
	_, err = fromFile(t, "client_id='my-app'\nscope=\"a\nb\"\n")
	if !errors.Is(err, &params.Error{Code: params.CodeScope, Line: 2}) {
		t.Errorf("got %v; want the line break in the scope of line 2 refused", err)
	}
}

func TestDotenvFaults(t *testing.T) {
	const canary = "canary-5f2b"
	rows := []struct {
		name, text string
		want       params.Error
		says       string
	}{
		{"unknown key", "client_id=a\nclientid=" + canary, params.Error{Code: params.CodeDotenvKey, Line: 2}, "did you mean client_id?"},
		{"key in capitals", "CLIENT_ID=" + canary, params.Error{Code: params.CodeDotenvKey, Line: 1}, "did you mean client_id?"},
		{"key with a space", "client id=" + canary, params.Error{Code: params.CodeDotenvKey, Line: 1}, "did you mean client_id?"},
		{"a letter missing", "respose_type=" + canary, params.Error{Code: params.CodeDotenvKey, Line: 1}, "did you mean response_type?"},
		{"letters swapped", "client_di=" + canary, params.Error{Code: params.CodeDotenvKey, Line: 1}, "did you mean client_id?"},
		{"a hyphen in a key", "client-secret=" + canary, params.Error{Code: params.CodeDotenvSyntax, Line: 1}, "key=value"},
		{"the plural", "scopes=" + canary, params.Error{Code: params.CodeDotenvKey, Line: 1}, "did you mean scope?"},
		{"a key of the provider's own", "baseurl=" + canary, params.Error{Code: params.CodeDotenvKey, Line: 1}, "did you mean base_url?"},
		{"other spelling", "redirect_url=" + canary, params.Error{Code: params.CodeDotenvKey, Line: 1}, "did you mean redirect_uri?"},
		{"value in place of a key", canary + "==", params.Error{Code: params.CodeDotenvSyntax, Line: 1}, "key=value"},
		{"value of letters in place of a key", "CanaryKey=", params.Error{Code: params.CodeDotenvKey, Line: 1}, "did you mean"},
		{"key twice", "scope=a\nclient_id=a\n\nscope=" + canary, params.Error{Code: params.CodeDotenvKey, Line: 4}, "line 1"},
		{"no equals sign", "client_id=a\n" + canary, params.Error{Code: params.CodeDotenvSyntax, Line: 2}, "key=value"},
		{"no key", "=" + canary, params.Error{Code: params.CodeDotenvKey, Line: 1}, ""},
		{"open quote", "client_id=a\nclient_secret=\"" + canary + "\nscope=b", params.Error{Code: params.CodeDotenvSyntax, Line: 2}, "quote"},
		{"text after a quote", "client_secret=\"" + canary + "\"" + canary, params.Error{Code: params.CodeDotenvSyntax, Line: 1}, "closing quote"},
		{"$ in a key", "client$id=" + canary, params.Error{Code: params.CodeDotenvSyntax, Line: 1}, ""},
		{"NUL", "client_id=a\nclient_secret=" + canary + "\x00", params.Error{Code: params.CodeDotenvSyntax, Line: 2}, "control"},
		{"escape character", "client_secret=" + canary + "\x1b[31m", params.Error{Code: params.CodeDotenvSyntax, Line: 1}, "control"},
		{"Latin-1", "client_id=a\nscope=caf\xe9 " + canary, params.Error{Code: params.CodeDotenvUnreadable, Line: 2}, "UTF-8"},
		{"UTF-16", "\xff\xfec\x00l\x00", params.Error{Code: params.CodeDotenvUnreadable, Line: 1}, "UTF-8"},
		{"10 MB", "#" + strings.Repeat(canary, 1<<20), params.Error{Code: params.CodeDotenvUnreadable}, "64 kB"},
		{"a bad value", "client_id=a\nredirect_uri=https://" + canary + "/x/", params.Error{Code: params.CodeRedirectURI, Field: "RedirectURI", Line: 2}, "redirect_uri"},
		{"a bad mode", "mode=" + canary, params.Error{Code: params.CodeMode, Line: 1}, "PRD or HOM"},
		{"a bad response type", "client_id=a\nresponse_type=" + canary, params.Error{Code: params.CodeResponseType, Line: 2}, "x.env line 2"},
		{"a bad secret", "client_id=a\nclient_secret=" + canary + "\u00e9", params.Error{Code: params.CodeClientSecret, Line: 2}, "client_secret"},
		{"a bad scope", "client_id=a\nscope=" + canary + "\\", params.Error{Code: params.CodeScope, Line: 2}, "scope number 1"},
		{"the placeholder", "client_id=[your-client-id]", params.Error{Code: params.CodeClientID, Line: 1}, "placeholder"},
	}
	for _, row := range rows {
		t.Run("F83 "+row.name, func(t *testing.T) {
			_, err := fromFile(t, row.text)
			if !errors.Is(err, &row.want) {
				t.Fatalf("got %v; want code %s line %d", err, row.want.Code, row.want.Line)
			}
			e := err.(*params.Error)
			if filepath.Base(e.File) != "x.env" || !strings.Contains(err.Error(), e.File) {
				t.Errorf("error %q does not name its file (%q)", err, e.File)
			}
			if !strings.Contains(err.Error(), row.says) {
				t.Errorf("error %q does not say %q", err, row.says)
			}
			// A redirect URI is no secret: its refusal may show the one to register.
			shown := strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "CanaryKey")
			if shown && row.want.Code != params.CodeRedirectURI {
				t.Errorf("error %q shows the file's text", err)
			}
		})
	}
}

func TestDotenvFileKinds(t *testing.T) {
	dir := t.TempDir()
	read := func(name string) (*params.Config, error) {
		return params.ParamsSgConnect{DotenvFolder: dir, DotenvFile: name}.Resolve()
	}
	unreadable := func(t *testing.T, name string) {
		t.Helper()
		if _, err := read(name); !errors.Is(err, &params.Error{Code: params.CodeDotenvUnreadable}) {
			t.Errorf("got %v; want %s", err, params.CodeDotenvUnreadable)
		}
	}
	t.Run("F83 directory", func(t *testing.T) {
		if err := os.Mkdir(filepath.Join(dir, "d.env"), 0o700); err != nil {
			t.Fatal(err)
		}
		unreadable(t, "d.env")
	})
	t.Run("F83 unreadable", func(t *testing.T) {
		writeFile(t, dir, "u.env", "client_id=a")
		if err := os.Chmod(filepath.Join(dir, "u.env"), 0); err != nil {
			t.Fatal(err)
		}
		if os.Geteuid() == 0 { // root reads everything; TestDotenvSpecialFiles has a file it can't
			if c, err := read("u.env"); err != nil || c.ClientID != "a" {
				t.Errorf("got %v, %v", c, err)
			}
			return
		}
		unreadable(t, "u.env")
	})
	t.Run("F83 symlink to a file", func(t *testing.T) {
		writeFile(t, dir, "target", "client_id=linked")
		if err := os.Symlink("target", filepath.Join(dir, "l.env")); err != nil {
			t.Fatal(err)
		}
		if c, err := read("l.env"); err != nil || c.ClientID != "linked" {
			t.Errorf("got %v, %v; want the target's values", c, err)
		}
	})
	t.Run("F83 symlink to a directory", func(t *testing.T) {
		if err := os.Symlink(".", filepath.Join(dir, "ld.env")); err != nil {
			t.Fatal(err)
		}
		unreadable(t, "ld.env")
	})
	t.Run("F83 symlink to nothing", func(t *testing.T) {
		if err := os.Symlink("nothing", filepath.Join(dir, "ln.env")); err != nil {
			t.Fatal(err)
		}
		if _, err := read("ln.env"); !errors.Is(err, &params.Error{Code: params.CodeDotenvMissing}) {
			t.Errorf("got %v; want %s", err, params.CodeDotenvMissing)
		}
	})
	t.Run("F83 not there", func(t *testing.T) {
		if _, err := read("none.env"); !errors.Is(err, &params.Error{Code: params.CodeDotenvMissing, Field: "DotenvFile"}) {
			t.Errorf("got %v; want %s", err, params.CodeDotenvMissing)
		}
	})
	t.Run("F83 exactly 64 kB", func(t *testing.T) {
		writeFile(t, dir, "m.env", "client_id=most\n#"+strings.Repeat("x", 64<<10-len("client_id=most\n#")))
		if c, err := read("m.env"); err != nil || c.ClientID != "most" {
			t.Errorf("got %v, %v", c, err)
		}
		writeFile(t, dir, "m.env", "client_id=more\n#"+strings.Repeat("x", 1+64<<10-len("client_id=more\n#")))
		unreadable(t, "m.env")
	})
	t.Run("F83 a directory under the name that is looked for", func(t *testing.T) {
		if err := os.Mkdir(filepath.Join(dir, "ipyauth-sgconnectPRD.env"), 0o700); err != nil {
			t.Fatal(err)
		}
		unreadable(t, "")
	})
	t.Run("F83 empty file", func(t *testing.T) {
		writeFile(t, dir, "e.env", "")
		if _, err := read("e.env"); !errors.Is(err, &params.Error{Code: params.CodeClientID}) {
			t.Errorf("got %v; want the client id missing", err)
		}
	})
}
