package ops

import (
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// NoPlace is the offset of what is not wanted.
const NoPlace = ^uintptr(0)

// FindInMap copies the element of a key to dst of the frame and tells at ok, unless
// that is NoPlace, whether there is one. keep is where the frame keeps the key.
func FindInMap(m *memory.Map, mp, key Value, keep, dst, ok uintptr) Stmt {
	x := Fn[Ptr](mp)
	tell := func(p Ptr, found bool) run.Control {
		if ok != NoPlace {
			*memory.At[bool](p, ok) = found
		}
		return run.Next
	}
	switch {
	case m.ByString():
		k := Fn[string](key)
		return func(p Ptr) run.Control {
			mp := x(p)
			return tell(p, m.FindString(mp, k(p), memory.Add(p, dst)))
		}
	case m.ByWord():
		k := word(key)
		return func(p Ptr) run.Control {
			mp := x(p)
			return tell(p, m.FindWord(mp, k(p), memory.Add(p, dst)))
		}
	}
	store := Store(Place{Kind: InFrame, Off: keep, Type: m.Key}, key)
	return func(p Ptr) run.Control {
		mp := x(p)
		store(p)
		return tell(p, m.Find(mp, memory.Add(p, keep), memory.Add(p, dst)))
	}
}

// word is a number of 64 bits as its bits.
func word(v Value) func(p Ptr) uint64 {
	if v.Shape == memory.Uint64 {
		return Fn[uint64](v)
	}
	return Fn[uint64](Convert(memory.Uint64, v))
}

// SetInMap sets the element of a key to v. keep and elem are where the frame keeps
// the key and the element.
func SetInMap(m *memory.Map, mp, key, v Value, keep, elem uintptr) Stmt {
	x := Fn[Ptr](mp)
	storeElem := Store(Place{Kind: InFrame, Off: elem, Type: m.Elem}, v)
	switch {
	case m.ByString():
		k := Fn[string](key)
		return func(p Ptr) run.Control {
			mp := x(p)
			key := k(p)
			storeElem(p)
			m.AssignString(mp, key, memory.Add(p, elem))
			return run.Next
		}
	case m.ByWord():
		k := word(key)
		return func(p Ptr) run.Control {
			mp := x(p)
			key := k(p)
			storeElem(p)
			m.AssignWord(mp, key, memory.Add(p, elem))
			return run.Next
		}
	}
	storeKey := Store(Place{Kind: InFrame, Off: keep, Type: m.Key}, key)
	return func(p Ptr) run.Control {
		mp := x(p)
		storeKey(p)
		storeElem(p)
		m.Assign(mp, memory.Add(p, keep), memory.Add(p, elem))
		return run.Next
	}
}

// DeleteInMap is delete(m, key).
func DeleteInMap(m *memory.Map, mp, key Value, keep uintptr) Stmt {
	x := Fn[Ptr](mp)
	storeKey := Store(Place{Kind: InFrame, Off: keep, Type: m.Key}, key)
	return func(p Ptr) run.Control {
		mp := x(p)
		storeKey(p)
		m.Delete(mp, memory.Add(p, keep))
		return run.Next
	}
}

// After is v, computed after a statement ran.
func After(s Stmt, v Value) Value {
	if v.Shape == memory.Block {
		f := Address(v)
		return Value{Shape: v.Shape, Fn: func(p Ptr) Ptr { s(p); return f(p) }}
	}
	return shapers[v.Shape].after(s, v)
}

func (o of[T]) after(s Stmt, v Value) Value {
	f := Fn[T](v)
	return Make(o.shape, func(p Ptr) T { s(p); return f(p) })
}
