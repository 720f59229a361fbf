package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
)

// unit is the result of a check without errors.
func (k *checking) unit() *Unit {
	u := &Unit{Cell: k.cell, Info: k.info, Pkg: k.s.pkg, Notes: k.notes}
	for _, p := range k.imported {
		if !slices.Contains(u.Imports, p) {
			u.Imports = append(u.Imports, p)
		}
	}
	for _, d := range k.decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			k.buildNames(u, d)
		case *ast.FuncDecl:
			if f := k.function(d); f != nil && !k.isWaiting(d) {
				u.Funcs = append(u.Funcs, f)
			}
		}
	}
	k.share(u)
	k.buildLocals(u)
	k.buildSteps(u)
	k.buildLast(u)
	for _, w := range k.waits {
		u.Waiting = append(u.Waiting, Waiting{k.object(w.decl), w.names})
	}
	for _, m := range k.added {
		if !slices.Contains(u.Late, m.named) {
			u.Late = append(u.Late, m.named)
		}
	}
	k.prepare(u)
	return u
}

func (k *checking) buildNames(u *Unit, d *ast.GenDecl) {
	for _, id := range declaredNames(d) {
		switch obj := k.info.Defs[id].(type) {
		case *types.TypeName:
			u.Types = append(u.Types, obj)
		case *types.Var:
			u.Globals = append(u.Globals, Global{obj, k.earlier(obj)})
		}
	}
}

// earlier is the variable of an earlier cell that v continues, v itself when
// there is none.
func (k *checking) earlier(v *types.Var) *types.Var {
	if old, ok := k.s.names[v.Name()].(*types.Var); ok && types.Identical(old.Type(), v.Type()) {
		return old
	}
	return v
}

// share makes the unit's Info know the variables of earlier cells in the place
// of those that continue them at package level. Functions, which may be compiled
// later, then know nothing else.
func (k *checking) share(u *Unit) {
	earlier := map[types.Object]*types.Var{}
	for i, g := range u.Globals {
		if g.Local != g.Obj {
			earlier[g.Local] = g.Obj
			u.Globals[i].Local = g.Obj
		}
	}
	if len(earlier) == 0 {
		return
	}
	for _, objects := range []map[*ast.Ident]types.Object{k.info.Uses, k.info.Defs} {
		for id, obj := range objects {
			if old := earlier[obj]; old != nil {
				objects[id] = old
			}
		}
	}
	for _, in := range k.info.InitOrder {
		for i, v := range in.Lhs {
			if old := earlier[v]; old != nil {
				in.Lhs[i] = old
			}
		}
	}
}

// local says where a variable of the cell's statements lives.
func (k *checking) local(v *types.Var) Global {
	if old := k.earlier(v); old != v {
		return Global{v, old}
	}
	obj := types.NewVar(v.Pos(), k.s.pkg, v.Name(), v.Type())
	*k.s.pkg.Scope() = *types.NewScope(types.Universe, token.NoPos, token.NoPos, "")
	k.s.pkg.Scope().Insert(obj) // for its parent
	return Global{v, obj}
}

// buildLocals makes the variables of the cell's statements package-level.
func (k *checking) buildLocals(u *Unit) {
	if k.body == nil {
		return
	}
	scopes := []*types.Scope{k.info.Scopes[k.body.Type]}
	for _, b := range k.blocks {
		scopes = append(scopes, k.info.Scopes[b])
	}
	first := len(u.Globals)
	for _, s := range scopes {
		for _, name := range s.Names() {
			if v, ok := s.Lookup(name).(*types.Var); ok {
				u.Globals = append(u.Globals, k.local(v))
			}
		}
	}
	slices.SortFunc(u.Globals[first:], func(a, b Global) int { return int(a.Local.Pos() - b.Local.Pos()) })
}

// object is what selections and uses of d refer to.
func (k *checking) object(d *ast.FuncDecl) *types.Func {
	if m := k.methodDeclared(d); m != nil && !m.isNew() {
		return m.existing
	}
	if obj := k.fixed[d]; obj != nil {
		return obj
	}
	obj, _ := k.info.Defs[d.Name].(*types.Func)
	return obj
}

func (k *checking) methodDeclared(d *ast.FuncDecl) *method {
	for _, m := range k.methods {
		if m.decl == d {
			return m
		}
	}
	return nil
}

