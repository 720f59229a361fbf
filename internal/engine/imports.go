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
	if path == ownPath && s.own != nil {
		return s.own, nil
	}
	p, err := stdlib.Import(path)
	if errors.Is(err, stdlib.ErrUnknown) {
		return nil, errors.New(unknownPackage(path))
	}
	if err != nil {
		return nil, err
	}
	if compiled := stdlib.Lookup(path); compiled != nil {
		compiled.Init()
	}
	return p, nil
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
