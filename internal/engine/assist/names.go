package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
	"github.com/ipyauth/ipyauth/kernel"
)

// names are the names with a prefix that can stand alone at the cursor, the
// nearest first.
func (s *scratch) names(prefix string) (items []kernel.CompletionItem) {
	seen := map[string]bool{"_": true, cursorName: true}
	add := func(name string, obj types.Object) {
		if obj != nil && !seen[name] {
			seen[name] = true
			it := item(obj)
			it.Text = name
			items = append(items, it)
		}
	}
	each := func(names []string, lookup func(string) types.Object) {
		for _, name := range names {
			if strings.HasPrefix(name, prefix) {
				add(name, lookup(name))
			}
		}
	}
	for scope := s.scope(); scope != nil && scope.Parent() != nil && scope != s.pkg.Scope().Parent(); scope = scope.Parent() {
		each(scope.Names(), func(name string) types.Object { return s.visible(scope, name) })
	}
	for name, obj := range s.earlier {
		each([]string{name}, func(string) types.Object { return obj })
	}
	for name, p := range s.imports {
		if s.guesses[name] == nil {
			each([]string{name}, func(string) types.Object { return p })
		}
	}
	for _, p := range s.dots {
		each(exported(p), p.Scope().Lookup)
	}
	each(s.a.Session.Names(), s.a.Session.Lookup)
	for _, p := range s.a.dots {
		each(exported(p), s.a.Session.Lookup)
	}
	each(types.Universe.Names(), types.Universe.Lookup)
	for name, paths := range packageNames() {
		if strings.HasPrefix(name, prefix) && !seen[name] {
			items = append(items, kernel.CompletionItem{Text: name, Type: typePackage, Signature: paths})
		}
	}
	return items
}

// visible is what name, which scope has, means at the cursor.
func (s *scratch) visible(scope *types.Scope, name string) types.Object {
	_, obj := scope.LookupParent(name, s.pos)
	return obj
}

// scope is the innermost scope around the cursor.
func (s *scratch) scope() *types.Scope {
	for _, n := range s.path {
		if f, ok := n.(*ast.FuncDecl); ok {
			n = f.Type
		} else if f, ok := n.(*ast.FuncLit); ok {
			n = f.Type
		}
		if scope := s.info.Scopes[n]; scope != nil {
			return scope
		}
	}
	return s.pkg.Scope()
}

func exported(p *types.Package) []string {
	return slices.DeleteFunc(p.Scope().Names(), func(name string) bool { return !token.IsExported(name) })
}

// packageNames are the names of the packages that cells can import, with their
// paths.
var packageNames = sync.OnceValue(func() map[string]string {
	paths := map[string]string{}
	for _, path := range stdlib.Paths() {
		if stdlib.Resolve(path) != path {
			continue
		}
		p := stdlib.Lookup(path)
		if p == nil {
			continue
		}
		if paths[p.Name] != "" {
			path = paths[p.Name] + " or " + path
		}
		paths[p.Name] = path
	}
	return paths
})

// keywords are the keywords that may stand at the cursor, behind src.
func (s *scratch) keywords(src *source) (items []kernel.CompletionItem) {
	words := []string{"chan", "func", "interface", "map", "struct"}
	switch last := src.last(); {
	case last == token.ELSE:
		words = []string{"if"}
	case last == token.RBRACE: // on the same line
		words = []string{"else"}
	case last == token.FOR, last == token.DEFINE, last == token.ASSIGN:
		words = append(words, "range")
	case s.isStatement():
		words = append(words, "const", "defer", "for", "go", "goto", "if", "return", "select", "switch", "type", "var")
		words = append(words, s.keywordsAround()...)
		if len(src.tokens) == 0 {
			words = append(words, "package")
		}
	}
	for _, w := range words {
		items = append(items, kernel.CompletionItem{Text: w, Type: typeKeyword})
	}
	return items
}

// isStatement reports whether a statement begins at the cursor, or the parser made
// nothing of what is there.
func (s *scratch) isStatement() bool {
	if len(s.path) < 2 {
		return true
	}
	if _, ok := s.path[0].(*ast.Ident); !ok {
		return true
	}
	_, ok := s.path[1].(*ast.ExprStmt)
	return ok
}

// keywordsAround are those that go with the statements around the cursor.
func (s *scratch) keywordsAround() (words []string) {
	for i, n := range s.path {
		switch n := n.(type) {
		case *ast.FuncLit:
			return words
		case *ast.FuncDecl:
			// At the top level of the cell, where an import may stand.
			if n == s.body && !slices.ContainsFunc(s.path[:i], isInner) {
				words = append(words, "import")
			}
			return words
		case *ast.ForStmt, *ast.RangeStmt:
			words = append(words, "break", "continue")
		case *ast.SwitchStmt:
			words = append(words, "break", "case", "default", "fallthrough")
		case *ast.TypeSwitchStmt, *ast.SelectStmt:
			words = append(words, "break", "case", "default")
		}
	}
	return words
}

func isInner(n ast.Node) bool {
	switch n.(type) {
	case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		return true
	}
	return false
}
