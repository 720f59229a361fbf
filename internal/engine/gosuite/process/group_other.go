//go:build !unix

package process

import "os/exec"

// ownGroup leaves the command as it is: there are no process groups to kill.
func ownGroup(*exec.Cmd) {}

func endGroup(*exec.Cmd) {}
