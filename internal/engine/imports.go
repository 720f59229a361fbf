package engine

import (
	"errors"
	"fmt"
	"go/types"
	"strings"

	"github.com/ipyauth/ipyauth/internal/cells/similar"
	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
)

// importPackage is what the type checker knows of a package that a cell imports.
func (s *Session) importPackage(path string) (*types.Package, error) {
	p, err := s.findPackage(path)
	if compiled := stdlib.Lookup(path); err == nil && compiled != nil {
		compiled.Init()
	}
	return p, err
}

// gophernotesPath is where notebooks of gophernotes find package display. Without
// a name of its own that import declares the name gophernotes.
const gophernotesPath = "github.com/gopherdata/gophernotes"

// findPackage is importPackage without the effects that an import has.
func (s *Session) findPackage(path string) (*types.Package, error) {
	if path == ownPath && s.own != nil {
		return s.own, nil
	}
	p, err := stdlib.Import(path)
	switch {
	case errors.Is(err, stdlib.ErrUnknown):
		return nil, errors.New(unknownPackage(path))
	case err != nil:
		return nil, err
	case path != gophernotesPath:
		return p, nil
	}
	if s.gophernotes == nil {
		s.gophernotes = renamed(p, path, "gophernotes")
	}
	return s.gophernotes, nil
}

// renamed is a package with the names of p.
func renamed(p *types.Package, path, name string) *types.Package {
	other := types.NewPackage(path, name)
	for _, n := range p.Scope().Names() {
		other.Scope().Insert(p.Scope().Lookup(n))
	}
	other.MarkComplete()
	return other
}

// unknownPackage is the sentence for an import path that cells cannot use.
func unknownPackage(path string) string {
	if near := similar.Paths(path, stdlib.Paths()); len(near) > 0 {
		return fmt.Sprintf("package %q is not available; did you mean %s?", path, strings.Join(near, " or "))
	}
	const there = "there are the standard library and ipyauth"
	if host, _, _ := strings.Cut(path, "/"); !strings.Contains(host, ".") {
		return fmt.Sprintf("package %q is not available: %s", path, there)
	}
	return fmt.Sprintf("package %q is not available: %s; third-party packages need the lines %%engine gomacro and %%go111module on", path, there)
}