// function is the function that d declares, nil for one without a name.
func (k *checking) function(d *ast.FuncDecl) *Func {
	if d.Name.Name == "_" {
		return nil
	}
	def := k.info.Defs[d.Name].(*types.Func)
	sig := def.Signature()
	f := &Func{Obj: k.object(d), Decl: d, Recv: sig.Recv(), Init: isInit(d)}
	f.Params = slices.Collect(sig.Params().Variables())
	f.Results = slices.Collect(sig.Results().Variables())
	f.TypeParams = slices.Collect(sig.TypeParams().TypeParams())
	if f.Recv != nil {
		f.TypeParams = slices.Collect(sig.RecvTypeParams().TypeParams())
		if m := k.methodDeclared(d); m != nil {
			f.Replaces = m.existing
		}
		return f
	}
	if old, ok := k.s.names[d.Name.Name].(*types.Func); ok && !f.Init && types.Identical(old.Type(), def.Type()) {
		f.Replaces = old
	}
	return f
}

// buildSteps puts what runs into its order.
func (k *checking) buildSteps(u *Unit) {
	inits := map[*ast.FuncDecl]*Func{}
	for _, f := range u.Funcs {
		if f.Init {
			inits[f.Decl] = f
		}
	}
	if k.body == nil {
		k.buildDeclared(u)
	}
	for i := 0; i < len(k.items); {
		it := k.items[i]
		switch {
		case it.init != nil:
			u.Steps = append(u.Steps, Step{Func: inits[it.init]})
		case it.stmt != nil:
			u.Steps = append(u.Steps, Step{Stmt: it.stmt})
		default:
			i = k.buildMoved(u, i)
			continue
		}
		i++
	}
}

// buildDeclared makes the steps of a cell without statements: they are those of
// a Go file.
func (k *checking) buildDeclared(u *Unit) {
	for _, d := range k.decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, spec := range g.Specs {
			if spec := spec.(*ast.ValueSpec); len(spec.Values) == 0 {
				for _, id := range spec.Names {
					u.Steps = append(u.Steps, Step{Vars: []*types.Var{k.info.Defs[id].(*types.Var)}})
				}
			}
		}
	}
	for _, in := range k.info.InitOrder {
		u.Steps = append(u.Steps, Step{Vars: in.Lhs, Init: in.Rhs})
	}
}

// buildMoved makes the steps of the moved variables from item i on, up to the
// next statement, and is the item after them. Among them each comes after those
// that its value needs.
func (k *checking) buildMoved(u *Unit, i int) int {
	rank := map[*types.Var]int{}
	for n, in := range k.info.InitOrder {
		for _, v := range in.Lhs {
			rank[v] = n + 1
		}
	}
	first := len(u.Steps)
	for ; i < len(k.items) && k.items[i].spec != nil; i++ {
		spec := k.items[i].spec
		vars := make([]*types.Var, len(spec.Names))
		for n, id := range spec.Names {
			vars[n] = k.info.Defs[id].(*types.Var)
		}
		switch {
		case len(spec.Values) == 1:
			u.Steps = append(u.Steps, Step{Vars: vars, Init: spec.Values[0]})
		case len(spec.Values) == 0:
			for n := range vars {
				u.Steps = append(u.Steps, Step{Vars: vars[n : n+1]})
			}
		default:
			for n := range vars {
				u.Steps = append(u.Steps, Step{Vars: vars[n : n+1], Init: spec.Values[n]})
			}
		}
	}
	slices.SortStableFunc(u.Steps[first:], func(a, b Step) int { return rank[a.Vars[0]] - rank[b.Vars[0]] })
	return i
}

// buildLast finds the expression that the cell ends with.
func (k *checking) buildLast(u *Unit) {
	if k.body == nil || len(k.items) == 0 {
		return
	}
	s, ok := k.items[len(k.items)-1].stmt.(*ast.ExprStmt)
	if !ok {
		return
	}
	for _, d := range k.cell.File.Decls {
		if d != ast.Decl(k.cell.Body) && k.cell.Offset(d.Pos()) > k.cell.Offset(s.Pos()) {
			return
		}
	}
	u.Last = s.X
	tv := k.info.Types[s.X]
	if b, ok := tv.Type.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		// Only a call of a builtin function can be untyped still: everything else
		// was checked as a value that is assigned.
		tv.Type = types.Default(b)
		if tv.Value != nil && b.Kind() == types.UntypedInt {
			if _, exact := constant.Int64Val(tv.Value); !exact {
				k.fail(s.Pos(), "cannot use "+types.ExprString(s.X)+" as int value (overflows)")
			}
		}
		k.info.Types[s.X] = tv
	}
}
