package cells

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// outputDelay is how long after a program's end its output is waited for,
// which children of it may keep open.
const outputDelay = time.Second

// runProgram runs a program until it or the cell ends. It reads nothing.
func runProgram(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	// Behind another type, so that the program gets a pipe of its own and not
	// the kernel's, which would stay open as long as any child of it.
	cmd.Stdout, cmd.Stderr = stream{os.Stdout}, stream{os.Stderr}
	cmd.WaitDelay = outputDelay
	endWithChildren(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("$%s ended with %v", args[0], exit)
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("$%s: %w", args[0], err)
	}
	return nil
}

type stream struct{ io.Writer }
