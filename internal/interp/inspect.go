package interp

import (
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/token"
	"reflect"
	"strings"

	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/gls"
	"github.com/cosmos72/gomacro/xreflect"

	"github.com/ipyauth/ipyauth/kernel/display"
)

// description is what Inspect shows of a name: its declaration, and what its
// doc comment says.
type description struct{ declaration, text string }

// Inspect describes the name at the cursor, which counts code points; inside of
// a call's parentheses, the function. With detail above 0 a type comes with its
// methods. Like Complete it runs nothing, belongs on the goroutine that made the
// interpreter, and finds nothing elsewhere.
func (in *interpreter) Inspect(code string, cursor, detail int) (data *display.Data, found bool) {
	at := byteOffset(code, cursor)
	if gls.GoID() != in.owner || at > maxCompleteCode {
		return nil, false
	}
	in.offerDisplay()
	defer func() {
		if recover() != nil {
			data, found = nil, false
		}
	}()
	name, from, ok := nameAt(code, at)
	if !ok || tooNested(code[:from]) >= 0 {
		return nil, false
	}
	d := in.describe(lex(code[:from]), name, detail)
	if d.declaration == "" && len(code) <= maxCompleteCode && tooNested(code) < 0 {
		// The cell may declare it where the cursor is, or below.
		whole := lex(code + "\n")
		in.preview(whole, len(whole.text), "", func(c *fast.Comp, _ *ast.CallExpr) { d = describeName(c, name, detail) })
	}
	if d.declaration == "" {
		return nil, false
	}
	return d.data(), true
}

// nameAt is the name that the offset at is in or behind, or the one of the
// function whose arguments it is in.
func nameAt(code string, at int) (name string, from int, ok bool) {
	all := lex(code)
	i := 0
	for i < len(all.tokens) && all.tokens[i].offset < at {
		i++
	}
	for _, j := range []int{i, i - 1} { // the token that begins at the cursor, or the one it is in
		if all.at(j) == token.IDENT && all.tokens[j].offset <= at && at <= all.tokens[j].end() {
			return all.tokens[j].literal, all.tokens[j].offset, true
		}
	}
	for open := all.enclosing(i); open > 0; open = all.enclosing(open) {
		if all.at(open) == token.LPAREN && all.at(open-1) == token.IDENT {
			return all.tokens[open-1].literal, all.tokens[open-1].offset, true
		}
	}
	return "", 0, false
}

// describe looks up the name that follows before.
func (in *interpreter) describe(before *code, name string, detail int) (d description) {
	if before.last() == token.PERIOD {
		start := before.operand(len(before.tokens) - 1)
		if start < 0 {
			return d
		}
		from := before.tokens[start].offset
		expr := before.text[from:before.tokens[len(before.tokens)-1].offset]
		in.preview(before, from, expr, func(c *fast.Comp, call *ast.CallExpr) {
			e, t := operandOf(c, call.Args[0])
			if t != nil {
				d = describeMember(c, t, name)
			} else if e == nil {
				return
			} else if imp, ok := e.Value.(*fast.Import); ok {
				d = describeExported(c, imp, name, detail)
			} else if e.Type != nil && !e.Untyped() {
				d = describeMember(c, e.Type, name)
			}
		})
		return d
	}
	if before.inLiteral() {
		in.literalType(before, before.enclosing(len(before.tokens)), 0, func(c *fast.Comp, t xreflect.Type) {
			if t.Kind() == reflect.Struct {
				d = describeMember(c, t, name)
			}
		})
	}
	if d.declaration == "" {
		in.preview(before, before.end(), "", func(c *fast.Comp, _ *ast.CallExpr) { d = describeName(c, name, detail) })
	}
	return d
}

// describeName describes a name by itself.
func describeName(c *fast.Comp, name string, detail int) description {
	for scope := c; scope != nil; scope = scope.Outer {
		if !writable(scope, name) {
			continue
		}
		if bind := scope.Binds[name]; bind != nil {
			return describeBind("", "", name, bind)
		}
		if t := scope.Types[name]; t != nil {
			return describeType(c, t, name, "", detail)
		}
	}
	return description{}
}

