package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// documentation is what Inspect shows of a name: its signature, for functions
// and methods, and its doc comment.
type documentation struct{ signature, text string }

// document collects the documentation of what the exposed packages export, and
// of the members of their types, which may be declared in packages that are
// not exposed.
func (g *generator) document(dir string, exposed []*types.Package) error {
	comments, err := loadComments(dir, sources(exposed))
	if err != nil {
		return err
	}
	g.docs = map[string]documentation{}
	for _, pkg := range exposed {
		scope := pkg.Scope()
		for _, name := range scope.Names() {
			if obj := scope.Lookup(name); obj.Exported() {
				g.documentObject(comments, pkg.Path()+"."+name, obj)
			}
		}
	}
	return nil
}

func (g *generator) documentObject(comments map[string]string, key string, obj types.Object) {
	switch obj := obj.(type) {
	case *types.Func:
		g.docs[key] = documentation{signature(obj.Signature()), comments[key]}
	case *types.TypeName:
		named, ok := types.Unalias(obj.Type()).(*types.Named)
		if !ok || named.Obj().Pkg() == nil {
			g.docs[key] = documentation{"", comments[key]}
			return
		}
		real := named.Obj().Pkg().Path() + "." + named.Obj().Name()
		g.docs[real] = documentation{"", comments[real]}
		if text := comments[key]; text != "" {
			g.docs[key] = documentation{"", text}
		}
		g.documentMembers(comments, real, named)
	default:
		g.docs[key] = documentation{"", comments[key]}
	}
}

func (g *generator) documentMembers(comments map[string]string, key string, named *types.Named) {
	for m := range named.Methods() {
		if m.Exported() {
			g.docs[key+"."+m.Name()] = documentation{signature(m.Signature()), comments[key+"."+m.Name()]}
		}
	}
	switch t := named.Underlying().(type) {
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() {
				g.docs[key+"."+f.Name()] = documentation{"", comments[key+"."+f.Name()]}
			}
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			if m.Exported() {
				g.docs[key+"."+m.Name()] = documentation{signature(m.Signature()), comments[key+"."+m.Name()]}
			}
		}
	}
}

// signature is what follows a function's name.
func signature(s *types.Signature) string {
	text := types.TypeString(s, (*types.Package).Name)
	return strings.ReplaceAll(strings.TrimPrefix(text, "func"), "interface{}", "any")
}

// sources are the packages of this module that declare what exposed exports.
func sources(exposed []*types.Package) []string {
	paths := map[string]bool{}
	for _, pkg := range exposed {
		paths[pkg.Path()] = true
		for _, name := range pkg.Scope().Names() {
			if t, ok := pkg.Scope().Lookup(name).(*types.TypeName); ok && t.Exported() {
				if named, ok := types.Unalias(t.Type()).(*types.Named); ok && named.Obj().Pkg() != nil && group(named.Obj().Pkg().Path()) == "3" {
					paths[named.Obj().Pkg().Path()] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// loadComments reads the doc comments of packages: path.Name, path.Type.Member.
func loadComments(dir string, paths []string) (map[string]string, error) {
	config := &packages.Config{Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedSyntax, Dir: dir}
	loaded, err := packages.Load(config, paths...)
	if err != nil {
		return nil, fmt.Errorf("load comments: %w", err)
	}
	comments := map[string]string{}
	renamed := map[string]string{}
	for _, p := range loaded {
		for _, file := range p.Syntax {
			for _, decl := range file.Decls {
				declComments(comments, p.PkgPath, decl)
				renames(renamed, p.PkgPath, decl)
			}
		}
	}
	for _, p := range loaded {
		for key, original := range renamed {
			if name, ok := strings.CutPrefix(original, p.Name+"."); ok && comments[p.PkgPath+"."+name] != "" {
				comments[key] = comments[p.PkgPath+"."+name]
			}
		}
	}
	return comments, nil
}

// renames finds the variables and constants that are another package's under a
// new name, X = pkg.Y: what Y's comment says counts.
func renames(renamed map[string]string, pkg string, decl ast.Decl) {
	d, ok := decl.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, spec := range d.Specs {
		s, ok := spec.(*ast.ValueSpec)
		if !ok || len(s.Names) != len(s.Values) {
			continue
		}
		for i, value := range s.Values {
			if sel, ok := value.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok {
					renamed[pkg+"."+s.Names[i].Name] = x.Name + "." + sel.Sel.Name
				}
			}
		}
	}
}

func declComments(comments map[string]string, pkg string, decl ast.Decl) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		key := pkg + "." + d.Name.Name
		if d.Recv != nil {
			key = pkg + "." + receiver(d.Recv) + "." + d.Name.Name
		}
		comments[key] = commentText(d.Doc)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				key := pkg + "." + s.Name.Name
				comments[key] = commentText(s.Doc, s.Comment, only(d, d.Doc))
				memberComments(comments, key, s.Type)
			case *ast.ValueSpec:
				for _, name := range s.Names {
					comments[pkg+"."+name.Name] = commentText(s.Doc, s.Comment, d.Doc)
				}
			}
		}
	}
}

// only is doc where d declares one thing.
func only(d *ast.GenDecl, doc *ast.CommentGroup) *ast.CommentGroup {
	if d.Lparen == token.NoPos {
		return doc
	}
	return nil
}

func memberComments(comments map[string]string, key string, t ast.Expr) {
	var fields *ast.FieldList
	switch t := t.(type) {
	case *ast.StructType:
		fields = t.Fields
	case *ast.InterfaceType:
		fields = t.Methods
	default:
		return
	}
	for _, f := range fields.List {
		for _, name := range f.Names {
			comments[key+"."+name.Name] = commentText(f.Doc, f.Comment)
		}
	}
}

func receiver(recv *ast.FieldList) string {
	t := recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if index, ok := t.(*ast.IndexExpr); ok {
		t = index.X
	}
	if name, ok := t.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// commentText is the first comment there is, without lines for other tools.
func commentText(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		text := strings.TrimSpace(g.Text())
		if before, _, found := strings.Cut(text, "seed: "); found {
			text = strings.TrimSpace(before)
		}
		if text != "" {
			return text
		}
	}
	return ""
}

// writeDocs writes the documentation as Go source. What has neither is left out.
func (g *generator) writeDocs() {
	g.docTable.WriteString("\n// docs are the signatures and doc comments of this module's packages, by path.Name\n// and path.Type.Member. The map is made at the first look.\n")
	g.docTable.WriteString("var docs = sync.OnceValue(func() map[string]doc {\nreturn map[string]doc{\n")
	for _, key := range slices.Sorted(maps.Keys(g.docs)) {
		if d := g.docs[key]; d != (documentation{}) {
			fmt.Fprintf(&g.docTable, "%q: {%s, %s},\n", key, constant.MakeString(d.signature).ExactString(), constant.MakeString(d.text).ExactString())
		}
	}
	g.docTable.WriteString("}\n})\n")
}
