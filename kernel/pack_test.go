package kernel

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
	"testing"
)

// Messages are made in one place, which searches them: whoever makes one
// elsewhere, for a new type of message say, breaks this.
func TestMessagesAreMadeByPackerAlone(t *testing.T) {
	t.Attr("attack", "E77")
	notTests := func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }
	packages, err := parser.ParseDir(token.NewFileSet(), ".", notTests, 0)
	if err != nil {
		t.Fatal(err)
	}
	makers := map[string]int{}
	for name, file := range packages["kernel"].Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && (s.Sel.Name == "NewMessage" || s.Sel.Name == "Encode" && isCodec(s.X)) {
				makers[name+" "+s.Sel.Name]++
			}
			return true
		})
	}
	if len(makers) != 2 || makers["pack.go NewMessage"] != 1 || makers["pack.go Encode"] != 1 {
		t.Errorf("messages are made by %v, want pack.go alone", makers)
	}
}

// isCodec tells the codec from encoders of other kinds, by its name.
func isCodec(x ast.Expr) bool {
	s, ok := x.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "codec"
}
