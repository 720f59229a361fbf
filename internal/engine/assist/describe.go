package assist

import (
	"fmt"
	"go/doc/comment"
	"go/types"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/assist/preview"
	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// description is what Inspect shows of a name: its declaration, and what its doc
// comment says.
type description struct{ declaration, text string }

// data is the description as text and as Markdown.
func (d description) data() *display.Data {
	plain, markdown := d.declaration, "```go\n"+d.declaration+"\n```"
	if d.text != "" {
		parser := &comment.Parser{LookupSym: func(string, string) bool { return true }} // [Name] is a name, not text
		parsed := parser.Parse(d.text)
		printer := &comment.Printer{DocLinkURL: func(*comment.DocLink) string { return "" }}
		plain += "\n\n" + strings.TrimRight(string(printer.Text(parsed)), "\n")
		markdown += "\n\n" + strings.TrimRight(string(printer.Markdown(parsed)), "\n")
	}
	return &display.Data{Data: display.MIMEMap{display.MIMETypeText: plain, display.MIMETypeMarkdown: markdown}}
}

// describeObject describes obj, a member of holder where that is not nil.
func (s *scratch) describeObject(obj types.Object, holder types.Type, detail int) description {
	name := qualified(obj)
	text := s.doc(obj, owner(obj, holder))
	switch obj := obj.(type) {
	case *types.PkgName:
		path := obj.Imported().Path()
		text := stdlib.Doc(path, "")
		if detail == 0 {
			text, _, _ = strings.Cut(text, "\n\n")
		}
		return description{packageDeclaration(obj.Imported().Name(), path), text}
	case *types.Builtin:
		b := builtins[obj.Name()]
		return description{"func " + name + b.signature + " // builtin", b.text}
	case *types.Nil:
		return description{"nil // builtin", predeclared["nil"]}
	case *types.Func:
		return description{funcDeclaration(obj, name), text}
	case *types.Const:
		if obj.Pkg() == nil {
			text = predeclared[name]
		}
		return description{"const " + name + constType(obj) + " = " + obj.Val().String(), text}
	case *types.TypeName:
		if obj.Pkg() == nil {
			text = predeclared[name]
		}
		return description{s.typeDeclaration(obj, name, detail), text}
	case *types.Var:
		return s.describeVar(obj, name, text)
	}
	return description{}
}

func (s *scratch) describeVar(v *types.Var, name, text string) description {
	if text == "" {
		if named := definedOf(v.Type()); named != nil {
			text = s.doc(named.Obj(), nil)
		}
	}
	if v.IsField() {
		return description{"field " + v.Name() + " " + typeText(v.Type()), text}
	}
	declaration := "var " + name + " " + typeText(v.Type())
	if s.a.Value != nil && s.a.Session.Lookup(v.Name()) == types.Object(v) {
		if value, ok := s.a.Value(v); ok {
			if text := preview.Text(value); text != "" {
				declaration += " = " + text
			}
		}
	}
	return description{declaration, text}
}

func packageDeclaration(name, path string) string {
	return fmt.Sprintf("package %s // import %q", name, path)
}

// qualified is the name of obj as cells write it.
func qualified(obj types.Object) string {
	if p := obj.Pkg(); p != nil && p.Path() != "main" && obj.Parent() == p.Scope() {
		return p.Name() + "." + obj.Name()
	}
	return obj.Name()
}

func constType(c *types.Const) string {
	if b, ok := c.Type().(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		return ""
	}
	return " " + typeText(c.Type())
}

// funcDeclaration is the declaration of f, with its receiver if that has a name.
func funcDeclaration(f *types.Func, name string) string {
	recv := f.Signature().Recv()
	if recv == nil || definedOf(recv.Type()) == nil {
		return "func " + name + signature(f)
	}
	as := ""
	if recv.Name() != "" && recv.Name() != "_" {
		as = recv.Name() + " "
	}
	return "func (" + as + typeText(recv.Type()) + ") " + f.Name() + signature(f)
}

// maxMembers is how many fields or methods a description lists.
const maxMembers = 60

// typeDeclaration is the declaration of a type, with detail with its methods.
func (s *scratch) typeDeclaration(obj *types.TypeName, name string, detail int) string {
	if _, ok := obj.Type().(*types.Basic); ok {
		return "type " + name + " // builtin"
	}
	if p, ok := obj.Type().(*types.TypeParam); ok {
		return "type " + name + " " + typeText(p.Constraint())
	}
	if obj.IsAlias() && obj.Pkg() != nil {
		return "type " + name + " = " + typeText(types.Unalias(obj.Type()))
	}
	var b strings.Builder
	b.WriteString("type " + name)
	if named, ok := obj.Type().(*types.Named); ok {
		b.WriteString(typeParams(named))
	}
	b.WriteString(" " + kindText(obj.Type()))
	switch u := obj.Type().Underlying().(type) {
	case *types.Struct:
		s.listFields(&b, obj, u)
	case *types.Interface:
		listInterface(&b, u)
		return b.String()
	}
	if detail > 0 {
		for i, m := range s.members(obj.Type(), "", members{methods: true, addressable: true}) {
			if i == maxMembers {
				b.WriteString("\n...")
				break
			}
			b.WriteString("\n" + funcDeclaration(m.(*types.Func), m.Name()))
		}
	}
	return b.String()
}

func typeParams(named *types.Named) string {
	var params []string
	for p := range named.TypeParams().TypeParams() {
		params = append(params, p.Obj().Name()+" "+typeText(p.Constraint()))
	}
	if params == nil {
		return ""
	}
	return "[" + strings.Join(params, ", ") + "]"
}

// listFields writes the fields that cells may use.
func (s *scratch) listFields(b *strings.Builder, obj *types.TypeName, t *types.Struct) {
	b.WriteString(" {")
	hidden, listed := false, 0
	for f := range t.Fields() {
		switch {
		case !f.Exported() && obj.Pkg().Path() != "main":
			hidden = true
			continue
		case listed == maxMembers:
			b.WriteString("\n\t...")
			hidden = false
		case f.Embedded():
			b.WriteString("\n\t" + typeText(f.Type()))
		default:
			b.WriteString("\n\t" + f.Name() + " " + typeText(f.Type()))
		}
		if listed++; listed > maxMembers {
			break
		}
	}
	if hidden {
		b.WriteString("\n\t// unexported fields")
	}
	if listed > 0 || hidden {
		b.WriteString("\n")
	}
	b.WriteString("}")
}

// listInterface writes the methods of an interface, and its constraints.
func listInterface(b *strings.Builder, t *types.Interface) {
	var lines []string
	for e := range t.EmbeddedTypes() {
		if i, ok := e.Underlying().(*types.Interface); !ok || !i.IsMethodSet() {
			lines = append(lines, typeText(e))
		}
	}
	for m := range t.Methods() {
		lines = append(lines, m.Name()+signature(m))
	}
	if len(lines) > maxMembers {
		lines = append(lines[:maxMembers], "...")
	}
	if len(lines) == 0 {
		b.WriteString(" {}")
		return
	}
	b.WriteString(" {\n\t" + strings.Join(lines, "\n\t") + "\n}")
}
