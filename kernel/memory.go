package kernel

import "time"

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
		if err := dropProgramPages(); err != nil {
			k.log.Debug("memory", "error", err)
		}
	case <-k.life.Done():
	}
}
