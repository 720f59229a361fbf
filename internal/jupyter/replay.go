package jupyter

import (
	"crypto/sha256"
	"sync"
)

// replayGeneration is how many signatures are remembered for certain; twice as many at most. jupyter_client
// remembers 65,536. At 32 bytes each the memory stays under about 5 MB however long the kernel lives.
const replayGeneration = 1 << 15

// replay remembers the signatures of received messages in two generations: when the young one is full it
// becomes the old one, and the old one is forgotten.
type replay struct {
	mu         sync.Mutex
	young, old map[[sha256.Size]byte]struct{}
}

// add reports whether the digest is new, and remembers it.
func (r *replay) add(digest [sha256.Size]byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, seen := r.young[digest]; seen {
		return false
	}
	if _, seen := r.old[digest]; seen {
		return false
	}
	if r.young == nil || len(r.young) >= replayGeneration {
		r.old, r.young = r.young, make(map[[sha256.Size]byte]struct{})
	}
	r.young[digest] = struct{}{}
	return true
}
