package diff

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite/child"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite/process"
)

// Compiled builds programs in a folder, with further flags of go build, and
// runs them.
func Compiled(work string, timeout time.Duration, flags ...string) Implementation {
	return func(ctx context.Context, code string) (output, kind string, err error) {
		folder, err := os.MkdirTemp(work, "build")
		if err != nil {
			return "", "", err
		}
		defer os.RemoveAll(folder)
		executable, err := gosuite.Compiler{Folder: folder, Flags: flags}.Build(ctx, "program.go", code)
		if err != nil {
			return "", "", err
		}
		return run(ctx, timeout, executable)
	}
}

// Child hands programs to a command as its last argument: a file in a folder.
func Child(work string, timeout time.Duration, command ...string) Implementation {
	return func(ctx context.Context, code string) (output, kind string, err error) {
		folder, err := os.MkdirTemp(work, "run")
		if err != nil {
			return "", "", err
		}
		defer os.RemoveAll(folder)
		file, err := filepath.Abs(filepath.Join(folder, "program.go"))
		if err != nil {
			return "", "", err
		}
		if err := os.WriteFile(file, []byte(code), 0o644); err != nil {
			return "", "", err
		}
		return run(ctx, timeout, slices.Concat(command, []string{file})...)
	}
}

func run(ctx context.Context, timeout time.Duration, args ...string) (output, kind string, err error) {
	result, err := process.Command{Args: args, Timeout: timeout}.Run(ctx)
	if err != nil {
		return "", "", err
	}
	if i := strings.Index(result.Stderr, child.ErrorMark); i >= 0 {
		result.Stderr = result.Stderr[i:]
	}
	switch {
	case result.TimedOut:
		return result.Stdout, KindTime, nil
	case result.Status == child.StatusRefused:
		return result.Stderr, KindRefused, nil
	case result.Status != 0:
		message, _, _ := strings.Cut(result.Stderr, "\n\n")
		return result.Stdout + message, fmt.Sprintf("ends with status %d", result.Status), nil
	}
	return result.Stdout, "", nil
}
