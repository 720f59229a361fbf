package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// symbol is a case of a package's table: a name and the Go expression that gives
// a function, a pointer to a variable, or a type (as a nil pointer to it or as a
// reflect.Type). An expression names a package by its path between guillemets.
type symbol struct{ path, name, expr string }

func ref(p *types.Package, name string) string { return "«" + p.Path() + "»." + name }

// symbols are all cases of all tables, each with the targets that have it.
func (s *set) symbols() map[symbol][]target {
	all := map[symbol][]target{}
	for _, t := range targets {
		for _, c := range s.direct(t) {
			all[c] = append(all[c], t)
		}
		for _, c := range s.routes(t) {
			all[c] = append(all[c], t)
		}
	}
	for _, c := range instances() {
		all[c] = targets
	}
	return all
}

// direct are the symbols of the exported names themselves. Constants are in the
// export data, and what is generic has no compiled form.
func (s *set) direct(t target) []symbol {
	var all []symbol
	for _, path := range s.paths {
		p := s.loaded[t][path]
		if p == nil || !p.Complete() {
			continue
		}
		for _, obj := range exported(p) {
			if expr := direct(obj); expr != "" {
				all = append(all, symbol{path, obj.Name(), expr})
			}
		}
	}
	return all
}

func direct(obj types.Object) string {
	if generic(obj) {
		return ""
	}
	switch obj.(type) {
	case *types.Func:
		return ref(obj.Pkg(), obj.Name())
	case *types.Var:
		return "&" + ref(obj.Pkg(), obj.Name())
	case *types.TypeName:
		if !constraint(obj) {
			return "(*" + ref(obj.Pkg(), obj.Name()) + ")(nil)"
		}
	}
	return ""
}

// hidden are the types that cells can reach without naming them.
func (s *set) hidden() []symbol {
	var all []symbol
	for _, t := range targets {
		all = append(all, s.routes(t)...)
	}
	return all
}

// instances are compiled instances of generic functions and types: those that
// save the interpreter time, and those that shadows call.
func instances() []symbol {
	var all []symbol
	add := func(path, name, args string) {
		plain := strings.NewReplacer("«", "", "»", "").Replace(args)
		all = append(all, symbol{path, name + "[" + plain + "]", fmt.Sprintf("«%s».%s[%s]", path, name, args)})
	}
	for _, elem := range []string{"int", "string", "float64", "uint8", "int32", "int64", "float32"} {
		for _, name := range []string{"BinarySearch", "Compact", "Compare", "Contains", "Equal", "Index", "IsSorted", "Max", "Min", "Reverse", "Sort"} {
			add("slices", name, "[]"+elem+","+elem)
		}
	}
	add("iter", "Pull", "any")
	add("iter", "Pull2", "any,any")
	add("weak", "Make", "uint8")
	add("unique", "Make", "any")
	add("hash/maphash", "Comparable", "any")
	add("hash/maphash", "WriteComparable", "any")
	add("crypto/hkdf", "Expand", "«hash».Hash")
	add("crypto/hkdf", "Extract", "«hash».Hash")
	add("crypto/hkdf", "Key", "«hash».Hash")
	add("crypto/pbkdf2", "Key", "«hash».Hash")
	add("runtime", "AddCleanup", "uint8,func()")
	add("runtime", "AddCleanup", "uint8,«unsafe».Pointer")
	all = append(all,
		symbol{"weak", "Pointer[uint8]", "(*«weak».Pointer[uint8])(nil)"},
		symbol{"unique", "Handle[any]", "(*«unique».Handle[any])(nil)"},
	)
	return all
}

// shortest orders symbols so that of several ways to a type the shortest is taken.
func shortest(all []symbol) []symbol {
	slices.SortFunc(all, func(a, b symbol) int {
		if c := strings.Compare(a.path+"\x00"+a.name, b.path+"\x00"+b.name); c != 0 {
			return c
		}
		if len(a.expr) != len(b.expr) {
			return len(a.expr) - len(b.expr)
		}
		return strings.Compare(a.expr, b.expr)
	})
	return slices.CompactFunc(all, func(a, b symbol) bool { return a.path == b.path && a.name == b.name })
}
