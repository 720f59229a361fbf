package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// moveUsed moves the variables to package level that functions use and do not
// find, or for which they find an earlier cell's, and those that statements use
// before they are declared by var.
func (k *checking) moveUsed() (done bool) {
	t := k.top
	if t == nil || len(t.defs) == 0 {
		return false
	}
	for _, e := range k.errs {
		name, undefined := undefinedName(e)
		d := t.first[name]
		if !undefined || d == nil {
			continue
		}
		if k.topLevel(e.Pos) && !(k.cell.Offset(e.Pos) < k.cell.Offset(d.names[0].Pos()) && t.early(d)) {
			continue
		}
		done = t.want(name) || done
	}
	hidden := map[string]bool{} // variables that functions may mean and not get
	for name := range k.inFuncs {
		if d := t.first[name]; d != nil && !d.moved && k.lookup(name) != nil {
			hidden[name] = true
		}
	}
	if len(hidden) == 0 {
		return done
	}
	for id, obj := range k.info.Uses {
		if hidden[id.Name] && obj == k.lookup(id.Name) && !k.topLevel(id.Pos()) {
			done = t.want(id.Name) || done
		}
	}
	return done
}

// early makes the value of d be there before the first statement, if what it
// needs can be.
func (t *top) early(d *definition) bool {
	if d.spec == nil || d.early {
		return d.early
	}
	d.early = true
	for name := range d.uses() {
		if other := t.first[name]; other != nil && !t.early(other) {
			d.early = false
			return false
		}
	}
	return true
}

// want moves the variable name, and those that its value needs.
func (t *top) want(name string) (done bool) {
	d := t.first[name]
	if d == nil || d.moved || !t.movable(d) {
		return false
	}
	d.moved = true
	for use := range d.uses() {
		t.want(use)
	}
	// A := that assigns a moved variable is split, so that what it declares is
	// moved, too.
	for _, other := range t.defs {
		if other.assign == nil || !slices.ContainsFunc(other.names, func(id *ast.Ident) bool { return t.first[id.Name] == d }) {
			continue
		}
		for i, id := range other.names {
			if other.fresh[i] {
				t.want(id.Name)
			}
		}
	}
	return true
}

// movable reports whether the names that d declares mean the same at package
// level. They do not where the cell means an earlier cell's variable first.
func (t *top) movable(d *definition) bool {
	uses := d.uses()
	for i, name := range d.names {
		switch {
		case name.Name == "_":
		case !d.fresh[i]:
			if d.spec != nil {
				return false
			}
		case uses[name.Name]:
			return false
		case t.k.lookup(name.Name) != nil && t.mentioned(name.Name) < d.index:
			return false
		}
	}
	return true
}

// uses are the names that d's values and type mention.
func (d *definition) uses() map[string]bool {
	names := map[string]bool{}
	for _, x := range d.values() {
		mention(x, names)
	}
	return names
}

// mentioned is the first statement that mentions a name of a definition.
func (t *top) mentioned(name string) int {
	if t.mentions == nil {
		t.mentions = map[string]int{}
		for i, stmt := range t.k.cell.Body.Body.List {
			ast.Inspect(stmt, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					if _, ok := t.mentions[id.Name]; !ok {
						t.mentions[id.Name] = i
					}
				}
				return true
			})
		}
	}
	return t.mentions[name]
}

// moves reports whether d assigns or declares a variable that was moved.
func (t *top) moves(d *definition) bool {
	return slices.ContainsFunc(d.names, func(id *ast.Ident) bool {
		first := t.first[id.Name]
		return first != nil && first.moved
	})
}

func (k *checking) addItem(stmt ast.Stmt) {
	k.items = append(k.items, item{offset: k.cell.Offset(stmt.Pos()), stmt: stmt})
}

func (k *checking) addStmt(stmt ast.Stmt) {
	k.addItem(stmt)
	k.stmts = append(k.stmts, stmt)
}

// addSpec moves a variable to package level. It gets its value at offset.
func (k *checking) addSpec(spec *ast.ValueSpec, offset int) {
	k.moved = true
	k.items = append(k.items, item{offset: offset, spec: spec})
	k.decls = append(k.decls, &ast.GenDecl{TokPos: spec.Pos(), Tok: token.VAR, Specs: []ast.Spec{spec}})
}

// valued is a statement that the checker accepts in the place of s, which may be
// any expression at the top level of a cell.
func (k *checking) valued(s *ast.ExprStmt) ast.Stmt {
	if k.shown == nil {
		k.shown = map[token.Pos]bool{}
	}
	k.shown[s.X.Pos()] = true
	switch x := ast.Unparen(s.X).(type) {
	case *ast.CallExpr:
		return s
	case *ast.Ident:
		if x.Name == "nil" {
			return s
		}
	case *ast.UnaryExpr:
		if x.Op == token.ARROW {
			return s
		}
	}
	blank := &ast.Ident{NamePos: s.Pos(), Name: "_"}
	return &ast.AssignStmt{Lhs: []ast.Expr{blank}, TokPos: s.Pos(), Tok: token.ASSIGN, Rhs: []ast.Expr{s.X}}
}

// nest makes the function around the statements. What follows a variable that
// changes its type is in a block of its own, where the variable is a new one.
func (k *checking) nest() {
	body := *k.cell.Body
	k.blocks = nil
	list := k.stmts
	var tail []ast.Stmt
	for i := len(list) - 1; i > 0; i-- {
		if !slices.Contains(k.changed, list[i]) {
			continue
		}
		tail = append(slices.Clone(list[i:]), tail...)
		block := &ast.BlockStmt{Lbrace: tail[0].Pos(), List: tail, Rbrace: body.Body.Rbrace}
		k.blocks = append(k.blocks, block)
		list, tail = list[:i], []ast.Stmt{block}
	}
	block := *body.Body
	block.List = append(slices.Clone(list), tail...)
	body.Body = &block
	k.body = &body
}

// changeTypes makes new variables of those that are declared again with another
// type.
func (k *checking) changeTypes() (done bool) {
	for _, stmt := range k.repeated {
		if !slices.Contains(k.changed, stmt) && k.mismatch(stmt) {
			k.changed = append(k.changed, stmt)
			done = true
		}
	}
	for _, d := range k.assigning {
		if k.mismatch(d.assign) {
			d.shadows = true
			done = true
		}
	}
	return done
}

// mismatch reports whether an error in stmt may be due to the type that a
// variable had before.
func (k *checking) mismatch(stmt ast.Stmt) bool {
	return slices.ContainsFunc(k.errs, func(e types.Error) bool {
		return contains(stmt, e.Pos) && (strings.HasPrefix(e.Msg, "cannot use ") || strings.HasSuffix(e.Msg, "redeclared in this block"))
	})
}

// repair changes what is checked where that may mend an error.
func (k *checking) repair() (done bool) {
	if len(k.errs) == 0 {
		return false
	}
	done = k.importMissing()
	done = k.changeTypes() || done
	return k.leave() || done
}
