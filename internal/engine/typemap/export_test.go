package typemap

// NewPlain returns a map as New does where types cannot be made in memory.
func NewPlain(h Hooks) *Map {
	m := New(h)
	m.plain = true
	return m
}
