//go:build !linux

package kernel

import "os"

// unread is how many bytes wait in a pipe: its size, on systems derived from
// BSD. Windows says 0, and who reads a long answer byte by byte may be taken
// for waiting.
func unread(f *os.File) int {
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	return int(info.Size())
}

// canWait says that waitReadable waits.
const canWait = false

func waitReadable(*os.File) {}
