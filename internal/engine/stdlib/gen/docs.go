package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// comments are the doc comments of a package: "" its own, Name, Type.Member.
type comments map[string]string

// renamed are the names of a package that are another's, X = other.Y, and have no
// comment of their own.
type renamed map[string]origin

type origin struct{ path, name string }

// library are the comments of packages, read when they are needed.
type library struct {
	dirs     map[string]string
	comments map[string]comments
	renamed  map[string]renamed
}

// docs are the doc comments of the packages that cells can import and of those
// that declare their types, one text a package: name, NUL, comment, NUL.
func (s *set) docs() (map[string][]byte, error) {
	l := &library{s.dirs, map[string]comments{}, map[string]renamed{}}
	paths := slices.Clone(s.paths)
	for _, h := range s.hidden() {
		paths = append(paths, h.path)
	}
	all := map[string][]byte{}
	for _, path := range paths {
		if all[path] != nil {
			continue
		}
		text, err := l.text(path)
		if err != nil {
			return nil, fmt.Errorf("read comments of %s: %w", path, err)
		}
		all[path] = text
	}
	return all, nil
}

func (l *library) read(path string) (err error) {
	if l.comments[path] == nil {
		l.comments[path], l.renamed[path], err = readComments(l.dirs[path])
	}
	return err
}

// text is what the zip has for a package.
func (l *library) text(path string) ([]byte, error) {
	if err := l.read(path); err != nil {
		return nil, err
	}
	texts := maps.Clone(l.comments[path])
	for name := range l.renamed[path] {
		text, err := l.original(origin{path, name})
		if err != nil {
			return nil, err
		}
		if text != "" {
			texts[name] = text
		}
	}
	b := []byte{}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		b = fmt.Appendf(b, "%s\x00%s\x00", name, texts[name])
	}
	return b, nil
}

// original is the comment at the end of a chain of names for the same thing.
func (l *library) original(o origin) (string, error) {
	for {
		if l.dirs[o.path] == "" {
			return "", nil
		}
		if err := l.read(o.path); err != nil {
			return "", err
		}
		next, ok := l.renamed[o.path][o.name]
		if !ok {
			return l.comments[o.path][o.name], nil
		}
		o = next
	}
}

// readComments reads every file of a folder but the tests. What files for one
// system say of a name counts only where those for Linux say nothing of it.
func readComments(dir string) (comments, renamed, error) {
	context := build.Default
	context.GOOS, context.GOARCH, context.CgoEnabled = "linux", "amd64", false
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	usual, others, names := comments{}, comments{}, renamed{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		match, err := context.MatchFile(dir, e.Name())
		if err != nil {
			return nil, nil, err
		}
		into := others
		if match {
			into = usual
		}
		into.file(file, match)
		names.file(file)
	}
	for name, text := range others {
		if usual[name] == "" {
			usual[name] = text
		}
	}
	return usual, names, nil
}

func (c comments) file(file *ast.File, match bool) {
	if match && file.Name.Name != "main" && file.Name.Name != "documentation" {
		if text := commentText(file.Doc); len(text) > len(c[""]) {
			c[""] = text
		}
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			c.add(member(d), commentText(d.Doc))
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				c.spec(d, spec)
			}
		}
	}
}

func (c comments) spec(d *ast.GenDecl, spec ast.Spec) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		doc := s.Doc
		if doc == nil && d.Lparen == token.NoPos {
			doc = d.Doc
		}
		c.add(s.Name.Name, commentText(doc, s.Comment))
		switch t := s.Type.(type) {
		case *ast.StructType:
			c.members(s.Name.Name, t.Fields)
		case *ast.InterfaceType:
			c.members(s.Name.Name, t.Methods)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			c.add(name.Name, commentText(s.Doc, s.Comment, d.Doc))
		}
	}
}

func (c comments) members(of string, fields *ast.FieldList) {
	for _, f := range fields.List {
		for _, name := range f.Names {
			c.add(of+"."+name.Name, commentText(f.Doc, f.Comment))
		}
	}
}

// add keeps the comment of a name whose every part is exported.
func (c comments) add(name, text string) {
	first, second, isMember := strings.Cut(name, ".")
	if text != "" && ast.IsExported(first) && (!isMember || ast.IsExported(second)) {
		c[name] = text
	}
}

// file finds the variables and constants of a file that are another package's.
func (r renamed) file(file *ast.File) {
	imports := map[string]string{}
	for _, spec := range file.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		imports[path.Base(imported)] = imported
		if spec.Name != nil {
			imports[spec.Name.Name] = imported
		}
	}
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range d.Specs {
				if s, ok := spec.(*ast.ValueSpec); ok && len(s.Names) == len(s.Values) && commentText(s.Doc, s.Comment) == "" {
					r.spec(s, imports)
				}
			}
		}
	}
}

func (r renamed) spec(s *ast.ValueSpec, imports map[string]string) {
	for i, value := range s.Values {
		sel, ok := value.(*ast.SelectorExpr)
		if !ok || !s.Names[i].IsExported() {
			continue
		}
		if x, ok := sel.X.(*ast.Ident); ok && imports[x.Name] != "" {
			r[s.Names[i].Name] = origin{imports[x.Name], sel.Sel.Name}
		}
	}
}

// member is Name or Type.Name.
func member(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	switch index := t.(type) {
	case *ast.IndexExpr:
		t = index.X
	case *ast.IndexListExpr:
		t = index.X
	}
	if name, ok := t.(*ast.Ident); ok {
		return name.Name + "." + d.Name.Name
	}
	return d.Name.Name
}

// commentText is the first comment there is, without lines for other tools.
func commentText(of ...*ast.CommentGroup) string {
	for _, g := range of {
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
