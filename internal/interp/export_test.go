package interp

import (
	"maps"
	"slices"

	"github.com/ipyauth/ipyauth/kernel"
)

// Compile does what Execute does short of running the cell, and takes back what
// it declared.
func Compile(i kernel.Interpreter, c kernel.Cell) (err error) {
	in := i.(*interpreter)
	x := in.begin(c)
	defer in.end(x)
	defer func() {
		if p := recover(); p != nil {
			err = in.failure(x, p)
		}
	}()
	nodes, _ := splitImports(in.parse(x))
	for _, node := range nodes {
		rewriteCalls(node)
		checkDepth(node)
	}
	mark := in.mark()
	in.compile(x, nodes)
	x.undo.revert(in.comp, 0)
	in.resetTo(mark)
	return nil
}

// Stdlib is what stdlib_gen.go adds: package paths and names.
func Stdlib() (values, types map[string][]string) {
	values, types = map[string][]string{}, map[string][]string{}
	for path, names := range stdlib {
		pkg := names()
		values[path] = slices.Sorted(maps.Keys(pkg.Binds))
		types[path] = slices.Sorted(maps.Keys(pkg.Types))
	}
	return values, types
}
