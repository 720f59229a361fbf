package engine

import (
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"strings"
)

// remark says, below a cell, what is worth knowing about it: a line each.
func (in *interpreter) remark(name string, r *Result) {
	for _, note := range r.Notes {
		fmt.Fprintln(os.Stderr, note)
	}
	for _, w := range r.Unit.Waiting {
		fmt.Fprintf(os.Stderr, "%s waits for %s, which no cell has declared yet\n", w.Func.Name(), strings.Join(w.Names, ", "))
	}
	if r.Unit.Cell.Program && r.Unit.Cell.Body == nil {
		fmt.Fprintln(os.Stderr, "main is declared: a cell main() runs the program")
	}
	if r.Left {
		fmt.Fprintln(os.Stderr, left(name))
	}
}

// left says that a cell could not be stopped.
func left(name string) string {
	return name + " waits in compiled code, which cannot be stopped: its goroutine is left behind, and ends at its next step"
}

// printed reports that a cell ends with a successful fmt.Print or one of its
// kin: what it returns is of no interest below what it printed.
func printed(r *Result) bool {
	call, ok := ast.Unparen(r.Unit.Last).(*ast.CallExpr)
	if !ok || len(r.Values) != 2 || !r.Values[1].IsZero() {
		return false
	}
	var name *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		name = fun.Sel
	case *ast.Ident:
		name = fun
	default:
		return false
	}
	f, ok := r.Unit.Info.Uses[name].(*types.Func)
	if !ok || f.Pkg() == nil || f.Pkg().Path() != "fmt" {
		return false
	}
	return strings.HasPrefix(f.Name(), "Print") || strings.HasPrefix(f.Name(), "Fprint")
}
