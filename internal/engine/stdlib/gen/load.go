package main

import (
	"bytes"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"slices"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

const module = "github.com/ipyauth/ipyauth"

// exposure is a package and the import paths cells reach it by, its own left out.
type exposure struct {
	path  string
	names []string
}

// exposed are the packages beside the standard library that cells can import.
var exposed = []exposure{
	{module, []string{"ipyauth"}},
	{module + "/params", []string{"ipyauth/params"}},
	{module + "/kernel/display", []string{"display", "github.com/gopherdata/gophernotes"}},
	{module + "/sgid", []string{"ipyauth/sgid"}},
	{module + "/kernel/cell", []string{"ipyauth/cell"}},
	{"golang.org/x/oauth2", nil},
}

// leftOut are the standard packages that cells cannot use, and why.
var leftOut = map[string]string{
	"builtin":      "documentation only",
	"plugin":       "needs cgo and a Go compiler",
	"runtime/cgo":  "part of cgo",
	"runtime/race": "part of the race detector, exports nothing",
	"runtime/asan": "part of a sanitizer, exports nothing",
	"runtime/msan": "part of a sanitizer, exports nothing",
	"unsafe":       "known to the type checker, has no export data",
}

// listed is a package as go list shows it.
type listed struct{ path, dir, export string }

// set is what the module's Go knows of all packages, for all targets.
type set struct {
	paths  []string // what cells may import on some target, sorted
	dirs   map[string]string
	loaded map[target]map[string]*types.Package // complete for paths only
}

func load(root string) (*set, error) {
	s := &set{dirs: map[string]string{}, loaded: map[target]map[string]*types.Package{}}
	for _, t := range targets {
		packages, err := list(root, t)
		if err != nil {
			return nil, err
		}
		if s.loaded[t], err = s.read(packages); err != nil {
			return nil, fmt.Errorf("%s: %w", t, err)
		}
	}
	slices.Sort(s.paths)
	s.paths = slices.Compact(s.paths)
	return s, nil
}

// list compiles the packages for a target and says where their export data is.
func list(root string, t target) ([]listed, error) {
	args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Dir}}\t{{.Export}}", "std"}
	for _, e := range exposed {
		args = append(args, e.path)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOFLAGS=-mod=readonly", "GOEXPERIMENT=")
	var message bytes.Buffer
	cmd.Stderr = &message
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list packages for %s: %w: %s", t, err, &message)
	}
	var all []listed
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		all = append(all, listed{fields[0], fields[1], fields[2]})
	}
	return all, nil
}

// read reads the export data of the packages that cells may import.
func (s *set) read(packages []listed) (map[string]*types.Package, error) {
	fset, imports := token.NewFileSet(), map[string]*types.Package{}
	for _, p := range packages {
		s.dirs[p.path] = p.dir
		if !importable(p.path) || p.export == "" {
			continue
		}
		if err := readExport(fset, imports, p); err != nil {
			return nil, err
		}
		s.paths = append(s.paths, p.path)
	}
	return imports, nil
}

func readExport(fset *token.FileSet, imports map[string]*types.Package, p listed) error {
	file, err := os.Open(p.export)
	if err != nil {
		return err
	}
	defer file.Close()
	r, err := gcexportdata.NewReader(file)
	if err == nil {
		_, err = gcexportdata.Read(r, fset, imports, p.path)
	}
	if err != nil {
		return fmt.Errorf("read export data of %s: %w", p.path, err)
	}
	return nil
}

// importable reports whether cells may import path.
func importable(path string) bool {
	elements := strings.Split(path, "/")
	if strings.Contains(elements[0], ".") {
		return slices.ContainsFunc(exposed, func(e exposure) bool { return e.path == path })
	}
	return leftOut[path] == "" && elements[0] != "vendor" && elements[0] != "cmd" && !slices.Contains(elements, "internal")
}

// on are the targets that have a package.
func (s *set) on(path string) []target {
	var have []target
	for _, t := range targets {
		if p := s.loaded[t][path]; p != nil && p.Complete() {
			have = append(have, t)
		}
	}
	return have
}

// exported are a package's exported objects, by name, on one target.
func exported(p *types.Package) []types.Object {
	var all []types.Object
	for _, name := range p.Scope().Names() {
		if obj := p.Scope().Lookup(name); obj.Exported() {
			all = append(all, obj)
		}
	}
	return all
}

// generic reports whether an object has type parameters.
func generic(obj types.Object) bool {
	switch obj := obj.(type) {
	case *types.Func:
		return obj.Signature().TypeParams().Len() > 0 || obj.Signature().RecvTypeParams().Len() > 0
	case *types.TypeName:
		switch t := obj.Type().(type) {
		case *types.Named:
			return t.TypeParams().Len() > 0
		case *types.Alias:
			return t.TypeParams().Len() > 0
		}
	}
	return false
}

// constraint reports whether obj is an interface that only type parameters may use.
func constraint(obj types.Object) bool {
	_, isType := obj.(*types.TypeName)
	iface, ok := obj.Type().Underlying().(*types.Interface)
	return isType && ok && !iface.IsMethodSet()
}
