package engine

import (
	"context"
	"go/token"
	"go/types"
	"reflect"
)

// ownPath is the import path of a package that every session begins with: what
// cells can call without an import.
const ownPath = "ipyauth/cell"

// ownCell is the first cell of a session.
const ownCell = "import . " + `"` + ownPath + `"`

// ownPackage is what the type checker knows of that package.
func ownPackage() *types.Package {
	p := types.NewPackage(ownPath, "cell")
	value := types.NewParam(token.NoPos, p, "value", types.Universe.Lookup("any").Type())
	result := types.NewParam(token.NoPos, p, "", types.Universe.Lookup("error").Type())
	sig := types.NewSignatureType(nil, nil, nil, types.NewTuple(value), types.NewTuple(result), false)
	p.Scope().Insert(types.NewFunc(token.NoPos, p, "Display", sig))
	p.MarkComplete()
	return p
}

// offer declares the function Display in all cells that declare no other one.
func (s *Session) offer(display func(value any) error) error {
	s.own = ownPackage()
	s.library.guards[ownPath+".Display"] = reflect.ValueOf(display)
	_, err := s.Run(context.Background(), "start", ownCell)
	return err
}
