package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
	"github.com/ipyauth/ipyauth/kernel"
)

// The types of completions.
const (
	typeFunction = "function"
	typeMethod   = "method"
	typeField    = "field"
	typeVariable = "variable"
	typeConstant = "constant"
	typeType     = "type"
	typePackage  = "package"
	typeKeyword  = "keyword"
	typePath     = "path"
)

// maxCompletions is how many items one answer has.
const maxCompletions = 1000

// sorted are the items that begin with word, in the order of their texts; of two
// with the same text the first one.
func sorted(items []kernel.CompletionItem, word string) []kernel.CompletionItem {
	items = slices.DeleteFunc(items, func(i kernel.CompletionItem) bool { return !strings.HasPrefix(i.Text, word) })
	slices.SortStableFunc(items, func(a, b kernel.CompletionItem) int { return strings.Compare(a.Text, b.Text) })
	items = slices.CompactFunc(items, func(a, b kernel.CompletionItem) bool { return a.Text == b.Text })
	return items[:min(len(items), maxCompletions)]
}

// complete is what may stand at the offset at, in place of what begins at start.
func (a *Assistant) complete(code string, at int) (start int, items []kernel.CompletionItem) {
	before, after := code[:at], code[at:]
	if onCommandLine(before) {
		return a.completeCommand(before)
	}
	src := scan(withoutCommands(before))
	if src.tooNested() {
		return at, nil
	}
	if src.open { // in a string or a comment
		if src.last() == token.STRING && src.importing() {
			return src.tokens[len(src.tokens)-1].start + 1, importPaths()
		}
		return at, nil
	}
	start = src.cutWord()
	word := before[start:]
	switch src.last() {
	case token.FUNC, token.VAR, token.CONST, token.TYPE, token.PACKAGE, token.IMPORT:
		return start, nil // a name of one's own
	case token.GOTO, token.INT, token.FLOAT, token.IMAG, token.STRING, token.CHAR:
		return start, nil
	case token.PERIOD:
		return start, a.completeMember(src, after, word)
	}
	if word == "" && !src.afterBrace() {
		return start, nil // nothing to go by
	}
	s := a.checkEnd(src, after)
	items = s.fieldKeys(word)
	if word == "" {
		return start, items
	}
	if last := src.last(); last != token.ELSE && last != token.RBRACE {
		items = append(items, s.names(word)...)
	}
	return start, append(items, s.keywords(src)...)
}

// completeMember is what may follow the dot that src ends with.
func (a *Assistant) completeMember(src *source, after, word string) []kernel.CompletionItem {
	s := a.checkEnd(src, after)
	sel := s.selector()
	if sel == nil {
		// The parser made nothing of the statement: the operand by itself may do.
		operand := src.operand(len(src.tokens) - 1)
		if operand < 0 {
			return nil
		}
		alone := src.isolate(src.tokens[operand].start)
		s = a.checkEnd(alone, after)
		if sel = s.selector(); sel == nil {
			return nil
		}
	}
	if id, ok := sel.X.(*ast.Ident); ok {
		if p, ok := s.info.Uses[id].(*types.PkgName); ok {
			return s.packageItems(p, word)
		}
	}
	tv, ok := s.info.Types[sel.X]
	switch {
	case !ok:
		return nil
	case tv.IsType():
		return s.memberItems(tv.Type, word, members{methods: true})
	case tv.IsValue():
		return s.memberItems(tv.Type, word, members{fields: true, methods: true, addressable: tv.Addressable()})
	}
	return nil
}

// selector is the selector expression whose name is at the cursor, nil for none.
func (s *scratch) selector() *ast.SelectorExpr {
	if len(s.path) < 2 {
		return nil
	}
	sel, ok := s.path[1].(*ast.SelectorExpr)
	if !ok || sel.Sel != s.path[0] {
		return nil
	}
	return sel
}

// packageItems are the exported names of p, or of all packages that it may mean
// if it is a guess.
func (s *scratch) packageItems(p *types.PkgName, prefix string) (items []kernel.CompletionItem) {
	packages := []*types.Package{p.Imported()}
	if guess := s.imports[p.Name()]; guess != nil && guess.Imported() == p.Imported() {
		for _, path := range s.guesses[p.Name()] {
			if pkg, err := s.a.load(path); err == nil {
				packages = append(packages, pkg)
			}
		}
	}
	for _, pkg := range packages {
		items = append(items, exportedItems(pkg, prefix)...)
	}
	return items
}

func exportedItems(pkg *types.Package, prefix string) (items []kernel.CompletionItem) {
	for _, name := range pkg.Scope().Names() {
		if token.IsExported(name) && strings.HasPrefix(name, prefix) {
			items = append(items, item(pkg.Scope().Lookup(name)))
		}
	}
	return items
}

// importPaths are what an import can name.
func importPaths() (items []kernel.CompletionItem) {
	for _, path := range stdlib.Paths() {
		items = append(items, kernel.CompletionItem{Text: path, Type: typePackage})
	}
	return items
}
