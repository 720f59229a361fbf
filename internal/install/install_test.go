package install

import (
	"errors"
	"os/exec"
	"slices"
	"testing"

	"github.com/ipyauth/ipyauth/callback"
	"github.com/ipyauth/ipyauth/internal/install/installtest"
)

const (
	wheelName  = "ipyauth_callback-" + callback.Version + "-py3-none-any.whl"
	pipInstall = "pip install --no-deps --no-index --no-input --disable-pip-version-check --quiet " + wheelName
)

func TestInstallTwice(t *testing.T) {
	m := newMachine(t)
	if err := Install(t.Context(), m.system(), m.target()); err != nil {
		t.Fatal(err)
	}
	m.wantProgress(
		"callback page: installed into {}/venv/bin/python (ipyauth_callback "+callback.Version+")",
		"kernelspec: written to {}/venv/share/jupyter/kernels/ipyauth",
		"{}/venv/bin/python has jupyter_server 2.21.1 and anywidget 0.11.0",
	)
	before := m.tree()
	if err := Install(t.Context(), m.system(), m.target()); err != nil {
		t.Fatal(err)
	}
	m.wantProgress(
		"callback page: already up to date in {}/venv/bin/python",
		"kernelspec: already up to date in {}/venv/share/jupyter/kernels/ipyauth",
		"{}/venv/bin/python has jupyter_server 2.21.1 and anywidget 0.11.0",
	)
	if m.tree() != before {
		t.Errorf("the second run changed files:\n%s\nto\n%s", before, m.tree())
	}
	if want := []string{pipInstall}; !slices.Equal(m.python.Calls, want) {
		t.Errorf("pip was called with\n%q\nwant\n%q", m.python.Calls, want)
	}
}

func TestInstallPlaces(t *testing.T) {
	for _, row := range []struct {
		name   string
		mutate func(m *machine, t *Target)
		want   string
	}{
		{"prefix", func(*machine, *Target) {}, "venv/share/jupyter/kernels/ipyauth"},
		{"other prefix", func(m *machine, t *Target) { t.Prefix = m.path("opt") }, "opt/share/jupyter/kernels/ipyauth"},
		{"user", func(_ *machine, t *Target) { *t = Target{User: true} }, "home/.local/share/jupyter/kernels/ipyauth"},
		{"user, JUPYTER_DATA_DIR", func(m *machine, t *Target) {
			*t = Target{User: true}
			m.env["JUPYTER_DATA_DIR"] = m.path("data")
		}, "data/kernels/ipyauth"},
		{"sys-prefix", func(m *machine, t *Target) {
			*t = Target{SysPrefix: true}
			m.python.Prefix = m.path("conda")
		}, "conda/share/jupyter/kernels/ipyauth"},
	} {
		t.Run(row.name, func(t *testing.T) {
			m := newMachine(t)
			target := m.target()
			row.mutate(m, &target)
			if err := Install(t.Context(), m.system(), target); err != nil {
				t.Fatal(err)
			}
			wantFiles(t, m.path(row.want), "kernel.json", "logo-svg.svg")
			if err := Uninstall(t.Context(), m.system(), target); err != nil {
				t.Fatal(err)
			}
			wantFiles(t, m.root)
			if m.python.Callback != nil {
				t.Error("uninstall left the callback page")
			}
		})
	}
}

func TestInstallSaysWhatIsMissing(t *testing.T) {
	m := newMachine(t)
	m.python.Packages = map[string]string{"jupyter_server": "2.21.1"}
	m.python.JupyterPath = []string{"/usr/share/jupyter"}
	if err := Install(t.Context(), m.system(), m.target()); err != nil {
		t.Fatal(err)
	}
	m.wantProgress(
		"callback page: installed into {}/venv/bin/python (ipyauth_callback "+callback.Version+")",
		"kernelspec: written to {}/venv/share/jupyter/kernels/ipyauth",
		"note: the Jupyter of {}/venv/bin/python does not look in {}/venv/share/jupyter: start it with JUPYTER_PATH={}/venv/share/jupyter",
		"{}/venv/bin/python has jupyter_server 2.21.1",
		"{}/venv/bin/python lacks anywidget; to get it: {}/venv/bin/python -m pip install anywidget",
	)
}

func TestInstallReplacesOtherFiles(t *testing.T) {
	for _, row := range []struct {
		name string
		had  map[string]string
	}{
		{"other page", map[string]string{"index.html": "0"}},
		{"nothing left of it", map[string]string{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			m := newMachine(t)
			m.python.Callback = row.had
			if err := m.install(m.target()); err != nil {
				t.Fatal(err)
			}
			want := []string{"pip install --no-deps --no-index --no-input --disable-pip-version-check --quiet --force-reinstall " + wheelName}
			if !slices.Equal(m.python.Calls, want) {
				t.Errorf("pip was called with\n%q\nwant\n%q", m.python.Calls, want)
			}
			if m.progress[0] != "callback page: brought up to date in "+m.path("venv/bin/python")+" (ipyauth_callback "+callback.Version+")" {
				t.Errorf("told %q", m.progress[0])
			}
		})
	}
}

func (m *machine) install(t Target) error { return Install(m.t.Context(), m.system(), t) }

