package memory

// MakeChan is a new channel of type t.
func MakeChan(t *Type, size int) Ptr { return makechan(t.raw, size) }

// TrySend sends the value at src if that needs no waiting.
func TrySend(ch, src Ptr) bool { return chansend(ch, src, true) }

// TryReceive receives into dst if that needs no waiting: selected says so,
// received is false for a closed channel.
func TryReceive(ch, dst Ptr) (selected, received bool) { return chanrecv(ch, true, dst) }

// ChanLen and ChanCap are len and cap of any channel.
func ChanLen(ch Ptr) int { return len(Cast[chan byte](ch)) }

// ChanCap is cap of any channel.
func ChanCap(ch Ptr) int { return cap(Cast[chan byte](ch)) }

// CloseChan closes any channel.
func CloseChan(ch Ptr) { close(Cast[chan byte](ch)) }
