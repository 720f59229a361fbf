package typemap

import (
	"go/token"
	"go/types"
	"reflect"
)

// typeOf looks a type up, and puts one without a name together from what it is made of.
func (m *Map) typeOf(rt reflect.Type) types.Type {
	if t, ok := m.back[rt]; ok {
		return t
	}
	if rt == nil || rt.Name() != "" {
		return nil
	}
	switch rt.Kind() {
	case reflect.Pointer:
		if elem := m.typeOf(rt.Elem()); elem != nil {
			return types.NewPointer(elem)
		}
	case reflect.Slice:
		if elem := m.typeOf(rt.Elem()); elem != nil {
			return types.NewSlice(elem)
		}
	case reflect.Array:
		if elem := m.typeOf(rt.Elem()); elem != nil {
			return types.NewArray(elem, int64(rt.Len()))
		}
	case reflect.Chan:
		return m.chanOf(rt)
	case reflect.Map:
		key, elem := m.typeOf(rt.Key()), m.typeOf(rt.Elem())
		if key != nil && elem != nil {
			return types.NewMap(key, elem)
		}
	case reflect.Func:
		return m.signatureOf(rt)
	}
	return nil
}

func (m *Map) chanOf(rt reflect.Type) types.Type {
	elem := m.typeOf(rt.Elem())
	if elem == nil {
		return nil
	}
	for dir, same := range chanDirs {
		if same == rt.ChanDir() {
			return types.NewChan(dir, elem)
		}
	}
	return nil
}

func (m *Map) signatureOf(rt reflect.Type) types.Type {
	params, ok := m.tupleOf(rt.NumIn(), rt.In)
	if !ok {
		return nil
	}
	results, ok := m.tupleOf(rt.NumOut(), rt.Out)
	if !ok {
		return nil
	}
	return types.NewSignatureType(nil, nil, nil, params, results, rt.IsVariadic())
}

func (m *Map) tupleOf(n int, at func(int) reflect.Type) (*types.Tuple, bool) {
	vars := make([]*types.Var, n)
	for i := range vars {
		t := m.typeOf(at(i))
		if t == nil {
			return nil, false
		}
		vars[i] = types.NewParam(token.NoPos, nil, "", t)
	}
	return types.NewTuple(vars...), true
}
