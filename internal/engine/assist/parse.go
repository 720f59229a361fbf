package assist

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// cursorName stands at the cursor in code that is checked for its sake. Go allows
// the name, and nobody writes it.
const cursorName = "ǃcursor"

// checkEnd checks code with a name of its own at its end, which is what is asked
// about. after is what follows the code in the cell: its declarations count, too.
func (a *Assistant) checkEnd(src *source, after string) *scratch {
	if below := declarationsOf(after); below != "" {
		src = scan(below + src.code)
	}
	return a.check(mend(src, true), cursorName, len(src.code))
}

// checkAt checks code. The cursor is at offset.
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
	for i := 0; i < len(block.List); i++ {
		names := declaredBy(block.List[i])
		if i > 0 && slices.ContainsFunc(names, func(name string) bool { return declared[name] }) {
			inner := &ast.BlockStmt{Lbrace: block.List[i].Pos(), List: block.List[i:], Rbrace: block.Rbrace}
			block.List = append(slices.Clone(block.List[:i]), inner)
			s.nested = append(s.nested, inner)
			block, i = inner, 0
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
