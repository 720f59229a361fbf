package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

const tokenEqual = token.EQL

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
