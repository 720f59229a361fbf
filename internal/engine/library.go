package engine

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"reflect"
	"runtime"
	"slices"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/source"
	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
)

// library is the compiled code that cells may use: package stdlib, with other
// functions in place of those that would end the process.
type library struct {
	guards  map[string]reflect.Value
	methods map[reflect.Type]map[string]reflect.Value
}

func (l *library) Func(path, name string) reflect.Value {
	if guard, ok := l.guards[path+"."+name]; ok {
		return guard
	}
	if p := stdlib.Lookup(path); p != nil {
		return p.Func(name)
	}
	return reflect.Value{}
}

// Method is what cells call in place of a method of a compiled type, the zero Value
// for the method itself.
func (l *library) Method(recv reflect.Type, name string) reflect.Value { return l.methods[recv][name] }

// Guards reports whether some type has a method of that name that Method replaces.
func (l *library) Guards(method string) bool {
	for _, methods := range l.methods {
		if _, ok := methods[method]; ok {
			return true
		}
	}
	return false
}

func (l *library) Var(path, name string) reflect.Value {
	if p := stdlib.Lookup(path); p != nil {
		return p.Var(name)
	}
	return reflect.Value{}
}

func (l *library) Type(t *types.Named) reflect.Type { return stdlib.TypeOf(t) }

func (l *library) Instance(fn *types.Func, args []types.Type) reflect.Value {
	return stdlib.InstanceOf(fn, args)
}

// Generic checks the source of a package's generic names: its shadow.
func (l *library) Generic(path string) (*check.Unit, error) {
	files, ok := stdlib.Source(path)
	if !ok {
		return nil, nil
	}
	fset := token.NewFileSet()
	fset.AddFile(path, beyondCells, 0)
	var parsed []*ast.File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := parser.ParseFile(fset, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", path, err)
		}
		parsed = append(parsed, f)
	}
	info := newInfo()
	config := types.Config{
		Importer:  importer{},
		Sizes:     types.SizesFor("gc", runtime.GOARCH),
		GoVersion: goVersion,
	}
	pkg, err := config.Check(path, fset, parsed, info)
	if err != nil {
		return nil, fmt.Errorf("check %s: %w", path, err)
	}
	u := &check.Unit{Cell: &source.Cell{Name: path, Fset: fset}, Info: info, Pkg: pkg}
	for _, f := range parsed {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				u.Funcs = append(u.Funcs, newFunc(info, fn))
			}
		}
	}
	return u, nil
}

// beyondCells is a position behind those of all cells: in tracebacks the places of
// a shadow must not look like a cell's.
const beyondCells = 1 << 40

// importer is stdlib.Import for the type checker.
type importer struct{}

func (importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	return stdlib.Import(path)
}

func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
	}
}

// newFunc describes a function of a shadow as the checker of cells describes theirs.
func newFunc(info *types.Info, d *ast.FuncDecl) *check.Func {
	obj := info.Defs[d.Name].(*types.Func)
	sig := obj.Signature()
	f := &check.Func{
		Obj: obj, Decl: d, Recv: sig.Recv(),
		Params: slices.Collect(sig.Params().Variables()), Results: slices.Collect(sig.Results().Variables()),
		TypeParams: slices.Collect(sig.TypeParams().TypeParams()),
	}
	if f.Recv != nil {
		f.TypeParams = slices.Collect(sig.RecvTypeParams().TypeParams())
	}
	return f
}
