package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// declareImports imports what the cell says.
func (k *checking) declareImports() {
	for _, spec := range k.cell.File.Imports {
		pkg := k.importPath(spec)
		if pkg == nil {
			continue
		}
		name := pkg.Name()
		if spec.Name != nil {
			name = spec.Name.Name
		}
		switch name {
		case ".":
			k.dots = append([]*types.Package{pkg}, k.dots...)
		case "_":
		case "init":
			k.fail(spec.Pos(), "cannot import package as init - init must be a func")
		default:
			k.declareImport(spec.Pos(), name, pkg)
		}
	}
}

func (k *checking) declareImport(pos token.Pos, name string, pkg *types.Package) {
	if old := k.imports[name]; old != nil && old.Imported() != pkg {
		k.fail(pos, name+" redeclared in this block")
		return
	}
	if k.imports == nil {
		k.imports = map[string]*types.PkgName{}
	}
	k.imports[name] = types.NewPkgName(pos, k.s.pkg, name, pkg)
	// The package's scope is emptied before the next check; it only becomes the
	// parent that the object keeps.
	*k.s.pkg.Scope() = *types.NewScope(types.Universe, token.NoPos, token.NoPos, "")
	k.s.pkg.Scope().Insert(k.imports[name])
}

// importPath is the package that spec names, nil after an error.
func (k *checking) importPath(spec *ast.ImportSpec) *types.Package {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil || path == "" {
		k.fail(spec.Path.Pos(), "invalid import path "+spec.Path.Value)
		return nil
	}
	pkg, err := k.s.load(path)
	if err != nil {
		k.fail(spec.Path.Pos(), err.Error())
		return nil
	}
	k.imported = append(k.imported, pkg)
	return pkg
}

func (s *Session) load(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	pkg, err := s.imp(path)
	if err == nil && pkg == nil {
		err = fmt.Errorf("package %q is not available", path)
	}
	return pkg, err
}

// importMissing imports the standard packages that errors say are missing,
// where it is clear which ones, and names the candidates where it is not.
func (k *checking) importMissing() (done bool) {
	if k.s.opts.Candidates == nil {
		return false
	}
	var bases map[token.Pos]*ast.SelectorExpr
	for i, e := range k.errs {
		name, ok := strings.CutPrefix(e.Msg, "undefined: ")
		if !ok || strings.Contains(name, ".") {
			continue
		}
		if k.imports[name] != nil {
			continue // by an error before this one
		}
		if bases == nil {
			bases = k.bases()
		}
		sel := bases[e.Pos]
		if sel == nil || !sel.Sel.IsExported() {
			continue
		}
		switch paths := k.s.opts.Candidates(name); len(paths) {
		case 0:
		case 1:
			if pkg, err := k.s.load(paths[0]); err == nil && pkg.Name() == name {
				k.declareImport(e.Pos, name, pkg)
				k.imported = append(k.imported, pkg)
				done = true
			}
		default:
			k.errs[i].Msg = fmt.Sprintf("undefined: %s (import %s)", name, alternatives(paths))
		}
	}
	return done
}

// bases are the selector expressions of the cell that begin with a name, by the
// position of that.
func (k *checking) bases() map[token.Pos]*ast.SelectorExpr {
	bases := map[token.Pos]*ast.SelectorExpr{}
	add := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if _, ok := sel.X.(*ast.Ident); ok {
					bases[sel.Pos()] = sel
				}
			}
			return true
		})
	}
	for _, d := range k.decls {
		add(d)
	}
	if k.body != nil {
		add(k.body)
	}
	return bases
}

// unusedImports refuses imports that nothing uses.
func (k *checking) unusedImports() {
	used := map[types.Object]bool{}
	for _, obj := range k.info.Uses {
		used[obj] = true
	}
	for name, p := range k.imports {
		switch {
		case used[p]:
		case name == p.Imported().Name():
			k.fail(p.Pos(), strconv.Quote(p.Imported().Path())+" imported and not used")
		default:
			k.fail(p.Pos(), strconv.Quote(p.Imported().Path())+" imported as "+name+" and not used")
		}
	}
}

// alternatives is "a", "b" or "c".
func alternatives(paths []string) string {
	var quoted []string
	for _, p := range paths {
		quoted = append(quoted, strconv.Quote(p))
	}
	return listed(quoted, "or")
}

// listed is a, b and c.
func listed(words []string, and string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " " + and + " " + words[n-1]
}

// commitImports makes the cell's imports those of the session. They hide what
// earlier cells declared.
func (k *checking) commitImports() {
	s := k.s
	for name, p := range k.imports {
		s.names[name], s.imports[name] = p, p
	}
	for _, p := range slices.Backward(k.dots) {
		s.dots = slices.DeleteFunc(s.dots, func(old *types.Package) bool { return old == p })
		s.dots = append([]*types.Package{p}, s.dots...)
		for _, name := range p.Scope().Names() {
			if token.IsExported(name) {
				delete(s.names, name)
				delete(s.imports, name)
			}
		}
	}
}
