package diff

import (
	"cmp"
	"context"
	"errors"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/difftest"
)

// Reduce removes declarations and statements while the difference stays, for so
// long at most, and returns the program that is left.
func (r *Runner) Reduce(ctx context.Context, d Difference, limit time.Duration) string {
	end := time.Now().Add(limit)
	code := tidy(difftest.Batch(d.Program))
	for progress := true; progress; {
		progress = false
		list := spans(code)
		for i, s := range list {
			if time.Now().After(end) || ctx.Err() != nil {
				return tidy(code)
			}
			if s.gone {
				continue
			}
			smaller, ok := r.valid(code[:s.start] + s.instead + code[s.end:])
			if ok && r.differs(ctx, smaller, d.Kind) {
				move(list[i+1:], s)
				code, progress = code[:s.start]+s.instead+code[s.end:], true
			}
		}
		code, _ = r.valid(code)
	}
	return tidy(code)
}

// move adjusts the spans after one was replaced; those that overlapped with it
// are gone until the next round.
func move(list []span, replaced span) {
	by := len(replaced.instead) - (replaced.end - replaced.start)
	for i := range list {
		switch s := &list[i]; {
		case s.start >= replaced.end:
			s.start += by
			s.end += by
		case s.end > replaced.start:
			s.gone = true
		}
	}
}

// tidy formats a program, without its comments and empty lines.
func tidy(code string) string {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", code, parser.SkipObjectResolution)
	if err != nil {
		return code
	}
	var text strings.Builder
	if err := format.Node(&text, fset, file); err != nil {
		return code
	}
	return blank.ReplaceAllString(text.String(), "\n")
}

var blank = regexp.MustCompile(`\n(\s*\n)+`)

// differs tells whether both ways still differ, in the same manner.
func (r *Runner) differs(ctx context.Context, code, kind string) bool {
	got, failed, err := r.Engine(ctx, code)
	if err != nil || kind != KindOutput && failed != kind {
		return false
	}
	want, wrong, err := r.Reference(ctx, code)
	if err != nil || wrong != "" {
		return false
	}
	if failed == "" && got != want {
		failed = KindOutput
	}
	return failed == kind
}

// span is a part of a program that may be replaced by another one.
type span struct {
	start, end int
	instead    string
	gone       bool
}

// spans lists the parts of a program that might be left out, large ones first:
// declarations, runs of statements, and what is around a block or an operand.
func spans(code string) []span {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", code, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	var list []span
	add := func(from, to token.Pos, instead string) {
		list = append(list, span{start: int(from - file.FileStart), end: int(to - file.FileStart), instead: instead})
	}
	textOf := func(n ast.Node) string { return code[n.Pos()-file.FileStart : n.End()-file.FileStart] }
	runs := func(statements []ast.Stmt) {
		for n := len(statements); n > 0; n = next(n) {
			for i := 0; i+n <= len(statements); i += max(1, n/2) {
				add(statements[i].Pos(), statements[i+n-1].End(), "")
			}
		}
	}
	for _, d := range file.Decls {
		add(d.Pos(), d.End(), "")
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			runs(n.List)
		case *ast.CaseClause:
			runs(n.Body)
			add(n.Pos(), n.End(), "")
		case *ast.ForStmt, *ast.RangeStmt, *ast.IfStmt:
			add(n.Pos(), n.End(), textOf(bodyOf(n)))
		case *ast.CompositeLit:
			if len(n.Elts) > 0 {
				add(n.Lbrace, n.Rbrace+1, "{}")
			}
		case *ast.BinaryExpr:
			add(n.Pos(), n.End(), textOf(n.X))
			add(n.Pos(), n.End(), textOf(n.Y))
		case *ast.StructType:
			for _, f := range n.Fields.List {
				add(f.Pos(), f.End(), "")
			}
		case *ast.ReturnStmt:
			if len(n.Results) > 0 {
				add(n.Pos(), n.End(), "return")
			}
		case *ast.CallExpr:
			for _, argument := range n.Args {
				add(n.Pos(), n.End(), textOf(argument))
			}
		}
		return true
	})
	slices.SortStableFunc(list, func(a, b span) int { return cmp.Compare(b.end-b.start-len(b.instead), a.end-a.start-len(a.instead)) })
	return list
}

// next halves the length of a run. Two are tried always: a variable and the
// statement that uses it go together.
func next(n int) int {
	if n == 3 {
		return 2
	}
	return n / 2
}

func bodyOf(n ast.Node) *ast.BlockStmt {
	switch n := n.(type) {
	case *ast.ForStmt:
		return n.Body
	case *ast.RangeStmt:
		return n.Body
	case *ast.IfStmt:
		return n.Body
	}
	return nil
}

// valid tells whether a program compiles, without the imports that it no longer
// uses.
func (r *Runner) valid(code string) (string, bool) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", code, parser.SkipObjectResolution)
	if err != nil {
		return "", false
	}
	good := true
	var unused []int
	config := types.Config{Importer: r.Importer, Error: func(err error) {
		e, ok := errors.AsType[types.Error](err)
		if ok && strings.HasSuffix(e.Msg, "imported and not used") {
			unused = append(unused, fset.Position(e.Pos).Offset)
			return
		}
		good = false
	}}
	_, _ = config.Check("main", fset, []*ast.File{file}, nil) // its errors came one by one
	if !good {
		return "", false
	}
	slices.Sort(unused)
	for _, at := range slices.Backward(unused) {
		code = code[:at] + code[at+strings.IndexByte(code[at:], '\n'):]
	}
	return code, true
}