// describeExported describes what a package exports.
func describeExported(c *fast.Comp, imp *fast.Import, name string, detail int) description {
	if !token.IsExported(name) {
		return description{}
	}
	if bind := imp.Binds[name]; bind != nil {
		return describeBind(imp.Path, imp.Name+".", name, bind)
	}
	if t := imp.Types[name]; t != nil {
		return describeType(c, t, imp.Name+"."+name, docs()[realPath(imp.Path)+"."+name].text, detail)
	}
	return description{}
}

func describeBind(path, prefix, name string, bind *fast.Bind) description {
	item := bindItem(path, name, bind)
	text := docs()[realPath(path)+"."+name].text
	if path == "" {
		text = ""
	}
	switch item.Type {
	case typePackage:
		return description{fmt.Sprintf("package %s // import %q", bind.Value.(*fast.Import).Name, item.Signature), text}
	case typeFunction:
		if item.Signature == "" {
			return description{"func " + name + " // builtin", text}
		}
		return description{"func " + prefix + name + item.Signature, text}
	case typeConstant:
		t := ""
		if !bind.Untyped() && bind.Type != nil {
			t = " " + typeText(bind.Type)
		}
		if item.Signature == "" {
			return description{"const " + prefix + name, text}
		}
		return description{"const " + prefix + name + t + " = " + item.Signature, text}
	}
	if text == "" {
		text = typeDoc(bind.Type)
	}
	return description{"var " + prefix + name + " " + item.Signature, text}
}

// typeDoc is the doc comment of t, or of what t points to.
func typeDoc(t xreflect.Type) string {
	if t == nil {
		return ""
	}
	if t.Kind() == reflect.Pointer && !t.Named() {
		t = t.Elem()
	}
	if !t.Named() {
		return ""
	}
	return docs()[t.PkgPath()+"."+t.Name()].text
}

// maxMembers is how many fields or methods a description lists.
const maxMembers = 60

func describeType(c *fast.Comp, t xreflect.Type, name, text string, detail int) description {
	var b strings.Builder
	fmt.Fprintf(&b, "type %s %s", name, underlying(t))
	list := func(which members, prefix string) {
		for i, item := range memberItems(c, t, which) {
			if i == maxMembers {
				b.WriteString("\n\t...")
				break
			}
			blank := " "
			if item.Type == typeMethod {
				blank = ""
			}
			fmt.Fprintf(&b, "\n%s%s%s%s", prefix, item.Text, blank, item.Signature)
		}
	}
	switch {
	case t.Kind() == reflect.Struct && t.NumField() > 0:
		b.WriteString(" {")
		list(fieldsOnly, "\t")
		b.WriteString("\n}")
	case t.Kind() == reflect.Interface:
		b.WriteString(" {")
		list(methodsOnly, "\t")
		b.WriteString("\n}")
		detail = 0
	}
	if detail > 0 {
		list(methodsOnly, "func ("+name+") ")
	}
	if text == "" {
		text = typeDoc(t)
	}
	return description{b.String(), text}
}

// describeMember describes a field or method.
func describeMember(c *fast.Comp, t xreflect.Type, name string) description {
	for _, item := range memberItems(c, t, fieldsAndMethods) {
		if item.Text != name {
			continue
		}
		owner := memberOwner(c, t, name)
		text := ""
		if owner != nil {
			text = docs()[owner.PkgPath()+"."+owner.Name()+"."+name].text
		} else {
			owner = t
		}
		if item.Type == typeMethod {
			return description{"func (" + strings.TrimPrefix(typeText(owner), "*") + ") " + name + item.Signature, text}
		}
		return description{"field " + name + " " + item.Signature, text}
	}
	return description{}
}

// memberOwner is the type that declares a member of t: t itself, or one that it
// embeds. nil when that type has no name.
func memberOwner(c *fast.Comp, t xreflect.Type, name string) xreflect.Type {
	if t.Kind() == reflect.Pointer && !t.Named() {
		t = t.Elem()
	}
	var index []int
	if f, n := c.LookupField(t, name); t.Kind() == reflect.Struct && n == 1 {
		index = f.Index[:len(f.Index)-1]
	} else if m, n := c.LookupMethod(t, name); n == 1 {
		index = m.FieldIndex
	}
	for _, i := range index {
		t = t.Field(i).Type
		if t.Kind() == reflect.Pointer && !t.Named() {
			t = t.Elem()
		}
	}
	if !t.Named() {
		return nil
	}
	return t
}

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
