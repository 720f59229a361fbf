package stdlib

import (
	"slices"
	"sync"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib/tables"
)

// Paths are the import paths that cells may use, the short ones of this module's
// packages among them, sorted. Callers must not change the slice.
var Paths = sync.OnceValue(func() []string {
	paths := []string{"unsafe"}
	for _, path := range tables.Paths {
		if hasExport(path) {
			paths = append(paths, path)
		}
	}
	for _, short := range tables.Short {
		paths = append(paths, short[0])
	}
	slices.Sort(paths)
	return paths
})

func importable(path string) bool { return path == "unsafe" || hasExport(path) }

// Resolve is the import path that a short one stands for, or path itself: ipyauth
// is github.com/ipyauth/ipyauth.
func Resolve(path string) string {
	for _, short := range tables.Short {
		if short[0] == path {
			return short[1]
		}
	}
	return path
}

// ByName are the import paths of the packages that are called name, sorted:
// crypto/rand, math/rand and math/rand/v2 are called rand.
func ByName(name string) []string {
	var found []string
	for _, path := range Paths() {
		if Resolve(path) == path && tables.Name(path) == name {
			found = append(found, path)
		}
	}
	return found
}
