package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ipyauth/ipyauth/internal/install"
)

// thisSystem is the machine as package install wants to see it. Progress goes to w line by line.
func thisSystem(w io.Writer) (install.System, error) {
	binary, err := os.Executable()
	if err != nil {
		return install.System{}, fmt.Errorf("find this program's own file: %w", err)
	}
	home, _ := os.UserHomeDir() // "" is refused where a home is needed
	return install.System{
		OS:       runtime.GOOS,
		Home:     home,
		Binary:   binary,
		Getenv:   os.Getenv,
		LookPath: exec.LookPath,
		Progress: func(format string, a ...any) { fmt.Fprintf(w, format+"\n", a...) },
	}, nil
}

// targetFlags adds the flags that say where to install, and returns what they are set to.
func targetFlags(flags *pflag.FlagSet) *install.Target {
	t := &install.Target{}
	flags.StringVar(&t.Prefix, "prefix", "", "environment `DIR`: kernelspec below DIR/share/jupyter, callback page into DIR's Python")
	flags.BoolVar(&t.User, "user", false, "kernelspec in your own Jupyter data folder")
	flags.BoolVar(&t.SysPrefix, "sys-prefix", false, "kernelspec into the environment of Jupyter's Python")
	flags.StringVar(&t.Python, "python", "", "the `PYTHON` that Jupyter runs on (default: the one in --prefix, of jupyter on PATH, or python3)")
	return t
}

// checkTarget refuses a target that names no place, or two.
func checkTarget(t *install.Target, command string) error {
	places := 0
	for _, chosen := range []bool{t.Prefix != "", t.User, t.SysPrefix} {
		if chosen {
			places++
		}
	}
	if places == 1 {
		return nil
	}
	return &usageError{
		"say where, with one of --prefix DIR, --user and --sys-prefix",
		"for a virtual environment: ipyauth " + command + " --prefix with its folder",
	}
}

// temporary tells whether binary is what go run made: it is gone when the command ends.
func temporary(binary string) bool {
	dir := filepath.Dir(binary)
	return filepath.Base(dir) == "exe" && strings.Contains(dir, "go-build")
}
