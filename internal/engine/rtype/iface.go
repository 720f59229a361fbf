package rtype

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"
)

// interned has the unnamed interfaces and structs that are known, by what they consist of.
var interned = map[string]reflect.Type{}

// Interface completes a declared interface. Embedded interfaces must be complete.
func (n *Named) Interface(own []Method, embeds ...reflect.Type) {
	mu.Lock()
	defer mu.Unlock()
	n.setInterface(own, embeds)
}

func (n *Named) setInterface(own []Method, embeds []reflect.Type) {
	n.iface.head.methods = interfaceTable(mergeMethods(n.pkg, own, embeds))
}

// InterfaceOf returns the unnamed interface with these methods and those of the
// embedded interfaces, the same for the same methods. Reflect cannot find one that
// compiled code has; [Seed] tells of those.
func InterfaceOf(pkgPath string, own []Method, embeds ...reflect.Type) reflect.Type {
	mu.Lock()
	defer mu.Unlock()
	ms := mergeMethods(pkgPath, own, embeds)
	if len(ms) == 0 {
		return reflect.TypeFor[any]()
	}
	k := interfaceKey(ms)
	if t := interned[k]; t != nil {
		return t
	}
	v := new(view[ifaceHead])
	v.rtype = *errorType
	v.tflag, v.ptrToThis, v.hash = 0, 0, newHash()
	v.head.methods = interfaceTable(ms)
	for _, m := range ms {
		if m.Pkg != "" {
			v.head.pkgPath = encodeName(m.Pkg, 0, "", "")
			break
		}
	}
	v.str = textOff(interfaceString(ms), 0)
	keep = append(keep, v)
	t := toType(&v.rtype)
	interned[k] = t
	return t
}

// Seed tells of an unnamed interface or struct that compiled code has, so that the
// same type is not made a second time. It comes too late when it was made already.
func Seed(t reflect.Type) {
	mu.Lock()
	defer mu.Unlock()
	if t.Name() != "" {
		return
	}
	var k string
	switch t.Kind() {
	case reflect.Interface:
		k = interfaceKey(mergeMethods("", nil, []reflect.Type{t}))
	case reflect.Struct:
		fields := make([]reflect.StructField, t.NumField())
		for i := range fields {
			fields[i] = t.Field(i)
		}
		k = structKey(fields)
	default:
		return
	}
	if _, ok := interned[k]; !ok {
		interned[k] = t
	}
}

// mergeMethods returns the sorted methods of an interface. It panics when two of one name differ.
func mergeMethods(pkg string, own []Method, embeds []reflect.Type) []Method {
	all := slices.Clone(own)
	for _, e := range embeds {
		for i := range e.NumMethod() {
			m := e.Method(i)
			all = append(all, Method{Name: m.Name, Pkg: m.PkgPath, Type: m.Type})
		}
	}
	all = qualify(all, pkg)
	slices.SortStableFunc(all, compareMethods)
	return slices.CompactFunc(all, func(a, b Method) bool {
		same := a.member() == b.member()
		if same && a.Type != b.Type {
			panic("rtype: duplicate method " + a.Name)
		}
		return same
	})
}

func interfaceTable(ms []Method) []imethod {
	out := make([]imethod, len(ms))
	for i, m := range ms {
		out[i] = imethod{methodOff(m.member()), typeOff(ptrOf(m.Type))}
	}
	return out
}

func interfaceKey(ms []Method) string {
	var b strings.Builder
	b.WriteString("interface")
	for _, m := range ms {
		fmt.Fprintf(&b, ";%s\x00%s\x00%x", m.Name, m.Pkg, uintptr(unsafe.Pointer(ptrOf(m.Type))))
	}
	return b.String()
}

// interfaceString is the string that the compiler gives such an interface.
func interfaceString(ms []Method) string {
	parts := make([]string, len(ms))
	for i, m := range ms {
		if m.Pkg != "" {
			parts[i] = m.Pkg[strings.LastIndexByte(m.Pkg, '/')+1:] + "."
		}
		parts[i] += m.Name + strings.TrimPrefix(m.Type.String(), "func")
	}
	return "interface { " + strings.Join(parts, "; ") + " }"
}
