// Package stdlib holds what cells may import as compiled code: the standard
// library, this module's own packages and what their signatures name. Start with
// Import, what the type checker sees of a package, and Lookup, its functions,
// variables and types.
//
// Nothing is made before it is asked for. Export data and doc comments are embedded
// and unzipped package by package, tables are functions that nobody calls before.
// Generic functions and types have no compiled form: Source has their Go source, a
// package's shadow, which the engine checks and interprets, and Instance a few of
// their instances.
package stdlib

import (
	"go/types"
	"reflect"
	"strings"
	"sync"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib/instance"
	"github.com/ipyauth/ipyauth/internal/engine/stdlib/tables"
)

//go:generate go run ./gen

// Package is the compiled form of a package. All methods may be called from
// several goroutines at once.
type Package struct {
	Path, Name string

	table  tables.Table
	effect sync.Once
}

var packages sync.Map // path -> *Package

// Lookup is the package with that import path, which may be a short one, or nil.
// It also knows packages that cells cannot import but whose types they meet.
func Lookup(path string) *Package {
	path = Resolve(path)
	if known, ok := packages.Load(path); ok {
		return known.(*Package)
	}
	table := tables.Of(path)
	if table == nil {
		if !importable(path) {
			return nil
		}
		table = func(string) any { return nil }
	}
	p, _ := packages.LoadOrStore(path, &Package{Path: path, Name: tables.Name(path), table: table})
	return p.(*Package)
}

// Init does what importing the package does to a program beside its names, once. It
// is to be called when a cell imports the package.
func (p *Package) Init() { p.effect.Do(func() { tables.Effect(p.Path) }) }

// Func is the function of that name, or the zero Value when there is none or it
// is generic.
func (p *Package) Func(name string) reflect.Value {
	if strings.Contains(name, "[") {
		return reflect.Value{}
	}
	return p.function(name)
}

func (p *Package) function(name string) reflect.Value {
	if v := reflect.ValueOf(p.table(name)); v.Kind() == reflect.Func {
		return v
	}
	return reflect.Value{}
}

// Var is a pointer to the variable of that name, or the zero Value.
func (p *Package) Var(name string) reflect.Value {
	symbol := p.table(name)
	if _, isType := symbol.(reflect.Type); isType {
		return reflect.Value{}
	}
	if v := reflect.ValueOf(symbol); v.Kind() == reflect.Pointer && !v.IsNil() {
		return v
	}
	return reflect.Value{}
}

// Type is the type of that name. It is nil when there is none, for generic types
// and for constraints. Types that cells can reach but not name are here too:
// unexported ones, and instances such as Seq[string] of package iter.
func (p *Package) Type(name string) reflect.Type {
	symbol := p.table(name)
	if t, ok := symbol.(reflect.Type); ok {
		return t
	}
	if v := reflect.ValueOf(symbol); v.Kind() == reflect.Pointer && v.IsNil() {
		return v.Type().Elem()
	}
	return nil
}

// TypeOf is the compiled type that the type checker knows as named, or nil.
func TypeOf(named *types.Named) reflect.Type {
	obj := named.Obj()
	if obj.Pkg() == nil || obj.Parent() != nil && obj.Parent() != obj.Pkg().Scope() {
		return nil
	}
	if p := Lookup(obj.Pkg().Path()); p != nil {
		return p.Type(instance.Name(obj.Name(), named.TypeArgs()))
	}
	return nil
}

// Instance is the compiled instance of a generic function that InstanceName calls
// so, such as slices.Sort[[]int,int], or the zero Value.
func Instance(name string) reflect.Value {
	generic, _, found := strings.Cut(name, "[")
	dot := strings.LastIndex(generic, ".")
	if !found || dot < 0 {
		return reflect.Value{}
	}
	if p := Lookup(name[:dot]); p != nil {
		return p.function(name[dot+1:])
	}
	return reflect.Value{}
}

// InstanceName is the name by which Instance knows a function with type arguments.
func InstanceName(f *types.Func, args *types.TypeList) string {
	return f.Pkg().Path() + "." + instance.Name(f.Name(), args)
}

// InstanceOf is the compiled instance of f with type arguments, or the zero Value.
func InstanceOf(f *types.Func, args []types.Type) reflect.Value {
	return Instance(f.Pkg().Path() + "." + instance.NameOf(f.Name(), args))
}
