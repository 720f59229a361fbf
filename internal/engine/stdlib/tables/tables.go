// Package tables holds the symbols of every package that cells may import: a
// function a package, which nothing calls before a cell imports that package.
// Everything but this file is generated. Start with Of and Paths.
package tables

import "reflect"

// Table finds a symbol by its name: a function, a pointer to a variable, a type as
// a nil pointer to it or as a reflect.Type. It is nil when there is none.
type Table func(name string) any

// Of is the table of the package with that path, nil when there is none.
func Of(path string) Table {
	var parts []Table
	for _, group := range groups {
		if part := group(path); part != nil {
			parts = append(parts, part)
		}
	}
	if len(parts) < 2 {
		return append(parts, nil)[0]
	}
	return func(name string) any {
		for _, part := range parts {
			if symbol := part(name); symbol != nil {
				return symbol
			}
		}
		return nil
	}
}

// elem is the type of the variable that p points to.
func elem(p any) reflect.Type { return reflect.TypeOf(p).Elem() }

// field is the type of a struct's field.
func field(t reflect.Type, name string) reflect.Type {
	f, _ := t.FieldByName(name)
	return f.Type
}

// method is the type of a method, with the receiver unless t is an interface.
func method(t reflect.Type, name string) reflect.Type {
	if m, ok := t.MethodByName(name); ok {
		return m.Type
	}
	m, _ := reflect.PointerTo(t).MethodByName(name)
	return m.Type
}
