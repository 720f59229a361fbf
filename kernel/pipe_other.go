//go:build !unix

package kernel

import "os"

func blockingPipe() (r, w *os.File, err error) { return os.Pipe() }
