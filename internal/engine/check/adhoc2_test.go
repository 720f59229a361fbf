package check

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestAdhocStatements(t *testing.T) {
	root := filepath.Join(runtime.GOROOT(), "test")
	n, bad, gave := 0, 0, 0
	filepath.Walk(root, func(p string, fi os.FileInfo, err error) error {
		if err != nil || !strings.HasSuffix(p, ".go") || fi.Size() > 1<<19 { return nil }
		b, _ := os.ReadFile(p)
		if !strings.HasPrefix(string(b), "// run\n") { return nil }
		fs := token.NewFileSet()
		f, err := parser.ParseFile(fs, "", b, 0)
		if err != nil { return nil }
		for _, d := range f.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Name.Name != "main" || fd.Recv != nil { continue }
			off := func(p token.Pos) int { return fs.Position(p).Offset }
			code := string(b[:off(fd.Pos())]) + string(b[off(fd.Body.Lbrace)+1:off(fd.Body.Rbrace)]) + string(b[off(fd.End()):])
			n++
			s := newSession(Options{})
			u, errs := s.check(code)
			if len(errs) > 0 {
				bad++
				fmt.Println(strings.TrimPrefix(p, root), errs)
			} else { u.Commit() }
		}
		return nil
	})
	fmt.Println(n, "programs", bad, "bad", gave)
}

func TestAdhocSplit(t *testing.T) {
	root := filepath.Join(runtime.GOROOT(), "test")
	n, bad := 0, 0
	filepath.Walk(root, func(p string, fi os.FileInfo, err error) error {
		if err != nil || !strings.HasSuffix(p, ".go") || fi.Size() > 1<<19 { return nil }
		b, _ := os.ReadFile(p)
		if !strings.HasPrefix(string(b), "// run\n") { return nil }
		fs := token.NewFileSet()
		f, err := parser.ParseFile(fs, "", b, 0)
		if err != nil { return nil }
		n++
		s := newSession(Options{})
		off := func(p token.Pos) int { return fs.Position(p).Offset }
		for _, d := range f.Decls {
			u, errs := s.check(string(b[off(d.Pos()):off(d.End())]))
			if len(errs) > 0 {
				bad++
				if !strings.Contains(strings.Join(errs, " "), "undefined: ") {
				fmt.Println(strings.TrimPrefix(p, root), errs)
				}
				break
			}
			u.Commit()
			for _, n := range u.Notes { fmt.Println(strings.TrimPrefix(p, root), n) }
		}
		return nil
	})
	fmt.Println(n, "programs", bad, "bad")
}

func TestAdhocSnippets(t *testing.T) {
	b, _ := os.ReadFile("../testdata/snippets.txt")
	for _, sn := range strings.Split("\n"+string(b), "\n=== ")[1:] {
		name, body, _ := strings.Cut(sn, "\n")
		s := newSession(Options{})
		for _, cell := range strings.Split(body, "\n---\n") {
			u, errs := s.check(cell)
			if len(errs) > 0 { fmt.Println(name, errs); break }
			u.Commit()
			for _, n := range u.Notes { fmt.Println(name, n) }
			for _, n := range u.Waiting { fmt.Println(name, n.Func, n.Names) }
		}
	}
}
