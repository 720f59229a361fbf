package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// method is a declaration of a method of a type of an earlier cell.
type method struct {
	decl     *ast.FuncDecl
	named    *types.Named
	existing *types.Func // that it replaces, nil for a new method
	obj      *types.Func // of a new method, after it was checked
}

func (m *method) isNew() bool { return m.existing == nil }

// addMethod notes that f is a method of a type of an earlier cell, if it is.
func (k *checking) addMethod(f *ast.FuncDecl) {
	base := receiver(f)
	if _, ok := k.declared[base]; ok || base == "" || f.Name.Name == "_" {
		return
	}
	named := k.typeNamed(base)
	if named == nil {
		return // the checker says why
	}
	m := &method{decl: f, named: named, existing: methodOf(named, f.Name.Name)}
	for _, other := range k.methods {
		if other.named == named && other.decl.Name.Name == f.Name.Name {
			k.fail(f.Name.Pos(), "method "+base+"."+f.Name.Name+" already declared in this cell")
			return
		}
	}
	if m.isNew() {
		if hasField(named, f.Name.Name) {
			k.fail(f.Name.Pos(), "field and method with the same name "+f.Name.Name)
			return
		}
		if !k.s.patch {
			k.fail(f.Name.Pos(), "a method has to be in the cell of its type: declare "+base+" again together with its methods")
			return
		}
	}
	k.methods = append(k.methods, m)
}

// receiver is the name of f's receiver base type, "" for something else.
func receiver(f *ast.FuncDecl) string {
	if len(f.Recv.List) == 0 {
		return ""
	}
	x := f.Recv.List[0].Type
	for {
		switch t := x.(type) {
		case *ast.ParenExpr:
			x = t.X
		case *ast.StarExpr:
			x = t.X
		case *ast.IndexExpr:
			x = t.X
		case *ast.IndexListExpr:
			x = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

// typeNamed is the type of the session that name means, nil for something else.
func (k *checking) typeNamed(name string) *types.Named {
	t, ok := k.lookup(name).(*types.TypeName)
	if !ok {
		return nil
	}
	return baseOf(t.Type(), k.s.pkg)
}

// baseOf is the defined type of pkg that t or its pointer is.
func baseOf(t types.Type, pkg *types.Package) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() != pkg {
		return nil
	}
	return named.Origin()
}

func methodOf(named *types.Named, name string) *types.Func {
	for m := range named.Methods() {
		if m.Name() == name {
			return m
		}
	}
	return nil
}

func hasField(named *types.Named, name string) bool {
	s, ok := named.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if f.Name() == name {
			return true
		}
	}
	return false
}

// giveMethods checks everything but bodies and statements, and adds the new
// methods to their types, so that bodies and statements can use them. What it
// checked of types and constants stays: the methods' types refer to them.
func (k *checking) giveMethods() bool {
	k.check(k.decls, true)
	k.errs = slices.DeleteFunc(k.errs, func(e types.Error) bool { return k.inVariable(e.Pos) })
	if len(k.errs) > 0 {
		return false
	}
	k.fixed = map[*ast.FuncDecl]*types.Func{}
	k.resolved = map[string]types.Object{}
	for _, d := range k.decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil {
				k.fixed[d], _ = k.info.Defs[d.Name].(*types.Func)
			}
		case *ast.GenDecl:
			if isFixed(d) {
				k.fixNames(d)
			}
		}
	}
	for _, m := range k.methods {
		if m.isNew() {
			m.obj = k.fixed[m.decl]
			addMethod(k.s.context, m.named, m.obj)
			k.added = append(k.added, m)
		}
	}
	return true
}

// isFixed reports whether giveMethods has checked all of d.
func isFixed(d ast.Decl) bool {
	g, ok := d.(*ast.GenDecl)
	return ok && (g.Tok == token.TYPE || g.Tok == token.CONST)
}

func (k *checking) fixNames(d *ast.GenDecl) {
	for _, id := range declaredNames(d) {
		if obj := k.info.Defs[id]; obj != nil {
			k.resolved[id.Name] = obj
		}
	}
}

// declaredNames are the names that d declares, without blank ones.
func declaredNames(d *ast.GenDecl) []*ast.Ident {
	var ids []*ast.Ident
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			ids = append(ids, spec.Name)
		case *ast.ValueSpec:
			ids = append(ids, spec.Names...)
		}
	}
	return slices.DeleteFunc(ids, func(id *ast.Ident) bool { return id.Name == "_" })
}

// inVariable reports whether pos is in the declaration of a variable.
func (k *checking) inVariable(pos token.Pos) bool {
	return slices.ContainsFunc(k.decls, func(d ast.Decl) bool {
		g, ok := d.(*ast.GenDecl)
		return ok && g.Tok == token.VAR && g.Pos() <= pos && pos <= g.End()
	})
}

// takeBack takes the methods off their types that the check gave them.
func (k *checking) takeBack() {
	for _, m := range k.added {
		removeMethod(k.s.context, m.named, m.obj)
	}
	k.added = nil
}

// compareMethods refuses methods that replace one of another type, and methods
// that the checker did not add to their type.
func (k *checking) compareMethods() {
	known := map[*ast.FuncDecl]*method{}
	for _, m := range k.methods {
		known[m.decl] = m
	}
	for _, d := range k.decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv == nil || f.Name.Name == "_" {
			continue
		}
		obj := k.info.Defs[f.Name].(*types.Func)
		switch m := known[f]; {
		case m == nil && k.fixed == nil:
			if base := baseOf(obj.Signature().Recv().Type(), k.s.pkg); base != nil && methodOf(base, f.Name.Name) == nil {
				k.fail(f.Recv.Pos(), "the receiver has to be "+base.Obj().Name()+" by this name")
			}
		case m != nil && !m.isNew() && !sameMethod(m.existing, obj):
			name := m.named.Obj().Name()
			k.fail(f.Name.Pos(), "method "+name+"."+f.Name.Name+" had another type before: declare "+name+" again together with its methods")
		}
	}
}

// sameMethod compares methods of one type. The receivers of a generic type
// declare type parameters each, so that the old method is looked up in the type
// that the new one's receiver has.
func sameMethod(old, obj *types.Func) bool {
	_, oldPtr := types.Unalias(old.Signature().Recv().Type()).(*types.Pointer)
	recv, ptr := types.Unalias(obj.Signature().Recv().Type()), false
	if p, ok := recv.(*types.Pointer); ok {
		recv, ptr = p.Elem(), true
	}
	found, _, _ := types.LookupFieldOrMethod(recv, true, obj.Pkg(), obj.Name())
	return ptr == oldPtr && found != nil && types.Identical(found.Type(), obj.Type())
}
