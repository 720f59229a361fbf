package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// writeShadows writes the shadows' generated files. A shadow has the generic names
// of a standard package: those that files written by hand declare there, and from
// Go's own source all others with what they need. It reports every shadow's names.
func writeShadows(root, dir string, s *set) (map[string]map[string]bool, error) {
	shadows := map[string]map[string]bool{}
	for _, path := range s.paths {
		wanted := map[string]bool{}
		for _, t := range s.on(path) {
			for _, obj := range exported(s.loaded[t][path]) {
				if generic(obj) || constraint(obj) {
					wanted[obj.Name()] = true
				}
			}
		}
		if len(wanted) == 0 {
			continue
		}
		x := &extraction{path: path, dir: filepath.Join(dir, path), wanted: wanted}
		if err := x.run(root); err != nil {
			return nil, fmt.Errorf("shadow of %s: %w", path, err)
		}
		shadows[path] = wanted
	}
	return shadows, copyLicense(dir)
}

// copyLicense puts the terms of Go's own source beside what was taken from it.
func copyLicense(dir string) error {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("find Go: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "LICENSE"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "LICENSE"), text, 0o644)
}

// extraction takes declarations out of a standard package.
type extraction struct {
	path, dir string
	wanted    map[string]bool

	byHand  map[string]bool // declared by files that are not generated
	pkg     *packages.Package
	decls   map[types.Object]ast.Node // *ast.FuncDecl, *ast.GenDecl or a spec of one in parentheses
	methods map[types.Object][]ast.Node
	taken   map[ast.Node]bool
	queue   []types.Object
}

func (x *extraction) run(root string) error {
	if err := fresh(x.dir, "*_gen.go"); err != nil {
		return err
	}
	if err := x.readByHand(); err != nil {
		return err
	}
	missing := slices.DeleteFunc(slices.Sorted(maps.Keys(x.wanted)), func(name string) bool { return x.byHand[name] })
	if len(missing) == 0 {
		return nil
	}
	mode := packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo
	loaded, err := packages.Load(&packages.Config{Mode: mode, Dir: root}, x.path)
	if err != nil {
		return err
	}
	if len(loaded) != 1 || len(loaded[0].Errors) > 0 {
		return fmt.Errorf("load: %v", loaded[0].Errors)
	}
	x.pkg = loaded[0]
	x.index()
	for _, name := range missing {
		x.queue = append(x.queue, x.pkg.Types.Scope().Lookup(name))
	}
	if err := x.follow(); err != nil {
		return err
	}
	for _, file := range x.pkg.Syntax {
		if err := x.writeFile(file); err != nil {
			return err
		}
	}
	return nil
}

func (x *extraction) readByHand() error {
	x.byHand = map[string]bool{}
	files, err := filepath.Glob(filepath.Join(x.dir, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			for _, id := range declared(decl) {
				x.byHand[id.Name] = true
			}
		}
	}
	return nil
}

// declared are the names that a declaration gives the package.
func declared(node ast.Node) []*ast.Ident {
	switch n := node.(type) {
	case *ast.FuncDecl:
		if n.Recv == nil {
			return []*ast.Ident{n.Name}
		}
	case *ast.TypeSpec:
		return []*ast.Ident{n.Name}
	case *ast.ValueSpec:
		return n.Names
	case *ast.GenDecl:
		var all []*ast.Ident
		for _, spec := range n.Specs {
			all = append(all, declared(spec)...)
		}
		return all
	}
	return nil
}

// index finds the declaration of each object of the package, and types' methods.
func (x *extraction) index() {
	x.decls, x.methods, x.taken = map[types.Object]ast.Node{}, map[types.Object][]ast.Node{}, map[ast.Node]bool{}
	for _, file := range x.pkg.Syntax {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil {
				obj := x.pkg.TypesInfo.Defs[f.Name].(*types.Func)
				t := obj.Signature().Recv().Type()
				if p, ok := t.(*types.Pointer); ok {
					t = p.Elem()
				}
				owner := t.(*types.Named).Origin().Obj()
				x.methods[owner] = append(x.methods[owner], f)
			}
			node := ast.Node(decl)
			if d, ok := decl.(*ast.GenDecl); ok && d.Lparen.IsValid() && d.Tok != token.CONST {
				for _, spec := range d.Specs {
					for _, id := range declared(spec) {
						x.decls[x.pkg.TypesInfo.Defs[id]] = spec
					}
				}
				continue
			}
			for _, id := range declared(node) {
				x.decls[x.pkg.TypesInfo.Defs[id]] = node
			}
		}
	}
}

// follow takes the declarations of the queue and of what they need.
func (x *extraction) follow() error {
	for len(x.queue) > 0 {
		obj := x.queue[0]
		x.queue = x.queue[1:]
		node := x.decls[obj]
		if node == nil {
			return fmt.Errorf("no declaration of %s", obj.Name())
		}
		for _, n := range append([]ast.Node{node}, x.methods[obj]...) {
			if err := x.take(n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *extraction) take(node ast.Node) (err error) {
	if x.taken[node] {
		return nil
	}
	x.taken[node] = true
	if f, ok := node.(*ast.FuncDecl); ok && f.Body == nil {
		return fmt.Errorf("%s has no body: write a shim", f.Name.Name)
	}
	ast.Inspect(node, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		switch obj := x.pkg.TypesInfo.Uses[id].(type) {
		case *types.PkgName:
			if !importable(obj.Imported().Path()) && obj.Imported() != types.Unsafe {
				err = fmt.Errorf("%s needs %s: write a shim", x.pkg.Fset.Position(id.Pos()), obj.Imported().Path())
			}
		case types.Object:
			if x.own(obj) && !x.compiled(obj) && !x.byHand[obj.Name()] {
				x.queue = append(x.queue, obj)
			}
		}
		return true
	})
	return err
}

// own reports whether obj is declared at the package's level.
func (x *extraction) own(obj types.Object) bool {
	return obj != nil && obj.Parent() == x.pkg.Types.Scope()
}

// compiled reports whether a shadow finds obj in the compiled package.
func (x *extraction) compiled(obj types.Object) bool {
	return obj.Exported() && !generic(obj) && !constraint(obj)
}
