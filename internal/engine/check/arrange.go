package check

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
)

// item is something that runs, at its place in the cell.
type item struct {
	offset int
	stmt   ast.Stmt
	spec   *ast.ValueSpec // of a variable that was moved to package level
	init   *ast.FuncDecl
}

// definition is a statement of the top level, or a part of one, that declares
// variables.
type definition struct {
	index  int // of the statement
	assign *ast.AssignStmt
	spec   *ast.ValueSpec // where assign is nil
	names  []*ast.Ident
	fresh  []bool // names[i] is declared here for the first time
	moved  bool   // to package level
	early  bool   // and its value is there before the cell's first statement
	// shadows: it declares a moved variable again, with another type, which
	// hides that one from the statements behind it.
	shadows bool
}

// top is the top level of a cell with statements. Its variables are those of a
// function, but a variable that a function of the cell uses is moved to package
// level, so that this function finds it. It is initialised where the cell says.
type top struct {
	k        *checking
	defs     []*definition
	first    map[string]*definition // where a name is declared first
	mentions map[string]int         // the first statement that mentions a name
}

// arrange makes the file that is checked out of the cell's.
func (k *checking) arrange() {
	k.decls = slices.Clone(k.own)
	k.items, k.stmts, k.repeated, k.assigning, k.moved = nil, nil, nil, nil, false
	for _, d := range k.decls {
		if f, ok := d.(*ast.FuncDecl); ok && isInit(f) {
			k.items = append(k.items, item{offset: k.cell.Offset(f.Pos()), init: f})
		}
	}
	t := k.top
	if t == nil {
		return
	}
	next := 0
	for i, stmt := range k.cell.Body.Body.List {
		first := next
		for next < len(t.defs) && t.defs[next].index == i {
			next++
		}
		t.place(stmt, t.defs[first:next])
	}
	slices.SortStableFunc(k.items, func(a, b item) int { return a.offset - b.offset })
	k.nest()
}

func isInit(f *ast.FuncDecl) bool { return f.Recv == nil && f.Name.Name == "init" }

// definitions are the parts of list that declare variables.
func definitions(list []ast.Stmt) []*definition {
	var defs []*definition
	for i, stmt := range list {
		switch stmt := stmt.(type) {
		case *ast.AssignStmt:
			if stmt.Tok != token.DEFINE {
				continue
			}
			d := &definition{index: i, assign: stmt}
			for _, x := range stmt.Lhs {
				if id, ok := x.(*ast.Ident); ok {
					d.names = append(d.names, id)
				}
			}
			if len(d.names) == len(stmt.Lhs) {
				defs = append(defs, d)
			}
		case *ast.DeclStmt:
			if g := stmt.Decl.(*ast.GenDecl); g.Tok == token.VAR {
				for _, spec := range g.Specs {
					spec := spec.(*ast.ValueSpec)
					defs = append(defs, &definition{index: i, spec: spec, names: spec.Names})
				}
			}
		}
	}
	return defs
}

func newTop(k *checking, list []ast.Stmt) *top {
	t := &top{k: k, defs: definitions(list)}
	if len(t.defs) == 0 {
		return t
	}
	t.first = map[string]*definition{}
	for _, d := range t.defs {
		d.fresh = make([]bool, len(d.names))
		for i, name := range d.names {
			if name.Name == "_" || t.first[name.Name] != nil {
				continue
			}
			t.first[name.Name] = d
			d.fresh[i] = true
			if _, ok := k.declared[name.Name]; ok {
				k.fail(name.Pos(), name.Name+" redeclared in this cell")
			}
		}
	}
	return t
}

// values are the expressions of d, its type among them.
func (d *definition) values() []ast.Expr {
	if d.assign != nil {
		return d.assign.Rhs
	}
	if d.spec.Type != nil {
		return append([]ast.Expr{d.spec.Type}, d.spec.Values...)
	}
	return d.spec.Values
}

// place adds a statement of the top level to what is checked and run. defs are
// its definitions.
func (t *top) place(stmt ast.Stmt, defs []*definition) {
	k := t.k
	switch s := stmt.(type) {
	case *ast.EmptyStmt:
		return
	case *ast.ExprStmt:
		k.addItem(stmt)
		k.stmts = append(k.stmts, k.valued(s))
		return
	case *ast.AssignStmt:
		if len(defs) == 1 {
			t.placeAssign(defs[0])
			return
		}
	case *ast.DeclStmt:
		if slices.ContainsFunc(defs, t.moves) {
			for _, d := range defs {
				t.placeSpec(d, s.Decl.(*ast.GenDecl))
			}
			return
		}
		if slices.ContainsFunc(defs, func(d *definition) bool { return !d.isFresh() }) {
			k.repeated = append(k.repeated, stmt)
		}
	}
	k.addStmt(stmt)
}

// isFresh reports whether d declares only new names.
func (d *definition) isFresh() bool {
	for i, id := range d.names {
		if !d.fresh[i] && id.Name != "_" {
			return false
		}
	}
	return true
}

func (t *top) placeAssign(d *definition) {
	k, s := t.k, d.assign
	switch {
	case d.moved:
		t.split(d)
	case t.moves(d) && !d.shadows:
		// It declares nothing, or the checker would take the moved variables for
		// new ones.
		k.assigning = append(k.assigning, d)
		assign := *s
		assign.Tok = token.ASSIGN
		k.addStmt(&assign)
	default:
		if !d.isFresh() {
			k.repeated = append(k.repeated, s)
		}
		k.addStmt(s)
	}
}

// split makes a variable declaration of d. Names that were declared before are
// assigned behind it.
func (t *top) split(d *definition) {
	k, s := t.k, d.assign
	spec := &ast.ValueSpec{Values: s.Rhs}
	var after []ast.Stmt
	for i, id := range d.names {
		if d.fresh[i] || id.Name == "_" {
			spec.Names = append(spec.Names, id)
			continue
		}
		hidden := id.Name + hiddenMark + strconv.Itoa(k.cell.Offset(id.Pos()))
		spec.Names = append(spec.Names, &ast.Ident{NamePos: id.Pos(), Name: hidden})
		after = append(after, &ast.AssignStmt{
			Lhs: []ast.Expr{id}, TokPos: s.TokPos, Tok: token.ASSIGN,
			Rhs: []ast.Expr{&ast.Ident{NamePos: id.Pos(), Name: hidden}},
		})
	}
	k.addSpec(spec, k.cell.Offset(s.Pos()))
	for _, stmt := range after {
		k.addStmt(stmt)
	}
}

// hiddenMark is in names that no cell can write.
const hiddenMark = "·"

func (t *top) placeSpec(d *definition, g *ast.GenDecl) {
	switch {
	case d.moved:
		at := t.k.cell.Offset(d.spec.Pos())
		if d.early {
			at = -1
		}
		t.k.addSpec(d.spec, at)
	case t.moves(d):
		t.k.fail(d.names[0].Pos(), d.names[0].Name+" redeclared in this cell")
	default:
		one := *g
		one.TokPos, one.Lparen, one.Specs = d.spec.Pos(), token.NoPos, []ast.Spec{d.spec}
		t.k.addStmt(&ast.DeclStmt{Decl: &one})
	}
}
