package assist

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
)

// cursorName stands at the cursor in code that is checked for its sake. Go allows
// the name, and nobody writes it.
const cursorName = "ǃcursor"

// scratch is a cell that was checked as a package of its own, as far as it goes.
type scratch struct {
	a    *Assistant
	fset *token.FileSet
	file *ast.File
	info *types.Info
	pkg  *types.Package
	pos  token.Pos  // of what is asked about
	path []ast.Node // around pos, the innermost first

	body     *ast.FuncDecl // around the cell's statements, nil without any
	nested   []ast.Node    // what scopes in body belong to the cell's top level
	imports  map[string]*types.PkgName
	dots     []*types.Package
	guesses  map[string][]string     // the paths that a name without an import may mean
	earlier  map[string]types.Object // of the cell, for a function that is checked by itself
	receives []*types.Func           // methods of types of earlier cells
}

// checkEnd checks code with a name of its own at its end, which is what is asked
// about. after is what follows the code in the cell: its declarations count, too.
func (a *Assistant) checkEnd(src *source, after string) *scratch {
	if below := declarationsOf(after); below != "" {
		src = scan(below + src.code)
	}
	return a.check(mend(src, true), cursorName, len(src.code))
}

// checkAt checks code; offset is what is asked about.
func (a *Assistant) checkAt(src *source, offset int) *scratch {
	return a.check(mend(src, false), "", offset)
}

func (a *Assistant) check(m *mender, name string, offset int) *scratch {
	s := &scratch{a: a, fset: token.NewFileSet(), imports: map[string]*types.PkgName{}, guesses: map[string][]string{}}
	s.parse(m, name, offset)
	s.arrange()
	s.path = pathTo(s.file, s.pos)
	s.run()
	return s
}

// maxAttempts is how often the code is parsed with one faulty statement less.
const maxAttempts = 8

const parseMode = parser.ParseComments | parser.AllErrors | parser.SkipObjectResolution

func (s *scratch) parse(m *mender, name string, offset int) {
	for attempt := 1; ; attempt++ {
		text, at := m.file(name, offset)
		file, err := parser.ParseFile(s.fset, "", text, parseMode)
		s.file, s.pos = file, s.fset.File(file.FileStart).Pos(at)
		var faults scanner.ErrorList
		if !errors.As(err, &faults) || len(faults) == 0 || attempt == maxAttempts || !m.leaveOut(faults[0].Pos.Offset, offset) {
			return
		}
	}
}

// declarationsOf are the declarations that begin on lines of their own in the rest
// of a cell, whose beginning may belong to something else.
func declarationsOf(rest string) string {
	for start := 0; ; {
		i := strings.IndexByte(rest[start:], '\n')
		if i < 0 {
			return ""
		}
		start += i + 1
		first, _, _ := strings.Cut(rest[start:], " ")
		if tok := token.Lookup(first); tok == token.FUNC || tok == token.TYPE || tok == token.CONST || tok == token.IMPORT {
			rest = rest[start:]
			break
		}
	}
	src := scan(rest)
	if src.tooNested() {
		return ""
	}
	m := mend(src, false)
	var b strings.Builder
	for _, p := range m.parts {
		if p.declares || p.first == token.IMPORT {
			b.Write(m.text[p.start:p.end])
			b.WriteString(p.closers + "\n")
		}
	}
	return b.String()
}

// The text that a file has beside the cell's.
const (
	fileHead = "package main"
	bodyHead = "\nfunc _() {"
	bodyTail = "\n}\n"
)

// file is the text of a Go file with the parts, and where in it the cell's offset
// is. The variables of a cell with statements are among these.
func (m *mender) file(name string, offset int) (text string, at int) {
	statements := slices.ContainsFunc(m.parts, func(p part) bool {
		return !p.declares && p.first != token.IMPORT && p.first != token.VAR && p.first != token.PACKAGE
	})
	inBody := func(p part) bool {
		return !p.declares && p.first != token.IMPORT && (statements || p.first != token.VAR)
	}
	var b strings.Builder
	m.places = make([]span, len(m.parts))
	add := func(want func(part) bool) {
		for i, p := range m.parts {
			if p.first == token.PACKAGE || !want(p) {
				continue
			}
			b.WriteByte('\n')
			start := b.Len()
			if p.start <= offset && (offset < p.end || i == len(m.parts)-1) {
				at = start + offset - p.start
			}
			b.Write(m.text[p.start:p.end])
			if i == len(m.parts)-1 {
				b.WriteString(name)
			}
			b.WriteString(p.closers)
			m.places[i] = span{start, b.Len()}
		}
	}
	b.WriteString(fileHead)
	add(func(p part) bool { return p.first == token.IMPORT })
	add(func(p part) bool { return p.first != token.IMPORT && !inBody(p) })
	if statements {
		b.WriteString(bodyHead)
		add(inBody)
		b.WriteString(bodyTail)
	}
	return b.String(), at
}

// arrange finds the cell's statements. A variable that is declared again begins a
// block, so that it may have another type.
func (s *scratch) arrange() {
	n := len(s.file.Decls)
	if n == 0 {
		return
	}
	body, ok := s.file.Decls[n-1].(*ast.FuncDecl)
	if !ok || body.Name.Name != "_" || body.Body == nil {
		return
	}
	s.body, s.nested = body, []ast.Node{body.Type}
	declared := map[string]bool{}
	block := body.Body
	for i, start := 0, 0; i < len(block.List); i++ {
		names := declaredBy(block.List[i])
		if i > start && slices.ContainsFunc(names, func(name string) bool { return declared[name] }) {
			inner := &ast.BlockStmt{Lbrace: block.List[i].Pos(), List: block.List[i:], Rbrace: block.Rbrace}
			block.List = append(slices.Clone(block.List[:i]), inner)
			s.nested = append(s.nested, inner)
			block, i, start = inner, 0, 0
			clear(declared)
		}
		for _, name := range names {
			declared[name] = name != "_"
		}
	}
}

// declaredBy are the variables that a statement declares.
func declaredBy(stmt ast.Stmt) (names []string) {
	switch stmt := stmt.(type) {
	case *ast.AssignStmt:
		for _, x := range stmt.Lhs {
			if id, ok := x.(*ast.Ident); ok && stmt.Tok == token.DEFINE {
				names = append(names, id.Name)
			}
		}
	case *ast.DeclStmt:
		g, ok := stmt.Decl.(*ast.GenDecl)
		if !ok {
			break
		}
		for _, spec := range g.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				for _, id := range v.Names {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}

// pathTo are the nodes of file around pos, the innermost first.
func pathTo(file *ast.File, pos token.Pos) (path []ast.Node) {
	ast.Inspect(file, func(n ast.Node) bool {
		if len(path) > 0 {
			// The type of a function declaration is around its name.
			if _, ok := path[len(path)-1].(*ast.Ident); ok {
				return false
			}
		}
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
		default:
			if pos < n.Pos() || n.End() <= pos {
				return false
			}
		}
		path = append(path, n)
		return true
	})
	slices.Reverse(path)
	return path
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
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		declared = append(declared, d)
		for _, spec := range g.Specs {
			t, ok := spec.(*ast.TypeSpec)
			generic = generic || ok && t.TypeParams != nil
		}
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
