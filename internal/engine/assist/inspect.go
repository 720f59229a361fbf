package assist

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
)

// inspect describes what is at the offset at.
func (a *Assistant) inspect(code string, at, detail int) (d description) {
	if len(code) > maxCode {
		code = code[:at]
	}
	code = withoutCommands(code)
	src := scan(code)
	for _, l := range src.subjects(at) {
		if l.tok.IsKeyword() {
			return description{declaration: "keyword " + l.tok.String(), text: keywordTexts[l.tok.String()]}
		}
		if !src.tooNested() {
			if d = a.checkAt(src, l.start).describe(detail); d.declaration != "" {
				return d
			}
		}
		// What follows the name may have misled the parser.
		before := scan(code[:l.end])
		if before.tooNested() {
			continue
		}
		if d = a.check(mend(before, true), "", l.start).describe(detail); d.declaration != "" {
			return d
		}
	}
	return d
}

// subjects are the names that the offset at may ask about: the name or keyword that
// it is in or behind, and those of the functions whose arguments it is in.
func (s *source) subjects(at int) (found []lexeme) {
	i := 0
	for i < len(s.tokens) && s.tokens[i].start < at {
		i++
	}
	for _, j := range []int{i, i - 1} { // the token that begins at the cursor, or the one it is in
		if tok := s.at(j); tok != token.IDENT && !tok.IsKeyword() {
			continue
		}
		if l := s.tokens[j]; l.start <= at && at <= l.end {
			found = append(found, l)
			break
		}
	}
	for open := s.enclosing(i); open > 0 && len(found) < maxSubjects; open = s.enclosing(open) {
		if s.at(open) != token.LPAREN {
			continue
		}
		name := open - 1
		if s.at(name) == token.RBRACK { // of type arguments
			name = s.enclosing(name) - 1
		}
		if s.at(name) == token.IDENT {
			found = append(found, s.tokens[name])
		}
	}
	return found
}

// maxSubjects bounds how many names are looked up for one answer.
const maxSubjects = 4

// describe describes the name at the cursor.
func (s *scratch) describe(detail int) description {
	if len(s.path) == 0 {
		return description{}
	}
	id, ok := s.path[0].(*ast.Ident)
	if !ok || id.Pos() != s.pos {
		return description{}
	}
	obj, holder := s.object(id)
	if obj == nil {
		return describePackages(id.Name, s.selector() != nil)
	}
	return s.describeObject(obj, holder, detail)
}

// object is what id means, and the type that it is a member of, nil for none.
func (s *scratch) object(id *ast.Ident) (obj types.Object, holder types.Type) {
	if sel := s.selector(); sel != nil {
		if selection := s.info.Selections[sel]; selection != nil {
			return selection.Obj(), selection.Recv()
		}
		if tv, ok := s.info.Types[sel.X]; ok {
			for _, m := range s.members(tv.Type, id.Name, members{fields: true, methods: true, addressable: true}) {
				if m.Name() == id.Name {
					return m, tv.Type
				}
			}
		}
		return s.info.Uses[id], nil
	}
	obj = s.info.ObjectOf(id)
	if v, ok := obj.(*types.Var); obj == nil || ok && v.IsField() {
		if lit, t := s.structLiteral(); lit != nil {
			if f, _, _ := types.LookupFieldOrMethod(t, false, s.pkg, id.Name); f != nil {
				return f, t
			}
		}
		for _, n := range s.path {
			if spec, ok := n.(*ast.TypeSpec); ok && obj != nil && s.info.Defs[spec.Name] != nil {
				return obj, s.info.Defs[spec.Name].Type()
			}
		}
	}
	if obj == nil {
		_, obj = s.scope().LookupParent(id.Name, s.pos)
	}
	return obj, nil
}

// owner is the type that declares obj, a member of holder: the holder, or one that
// it embeds; nil when that type has no name.
func owner(obj types.Object, holder types.Type) types.Object {
	if f, ok := obj.(*types.Func); ok {
		if named := receiverOf(f); named != nil {
			return named.Obj()
		}
		return nil
	}
	if holder == nil {
		return nil
	}
	_, index, _ := types.LookupFieldOrMethod(holder, true, obj.Pkg(), obj.Name())
	if len(index) == 0 {
		return nil
	}
	t := deref(holder)
	for _, i := range index[:len(index)-1] {
		structure, ok := deref(t.Underlying()).Underlying().(*types.Struct)
		if !ok {
			return nil
		}
		t = deref(structure.Field(i).Type())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj()
	}
	return nil
}

// describePackages describes the packages that name may mean without an import.
func describePackages(name string, member bool) (d description) {
	if member {
		return d
	}
	for i, path := range stdlib.ByName(name) {
		if i > 0 {
			d.declaration += "\n"
			d.text = ""
		} else {
			d.text = stdlib.Doc(path, "")
		}
		d.declaration += packageDeclaration(name, path)
	}
	return d
}
