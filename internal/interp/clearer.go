package interp

import (
	"go/ast"
	"regexp"
	"strings"
	"sync"
)

// gomacro compiles what is called with no or one argument as a function and, if
// that fails, as a type; what it then says is about types. These are such words.
var aboutTypes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(undefined "|not a package: |not a type: |invalid qualified type|unimplemented type: )`)
})

// clearer is what the compiler says of the cell in p. When it took a call for a
// conversion, the call is compiled once more with two arguments, so that it
// says what is wrong with the function.
func (in *interpreter) clearer(p any, x *execution, steps []*step) compileError {
	e := asCompileError(x.source, in.comp.Pos, p)
	if len(steps) == 0 || !aboutTypes().MatchString(e.msg) {
		return e
	}
	failed := steps[len(steps)-1]
	found := false
	for _, node := range failed.nodes {
		ast.Inspect(node, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) > 1 || call.Fun.Pos() != e.pos {
				return true
			}
			if _, ok := call.Fun.(*ast.SelectorExpr); ok {
				call.Args = []ast.Expr{ast.NewIdent("nil"), ast.NewIdent("nil")}
				found = true
			}
			return true
		})
	}
	if !found {
		return e
	}
	again, failedAgain := in.compileAgain(x, failed)
	if !failedAgain || aboutTypes().MatchString(again.msg) || strings.Contains(again.msg, "argument") {
		return e
	}
	return again
}

func (in *interpreter) compileAgain(x *execution, s *step) (e compileError, failed bool) {
	defer func() {
		if p := recover(); p != nil {
			e, failed = asCompileError(x.source, in.comp.Pos, p), true
		}
	}()
	in.compileStep(x, s)
	return compileError{}, false
}
