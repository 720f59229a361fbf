// Package process runs programs that may hang, print without end or leave
// processes behind: each in a process group of its own, with a limit of time
// and of output.
//
// Start with [Command] and its [Command.Run].
package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// maxOutput is what is kept of each stream.
const maxOutput = 4 << 20

// Command is what to run.
type Command struct {
	Args    []string // the program first
	Folder  string   // where it runs; "" is here
	Env     []string // nil is the environment of this process
	Timeout time.Duration
	// Merged writes both streams into Stdout, in the order of the writes.
	Merged bool
}

// Result is how a program ended.
type Result struct {
	Stdout, Stderr string
	Status         int  // -1 when a signal ended it
	TimedOut       bool // Status is then -1
}

// Run runs the command to its end, or to the end of its time or of the context:
// then it kills the whole process group. The error tells that the program could
// not be run; that it failed is in the result.
func (c Command) Run(ctx context.Context) (Result, error) {
	limited, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	cmd := exec.CommandContext(limited, c.Args[0], c.Args[1:]...)
	cmd.Dir, cmd.Env = c.Folder, c.Env
	stdout, stderr := &head{}, &head{}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if c.Merged {
		cmd.Stderr = stdout // os/exec then gives the program one pipe for both
	}
	ownGroup(cmd)
	cmd.WaitDelay = time.Second // for what the program left behind with the pipe open
	err := cmd.Run()
	endGroup(cmd)
	if cmd.ProcessState == nil {
		return Result{}, fmt.Errorf("run %s: %w", c.Args[0], err)
	}
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	return Result{
		Stdout:   stdout.kept.String(),
		Stderr:   stderr.kept.String(),
		Status:   cmd.ProcessState.ExitCode(),
		TimedOut: errors.Is(limited.Err(), context.DeadlineExceeded) && !cmd.ProcessState.Success(),
	}, nil
}

// head keeps the beginning of what is written to it.
type head struct{ kept bytes.Buffer }

func (h *head) Write(p []byte) (int, error) {
	h.kept.Write(p[:min(len(p), maxOutput-h.kept.Len())])
	return len(p), nil
}
