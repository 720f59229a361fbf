package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
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
	u.checking = k
	u.commit = func() {
		s := k.s
		k.commitImports()
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if u.dropped[names[name]] {
				continue
			}
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
		for _, w := range k.broken {
			w.wrong = true
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
		return ok && types.Identical(old.Type(), obj.Type()) && old.Val().Kind() == obj.Val().Kind() && constant.Compare(old.Val(), token.EQL, obj.Val())
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

func hidden(name string) bool { return strings.Contains(name, hiddenMark) }

// noteOldUsers says which functions of earlier cells go on with what a name was
// before.
func (k *checking) noteOldUsers(u *Unit, names map[string]types.Object, shared map[types.Object]bool) {
	replaced := map[string]bool{}
	for _, d := range k.decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			replaced[functionName(f)] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		old := k.s.names[name]
		if old == nil || old == names[name] || shared[old] {
			continue
		}
		var users []string
		for _, user := range slices.Sorted(maps.Keys(k.s.users[old])) {
			if !replaced[user] && k.s.lives(user, k.s.users[old][user], names) {
				users = append(users, user)
			}
		}
		if len(users) == 0 {
			continue
		}
		verb := " still uses the old one"
		if len(users) > 1 {
			verb = " still use the old one"
		}
		u.Notes = append(u.Notes, name+" was declared "+change(old, names[name])+": "+listed(users, "and")+verb)
	}
}

// change is how obj differs from old.
func change(old, obj types.Object) string {
	switch obj := obj.(type) {
	case *types.TypeName:
		if _, ok := old.(*types.TypeName); ok {
			return "again"
		}
	case *types.Const:
		if _, ok := old.(*types.Const); ok && types.Identical(old.Type(), obj.Type()) {
			return "with another value"
		}
	}
	return "with another type"
}

// lives reports whether the function is still what user means when the session
// has got names.
func (s *Session) lives(user string, f *types.Func, names map[string]types.Object) bool {
	base, _, method := strings.Cut(user, ".")
	if !method {
		old, ok := s.names[user].(*types.Func)
		return ok && names[user] == nil && (old == f || types.Identical(old.Type(), f.Type()))
	}
	named := baseOf(f.Signature().Recv().Type(), s.pkg)
	return named != nil && names[base] == nil && s.names[base] == types.Object(named.Obj())
}
