//go:build unix

package kernel

import (
	"os"
	"syscall"
)

// blockingPipe is os.Pipe without O_NONBLOCK. Such files are not watched by the
// runtime's poller, which otherwise is woken, on a thread of its own, for every
// line that a cell prints: twice the time of the line. And child processes that
// get os.Stdout find what they expect of it.
func blockingPipe() (r, w *os.File, err error) {
	var fds [2]int
	syscall.ForkLock.RLock()
	err = syscall.Pipe(fds[:])
	if err == nil {
		syscall.CloseOnExec(fds[0])
		syscall.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, os.NewSyscallError("pipe", err)
	}
	return os.NewFile(uintptr(fds[0]), "|0"), os.NewFile(uintptr(fds[1]), "|1"), nil
}
