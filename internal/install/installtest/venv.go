// Package installtest gives tests a real Python to install into and throw away.
package installtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Variable names the environment variable with a Python that has Jupyter Server, anywidget and pip.
const Variable = "IPYAUTH_TEST_PYTHON"

// Venv makes a virtual environment that sees the packages of the Python named by [Variable], and
// whose own packages and data folders are empty. It skips the test when the variable is not set, and
// returns the environment's folder and its Python.
func Venv(t testing.TB) (dir, python string) {
	t.Helper()
	base := os.Getenv(Variable)
	if base == "" {
		t.Skipf("%s is not set", Variable)
	}
	dir = filepath.Join(t.TempDir(), "venv")
	run(t, base, "-m", "venv", "--without-pip", dir)
	python = filepath.Join(dir, "bin", "python")
	if runtime.GOOS == "windows" {
		python = filepath.Join(dir, "Scripts", "python.exe")
	}
	// --system-site-packages would show the packages of the Python that base was made from, not base's.
	const purelib = `import sysconfig; print(sysconfig.get_path("purelib"))`
	link := filepath.Join(run(t, python, "-c", purelib), "base.pth")
	if err := os.WriteFile(link, []byte(run(t, base, "-c", purelib)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, python
}

func run(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}
