package stdlib_test

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
)

// packages are all packages that cells may import, with what compiled code they have.
func packages(t *testing.T, each func(t *testing.T, checked *types.Package, compiled *stdlib.Package)) {
	t.Helper()
	for _, path := range stdlib.Paths() {
		if path == "unsafe" || stdlib.Resolve(path) != path {
			continue
		}
		checked, err := stdlib.Import(path)
		if err != nil {
			t.Errorf("Import(%q): %v", path, err)
			continue
		}
		compiled := stdlib.Lookup(path)
		if compiled == nil || compiled.Path != path || compiled.Name != checked.Name() {
			t.Errorf("Lookup(%q) = %v, want the package %s", path, compiled, checked.Name())
			continue
		}
		t.Run(path, func(t *testing.T) { each(t, checked, compiled) })
	}
}

// Every exported name is in exactly one place: a table, the shadow, the constants of
// the export data, or the list of what is missing.
func TestEveryNameIsInOnePlace(t *testing.T) {
	missing := missingNames(t)
	names := 0
	packages(t, func(t *testing.T, checked *types.Package, compiled *stdlib.Package) {
		shadow := declared(t, compiled.Path)
		for _, name := range checked.Scope().Names() {
			obj := checked.Scope().Lookup(name)
			if !obj.Exported() {
				continue
			}
			names++
			_, isConst := obj.(*types.Const)
			var places []string
			for place, there := range map[string]bool{
				"functions": compiled.Func(name).IsValid(), "variables": compiled.Var(name).IsValid(), "types": compiled.Type(name) != nil,
				"shadow": shadow[name], "constants": isConst, "missing": missing[compiled.Path+"."+name],
			} {
				if there {
					places = append(places, place)
				}
			}
			if len(places) != 1 {
				t.Errorf("%s is in %v, want one place", name, places)
			}
		}
	})
	if names < 8000 {
		t.Errorf("looked at %d names, want those of a whole library", names)
	}
}

func missingNames(t *testing.T) map[string]bool {
	file, err := os.Open("missing.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	names := map[string]bool{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, _, ok := strings.Cut(lines.Text(), ": "); ok {
			names[name] = true
		}
	}
	return names
}

// declared are the exported names that a package's shadow declares.
func declared(t *testing.T, path string) map[string]bool {
	names := map[string]bool{}
	files, _ := stdlib.Source(path)
	for name, text := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				names[d.Name.Name] = d.Recv == nil
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok {
						names[s.Name.Name] = true
					}
				}
			}
		}
	}
	return names
}

// What the tables have is what the type checker takes it for. Sizes and methods tell
// whether the export data are those of this system.
func TestTablesAgreeWithExportData(t *testing.T) {
	sizes := types.SizesFor("gc", runtime.GOARCH)
	packages(t, func(t *testing.T, checked *types.Package, compiled *stdlib.Package) {
		for _, name := range checked.Scope().Names() {
			switch obj := checked.Scope().Lookup(name).(type) {
			case *types.Func:
				if f := compiled.Func(name); f.IsValid() {
					agree(t, sizes, name, obj.Type(), f.Type())
				}
			case *types.Var:
				if v := compiled.Var(name); v.IsValid() {
					agree(t, sizes, name, obj.Type(), v.Type().Elem())
				}
			case *types.TypeName:
				if c := compiled.Type(name); c != nil && obj.Exported() {
					agree(t, sizes, name, obj.Type(), c)
				}
			}
		}
	})
}

func agree(t *testing.T, sizes types.Sizes, name string, checked types.Type, compiled reflect.Type) {
	if got, want := compiled.Size(), sizes.Sizeof(checked); int64(got) != want {
		t.Errorf("%s is %d bytes compiled and %d by its export data", name, got, want)
	}
	if got, want := compiled.NumMethod(), exportedMethods(checked); got != want {
		t.Errorf("%s has %d methods compiled and %d by its export data", name, got, want)
	}
	switch u := checked.Underlying().(type) {
	case *types.Signature:
		if compiled.Kind() != reflect.Func || compiled.NumIn() != u.Params().Len() || compiled.NumOut() != u.Results().Len() || compiled.IsVariadic() != u.Variadic() {
			t.Errorf("%s is %v compiled and %v by its export data", name, compiled, u)
		}
	case *types.Struct:
		if compiled.Kind() != reflect.Struct || compiled.NumField() != u.NumFields() {
			t.Errorf("%s is %v compiled and has %d fields by its export data", name, compiled.Kind(), u.NumFields())
		}
	case *types.Basic:
		if kind := compiled.Kind(); u.Kind() != types.UnsafePointer && kind.String() != types.Typ[u.Kind()].Name() {
			t.Errorf("%s is %v compiled and %v by its export data", name, kind, u)
		}
	default:
		want := strings.ToLower(strings.TrimPrefix(reflect.TypeOf(u).Elem().Name(), "*"))
		if got := strings.Replace(compiled.Kind().String(), "ptr", "pointer", 1); got != want {
			t.Errorf("%s is of kind %s compiled and %s by its export data", name, got, want)
		}
	}
}

