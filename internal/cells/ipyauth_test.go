package cells_test

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

// The cells of the README, as far as they go without a provider.
func TestIpyauth(t *testing.T) { eachEngine(t, testIpyauth) }

func testIpyauth(t *testing.T, o cells.Options) {
	const valid = "ipyauth.NewAuth(ipyauth.ParamsSgConnect{Mode: `PRD`, ClientID: `demo`})"
	for _, tc := range []struct {
		name  string
		cells []string
		want  want
	}{
		{"the widget", []string{"import `ipyauth`\na := " + valid, "a"}, both("ipyauth: sign in with SG Connect")},
		{"by its full path", []string{"import auth `github.com/ipyauth/ipyauth`\nauth.NewAuth(auth.ParamsSgConnect{Mode: `PRD`, ClientID: `demo`}).AccessToken()"}, both("")},
		{"params without their package", []string{"import `ipyauth`\nimport . `ipyauth/params`\na := ipyauth.NewAuth(ParamsSgConnect{Mode: `PRD`, ClientID: `demo`})\na.AccessToken() == ``"}, both("true")},
		{"constants", []string{"import `ipyauth`\na := " + valid + "\na.Status() == ipyauth.SignedOut"}, both("true")},
		{"sentinels", []string{"import (\n`context`\n`errors`\n`ipyauth`\n)\na := " + valid + "\n_, err := a.Token(context.Background())\nerrors.Is(err, ipyauth.ErrSignInRequired)"}, both("true")},
		{"error types", []string{"import (\n`context`\n`errors`\n`ipyauth`\n)\na := " + valid + "\n_, err := a.Token(context.Background())\nvar e *ipyauth.Error\nerrors.As(err, &e)"}, both("true")},
		{"params that cannot work", []string{"import `ipyauth`\nipyauth.NewAuth(ipyauth.ParamsSgConnect{Mode: `XYZ`})"}, both("params.Error: Mode is not one of SG Connect's modes: use PRD or HOM")},
		{"a misspelt method", []string{"import `ipyauth`\na := " + valid, "a.AccesToken()"}, want{"CompileError: cell 2:1:3: a.AccesToken undefined (type *ipyauth.Auth has no field or method AccesToken)", "CompileError: cell 2:1:1: widget.Auth has no field or method AccesToken"}},
		{"a misspelt field", []string{"import `ipyauth`\nipyauth.ParamsSgConnect{Mod: `PRD`}"}, want{"CompileError: cell 1:2:25: unknown field Mod in struct literal of type ipyauth.ParamsSgConnect", "CompileError: cell 1:2:1: params.ParamsSgConnect has no field Mod"}},
		{"a misspelt function", []string{"import `ipyauth`\nipyauth.NewAut(nil)"}, want{"CompileError: cell 1:2:9: undefined: ipyauth.NewAut", "CompileError: cell 1:2:1: package ipyauth has no NewAut"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSession(t, o)
			if got := s.last(t, tc.cells); got != tc.want.of(o.Engine) {
				t.Errorf("got  %s\nwant %s", got, tc.want.of(o.Engine))
			}
		})
	}
}

// A cell that makes an Auth anew and fails leaves the old one.
func TestAuthSurvivesBadParams(t *testing.T) { eachEngine(t, testAuthSurvivesBadParams) }

func testAuthSurvivesBadParams(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	s.must(t, "import `ipyauth`\na := ipyauth.NewAuth(ipyauth.ParamsSgConnect{Mode: `PRD`, ClientID: `demo`})")
	s.shows("a := ipyauth.NewAuth(ipyauth.ParamsSgConnect{Mode: `XYZ`})")
	if got, want := s.shows("a.Status()"), "signed_out"; got != want {
		t.Errorf("shows %q, want %q", got, want)
	}
}

// host is a kernel of which only the cell's context is real.
type host struct {
	ctx context.Context
	cell.Host
}

func (h host) Context() context.Context { return h.ctx }
func (h host) KernelID() string         { return "" }
func (h host) Display(cell.Display) error {
	return nil
}

func TestWaitIsInterrupted(t *testing.T) { eachEngine(t, testWaitIsInterrupted) }

func testWaitIsInterrupted(t *testing.T, o cells.Options) {
	ctx, cancel := context.WithCancelCause(context.Background())
	t.Cleanup(cell.Bind(host{ctx: ctx}))
	s := newSession(t, cells.Options{Engine: o.Engine, Publish: func(cell.Display) error {
		cancel(cell.ErrInterrupted)
		return nil
	}})
	var err error
	s.do(func() {
		code := "import `ipyauth`\na := ipyauth.NewAuth(ipyauth.ParamsSgConnect{Mode: `PRD`, ClientID: `demo`})\nDisplay(1)\na.Wait()"
		_, err = s.interpreter.Execute(kernel.Cell{Code: code, Count: 1, Context: ctx})
	})
	var failure *kernel.CellError
	if !errors.As(err, &failure) || failure.Name != "Interrupted" {
		t.Errorf("got %v, want Interrupted", err)
	}
}

func TestLanguage(t *testing.T) { eachEngine(t, testLanguage) }

func testLanguage(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	l := s.interpreter.Language()
	got := map[string]string{"name": l.Name, "mimetype": l.MIMEType, "extension": l.FileExtension, "mode": l.CodeMirrorMode}
	want := map[string]string{"name": "go", "mimetype": "text/x-go", "extension": ".go", "mode": "go"}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if l.Version == "" || l.Banner == "" {
		t.Errorf("version %q, banner %q", l.Version, l.Banner)
	}
}
