package check

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/source"
)

// run checks the cell, and again from the start when it ran before.
func (k *checking) run() {
	k.takeBack()
	k.reset()
	if k.endless() {
		return
	}
	k.reset()
	decls := k.decls
	if slices.ContainsFunc(k.methods, (*method).isNew) {
		if !k.giveMethods() {
			return
		}
		decls = slices.DeleteFunc(slices.Clone(decls), isFixed)
	}
	if k.body != nil {
		decls = append(slices.Clip(decls), k.body)
	}
	k.check(decls, false)
}

// endless reports whether a generic type of the cell needs itself with ever longer
// type arguments. go/types refuses such a type at its end, but does not get there
// when the cell selects a field of it. So types are checked alone first.
func (k *checking) endless() bool {
	var declared []ast.Decl
	generic := false
	for _, d := range k.decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		declared = append(declared, g)
		for _, spec := range g.Specs {
			generic = generic || spec.(*ast.TypeSpec).TypeParams != nil
		}
	}
	if !generic {
		return false
	}
	k.check(declared, true)
	k.errs = slices.DeleteFunc(k.errs, func(e types.Error) bool { return !strings.HasPrefix(e.Msg, "instantiation cycle") })
	return len(k.errs) > 0
}

// reset forgets what an earlier run found.
func (k *checking) reset() {
	k.errs, k.fixed, k.resolved = nil, nil, nil
	k.info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Instances:  map[*ast.Ident]types.Instance{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes:     map[ast.Node]*types.Scope{},
	}
}

// check checks declarations. ignoreBodies leaves out the bodies of functions.
func (k *checking) check(decls []ast.Decl, ignoreBodies bool) {
	k.surroundings()
	file := *k.cell.File
	file.Decls, file.Imports, file.Comments = decls, nil, nil
	conf := types.Config{
		Context:                  k.s.context,
		GoVersion:                k.s.opts.GoVersion,
		Sizes:                    k.s.sizes,
		IgnoreFuncBodies:         ignoreBodies,
		DisableUnusedImportCheck: true,
		Error:                    k.reporter(),
	}
	// Its error is the first of those that Error was told.
	_ = types.NewChecker(&conf, k.cell.Fset, k.s.pkg, k.info).Files([]*ast.File{&file})
}

// reporter collects the errors that a cell cannot have. The later parts of an
// error, which begin with a tab, are joined to its first.
func (k *checking) reporter() func(error) {
	told := false // the error before
	return func(err error) {
		e := err.(types.Error)
		part, isPart := strings.CutPrefix(e.Msg, "\t")
		if !isPart {
			if told = !k.accepted(e); told {
				k.errs = append(k.errs, e)
			}
			return
		}
		if !told || strings.HasPrefix(part, "other declaration of ") {
			return
		}
		last := &k.errs[len(k.errs)-1]
		if strings.Contains(last.Msg, " refers to ") {
			last.Msg += ", " + part
		} else {
			last.Msg = strings.TrimSuffix(last.Msg, ":") + ": " + part
		}
	}
}

// accepted reports whether a cell may do what Go refuses.
func (k *checking) accepted(e types.Error) bool {
	switch {
	case e.Soft && strings.Contains(e.Msg, "declared and not used"):
		return !k.s.opts.Strict || k.topLevel(e.Pos)
	case strings.HasPrefix(e.Msg, "no new variables"):
		return slices.ContainsFunc(k.repeated, func(s ast.Stmt) bool {
			a, ok := s.(*ast.AssignStmt)
			return ok && a.TokPos == e.Pos
		})
	case strings.HasSuffix(e.Msg, "is not used"):
		return k.shown[e.Pos] || !k.s.opts.Strict && k.topLevel(e.Pos) && !k.inLiteral(e.Pos)
	case strings.HasPrefix(e.Msg, "initialization cycle"):
		return k.moved // statements say when it is initialised
	}
	return false
}

// inLiteral reports whether pos is in a function literal of the cell's statements.
func (k *checking) inLiteral(pos token.Pos) bool {
	found := false
	ast.Inspect(k.body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && lit.Pos() <= pos && pos < lit.End() {
			found = true
		}
		return !found
	})
	return found
}

// topLevel reports whether pos is in the cell's statements.
func (k *checking) topLevel(pos token.Pos) bool {
	return k.body != nil && k.body.Pos() <= pos && pos < k.body.End()
}

// failures are the errors to tell.
func (k *checking) failures() []Error {
	slices.SortStableFunc(k.errs, func(a, b types.Error) int {
		return k.cell.Offset(a.Pos) - k.cell.Offset(b.Pos)
	})
	var errs []Error
	for _, e := range k.errs {
		f := Error{Pos: e.Pos, Msg: k.explain(e)}
		if !slices.Contains(errs, f) {
			errs = append(errs, f)
		}
		if len(errs) == cmp.Or(k.s.opts.MaxErrors, maxErrors) {
			break
		}
	}
	return errs
}

// maxErrors is how many errors of a cell are told, where nobody says.
const maxErrors = 10

// explain is the message of e in a cell's words, on one line.
func (k *checking) explain(e types.Error) string {
	msg := strings.NewReplacer("\n\thave ", ": have ", "\n\twant ", ", want ").Replace(e.Msg)
	msg = strings.Join(strings.Fields(msg), " ")
	for before, after, ok := strings.Cut(msg, hiddenMark); ok; before, after, ok = strings.Cut(msg, hiddenMark) {
		msg = before + strings.TrimLeft(after, "0123456789")
	}
	if k.shown[e.Pos] {
		msg = strings.Replace(msg, " in assignment to _ identifier", "", 1)
	}
	if before, after, ok := strings.Cut(msg, " (declared at "+source.EarlierCells); ok {
		_, after, _ = strings.Cut(after, ")")
		msg = before + after
	}
	if !strings.HasPrefix(msg, "cannot use ") {
		return msg
	}
	words := strings.FieldsFunc(msg, func(r rune) bool { return !isNameRune(r) })
	for i, w := range words {
		if k.s.again[w] && slices.Contains(words[:i], w) {
			return msg + ": " + w + " was declared again, and values made before keep the old type"
		}
	}
	return msg
}

func isNameRune(r rune) bool { return token.IsIdentifier("_" + string(r)) }
