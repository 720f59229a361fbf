// Package check type-checks the cells of a session as one growing package.
//
// [Session.Check] checks a cell against everything that earlier cells declared
// and says what is to be compiled and run; [Unit.Commit] makes its names part of
// the session. A cell that is not committed leaves the session as it was.
//
// Each cell is a file of a package whose scope is emptied before: the names of
// earlier cells that the cell mentions are put into a scope around it. So a name
// can be declared again, and a cell costs the same however many there were.
//
// # What a cell may do that a Go file may not
//
// A cell without statements is a Go file, and its variables get their values in
// the order that Go gives them. In a cell with statements the variables are
// those of a function, set where the cell says; afterwards they are
// package-level. A variable that a function of the same cell uses is
// package-level at once, and one that is declared by var may be used above.
//
// A name that is declared again takes the place of the old one. Variables and
// functions of the same type continue it: what earlier cells compiled sees the
// new value. Otherwise notes say who goes on with the old one.
//
// Methods may be declared in a later cell than their type, functions may use
// names that a later cell declares, and packages of the standard library are
// imported by themselves where their name leaves no doubt.
package check

import (
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"runtime"
	"slices"

	"github.com/ipyauth/ipyauth/internal/engine/source"
)

// Error is why a cell cannot run.
type Error = source.Error

// Importer finds a package by its path.
type Importer func(path string) (*types.Package, error)

// Options set up a session. The zero value is useful.
type Options struct {
	// Candidates are the paths of the packages that a name without an import may
	// mean, the likeliest first. nil finds none.
	Candidates func(name string) []string
	// GoVersion is the language version like go1.26, "" for the newest.
	GoVersion string
	// Strict reports unused variables, labels and imports as Go does, and the names
	// that functions use before a cell has declared them.
	Strict bool
	// MaxErrors is how many errors of a cell are told, 0 for 10.
	MaxErrors int
}

// Session is what the cells have declared so far. It is used on one goroutine
// at a time; what it hands out stays valid.
type Session struct {
	imp     Importer
	opts    Options
	pkg     *types.Package
	context *types.Context
	sizes   types.Sizes

	names   map[string]types.Object // a *types.PkgName for an import
	imports map[string]*types.PkgName
	dots    []*types.Package // imported with a dot, the last one first

	users   map[types.Object]map[string]*types.Func // functions by the names they use
	waiting map[string]*waiter                      // by the function's name
	again   map[string]bool                         // types that were declared more than once
	pending *checking                               // of the unit that is neither committed nor discarded
	patch   bool                                    // methods can be taken off types
}

// New is a session without names.
func New(imp Importer, opts Options) *Session {
	return &Session{
		imp:     imp,
		opts:    opts,
		pkg:     types.NewPackage("main", "main"),
		context: types.NewContext(),
		sizes:   types.SizesFor("gc", runtime.GOARCH),
		names:   map[string]types.Object{},
		imports: map[string]*types.PkgName{},
		users:   map[types.Object]map[string]*types.Func{},
		waiting: map[string]*waiter{},
		again:   map[string]bool{},
		patch:   patchWorks(),
	}
}

// Check checks a cell. The unit is nil when there are errors; they are sorted by
// their place in the cell, 10 at most. The unit has to be committed before the
// next cell is checked, which discards it.
func (s *Session) Check(c *source.Cell) (u *Unit, errs []Error) {
	if s.pending != nil {
		s.pending.discard()
	}
	k := &checking{s: s, cell: c}
	defer func() {
		if p := recover(); p != nil {
			u, errs = nil, []Error{{Msg: fmt.Sprintf("the type checker gave up: %v", p)}}
		}
		if u == nil {
			k.takeBack()
		}
	}()
	k.declareImports()
	if len(k.errs) == 0 {
		k.survey()
	}
	for n := 1; len(k.errs) == 0 && k.try(n < maxRuns); n++ {
	}
	k.settle()
	if len(k.errs) > 0 {
		return nil, k.failures()
	}
	u = k.unit()
	if len(k.errs) > 0 {
		return nil, k.failures()
	}
	s.pending = k
	return u, nil
}

// try checks the cell. When more tries are allowed it changes what can be changed
// about the errors; again: they are gone then, and it has to be tried once more.
func (k *checking) try(more bool) (again bool) {
	k.arrange()
	if len(k.errs) > 0 {
		return false
	}
	k.run()
	again = more && (k.moveUsed() || k.repair())
	if again {
		k.errs = nil
	}
	return again
}

// maxRuns is how often a cell is checked, because something could be done about
// its errors.
const maxRuns = 6

// Package is the package that the cells make up. Its scope holds only what the
// last cell declared: names are found by Lookup.
func (s *Session) Package() *types.Package { return s.pkg }

// Lookup is what name means to the next cell: nil, an object of the session or,
// for an imported package, a *types.PkgName.
func (s *Session) Lookup(name string) types.Object {
	if obj := s.names[name]; obj != nil {
		return obj
	}
	return lookupDot(s.dots, name)
}

// lookupDot finds a name of packages that are imported with a dot.
func lookupDot(dots []*types.Package, name string) types.Object {
	if len(dots) == 0 || !token.IsExported(name) {
		return nil
	}
	for _, p := range dots {
		if obj := p.Scope().Lookup(name); obj != nil {
			return obj
		}
	}
	return nil
}

// Names are the names that cells declared and imported, sorted.
func (s *Session) Names() []string { return slices.Sorted(maps.Keys(s.names)) }

// Imports are the imported packages by name.
func (s *Session) Imports() map[string]*types.PkgName { return maps.Clone(s.imports) }
