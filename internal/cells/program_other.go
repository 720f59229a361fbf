//go:build !unix

package cells

import "os/exec"

// endWithChildren does nothing: exec ends cmd, its children go on.
func endWithChildren(*exec.Cmd) {}
