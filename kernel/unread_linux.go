package kernel

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

// unread is how many bytes wait in a pipe.
func unread(f *os.File) int {
	conn, err := f.SyscallConn()
	if err != nil {
		return 0
	}
	var n int32
	conn.Control(func(fd uintptr) {
		syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCINQ, uintptr(unsafe.Pointer(&n)))
	})
	return int(n)
}

// canWait says that waitReadable waits.
const canWait = true

// waitReadable waits until reading a blocking pipe would not wait.
func waitReadable(f *os.File) {
	const readable = 1 // POLLIN
	waiting := struct {
		fd              int32
		events, revents int16
	}{fd: int32(f.Fd()), events: readable}
	for {
		_, _, err := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&waiting)), 1, 0, 0, 0, 0)
		if !errors.Is(err, syscall.EINTR) {
			return
		}
	}
}
