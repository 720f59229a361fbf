package typemap

import "go/types"

// Forget makes the next Of make a new type for named, for its instances when it is
// generic, and for every type that was made of one of them. Values that exist keep
// the old type. It is for a type that got another method, see package rtype.
func (m *Map) Forget(named *types.Named) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var old []types.Type
	for _, t := range m.types.Keys() {
		if (&mention{m: m, of: named.Origin(), seen: map[types.Type]bool{}}).in(t) {
			old = append(old, t)
		}
	}
	for _, t := range old {
		m.types.Delete(t)
	}
}

// mention looks for a named type in others.
type mention struct {
	m    *Map
	of   *types.Named
	seen map[types.Type]bool
}

func (s *mention) in(t types.Type) bool {
	t = types.Unalias(t)
	if s.seen[t] {
		return false
	}
	s.seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		return t.Origin() == s.of || s.inNamed(t)
	case *types.Pointer:
		return s.in(t.Elem())
	case *types.Slice:
		return s.in(t.Elem())
	case *types.Array:
		return s.in(t.Elem())
	case *types.Chan:
		return s.in(t.Elem())
	case *types.Map:
		return s.in(t.Key()) || s.in(t.Elem())
	case *types.Signature:
		return s.inTuple(t.Params()) || s.inTuple(t.Results())
	case *types.Struct:
		for f := range t.Fields() {
			if s.in(f.Type()) {
				return true
			}
		}
	case *types.Interface:
		for f := range t.Methods() {
			if s.in(f.Type()) {
				return true
			}
		}
	}
	return false
}

func (s *mention) inTuple(t *types.Tuple) bool {
	for v := range t.Variables() {
		if s.in(v.Type()) {
			return true
		}
	}
	return false
}

// inNamed looks into a type that was made; compiled ones mention none.
func (s *mention) inNamed(t *types.Named) bool {
	for arg := range t.TypeArgs().Types() {
		if s.in(arg) {
			return true
		}
	}
	if rt := s.m.at(t); rt != nil && !s.m.made[rt] {
		return false
	}
	if s.in(t.Underlying()) {
		return true
	}
	for f := range t.Methods() {
		if s.in(f.Type()) {
			return true
		}
	}
	return false
}
