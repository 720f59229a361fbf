package source

import (
	"go/ast"
	"strings"
	"testing"
)

// Any text is a cell or has errors, and every position is inside of it.
func FuzzParse(f *testing.F) {
	for _, code := range []string{
		"", "1 + 1", "%cd\nx := 1", "package main\nfunc main() {}", "func (t T) M() {}\nx", "func(a int) T {}", "x := `a\r\n`\r\n// é",
		"}", "(]", "/*", "`", "var x = 1; x // c", "import (`fmt`; .`math`)", "for i := 0; i < 3; i++ {}", "\ufeffx", "a\x00b", "L: goto L", "//line x:1\ny",
		"/*é\n*/func /**/(T) /**/m/**/() {}", "!ls", "case 1:", "type T[P any] = []P", "package a\n)", "package (",
	} {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		var s Sources
		s.Parse("cell 1", "func before() {}")
		c, errs := s.Parse("cell 2", code)
		if (c == nil) != (len(errs) > 0) {
			t.Fatalf("the cell is %v with the errors %v", c, errs)
		}
		lines := strings.Split(code, "\n")
		inside := func(p Position) {
			if p.Cell != "cell 2" || p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > len([]rune(lines[p.Line-1]))+1 {
				t.Fatalf("position %v", p)
			}
		}
		for _, e := range errs {
			inside(s.Position(e.Pos))
		}
		Complete(code)
		if c == nil {
			return
		}
		ast.Inspect(c.File, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				inside(s.Position(id.Pos()))
				if at := c.Offset(id.Pos()); at < 0 || at > len(code) {
					t.Fatalf("offset %d", at)
				}
			}
			return true
		})
	})
}
