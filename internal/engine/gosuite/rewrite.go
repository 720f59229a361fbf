package gosuite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
)

// Mark is what a program prints when its main is entered, so that an engine
// that does not run main passes nothing.
const Mark = "go-suite-main-entered"

// Enter makes main print the mark before its first statement. The lines keep
// their numbers. A program without main stays as it is.
func Enter(text string) string {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if err != nil {
		return text
	}
	main, declared := declarations(file)
	if main == nil || main.Body == nil {
		return text
	}
	insert := func(after token.Pos, code string) {
		i := int(after - file.FileStart)
		text = text[:i] + code + text[i:]
	}
	if !declared["print"] {
		insert(main.Body.Lbrace+1, `print("`+Mark+`\n");`)
		return text
	}
	// The program has a print of its own. The later place comes first, so that
	// the positions hold.
	insert(main.Body.Lbrace+1, `goSuiteOS.Stderr.WriteString("`+Mark+`\n");`)
	insert(file.Name.End(), `; import goSuiteOS "os"`)
	return text
}

// declarations finds main and the names that the package declares.
func declarations(file *ast.File) (main *ast.FuncDecl, names map[string]bool) {
	names = map[string]bool{}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names[d.Name.Name] = true
				if d.Name.Name == "main" {
					main = d
				}
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names[spec.Name.Name] = true
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						names[name.Name] = true
					}
				}
			}
		}
	}
	return main, names
}

// MinusForPlus makes every sum of numbers a difference, and tells how many it
// changed: a control that shows what the suite notices. Constants keep their
// values, because otherwise most programs would only fail to compile.
func MinusForPlus(text string, importer types.Importer) (string, int) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		return text, 0
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: importer, Error: func(error) {}}
	_, _ = config.Check("main", fset, []*ast.File{file}, info) // what has no type is left alone
	changed, n := []byte(text), 0
	minus := func(at token.Pos) {
		changed[at-file.FileStart] = '-'
		n++
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch sum := node.(type) {
		case *ast.BinaryExpr:
			if sum.Op == token.ADD && isNumber(info.Types[sum]) {
				minus(sum.OpPos)
			}
		case *ast.AssignStmt: // += is a sum too
			if sum.Tok == token.ADD_ASSIGN && isNumber(info.Types[sum.Lhs[0]]) {
				minus(sum.TokPos)
			}
		}
		return true
	})
	return string(changed), n
}

func isNumber(tv types.TypeAndValue) bool {
	if tv.Type == nil || tv.Value != nil {
		return false
	}
	basic, ok := tv.Type.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsNumeric != 0
}
