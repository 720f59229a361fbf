package gosuite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Importer reads the export data of the standard library that the Go
// installation on PATH compiled. It may be used by several goroutines.
func Importer() (types.Importer, error) {
	out, err := exec.Command("go", "list", "-export", "-f", "{{.ImportPath}} {{.Export}}", "std").Output()
	if err != nil {
		return nil, fmt.Errorf("list the standard library: %w", err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if path, file, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			files[path] = file
		}
	}
	open := func(path string) (io.ReadCloser, error) {
		file, ok := files[path]
		if !ok {
			return nil, fmt.Errorf("no package %q in the standard library", path)
		}
		return os.Open(file)
	}
	return &locked{inner: importer.ForCompiler(token.NewFileSet(), "gc", open)}, nil
}

type locked struct {
	mutex sync.Mutex
	inner types.Importer // protected by mutex
}

func (l *locked) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.inner.Import(path)
}

// Compiler builds programs with the Go installation on PATH and keeps them.
type Compiler struct {
	Folder string   // where it keeps them
	Flags  []string // further flags of go build
}

// Build compiles a program that is one file of this name, unless it did so
// before, and returns the path of the executable. A program that does not
// compile is an error with the compiler's text.
func (c Compiler) Build(ctx context.Context, name, text string) (string, error) {
	key := fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(append([]string{runtime.Version(), name, text}, c.Flags...), "\n"))))[:24]
	folder, err := filepath.Abs(filepath.Join(c.Folder, key))
	if err != nil {
		return "", err
	}
	executable := filepath.Join(folder, "program.exe")
	if _, err := os.Stat(executable); err == nil {
		return executable, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	// Outside of a module programs would get the behaviour of old releases.
	module := fmt.Sprintf("module program\n\ngo 1.%d\n", minorRelease())
	for file, content := range map[string]string{"go.mod": module, name: text} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o644); err != nil {
			return "", err
		}
	}
	// The executable appears at once, so that a build that was stopped leaves none.
	partial := fmt.Sprintf("%s.%d", executable, os.Getpid())
	defer os.Remove(partial)
	args := slices.Concat([]string{"build", "-ldflags=-s -w"}, c.Flags, []string{"-o", partial, name})
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), "GO111MODULE=on", "GOWORK=off", "GOFLAGS=", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, bytes.TrimSpace(out))
	}
	return executable, os.Rename(partial, executable)
}
