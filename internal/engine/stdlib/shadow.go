package stdlib

import (
	"embed"
	"path"
	"strings"
)

// The shadows are packages of Go source, so that tests can run them compiled, too.
//
//go:embed shadow
var shadows embed.FS

// Source is the Go source of the generic names of a package, by file name: the
// package's shadow. It is to be checked as a package of the same path, in which the
// import of that path, named compiled, is the compiled package. An instance of a
// generic function of compiled, such as compiled.Pull[any], is one that Instance has.
func Source(of string) (files map[string][]byte, ok bool) {
	dir := path.Join("shadow", of)
	entries, err := shadows.ReadDir(dir)
	if err != nil {
		return nil, false
	}
	files = map[string][]byte{}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		if text, err := shadows.ReadFile(path.Join(dir, e.Name())); err == nil {
			files[e.Name()] = text
		}
	}
	return files, len(files) > 0
}
