package check

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

func (k *checking) addItem(stmt ast.Stmt) {
	k.items = append(k.items, item{offset: k.cell.Offset(stmt.Pos()), stmt: stmt})
}

func (k *checking) addStmt(stmt ast.Stmt) {
	k.addItem(stmt)
	k.stmts = append(k.stmts, stmt)
}

// addSpec moves a variable to package level.
func (k *checking) addSpec(spec *ast.ValueSpec, pos token.Pos) {
	k.moved = true
	k.items = append(k.items, item{offset: k.cell.Offset(pos), spec: spec})
	k.decls = append(k.decls, &ast.GenDecl{TokPos: pos, Tok: token.VAR, Specs: []ast.Spec{spec}})
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

// changeTypes gives variables that are declared again with another type a block
// of their own.
func (k *checking) changeTypes() (done bool) {
	for _, stmt := range k.repeated {
		if slices.Contains(k.changed, stmt) {
			continue
		}
		for _, e := range k.errs {
			if stmt.Pos() <= e.Pos && e.Pos < stmt.End() && (strings.HasPrefix(e.Msg, "cannot use ") || strings.HasSuffix(e.Msg, "redeclared in this block")) {
				k.changed = append(k.changed, stmt)
				done = true
				break
			}
		}
	}
	if done {
		k.nest()
	}
	return done
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
