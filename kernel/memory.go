package kernel

import (
	"runtime/debug"
	"time"
)

// idlePause is how long no cell has run when the kernel is taken for idle.
const idlePause = time.Second

// releaser gives memory back when the kernel idles: a notebook that lies open
// should not hold what its last cell took. The nil releaser does nothing.
type releaser struct{ timer *time.Timer }

// newReleaser makes a releaser that calls release on a goroutine of its own.
func newReleaser(release func()) *releaser {
	r := &releaser{timer: time.AfterFunc(idlePause, release)}
	r.timer.Stop()
	return r
}

// work says that a cell begins, rest that it has ended.
func (r *releaser) work() {
	if r != nil {
		r.timer.Stop()
	}
}

func (r *releaser) rest() {
	if r != nil {
		r.timer.Reset(idlePause)
	}
}

// startPause is how long after the first client came the start is over.
const startPause = 100 * time.Millisecond

// releaseStart gives back what only the start needed.
func (k *kernel) releaseStart() {
	select {
	case <-k.greeted:
	case <-k.life.Done():
		return
	}
	select {
	case <-time.After(startPause):
		k.dropPages()
	case <-k.life.Done():
	}
}

// releaseMemory gives back what cells have left: free heap, and pages of the program
// that they had read.
func (k *kernel) releaseMemory() {
	debug.FreeOSMemory()
	k.dropPages()
}

func (k *kernel) dropPages() {
	if err := dropProgramPages(); err != nil {
		k.log.Debug("memory", "error", err)
	}
}
