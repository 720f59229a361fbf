package assist

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
)

// scratch is a cell that was checked as a package of its own, as far as it goes.
type scratch struct {
	a    *Assistant
	fset *token.FileSet
	file *ast.File
	info *types.Info
	pkg  *types.Package
	pos  token.Pos  // where the cursor is
	path []ast.Node // around pos, the innermost first

	body     *ast.FuncDecl // around the cell's statements, nil without any
	nested   []ast.Node    // what scopes in body belong to the cell's top level
	imports  map[string]*types.PkgName
	dots     []*types.Package
	guesses  map[string][]string     // the paths that a name without an import may mean
	earlier  map[string]types.Object // of the cell, for a function that is checked by itself
	receives []*types.Func           // methods of types of earlier cells
}

// run checks the cell: first everything but the bodies of functions, then the body
// that the cursor is in, which sees the variables of the cell's statements.
func (s *scratch) run() {
	s.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
	}
	var decls []ast.Decl
	var around *ast.FuncDecl
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				continue
			}
		case *ast.FuncDecl:
			if d == s.body {
				break
			}
			if slices.Contains(s.path, ast.Node(d)) {
				around = d
			}
			if d != around || s.body != nil {
				bare := *d
				bare.Body = nil
				decls = append(decls, &bare)
				continue
			}
		}
		decls = append(decls, d)
	}
	s.declareImports()
	if s.endless(decls) {
		s.checkDecls(nil, nil)
		return
	}
	s.checkDecls(decls, nil)
	if around != nil && s.body != nil {
		s.collect()
		s.checkDecls([]ast.Decl{around}, nil)
	}
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
			if m, ok := s.info.Defs[f.Name].(*types.Func); ok {
				s.receives = append(s.receives, m)
			}
		}
	}
}

// endless reports whether a generic type needs itself with ever longer type
// arguments. The type checker refuses such a type in the end, but a look for a
// field of it before does not end.
func (s *scratch) endless(decls []ast.Decl) (found bool) {
	var declared []ast.Decl
	generic := false
	for _, d := range decls {
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GenDecl:
				if n.Tok == token.TYPE {
					declared = append(declared, n)
				}
			case *ast.TypeSpec:
				generic = generic || n.TypeParams != nil
			}
			return true
		})
	}
	if generic {
		s.checkDecls(declared, func(err error) {
			var e types.Error
			found = found || errors.As(err, &e) && strings.HasPrefix(e.Msg, "instantiation cycle")
		})
	}
	return found
}

// collect keeps what the cell declares at its top level.
func (s *scratch) collect() {
	s.earlier = map[string]types.Object{}
	scopes := []*types.Scope{s.pkg.Scope()}
	for _, n := range s.nested {
		scopes = append(scopes, s.info.Scopes[n])
	}
	for _, scope := range scopes {
		if scope == nil {
			continue
		}
		for _, name := range scope.Names() {
			s.earlier[name] = scope.Lookup(name)
		}
	}
}

// checkDecls checks declarations in a package of their own. What they mention of
// the session is in the scope around it. failed is told the errors, if it is not
// nil: code that is being written has some.
func (s *scratch) checkDecls(decls []ast.Decl, failed func(error)) {
	if failed == nil {
		failed = func(error) {}
	}
	s.pkg = types.NewPackage("main", "main")
	around := types.NewScope(types.Universe, token.NoPos, token.NoPos, "")
	for _, d := range decls {
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if id, ok := n.X.(*ast.Ident); ok {
					s.guess(id.Name, n.Sel.Name)
				}
			case *ast.Ident:
				obj := s.outside(n.Name)
				if p, ok := obj.(*types.PkgName); ok { // it has to be this package's
					obj = types.NewPkgName(p.Pos(), s.pkg, p.Name(), p.Imported())
				}
				if obj != nil {
					around.Insert(obj)
				}
			}
			return true
		})
	}
	// This is how a package's scope gets a parent.
	*s.pkg.Scope() = *types.NewScope(around, token.NoPos, token.NoPos, "")
	file := *s.file
	file.Decls, file.Imports, file.Comments = decls, nil, nil
	conf := types.Config{
		Error:                    failed,
		DisableUnusedImportCheck: true,
		Sizes:                    types.SizesFor("gc", runtime.GOARCH),
	}
	_ = types.NewChecker(&conf, s.fset, s.pkg, s.info).Files([]*ast.File{&file})
}

// outside is what name means outside of the declarations that are checked, but
// for Go's own names.
func (s *scratch) outside(name string) types.Object {
	if obj := s.earlier[name]; obj != nil {
		return obj
	}
	if p := s.imports[name]; p != nil && s.guesses[name] == nil {
		return p
	}
	if token.IsExported(name) {
		for _, p := range s.dots {
			if obj := p.Scope().Lookup(name); obj != nil {
				return obj
			}
		}
	}
	if obj := s.a.Session.Lookup(name); obj != nil {
		return obj
	}
	if p := s.imports[name]; p != nil {
		return p
	}
	return nil
}

// declareImports imports what the cell says.
func (s *scratch) declareImports() {
	for _, spec := range s.file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		pkg, err := s.a.load(path)
		if err != nil || pkg == nil {
			continue
		}
		name := pkg.Name()
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "." {
			s.dots = append([]*types.Package{pkg}, s.dots...)
		} else if name != "_" {
			s.imports[name] = types.NewPkgName(spec.Pos(), nil, name, pkg)
		}
	}
}

// guess imports the package that name may mean in front of a dot: of several the
// first one that has the member.
func (s *scratch) guess(name, member string) {
	if s.imports[name] != nil || s.a.Session.Lookup(name) != nil || s.earlier[name] != nil {
		return
	}
	paths := stdlib.ByName(name)
	for i, path := range paths {
		pkg, err := s.a.load(path)
		if err != nil || pkg.Name() != name {
			continue
		}
		if i == len(paths)-1 || member == cursorName || pkg.Scope().Lookup(member) != nil {
			s.guesses[name] = paths
			s.imports[name] = types.NewPkgName(token.NoPos, nil, name, pkg)
			return
		}
	}
}
