package check

import (
	"go/ast"
	"go/constant"
	"go/types"
	"maps"
	"slices"
)

// prepare makes what Commit does, and the notes about it.
func (k *checking) prepare(u *Unit) {
	names := k.newNames(u)
	shared := map[types.Object]bool{} // objects that the new ones continue
	for name, obj := range names {
		if old := k.s.names[name]; old != nil && continues(old, obj) {
			shared[old] = true
		}
	}
	k.noteOldUsers(u, names, shared)
	added := k.added
	u.commit = func() {
		s := k.s
		k.commitImports()
		for _, m := range added {
			addMethod(s.context, m.named, m.obj)
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			s.declare(name, names[name], shared)
		}
		for _, d := range k.decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				delete(s.waiting, functionName(f))
			}
		}
		for _, w := range k.waits {
			if w.decl.Recv != nil {
				w.named = baseOf(k.object(w.decl).Signature().Recv().Type(), s.pkg)
			}
			s.waiting[functionName(w.decl)] = w
		}
		k.recordUses(u)
	}
}

// newNames are the objects that the session will have, by name.
func (k *checking) newNames(u *Unit) map[string]types.Object {
	names := map[string]types.Object{}
	for _, d := range k.decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			for _, id := range declaredNames(d) {
				if obj := k.info.Defs[id]; obj != nil {
					names[id.Name] = obj
				}
			}
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name != "_" && d.Name.Name != "init" {
				names[d.Name.Name] = k.info.Defs[d.Name]
			}
		}
	}
	for _, g := range u.Globals { // sorted, so that the last of a name stays
		names[g.Obj.Name()] = g.Obj
	}
	for name := range names {
		if hidden(name) {
			delete(names, name)
		}
	}
	return names
}

// continues reports whether code that uses old sees what obj is.
func continues(old, obj types.Object) bool {
	switch obj := obj.(type) {
	case *types.Var:
		return old == obj
	case *types.Func:
		old, ok := old.(*types.Func)
		return ok && types.Identical(old.Type(), obj.Type())
	case *types.Const:
		old, ok := old.(*types.Const)
		return ok && types.Identical(old.Type(), obj.Type()) && old.Val().Kind() == obj.Val().Kind() && constant.Compare(old.Val(), tokenEqual, obj.Val())
	}
	return false
}

// declare makes obj what name means.
func (s *Session) declare(name string, obj types.Object, shared map[types.Object]bool) {
	old := s.names[name]
	if old == obj {
		return
	}
	if users := s.users[old]; users != nil {
		delete(s.users, old)
		if shared[old] {
			s.users[obj] = users
		}
	}
	if old, ok := old.(*types.TypeName); ok {
		s.again[name] = true
		for key, w := range s.waiting {
			if w.named != nil && w.named.Obj() == old {
				delete(s.waiting, key)
			}
		}
	}
	s.names[name] = obj
	delete(s.imports, name)
}

// recordUses notes which functions use which objects of the session.
func (k *checking) recordUses(u *Unit) {
	storage := map[types.Object]types.Object{}
	for _, g := range u.Globals {
		storage[g.Local] = g.Obj
	}
	for _, f := range u.Funcs {
		name := functionName(f.Decl)
		ast.Inspect(f.Decl, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			obj := k.info.Uses[id]
			if o := storage[obj]; o != nil {
				obj = o
			}
			if obj == nil || k.s.names[obj.Name()] != obj || obj == types.Object(f.Obj) {
				return true
			}
			if _, ok := obj.(*types.PkgName); ok {
				return true
			}
			users := k.s.users[obj]
			if users == nil {
				users = map[string]*types.Func{}
				k.s.users[obj] = users
			}
			users[name] = f.Obj
			return true
		})
	}
}