func TestInstallRefusals(t *testing.T) {
	for _, row := range []struct {
		name    string
		mutate  func(m *machine, t *Target)
		want    error
		message string
		hint    string
	}{
		{
			"no Python", func(m *machine, _ *Target) { clear(m.onPath) }, ErrNoPython,
			"no Python with Jupyter was found on PATH",
			"name the Python that Jupyter runs on with --python",
		}, {
			"Python that is none", func(_ *machine, t *Target) { t.Python = "nosuch" }, ErrNoPython,
			"there is no Python nosuch",
			"give --python the path of the Python that Jupyter runs on",
		}, {
			"Python does not start", func(m *machine, _ *Target) { m.onPath["python3"] = m.path("broken") }, ErrPython,
			"{}/broken does not run as a Python: file does not exist",
			"name the Python that Jupyter runs on with --python",
		}, {
			"another program", func(m *machine, _ *Target) { m.python.Silent = true }, ErrPython,
			"{}/venv/bin/python does not answer as a Python does",
			"name the Python that Jupyter runs on with --python",
		}, {
			"old Python", func(m *machine, _ *Target) { m.python.Version, m.python.Supported = "3.9.18", false }, ErrPython,
			"{}/venv/bin/python is Python 3.9.18, and the callback page needs 3.10 or newer",
			"name a newer Python that has Jupyter with --python",
		}, {
			"no pip", func(m *machine, _ *Target) { m.python.Pip = installtest.NoPip }, ErrNoPip,
			"{}/venv/bin/python has no pip, so the callback page was not installed",
			"run {}/venv/bin/python -m ensurepip, then ipyauth install again",
		}, {
			"externally managed", func(m *machine, _ *Target) { m.python.Pip = installtest.Managed }, ErrManaged,
			"{}/venv/bin/python belongs to the operating system, which does not let pip change it",
			"make a virtual environment with Jupyter in it and use ipyauth install --prefix with its folder",
		}, {
			"not writable", func(m *machine, _ *Target) { m.python.Pip = installtest.NoRights }, ErrNotWritable,
			"no right to change the packages of {}/venv/bin/python",
			"use a virtual environment of your own with --prefix, or ask who administers this one",
		}, {
			"pip goes elsewhere", func(m *machine, _ *Target) { m.python.Elsewhere = true }, ErrPython,
			"pip installed the callback page where {}/venv/bin/python does not find it",
			"look for target, prefix or user in what {}/venv/bin/python -m pip config list prints",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			m := newMachine(t)
			target := m.target()
			row.mutate(m, &target)
			err := m.install(target)
			var refusal *Error
			if !errors.Is(err, row.want) || !errors.As(err, &refusal) {
				t.Fatalf("got %v, want %v", err, row.want)
			}
			if got := m.short(refusal.Message); got != row.message {
				t.Errorf("got  %s\nwant %s", got, row.message)
			}
			if got := m.short(refusal.Hint); got != row.hint {
				t.Errorf("got hint %s\nwant     %s", got, row.hint)
			}
			wantFiles(t, m.root) // nothing half done
		})
	}
}

func TestPipFailsOtherwise(t *testing.T) {
	m := newMachine(t)
	m.python.Pip = "WARNING: something\nERROR: the wheel smells.\n"
	var refusal *Error
	if err := m.install(m.target()); !errors.As(err, &refusal) || refusal.Message != "pip did not install the callback page: the wheel smells" {
		t.Errorf("got %v", err)
	}
}

func TestUninstallWithoutPython(t *testing.T) {
	m := newMachine(t)
	if err := m.install(m.target()); err != nil {
		t.Fatal(err)
	}
	m.progress = nil
	m.onPath = nil
	if err := Uninstall(t.Context(), m.system(), m.target()); err != nil {
		t.Fatal(err)
	}
	m.wantProgress(
		"kernelspec: removed from {}/venv/share/jupyter/kernels/ipyauth",
		"callback page: no Python found, so there is none to remove",
	)
	for _, target := range []Target{{SysPrefix: true}, {User: true, Python: "nosuch"}} {
		if err := Uninstall(t.Context(), m.system(), target); !errors.Is(err, ErrNoPython) {
			t.Errorf("%+v: got %v, want ErrNoPython", target, err)
		}
	}
}

func TestUninstallTwice(t *testing.T) {
	m := newMachine(t)
	for range 2 {
		if err := Uninstall(t.Context(), m.system(), m.target()); err != nil {
			t.Fatal(err)
		}
		m.wantProgress(
			"kernelspec: not installed in {}/venv/share/jupyter/kernels/ipyauth",
			"callback page: not installed in {}/venv/bin/python",
		)
	}
}

func TestCommandsCanBeTyped(t *testing.T) {
	p := &python{Path: "/my v/bin/python", Prefix: "/my v"}
	for _, row := range []struct{ got, want string }{
		{p.getCommand([]string{"anywidget"}), `"/my v/bin/python" -m pip install anywidget`},
		{installCommand(Target{}, p), `ipyauth install --sys-prefix --python "/my v/bin/python"`},
		{installCommand(Target{Prefix: "/my v"}, p), `ipyauth install --prefix "/my v"`},
		{installCommand(Target{Prefix: "/v", Python: "python3"}, p), `ipyauth install --prefix /v --python python3`},
		{installCommand(Target{}, &python{}), `ipyauth install --user`},
	} {
		if row.got != row.want {
			t.Errorf("got %s, want %s", row.got, row.want)
		}
	}
}

func TestExec(t *testing.T) {
	if _, _, err := Exec(t.Context(), "nosuchprogram"); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("got %v, want exec.ErrNotFound", err)
	}
}
