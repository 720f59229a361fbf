package typemap

import (
	"go/types"
	"strconv"
	"strings"
)

// linkName is the name of a type as reflect shows it, without its package. The
// arguments of an instance are written as the compiler does: packages by path, and
// no space behind commas.
func linkName(t *types.Named) string {
	if t.TypeArgs().Len() == 0 {
		return t.Obj().Name()
	}
	args := make([]string, t.TypeArgs().Len())
	for i := range args {
		args[i] = linkString(t.TypeArgs().At(i))
	}
	return t.Obj().Name() + "[" + strings.Join(args, ",") + "]"
}

// linkString is a type as it stands in the name of an instance.
func linkString(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return "unsafe.Pointer"
		}
		return types.Typ[t.Kind()].Name() // uint8 for byte
	case *types.Named:
		if path := pathOf(t.Obj()); path != "" {
			return path + "." + linkName(t)
		}
		return linkName(t)
	case *types.Pointer:
		return "*" + linkString(t.Elem())
	case *types.Slice:
		return "[]" + linkString(t.Elem())
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + linkString(t.Elem())
	case *types.Map:
		return "map[" + linkString(t.Key()) + "]" + linkString(t.Elem())
	case *types.Chan:
		return linkChan(t)
	case *types.Signature:
		return "func" + linkSignature(t)
	case *types.Struct:
		return linkStruct(t)
	case *types.Interface:
		return linkInterface(t)
	}
	return t.String()
}

func linkChan(t *types.Chan) string {
	elem := linkString(t.Elem())
	switch t.Dir() {
	case types.RecvOnly:
		return "<-chan " + elem
	case types.SendOnly:
		return "chan<- " + elem
	}
	if inner, ok := types.Unalias(t.Elem()).(*types.Chan); ok && inner.Dir() == types.RecvOnly {
		return "chan (" + elem + ")"
	}
	return "chan " + elem
}

func linkSignature(t *types.Signature) string {
	params := linkTuple(t.Params())
	if t.Variadic() {
		last := len(params) - 1
		params[last] = "..." + strings.TrimPrefix(params[last], "[]")
	}
	text := "(" + strings.Join(params, ", ") + ")"
	switch results := linkTuple(t.Results()); len(results) {
	case 0:
		return text
	case 1:
		return text + " " + results[0]
	default:
		return text + " (" + strings.Join(results, ", ") + ")"
	}
}

func linkTuple(t *types.Tuple) []string {
	var out []string
	for v := range t.Variables() {
		out = append(out, linkString(v.Type()))
	}
	return out
}

func linkStruct(t *types.Struct) string {
	if t.NumFields() == 0 {
		return "struct {}"
	}
	var parts []string
	for i := range t.NumFields() {
		f, part := t.Field(i), ""
		if !f.Embedded() {
			part = memberName(f) + " "
		}
		part += linkString(f.Type())
		if tag := t.Tag(i); tag != "" {
			part += " " + strconv.Quote(tag)
		}
		parts = append(parts, part)
	}
	return "struct { " + strings.Join(parts, "; ") + " }"
}

func linkInterface(t *types.Interface) string {
	if t.NumMethods() == 0 {
		return "interface {}"
	}
	var parts []string
	for f := range t.Methods() {
		parts = append(parts, memberName(f)+linkSignature(f.Signature()))
	}
	return "interface { " + strings.Join(parts, "; ") + " }"
}

// memberName is the name of a field or method, with the package when it is not exported.
func memberName(obj types.Object) string {
	if obj.Exported() {
		return obj.Name()
	}
	return pathOf(obj) + "." + obj.Name()
}
