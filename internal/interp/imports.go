package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"strconv"
	"strings"

	"github.com/cosmos72/gomacro/fast"

	"github.com/ipyauth/ipyauth/internal/cells/similar"
)

// importSpec is one line of an import declaration.
type importSpec struct {
	name string // "", "_", "." or an identifier
	path string
	pos  token.Pos
}

// splitImports takes the import declarations out of a cell, and its package
// clause, which means nothing here.
func splitImports(nodes []ast.Node) (rest []ast.Node, specs []importSpec) {
	for _, node := range nodes {
		d, ok := node.(*ast.GenDecl)
		switch {
		case ok && d.Tok == token.IMPORT:
			for _, spec := range d.Specs {
				specs = append(specs, newImportSpec(spec.(*ast.ImportSpec)))
			}
		case ok && d.Tok == token.PACKAGE:
		default:
			rejectImports(node)
			rest = append(rest, node)
		}
	}
	return rest, specs
}

func newImportSpec(spec *ast.ImportSpec) importSpec {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		panic(compileError{spec.Path.Pos(), "import path " + spec.Path.Value + " is not a string"})
	}
	s := importSpec{path: localPath(path), pos: spec.Path.Pos()}
	if spec.Name != nil {
		s.name = spec.Name.Name
	}
	return s
}

// rejectImports refuses imports inside functions and blocks, which are not Go
// but which gomacro would carry out, go tool and all.
func rejectImports(node ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ImportSpec); ok {
			panic(compileError{spec.Pos(), "an import must stand outside functions and blocks"})
		}
		return true
	})
}

// importAll imports what a cell asks for. All paths are checked first, so that
// a cell with an unknown one changes nothing.
func (in *interpreter) importAll(specs []importSpec) {
	for _, s := range specs {
		if available(s.path) {
			continue
		}
		if !in.thirdParty || !thirdPartyPath(s.path) {
			panic(compileError{s.pos, unknownPackage(s.path)})
		}
		if err := in.buildPackage(s.path); err != nil {
			panic(compileError{s.pos, fmt.Sprintf("import %q: %v", s.path, err)})
		}
	}
	for _, s := range specs {
		if s.name == "_" {
			continue // everything in the table is linked in and initialised
		}
		_, err := in.ir.ImportPackagesOrError(map[string]fast.PackageName{s.path: fast.PackageName(s.name)})
		if err != nil {
			panic(compileError{s.pos, fmt.Sprintf("import %q: %v", s.path, err)})
		}
	}
}

// unknownPackage is the sentence for an import path that is not in the table.
func unknownPackage(path string) string {
	const third = "third-party packages need the line %go111module on"
	near := similar.Paths(path, knownPackages())
	if len(near) > 0 {
		return fmt.Sprintf("package %q is not available; did you mean %s? (%s)", path, strings.Join(near, " or "), third)
	}
	if thirdPartyPath(path) {
		return fmt.Sprintf("package %q is not available: there are the standard library and ipyauth, and %s", path, third)
	}
	return fmt.Sprintf("package %q is not available: the interpreter has the standard library and ipyauth, and %s", path, third)
}

// thirdPartyPath reports whether path can be a package outside of the standard
// library: its first element is a host, or it is a folder's.
func thirdPartyPath(path string) bool {
	host, _, _ := strings.Cut(path, "/")
	return host == "" || strings.Contains(host, ".")
}

// isPackage reports whether name stands for the package path in the next cell.
func isPackage(c *fast.Comp, name, path string) bool {
	bind := c.Binds[name]
	if bind == nil {
		return false
	}
	imp, ok := bind.Value.(*fast.Import)
	return ok && imp.Path == path
}
