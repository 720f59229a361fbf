package check

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/source"
)

// checking is the work on one cell.
type checking struct {
	s    *Session
	cell *source.Cell
	errs []types.Error

	// What the cell imports.
	imports  map[string]*types.PkgName
	dots     []*types.Package
	imported []*types.Package

	// What the survey finds.
	declared map[string]token.Pos // at package level, by declarations
	mentions map[string]bool      // all names in the cell
	inFuncs  map[string]bool      // names in the bodies of functions
	methods  []*method            // of types of earlier cells
	own      []ast.Decl           // the cell's declarations, and those below
	resumed  []*waiter            // functions of earlier cells, to be checked again
	broken   []*waiter            // of resumed: they have errors
	top      *top

	// What is checked: the cell, with some of its variables moved.
	decls     []ast.Decl
	stmts     []ast.Stmt
	repeated  []ast.Stmt         // of stmts: they declare names that the cell declared before
	changed   []ast.Stmt         // of repeated: they begin a block of their own
	assigning []*definition      // that only assign, to variables that were moved
	body      *ast.FuncDecl      // around stmts, nil without any
	blocks    []*ast.BlockStmt   // that changed statements begin
	shown     map[token.Pos]bool // expressions of the top level
	moved     bool               // variables were moved to package level
	items     []item             // what runs

	info     *types.Info
	fixed    map[*ast.FuncDecl]*types.Func // objects of methods that were checked before
	resolved map[string]types.Object       // types and constants that were checked before
	added    []*method                     // methods that types have got for the time of the check
	waits    []*waiter                     // functions of this cell that are to wait
	notes    []string
}

// survey finds the names that the cell declares and mentions, and the functions
// of earlier cells that wait for one of these.
func (k *checking) survey() {
	k.mentions = map[string]bool{}
	k.inFuncs = map[string]bool{}
	k.declared = map[string]token.Pos{}
	for _, d := range k.cell.File.Decls {
		if d == ast.Decl(k.cell.Body) {
			continue
		}
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		k.own = append(k.own, d)
		k.surveyDecl(d)
	}
	if k.cell.Body != nil {
		mention(k.cell.Body, k.mentions)
	}
	k.resume()
	for _, d := range k.own {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
			k.addMethod(f)
		}
	}
	if k.cell.Body != nil {
		k.top = newTop(k, k.cell.Body.Body.List)
	}
}

func (k *checking) surveyDecl(d ast.Decl) {
	mention(d, k.mentions)
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.Name != "_" && d.Name.Name != "init" {
			k.declared[d.Name.Name] = d.Name.Pos()
		}
		if d.Body != nil {
			mention(d.Body, k.inFuncs)
		} else if !k.s.opts.Strict { // go/types leaves it to the compiler
			k.fail(d.Name.Pos(), "missing function body")
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				k.declared[spec.Name.Name] = spec.Name.Pos()
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					k.declared[name.Name] = name.Pos()
				}
			}
		}
	}
}

// mention adds the names in n to names.
func mention(n ast.Node, names map[string]bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			names[id.Name] = true
		}
		return true
	})
}

// lookup is what name means outside of the cell's own declarations.
func (k *checking) lookup(name string) types.Object {
	if obj := k.resolved[name]; obj != nil {
		return obj
	}
	if p := k.imports[name]; p != nil {
		return p
	}
	if obj := lookupDot(k.dots, name); obj != nil {
		return obj
	}
	return k.s.Lookup(name)
}

// surroundings makes the scope with what the cell mentions the parent of the
// package's, which is empty afterwards.
func (k *checking) surroundings() {
	around := types.NewScope(types.Universe, token.NoPos, token.NoPos, "earlier cells")
	for name := range k.mentions {
		if obj := k.lookup(name); obj != nil {
			around.Insert(obj)
		}
	}
	*k.s.pkg.Scope() = *types.NewScope(around, token.NoPos, token.NoPos, "cell")
}

func (k *checking) fail(pos token.Pos, msg string) {
	k.errs = append(k.errs, types.Error{Pos: pos, Msg: msg})
}
