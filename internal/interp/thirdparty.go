package interp

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/cosmos72/gomacro/base/genimport"
	"github.com/cosmos72/gomacro/base/output"
	"github.com/cosmos72/gomacro/base/paths"
	"github.com/gopherdata/gophernotes/imports"
)

// buildMu guards paths.GoSrcDir, a variable of gomacro that buildPackage sets.
var buildMu sync.Mutex

// buildPackage adds a package that is not in the table: the go tool fetches it
// and builds it as a plugin, which is loaded. gomacro does that in a folder it
// shares with every other kernel of the user and empties first; here it gets
// one of its own, which is gone afterwards. The plugin fits only where Go, the
// flags of the build and the versions of common dependencies are the kernel's.
func (in *interpreter) buildPackage(path string) (err error) {
	if !imports.Packages["plugin"].Binds["Open"].IsValid() {
		return errors.New("third-party packages cannot be imported on this system, which has no plugins")
	}
	if _, err := exec.LookPath("go"); err != nil {
		return errors.New("third-party packages need the go tool, which is not installed here")
	}
	folder, err := os.MkdirTemp("", "ipyauth-imports-")
	if err != nil {
		return fmt.Errorf("make a folder to build in: %w", err)
	}
	defer os.RemoveAll(folder)

	buildMu.Lock()
	defer buildMu.Unlock()
	shared := paths.GoSrcDir
	paths.GoSrcDir = filepath.ToSlash(folder)
	defer func() { paths.GoSrcDir = shared }()

	var said bytes.Buffer
	defer func() {
		if p := recover(); p != nil {
			err = errors.New(fmt.Sprint(p))
		}
		if err != nil {
			err = errors.New(buildFailure(said.String(), err.Error()))
		}
	}()
	importer := genimport.DefaultImporter(&output.Output{Stringer: in.comp.Stringer, Stdout: &said, Stderr: &said})
	_, err = importer.ImportPackagesOrError(map[string]genimport.PackageName{path: ""}, true)
	return err
}

// buildFailure is one line of what the go tool said, else of gomacro's error.
func buildFailure(said, failure string) string {
	if strings.Contains(failure, "different version of package") {
		return "it or one of its dependencies was built with another Go, other flags or another version than this kernel"
	}
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		switch first, rest, _ := strings.Cut(line, " "); {
		case line == "", first == "//", first == "#": // gomacro's remarks, and a package's name
		case first == "go:" && progress(rest):
		case first == "go:":
			return rest
		default:
			return line
		}
	}
	_, _, msg := cutPosition(failure)
	return oneLine(msg)
}

// progress reports whether the go tool says that it goes on.
func progress(line string) bool {
	verb, _, _ := strings.Cut(line, " ")
	switch verb {
	case "downloading", "finding", "added", "upgraded", "downgraded", "removed", "warning:":
		return true
	}
	return false
}

// localPath is path, absolute when it names a folder.
func localPath(path string) string {
	if !strings.HasPrefix(path, "./") && !strings.HasPrefix(path, "../") {
		return path
	}
	if whole, err := filepath.Abs(path); err == nil {
		return filepath.ToSlash(whole)
	}
	return path
}
