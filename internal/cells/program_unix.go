//go:build unix

package cells

import (
	"os/exec"
	"syscall"
)

// endWithChildren makes the end of the cell's context end what cmd started, too.
func endWithChildren(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
