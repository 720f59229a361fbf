package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
)

// comments are doc comments by the name of what they are about and, below it, by
// the name of its member, "" for itself.
type comments map[string]map[string]string

// Committed notes the doc comments of a cell that was committed, and what it
// imports with a dot. It is to be called after each [check.Unit.Commit].
func (a *Assistant) Committed(u *check.Unit) {
	if a.comments == nil {
		a.comments = comments{}
	}
	for _, g := range u.Globals {
		delete(a.comments, g.Obj.Name())
	}
	decls := u.Cell.File.Decls
	if u.Cell.Body != nil {
		for _, stmt := range u.Cell.Body.Body.List {
			if d, ok := stmt.(*ast.DeclStmt); ok {
				decls = append(decls[:len(decls):len(decls)], d.Decl)
			}
		}
	}
	a.comments.add(decls)
	for _, spec := range u.Cell.File.Imports {
		if spec.Name == nil || spec.Name.Name != "." {
			continue
		}
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if pkg, err := a.load(path); err == nil {
			a.addDot(pkg)
		}
	}
}

// addDot puts pkg in front of the packages that were imported with a dot.
func (a *Assistant) addDot(pkg *types.Package) {
	dots := []*types.Package{pkg}
	for _, p := range a.dots {
		if p != pkg {
			dots = append(dots, p)
		}
	}
	a.dots = dots
}

// add notes the comments of declarations, in place of those that the names had.
func (c comments) add(decls []ast.Decl) {
	for _, d := range decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok != token.IMPORT {
			c.addSpecs(g)
		}
	}
	for _, d := range decls {
		f, ok := d.(*ast.FuncDecl)
		switch {
		case !ok:
		case f.Recv == nil:
			delete(c, f.Name.Name)
			c.note(f.Name.Name, "", f.Doc)
		case len(f.Recv.List) == 1:
			base := baseName(f.Recv.List[0].Type)
			delete(c[base], f.Name.Name)
			c.note(base, f.Name.Name, f.Doc)
		}
	}
}

func (c comments) addSpecs(g *ast.GenDecl) {
	for _, spec := range g.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			delete(c, spec.Name.Name)
			c.note(spec.Name.Name, "", spec.Comment, spec.Doc, ungrouped(g))
			switch t := spec.Type.(type) {
			case *ast.StructType:
				c.addFields(spec.Name.Name, t.Fields)
			case *ast.InterfaceType:
				c.addFields(spec.Name.Name, t.Methods)
			}
		case *ast.ValueSpec:
			for _, id := range spec.Names {
				delete(c, id.Name)
				c.note(id.Name, "", spec.Comment, spec.Doc, ungrouped(g))
			}
		}
	}
}

func (c comments) addFields(name string, fields *ast.FieldList) {
	for _, f := range fields.List {
		for _, id := range f.Names {
			c.note(name, id.Name, f.Comment, f.Doc)
		}
		if len(f.Names) == 0 {
			c.note(name, baseName(f.Type), f.Comment, f.Doc)
		}
	}
}

// ungrouped is the comment of a declaration of one thing.
func ungrouped(g *ast.GenDecl) *ast.CommentGroup {
	if g.Lparen.IsValid() {
		return nil
	}
	return g.Doc
}

// note keeps the last of the comments that says something.
func (c comments) note(name, member string, groups ...*ast.CommentGroup) {
	for _, g := range groups {
		if text := g.Text(); text != "" {
			if c[name] == nil {
				c[name] = map[string]string{}
			}
			c[name][member] = text
		}
	}
}

// baseName is the name of the type in the expression of a receiver or an embedded
// field, "" for none.
func baseName(x ast.Expr) string {
	for {
		switch t := x.(type) {
		case *ast.ParenExpr:
			x = t.X
		case *ast.StarExpr:
			x = t.X
		case *ast.IndexExpr:
			x = t.X
		case *ast.IndexListExpr:
			x = t.X
		case *ast.SelectorExpr:
			return t.Sel.Name
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

// doc is the doc comment of obj, a member of owner where that is not nil.
func (s *scratch) doc(obj types.Object, owner types.Object) string {
	text := ""
	holder, member := obj, ""
	if owner != nil {
		holder, member = owner, obj.Name()
	}
	switch pkg := holder.Pkg(); {
	case pkg == nil:
	case pkg.Path() != "main":
		name := holder.Name()
		if member != "" {
			name += "." + member
		}
		text = stdlib.Doc(pkg.Path(), name)
	case s.a.Session.Lookup(holder.Name()) == holder:
		text = s.a.comments[holder.Name()][member]
		if text == "" {
			text = s.ownComments()[holder.Name()][member] // a method that this cell adds
		}
	case s.isTop(holder):
		text = s.ownComments()[holder.Name()][member]
	}
	if text == "" && s.a.Docs != nil {
		text = s.a.Docs(obj)
	}
	return text
}

// isTop reports whether obj is declared at the top level of this cell.
func (s *scratch) isTop(obj types.Object) bool {
	if s.pkg.Scope().Lookup(obj.Name()) == obj || s.earlier[obj.Name()] == obj {
		return true
	}
	for _, n := range s.nested {
		if scope := s.info.Scopes[n]; scope != nil && scope.Lookup(obj.Name()) == obj {
			return true
		}
	}
	return false
}

// ownComments are the comments of this cell.
func (s *scratch) ownComments() comments {
	c := comments{}
	decls := s.file.Decls
	if s.body != nil {
		ast.Inspect(s.body.Body, func(n ast.Node) bool {
			if d, ok := n.(*ast.DeclStmt); ok {
				decls = append(decls[:len(decls):len(decls)], d.Decl)
			}
			_, isFunc := n.(*ast.FuncLit)
			return !isFunc
		})
	}
	c.add(decls)
	return c
}
