package memory

import "sync"

// MapIterator walks a map. Key and Elem are the addresses of the current entry;
// Key is nil at the end. It must not move while it is in use.
type MapIterator struct {
	Key, Elem Ptr
	typ, iter Ptr
}

// maxInline is the size up to which a map keeps keys and elements in its slots:
// what the runtime's functions for frequent key types require.
const maxInline = 128

// Map is a map type, with the functions for its kind of key.
type Map struct {
	Type, Key, Elem *Type
	byString        bool
	byWord          bool
}

// MapOf describes a map type.
func MapOf(t *Type) *Map {
	m := &Map{Type: t, Key: TypeOf(t.Reflect.Key()), Elem: TypeOf(t.Reflect.Elem())}
	if m.Elem.Size <= maxInline {
		m.byString = m.Key.Shape == String
		m.byWord = m.Key.Shape == Int64 || m.Key.Shape == Uint64
	}
	return m
}

// ByString and ByWord say which of Find's and Assign's faster kin may be used.
func (m *Map) ByString() bool { return m.byString }

// ByWord: keys are integers of 64 bits.
func (m *Map) ByWord() bool { return m.byWord }

// Make is a new map with room for n entries.
func (m *Map) Make(n int) Ptr { return makemap(m.Type.raw, n) }

// locks serialise what interpreted code does to one map: the runtime ends the
// process when it sees two goroutines in one map. Maps share locks by address.
var locks [64]sync.Mutex

func lock(m Ptr) *sync.Mutex {
	l := &locks[(uintptr(m)>>6)%uintptr(len(locks))]
	l.Lock()
	return l
}

// Find copies the element of the key at key to dst and reports whether there is
// one; without one dst becomes zero. dst may be nil.
func (m *Map) Find(mp, key, dst Ptr) bool {
	l := lock(mp)
	defer l.Unlock()
	p, ok := mapaccess2(m.Type.raw, mp, key)
	if dst != nil {
		m.Elem.Move(dst, p)
	}
	return ok
}

// FindString is Find for keys that are strings.
func (m *Map) FindString(mp Ptr, key string, dst Ptr) bool {
	l := lock(mp)
	p, ok := mapaccess2Str(m.Type.raw, mp, key)
	m.Elem.Move(dst, p)
	l.Unlock()
	return ok
}

// FindWord is FindString for keys of 64 bits.
func (m *Map) FindWord(mp Ptr, key uint64, dst Ptr) bool {
	l := lock(mp)
	p, ok := mapaccess2Fast64(m.Type.raw, mp, key)
	m.Elem.Move(dst, p)
	l.Unlock()
	return ok
}

// Assign sets the element of the key at key to the value at src.
func (m *Map) Assign(mp, key, src Ptr) {
	l := lock(mp)
	defer l.Unlock() // a key that cannot be hashed panics
	m.Elem.Move(mapassign(m.Type.raw, mp, key), src)
}

// AssignString is Assign for keys that are strings.
func (m *Map) AssignString(mp Ptr, key string, src Ptr) {
	l := lock(mp)
	defer l.Unlock()
	m.Elem.Move(mapassignStr(m.Type.raw, mp, key), src)
}

// AssignWord is Assign for keys of 64 bits.
func (m *Map) AssignWord(mp Ptr, key uint64, src Ptr) {
	l := lock(mp)
	defer l.Unlock()
	m.Elem.Move(mapassignFast64(m.Type.raw, mp, key), src)
}

// Delete takes out the key at key.
func (m *Map) Delete(mp, key Ptr) {
	l := lock(mp)
	defer l.Unlock()
	mapdelete(m.Type.raw, mp, key)
}

// Clear takes out all keys.
func (m *Map) Clear(mp Ptr) {
	if mp == nil {
		return
	}
	l := lock(mp)
	defer l.Unlock()
	mapclear(m.Type.raw, mp)
}

// MapLen is the number of entries of any map.
func MapLen(mp Ptr) int { return len(Cast[map[int]int](mp)) }

// Start begins a walk over a map.
func (m *Map) Start(mp Ptr, it *MapIterator) {
	l := lock(mp)
	defer l.Unlock()
	mapiterinit(m.Type.raw, mp, it)
}

// Next goes to the next entry.
func (m *Map) Next(mp Ptr, it *MapIterator) {
	l := lock(mp)
	defer l.Unlock()
	mapiternext(it)
}
