package assist

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ipyauth/ipyauth/kernel"
)

// members says which members of a type are meant.
type members struct {
	fields, methods bool
	addressable     bool // methods with pointer receivers, too
	own             bool // not those of embedded types
}

// memberItems are the members of t that cells may use, sorted as they are declared.
func (s *scratch) memberItems(t types.Type, prefix string, which members) (items []kernel.CompletionItem) {
	for _, obj := range s.members(t, prefix, which) {
		it := item(obj)
		if it.Type == typeVariable {
			it.Type = typeField
		} else {
			it.Type = typeMethod
		}
		items = append(items, it)
	}
	return items
}

func (s *scratch) members(t types.Type, prefix string, which members) (found []types.Object) {
	names := memberNames{seen: map[string]bool{}, visited: map[types.Type]bool{}}
	names.collect(t, which.own)
	for _, name := range names.list {
		if !strings.HasPrefix(name, prefix) || name == "_" {
			continue
		}
		switch obj, _, _ := types.LookupFieldOrMethod(t, which.addressable, s.pkg, name); obj.(type) {
		case *types.Var:
			if which.fields {
				found = append(found, obj)
			}
		case *types.Func:
			if which.methods {
				found = append(found, obj)
			}
		}
	}
	if !which.methods {
		return found
	}
	for _, m := range s.receives {
		if strings.HasPrefix(m.Name(), prefix) && !names.seen[m.Name()] && receiverOf(m) != nil && receiverOf(m) == definedOf(t) {
			found = append(found, m)
		}
	}
	return found
}

// receiverOf is the defined type that m is a method of, nil for none.
func receiverOf(m *types.Func) *types.Named {
	if recv := m.Signature().Recv(); recv != nil {
		return definedOf(recv.Type())
	}
	return nil
}

// definedOf is the defined type that t or what it points to is an instance of, nil
// for none.
func definedOf(t types.Type) *types.Named {
	named, ok := deref(t).(*types.Named)
	if !ok {
		return nil
	}
	return named.Origin()
}

// deref is t, or what it points to, without aliases.
func deref(t types.Type) types.Type {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return t
}

// maxEmbedding bounds how deep embedded types are looked at.
const maxEmbedding = 50

// memberNames collects the names of fields and methods, the nearest first.
type memberNames struct {
	list    []string
	seen    map[string]bool
	visited map[types.Type]bool
}

func (m *memberNames) add(name string) {
	if !m.seen[name] {
		m.seen[name] = true
		m.list = append(m.list, name)
	}
}

// collect goes through t and, level by level, what it embeds.
func (m *memberNames) collect(t types.Type, own bool) {
	level := []types.Type{t}
	for depth := 0; len(level) > 0 && depth < maxEmbedding; depth++ {
		var next []types.Type
		for _, t := range level {
			if t = deref(t); m.visited[t] {
				continue
			}
			m.visited[t] = true
			next = append(next, m.collectOne(t)...)
		}
		if own {
			return
		}
		level = next
	}
}

// collectOne adds the names of t and is what t embeds.
func (m *memberNames) collectOne(t types.Type) (embedded []types.Type) {
	if named, ok := t.(*types.Named); ok {
		for method := range named.Origin().Methods() {
			m.add(method.Name())
		}
	}
	under := t.Underlying()
	if p, ok := under.(*types.Pointer); ok { // of a defined pointer type
		under = p.Elem().Underlying()
	}
	switch u := under.(type) {
	case *types.Struct:
		for f := range u.Fields() {
			m.add(f.Name())
			if f.Embedded() {
				embedded = append(embedded, f.Type())
			}
		}
	case *types.Interface:
		for method := range u.Methods() {
			m.add(method.Name())
		}
	}
	return embedded
}

// fieldKeys are the fields that may be named at the cursor, in a composite literal
// of a struct.
func (s *scratch) fieldKeys(prefix string) (items []kernel.CompletionItem) {
	lit, t := s.structLiteral()
	if lit == nil {
		return nil
	}
	for _, x := range lit.Elts {
		if _, ok := x.(*ast.KeyValueExpr); !ok && x != s.path[0] {
			return nil // values without keys
		}
	}
	for it := range slices.Values(s.memberItems(t, prefix, members{fields: true, own: true})) {
		if !slices.ContainsFunc(lit.Elts, func(x ast.Expr) bool { return keyOf(x) == it.Text }) {
			items = append(items, it)
		}
	}
	return items
}

func keyOf(x ast.Expr) string {
	if kv, ok := x.(*ast.KeyValueExpr); ok {
		if id, ok := kv.Key.(*ast.Ident); ok {
			return id.Name
		}
	}
	return ""
}

// structLiteral is the literal of a struct where the name at the cursor could be a
// key, and its type; nil for none.
func (s *scratch) structLiteral() (*ast.CompositeLit, types.Type) {
	if len(s.path) < 2 {
		return nil, nil
	}
	id, ok := s.path[0].(*ast.Ident)
	if !ok {
		return nil, nil
	}
	outer := s.path[1:]
	if kv, ok := outer[0].(*ast.KeyValueExpr); ok && kv.Key == ast.Expr(id) && len(outer) > 1 {
		outer = outer[1:]
	}
	lit, ok := outer[0].(*ast.CompositeLit)
	if !ok || lit.Type == ast.Expr(id) {
		return nil, nil
	}
	tv, ok := s.info.Types[lit]
	if !ok {
		return nil, nil
	}
	t := deref(tv.Type)
	if _, ok := t.Underlying().(*types.Struct); !ok {
		return nil, nil
	}
	return lit, t
}

// item is what stands for an object.
func item(obj types.Object) kernel.CompletionItem {
	it := kernel.CompletionItem{Text: obj.Name()}
	switch obj := obj.(type) {
	case *types.PkgName:
		it.Type, it.Signature = typePackage, obj.Imported().Path()
	case *types.Func:
		it.Type, it.Signature = typeFunction, signature(obj)
	case *types.Builtin:
		it.Type, it.Signature = typeFunction, builtins[obj.Name()].signature
	case *types.Var:
		it.Type, it.Signature = typeVariable, typeText(obj.Type())
	case *types.Const:
		it.Type, it.Signature = typeConstant, obj.Val().String()
	case *types.TypeName:
		it.Type, it.Signature = typeType, kindText(obj.Type())
	case *types.Nil:
		it.Type = typeConstant
	}
	return it
}

// signature is the type of f as it follows its name.
func signature(f *types.Func) string {
	return strings.TrimPrefix(typeText(f.Type()), "func")
}

// typeText is t as cells write it.
func typeText(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p.Path() == "main" {
			return ""
		}
		return p.Name()
	})
}

// kindText says what kind of type t is.
func kindText(t types.Type) string {
	if p, ok := t.(*types.TypeParam); ok {
		return typeText(p.Constraint())
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return "struct"
	case *types.Interface:
		return "interface"
	default:
		return typeText(u)
	}
}
