package stdlib_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
)

type importer func(path string) (*types.Package, error)

func (i importer) Import(path string) (*types.Package, error) { return i(path) }

// check checks a package's shadow as the engine does.
func check(t *testing.T, path string) (*types.Package, *types.Info) {
	t.Helper()
	sources, ok := stdlib.Source(path)
	if !ok {
		t.Fatalf("%s has no shadow", path)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		file, err := parser.ParseFile(fset, name, sources[name], parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	info := &types.Info{Instances: map[*ast.Ident]types.Instance{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer(stdlib.Import), GoVersion: "go1.26"}
	shadow, err := config.Check(path, fset, files, info)
	if err != nil {
		t.Fatal(err)
	}
	return shadow, info
}

// shadowed are the packages with generic names.
var shadowed = []string{
	"cmp", "crypto/hkdf", "crypto/pbkdf2", "database/sql", "errors", "hash/maphash", "iter", "maps", "math/rand/v2",
	"reflect", "runtime", "slices", "sync", "sync/atomic", "unique", "weak",
}

// A shadow declares all generic names of its package, and with the same signatures.
func TestShadowsMatchTheirPackages(t *testing.T) {
	for _, path := range stdlib.Paths() {
		if _, ok := stdlib.Source(path); ok != slices.Contains(shadowed, path) {
			t.Errorf("Source(%q) says %v", path, ok)
		}
	}
	for _, path := range shadowed {
		t.Run(path, func(t *testing.T) {
			shadow, info := check(t, path)
			original, err := stdlib.Import(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range original.Scope().Names() {
				obj := original.Scope().Lookup(name)
				if obj.Exported() && generic(obj) {
					same(t, shadow.Scope().Lookup(name), obj)
				}
			}
			compiledInstances(t, original, info)
		})
	}
}

func generic(obj types.Object) bool {
	switch obj := obj.(type) {
	case *types.Func:
		return obj.Signature().TypeParams() != nil
	case *types.TypeName:
		named, ok := obj.Type().(*types.Named)
		return ok && named.TypeParams() != nil
	}
	return false
}

// same compares a generic name of a shadow with the original: a function's signature,
// a type's exported methods.
func same(t *testing.T, shadow, original types.Object) {
	t.Helper()
	if shadow == nil {
		t.Errorf("the shadow lacks %s", original.Name())
		return
	}
	spell := func(t types.Type) string { return types.TypeString(t, nil) }
	if f, ok := original.(*types.Func); ok {
		if got, want := spell(shadow.Type()), spell(f.Type()); got != want {
			t.Errorf("%s is %s, want %s", f.Name(), got, want)
		}
		return
	}
	named := original.Type().(*types.Named)
	if alias, ok := shadow.Type().(*types.Alias); ok {
		if types.Unalias(alias).(*types.Named).Origin() != named {
			t.Errorf("%s is an alias of another type", named)
		}
		return
	}
	set := types.NewMethodSet(types.NewPointer(shadow.Type()))
	for m := range named.Methods() {
		own := set.Lookup(m.Pkg(), m.Name())
		if own == nil || spell(own.Type()) != spell(m.Type()) {
			t.Errorf("%s.%s is %v, want %v", named, m.Name(), own, m.Type())
		}
	}
}

// compiledInstances looks for the instances that a shadow has of generic functions and
// types of its own compiled package: there must be compiled ones.
func compiledInstances(t *testing.T, original *types.Package, info *types.Info) {
	t.Helper()
	for id, instance := range info.Instances {
		obj := info.Uses[id]
		if obj.Pkg() != original {
			continue
		}
		switch obj := obj.(type) {
		case *types.Func:
			if name := stdlib.InstanceName(obj, instance.TypeArgs); !stdlib.Instance(name).IsValid() {
				t.Errorf("the shadow calls %s, which is not compiled", name)
			}
		case *types.TypeName:
			named := types.Unalias(instance.Type).(*types.Named)
			if _, open := named.TypeArgs().At(0).(*types.TypeParam); !open && stdlib.TypeOf(named) == nil {
				t.Errorf("the shadow names %v, which is not compiled", named)
			}
		}
	}
}

func TestInstanceName(t *testing.T) {
	const text = `package p
import ("slices"; "maps"; "hash"; "crypto/hkdf"; "math/rand/v2")
type Bytes = []byte
var (
	_ = slices.Index[Bytes, byte]
	_ = slices.Max[[]rune]
	_ = slices.Contains[[]interface{}, any]
	_ = maps.Clone[map[string][2]*chan bool]
	_ = hkdf.Key[hash.Hash]
	_ = rand.N[int]
)`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Instances: map[*ast.Ident]types.Instance{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer(stdlib.Import)}
	if _, err := config.Check("p", fset, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	var got []string
	for id, instance := range info.Instances {
		got = append(got, stdlib.InstanceName(info.Uses[id].(*types.Func), instance.TypeArgs))
	}
	slices.Sort(got)
	want := []string{
		"crypto/hkdf.Key[hash.Hash]",
		"maps.Clone[map[string][2]*chan bool,string,[2]*chan bool]",
		"math/rand/v2.N[int]",
		"slices.Contains[[]any,any]",
		"slices.Index[[]uint8,uint8]",
		"slices.Max[[]int32,int32]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for name, there := range map[string]bool{want[0]: true, want[1]: false, want[4]: true, want[5]: true} {
		if stdlib.Instance(name).IsValid() != there {
			t.Errorf("Instance(%q) is valid: %v, want %v", name, !there, there)
		}
	}
}