// exportedMethods is how many methods reflect counts.
func exportedMethods(t types.Type) int {
	n := 0
	iface, isInterface := t.Underlying().(*types.Interface)
	if isInterface {
		return iface.NumMethods()
	}
	set := types.NewMethodSet(t)
	for i := range set.Len() {
		if set.At(i).Obj().Exported() {
			n++
		}
	}
	return n
}

func TestTypesWithoutAName(t *testing.T) {
	strs, err := stdlib.Import("strings")
	if err != nil {
		t.Fatal(err)
	}
	lines := strs.Scope().Lookup("Lines").Type().(*types.Signature).Results().At(0).Type().(*types.Named)
	order, err := stdlib.Import("encoding/binary")
	if err != nil {
		t.Fatal(err)
	}
	big := order.Scope().Lookup("BigEndian").Type().(*types.Named)
	own, err := stdlib.Import("ipyauth")
	if err != nil {
		t.Fatal(err)
	}
	auth := types.Unalias(own.Scope().Lookup("Auth").Type()).(*types.Named)
	for _, row := range []struct {
		named *types.Named
		want  string
	}{
		{lines, "iter.Seq[string]"},
		{big, "binary.bigEndian"},
		{auth, "widget.Auth"},
		{types.Universe.Lookup("error").Type().(*types.Named), "<nil>"},
	} {
		got := "<nil>"
		if c := stdlib.TypeOf(row.named); c != nil {
			got = c.String()
		}
		if got != row.want {
			t.Errorf("TypeOf(%v) = %s, want %s", row.named, got, row.want)
		}
	}
}

// Every named type that an expression in a cell can have, by way of exported names,
// is compiled, whether cells can name it or not.
func TestReachableTypesAreCompiled(t *testing.T) {
	r := reach{seen: map[types.Type]bool{}}
	packages(t, func(t *testing.T, checked *types.Package, _ *stdlib.Package) {
		for _, name := range checked.Scope().Names() {
			if obj := checked.Scope().Lookup(name); obj.Exported() {
				r.walk(obj.Type())
			}
		}
	})
	if len(r.named) < 1200 {
		t.Errorf("reached %d named types, want those of a whole library", len(r.named))
	}
	for _, named := range r.named {
		if stdlib.TypeOf(named) == nil {
			t.Errorf("%v is not compiled", named)
		}
	}
}

type reach struct {
	seen  map[types.Type]bool
	named []*types.Named
}

func (r *reach) walk(t types.Type) {
	t = types.Unalias(t)
	if r.seen[t] {
		return
	}
	r.seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		iface, isInterface := t.Underlying().(*types.Interface)
		if t.Obj().Pkg() == nil || t.TypeParams().Len() > t.TypeArgs().Len() || isInterface && !iface.IsMethodSet() {
			return
		}
		r.named = append(r.named, t)
		for m := range t.Methods() {
			if m.Exported() {
				r.walk(m.Type())
			}
		}
		r.walk(t.Underlying())
	case *types.Signature:
		if t.TypeParams().Len() > 0 {
			return
		}
		r.walk(t.Params())
		r.walk(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			r.walk(v.Type())
		}
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() {
				r.walk(f.Type())
			}
		}
	case *types.Interface:
		for m := range t.Methods() {
			if m.Exported() {
				r.walk(m.Type())
			}
		}
	case *types.Map:
		r.walk(t.Key())
		r.walk(t.Elem())
	case interface{ Elem() types.Type }:
		r.walk(t.Elem())
	}
}
