package install

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/callback"
	"github.com/ipyauth/ipyauth/internal/install/installtest"
)

// The whole life of an installation in a real Python: installed, found in order, damaged, repaired,
// removed without a trace.
func TestRealPython(t *testing.T) {
	dir, path := installtest.Venv(t)
	var told []string
	system := realSystem(t, &told)
	target := Target{Prefix: dir}
	before := installed(t, dir)

	step := func(name string, do func() error, want ...string) {
		t.Helper()
		told = nil
		if err := do(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, line := range want {
			if i >= len(told) || !strings.HasPrefix(told[i], line) {
				t.Fatalf("%s: told %q, want %q", name, told, want)
			}
		}
	}
	install := func() error { return Install(t.Context(), system, target) }
	uninstall := func() error { return Uninstall(t.Context(), system, target) }

	step("install", install, "callback page: installed into "+path, "kernelspec: written to "+dir, path+" has jupyter_server ")
	wantHealthy(t, Doctor(t.Context(), system, target))
	step("again", install, "callback page: already up to date", "kernelspec: already up to date")

	page, err := filepath.Glob(filepath.Join(dir, "lib", "*", "site-packages", callback.Distribution, "index.html"))
	if err != nil || len(page) != 1 {
		t.Fatalf("found pages %q, %v", page, err)
	}
	if err := os.WriteFile(page[0], []byte("damaged"), 0o644); err != nil {
		t.Fatal(err)
	}
	if n := Doctor(t.Context(), system, target).Failures(); n != 1 {
		t.Errorf("got %d failures for a damaged page, want 1", n)
	}
	step("repair", install, "callback page: brought up to date in "+path, "kernelspec: already up to date")
	wantHealthy(t, Doctor(t.Context(), system, target))

	step("uninstall", uninstall, "kernelspec: removed from", "callback page: removed from")
	if after := installed(t, dir); after != before {
		t.Errorf("left behind:\n%s\nbefore\n%s", after, before)
	}
	step("uninstall again", uninstall, "kernelspec: not installed", "callback page: not installed")
}

// A virtual environment without pip, as some tools make them.
func TestRealPythonWithoutPip(t *testing.T) {
	_, path := installtest.Venv(t)
	bare := filepath.Join(t.TempDir(), "bare")
	if out, err := exec.Command(path, "-m", "venv", "--without-pip", bare).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	err := Install(t.Context(), realSystem(t, new([]string)), Target{Prefix: bare})
	if !errors.Is(err, ErrNoPip) {
		t.Errorf("got %v, want ErrNoPip", err)
	}
	if _, err := os.Stat(filepath.Join(bare, "share")); err == nil {
		t.Error("a kernelspec without its callback page")
	}
}

func realSystem(t *testing.T, told *[]string) System {
	m := newMachine(t)
	s := m.system()
	s.LookPath = exec.LookPath
	s.Run = Exec
	s.Binary = os.Args[0]
	s.Progress = func(format string, a ...any) {
		m.system().Progress(format, a...)
		*told = append(*told, m.progress[len(m.progress)-1])
	}
	return s
}

// wantHealthy allows for servers that happen to run on this machine.
func wantHealthy(t *testing.T, r *Report) {
	t.Helper()
	for _, c := range r.Checks {
		if c.Status != OK && c.Name != "route" {
			t.Errorf("%s %s: %s", c.Status, c.Name, c.Text)
		}
	}
}

// installed lists the files below dir, without what Python compiles on the way.
func installed(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !strings.HasSuffix(path, ".pyc") {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, "\n")
}
