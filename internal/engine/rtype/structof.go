package rtype

import (
	"fmt"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// StructOf returns the unnamed struct with these fields, the same for the same
// fields. Unlike [reflect.StructOf] it takes embedded fields of every kind. PkgPath
// of an unexported field is pkgPath when it is empty.
//
// The struct has no promoted methods; [Promoting] makes one that has.
func StructOf(pkgPath string, fields []reflect.StructField) reflect.Type {
	mu.Lock()
	defer mu.Unlock()
	fields = withPackage(pkgPath, fields)
	if !slices.ContainsFunc(fields, func(f reflect.StructField) bool { return f.Anonymous }) {
		return reflect.StructOf(fields)
	}
	k := structKey(fields)
	if t := interned[k]; t != nil {
		return t
	}
	var t reflect.Type
	if reflectEmbeds(fields) {
		t = reflect.StructOf(fields)
	} else {
		t = embedding(pkgPath, fields, 0).Type()
	}
	interned[k] = t
	return t
}

// Promoting makes the unnamed struct with these fields, whose embedded fields
// promote so many methods; [Named.Methods] gives them. It makes a new type each time.
func Promoting(pkgPath string, fields []reflect.StructField, methods int) *Named {
	mu.Lock()
	defer mu.Unlock()
	return embedding(pkgPath, withPackage(pkgPath, fields), methods)
}

func embedding(pkgPath string, fields []reflect.StructField, methods int) *Named {
	plain := slices.Clone(fields)
	var embedded []int
	for i := range plain {
		if plain[i].Anonymous {
			plain[i].Anonymous = false
			embedded = append(embedded, i)
		}
	}
	n := declare(Spec{Kind: reflect.Struct, PkgPath: pkgPath, Methods: methods}, structString(fields), 0)
	base := reflect.StructOf(plain)
	n.fill(ptrOf(base))
	n.embed(embedded)
	return n
}

// withPackage returns the fields as reflect.StructOf wants them.
func withPackage(pkgPath string, fields []reflect.StructField) []reflect.StructField {
	out := slices.Clone(fields)
	for i := range out {
		f := &out[i]
		if token.IsExported(f.Name) {
			f.PkgPath = ""
		} else if f.PkgPath == "" {
			f.PkgPath = pkgPath
		}
		f.Offset, f.Index = 0, nil
	}
	return out
}

// reflectEmbeds reports whether reflect.StructOf makes these fields, and right: it
// does when embedded ones are exported and have no methods.
func reflectEmbeds(fields []reflect.StructField) bool {
	for _, f := range fields {
		if !f.Anonymous {
			continue
		}
		t := f.Type
		if f.PkgPath != "" || t.Kind() == reflect.Interface || hasMethods(t) {
			return false
		}
		if t.Kind() == reflect.Pointer && hasMethods(t.Elem()) || t.Kind() != reflect.Pointer && hasMethods(reflect.PointerTo(t)) {
			return false
		}
	}
	return true
}

// hasMethods counts unexported methods too, which NumMethod does not.
func hasMethods(t reflect.Type) bool {
	if t.NumMethod() > 0 {
		return true
	}
	u := ptrOf(t).uncommon()
	return u != nil && u.mcount > 0
}

func structKey(fields []reflect.StructField) string {
	var b strings.Builder
	b.WriteString("struct")
	for _, f := range fields {
		fmt.Fprintf(&b, ";%s\x00%s\x00%x %t %q", f.Name, f.PkgPath, uintptr(unsafe.Pointer(ptrOf(f.Type))), f.Anonymous, f.Tag)
	}
	return b.String()
}

// structString is the string that the compiler gives such a struct.
func structString(fields []reflect.StructField) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		if !f.Anonymous {
			parts[i] = f.Name + " "
		}
		parts[i] += f.Type.String()
		if f.Tag != "" {
			parts[i] += " " + strconv.Quote(string(f.Tag))
		}
	}
	return "struct { " + strings.Join(parts, "; ") + " }"
}
