// Package instance names the instances of generic functions and types, so that the
// generator of the tables and those who look an instance up spell it alike. Start
// with Name.
package instance

import (
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// Name is name[arg,...]: Sort[[]int,int]. It is name alone without type arguments.
// Identical types have the same spelling: byte is uint8, rune is int32, an alias is
// what it stands for, and the interface without methods is any.
func Name(name string, args *types.TypeList) string {
	return NameOf(name, slices.Collect(args.Types()))
}

// NameOf is Name for type arguments that are no list of go/types.
func NameOf(name string, args []types.Type) string {
	if len(args) == 0 {
		return name
	}
	var parts []string
	for _, arg := range args {
		parts = append(parts, spell(arg))
	}
	return name + "[" + strings.Join(parts, ",") + "]"
}

func spell(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return "unsafe.Pointer"
		}
		return types.Typ[t.Kind()].Name()
	case *types.Pointer:
		return "*" + spell(t.Elem())
	case *types.Slice:
		return "[]" + spell(t.Elem())
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + spell(t.Elem())
	case *types.Map:
		return "map[" + spell(t.Key()) + "]" + spell(t.Elem())
	case *types.Interface:
		if t.Empty() {
			return "any"
		}
	case *types.Named:
		name := Name(t.Obj().Name(), t.TypeArgs())
		if t.Obj().Pkg() != nil {
			name = t.Obj().Pkg().Path() + "." + name
		}
		return name
	}
	return types.TypeString(t, nil)
}
