package interp

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/cosmos72/gomacro/fast"
	"github.com/gopherdata/gophernotes/imports"
)

//go:generate go run ./gen

// register adds this module's packages to gophernotes' table and replaces the
// functions in it that a cell must not call as they are. Once per process.
var register = sync.OnceFunc(func() {
	for path, pkg := range symbols() {
		imports.Packages.MergePackage(path, imports.PackageUnderlying(pkg))
	}
	for path := range guards() {
		guardPackage(path)
	}
})

// guardPackage puts the guards of a package in the place of what they guard.
func guardPackage(path string) {
	pkg, ok := imports.Packages[path]
	if !ok {
		return
	}
	pkg.Binds = maps.Clone(pkg.Binds)
	for name, f := range guards()[path] {
		if _, ok := pkg.Binds[name]; ok {
			pkg.Binds[name] = reflect.ValueOf(f)
		}
	}
	imports.Packages[path] = pkg
}

// newer guards the part of the table that comes from stdlib_gen.go: newer.done
// are the packages whose newer names have been added.
var newer struct {
	sync.Mutex
	done map[string]bool
}

// available reports whether the table has a package. The first look at one adds
// its newer names: to add them all at the start would double its time.
func available(path string) bool {
	newer.Lock()
	defer newer.Unlock()
	if names, ok := stdlib[path]; ok && !newer.done[path] {
		if newer.done == nil {
			newer.done = map[string]bool{}
		}
		newer.done[path] = true
		if pkg, ok := imports.Packages[path]; ok {
			pkg.LazyInit(path) // makes the maps it has not, for the merge
			imports.Packages[path] = pkg
		}
		imports.Packages.MergePackage(path, names())
		guardPackage(path)
	}
	_, ok := imports.Packages[path]
	return ok
}

// offerDisplay imports package display, as gophernotes does at its start, before
// the first cell that may mean it: at the start it would take as long as all else.
func (in *interpreter) offerDisplay() {
	if in.offered {
		return
	}
	in.offered = true
	in.ir.ImportPackagesOrError(map[string]fast.PackageName{"display": ""})
}

// knownPackages are the paths that cells can import, sorted. gomacro's own packages are
// in its table too, and of no use in a cell.
func knownPackages() []string {
	newer.Lock()
	defer newer.Unlock()
	paths := slices.AppendSeq(slices.Collect(maps.Keys(imports.Packages)), maps.Keys(stdlib))
	paths = slices.DeleteFunc(paths, func(path string) bool { return strings.HasPrefix(path, "github.com/cosmos72/") })
	slices.Sort(paths)
	return slices.Compact(paths)
}
