package typemap_test

import (
	"fmt"
	"reflect"
)

// describe writes down what reflect knows of a type, and of the types in it to a depth.
func describe(t reflect.Type, depth int) string {
	s := fmt.Sprint(t, "|", t.Name(), "|", t.PkgPath(), "|", t.Kind(), "|", t.Size(), "|", t.Align(), "|", t.Comparable(), "\n")
	if depth == 0 {
		return s
	}
	methods := func(t reflect.Type) {
		for i := range t.NumMethod() {
			s += fmt.Sprintln("method", t.Method(i).Name, t.Method(i).PkgPath, t.Method(i).Type)
		}
	}
	switch methods(t); t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			s += fmt.Sprintf("field %s %q %d %v %q %s", f.Name, f.PkgPath, f.Offset, f.Anonymous, f.Tag, describe(f.Type, depth-1))
		}
	case reflect.Func:
		for i := range t.NumIn() {
			s += "in " + describe(t.In(i), depth-1)
		}
		for i := range t.NumOut() {
			s += "out " + describe(t.Out(i), depth-1)
		}
	case reflect.Map:
		s += "key " + describe(t.Key(), depth-1) + "elem " + describe(t.Elem(), depth-1)
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		s += "elem " + describe(t.Elem(), depth-1)
	}
	if t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface {
		methods(reflect.PointerTo(t))
	}
	return s
}
