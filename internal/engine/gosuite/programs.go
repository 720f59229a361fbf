package gosuite

import (
	"errors"
	"fmt"
	"go/build/constraint"
	"hash/fnv"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Program is one file of Go's test folder.
type Program struct {
	Path string // below the test folder, with slashes
	Text string
	// Output is what it must print to both streams together.
	Output string
}

// The kinds of programs: what the comment at the head of the file says to do.
const (
	KindRun        = "run"
	KindErrorcheck = "errorcheck"
)

// ErrNoTests says that the Go installation came without its test folder, as
// those of some distributions do.
var ErrNoTests = errors.New("the Go installation has no test folder")

// Root is the test folder of the Go installation on PATH.
func Root() (string, error) {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	root := filepath.Join(strings.TrimSpace(string(goroot)), "test")
	if _, err := os.Stat(root); err != nil {
		return "", ErrNoTests
	}
	return root, nil
}

// Programs reads the programs of a kind that are meant for this system, in the
// order of their paths.
func Programs(root, kind string) ([]Program, error) {
	var programs []Program
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !selected(string(text), kind) {
			return err
		}
		output, err := os.ReadFile(strings.TrimSuffix(path, ".go") + ".out")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		below, err := filepath.Rel(root, path)
		programs = append(programs, Program{filepath.ToSlash(below), string(text), string(output)})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read programs: %w", err)
	}
	return programs, nil
}

// selected tells whether the head of a file has a line that is the kind alone,
// without flags, and no condition that excludes this system.
func selected(text, kind string) bool {
	head, _, _ := strings.Cut(text, "\npackage ")
	found := false
	for line := range strings.Lines(head) {
		line = strings.TrimSpace(line)
		found = found || line == "// "+kind
		if !constraint.IsGoBuild(line) {
			continue
		}
		if expr, err := constraint.Parse(line); err != nil || !expr.Eval(holds) {
			return false
		}
	}
	return found
}

// holds tells whether a build tag does here. There is no cgo in cells, and
// experiments of the compiler are not Go.
func holds(tag string) bool {
	switch tag {
	case runtime.GOOS, runtime.GOARCH, "gc":
		return true
	case "unix":
		return runtime.GOOS != "windows" && runtime.GOOS != "js" && runtime.GOOS != "wasip1" && runtime.GOOS != "plan9"
	}
	release, ok := strings.CutPrefix(tag, "go1.")
	minor, err := strconv.Atoi(release)
	return ok && err == nil && minor <= minorRelease()
}

func minorRelease() int {
	_, rest, _ := strings.Cut(runtime.Version(), "go1.")
	minor, _, _ := strings.Cut(rest, ".")
	n, _ := strconv.Atoi(minor)
	return n
}

// Matching keeps the programs whose path the expression matches.
func Matching(programs []Program, expression string) ([]Program, error) {
	rx, err := regexp.Compile(expression)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(programs), func(p Program) bool { return !rx.MatchString(p.Path) }), nil
}

// Shuffled puts the programs into an order that has nothing to do with their
// folders and is always the same, so that its beginning is a sample of them.
func Shuffled(programs []Program) []Program {
	return slices.SortedFunc(slices.Values(programs), func(a, b Program) int {
		if x, y := hash(a.Path), hash(b.Path); x != y {
			return int(int64(x) - int64(y))
		}
		return strings.Compare(a.Path, b.Path)
	})
}

func hash(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}
