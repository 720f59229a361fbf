// Package assist proposes what may stand at a cursor and describes what stands
// there, by the types that go/types finds in code that is being written.
//
//	a := &assist.Assistant{Session: session}
//	completion := a.Complete(`strings.ToU`, 11)
//	data, found := a.Inspect(`strings.ToUpper(`, 16, 0)
//
// A cell with a cursor is seldom a whole one. Its text is mended, so that the
// parser makes something of every part, and checked as a package of its own in a
// scope that holds what it mentions of the session. The session itself is only
// read, and nothing of the cell runs.
package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// Assistant answers what a front end asks about the code of a session. It is used
// on the goroutine that uses the session.
type Assistant struct {
	Session *check.Session
	// Import finds packages for the type checker. nil is [stdlib.Import].
	Import check.Importer
	// Commands are the lines that begin with %. nil is [DefaultCommands].
	Commands []Command
	// Docs is the doc comment of an object that is neither of a cell nor in
	// package stdlib's data, "" for none. nil knows none.
	Docs func(types.Object) string
	// Value is what a variable of the session holds now; ok is false where that
	// cannot be told. It must run nothing. nil shows no values.
	Value func(*types.Var) (v reflect.Value, ok bool)

	comments comments         // of committed cells
	dots     []*types.Package // that cells imported with a dot
}

// maxCode bounds the code that is looked at, in bytes.
const maxCode = 1 << 17

// Complete proposes what may stand at the cursor, which counts code points.
func (a *Assistant) Complete(code string, cursor int) (c kernel.Completion) {
	at := byteOffset(code, cursor)
	c.Start = utf8.RuneCountInString(code[:at])
	c.End = c.Start
	if at > maxCode {
		return c
	}
	defer recoverFrom(func() { c.Items = nil })
	start, items := a.complete(code, at)
	c.Start = utf8.RuneCountInString(code[:start])
	c.Items = sorted(items, code[start:at])
	return c
}

// Inspect describes the name at the cursor, which counts code points, or else the
// function in whose parentheses the cursor is. With detail above 0 a type comes
// with its methods, and a package with all of its comment.
func (a *Assistant) Inspect(code string, cursor, detail int) (data *display.Data, found bool) {
	at := byteOffset(code, cursor)
	if at > maxCode {
		return nil, false
	}
	defer recoverFrom(func() { data, found = nil, false })
	d := a.inspect(code, at, detail)
	if d.declaration == "" {
		return nil, false
	}
	return d.data(), true
}

// recoverFrom ends a panic: the parser and the type checker are made for code, and
// get text.
func recoverFrom(failed func()) {
	if recover() != nil {
		failed()
	}
}

// byteOffset is where in code the code point with this number begins.
func byteOffset(code string, cursor int) int {
	for at := range code {
		if cursor <= 0 {
			return at
		}
		cursor--
	}
	return len(code)
}

func (a *Assistant) load(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if a.Import != nil {
		return a.Import(path)
	}
	return stdlib.Import(path)
}

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
	before, after := code[:at], code[at:min(len(code), maxCode)]
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
	case token.GOTO, token.BREAK, token.CONTINUE, token.INT, token.FLOAT, token.IMAG, token.STRING, token.CHAR:
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
