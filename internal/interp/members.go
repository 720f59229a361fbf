package interp

import (
	"go/token"
	gotypes "go/types"
	"reflect"
	"strings"

	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/go/types"
	"github.com/cosmos72/gomacro/xreflect"

	"github.com/ipyauth/ipyauth/kernel"
)

// members says which members of a type are meant.
type members struct{ fields, methods bool }

var (
	fieldsAndMethods = members{true, true}
	fieldsOnly       = members{fields: true}
	methodsOnly      = members{methods: true}
)

// memberItems are the fields and methods of t that c may use: those of embedded
// structs too, where nothing nearer has the same name.
func memberItems(c *fast.Comp, t xreflect.Type, which members) (items []kernel.CompletionItem) {
	own := c.FileComp().Path
	seen := map[string]bool{}
	add := func(name string, pkg string, item kernel.CompletionItem) {
		if !seen[name] && (token.IsExported(name) || pkg == own) && token.IsIdentifier(name) {
			items = append(items, item)
		}
		seen[name] = true
	}
	visited := map[types.Type]bool{}
	level := []xreflect.Type{t}
	for depth := 0; len(level) > 0 && depth < 10; depth++ {
		var next []xreflect.Type
		for _, t := range level {
			if t.Kind() == reflect.Pointer && !t.Named() {
				t = t.Elem()
			}
			if visited[t.GoType()] {
				continue
			}
			visited[t.GoType()] = true
			if which.methods {
				for _, m := range methods(t) {
					pkg := ""
					if m.Pkg != nil {
						pkg = m.Pkg.Path()
					}
					add(m.Name, pkg, kernel.CompletionItem{Text: m.Name, Type: typeMethod, Signature: methodSignature(t, m)})
				}
			}
			if t.Kind() != reflect.Struct {
				continue
			}
			for i := range t.NumField() {
				f := t.Field(i)
				pkg := ""
				if f.Pkg != nil {
					pkg = f.Pkg.Path()
				}
				if which.fields {
					add(f.Name, pkg, kernel.CompletionItem{Text: f.Name, Type: typeField, Signature: typeText(f.Type)})
				}
				if f.Anonymous && which.methods {
					next = append(next, f.Type)
				}
			}
		}
		level = next
	}
	return items
}

// methods are the methods of a type, not those of what it embeds.
func methods(t xreflect.Type) (all []xreflect.Method) {
	if !t.Named() && t.Kind() != reflect.Interface {
		return nil
	}
	for i := range t.NumMethod() {
		all = append(all, t.Method(i))
	}
	return all
}

func methodSignature(t xreflect.Type, m xreflect.Method) string {
	if d, ok := docs()[t.PkgPath()+"."+t.Name()+"."+m.Name]; ok {
		return d.signature
	}
	if m.GoFun == nil {
		return ""
	}
	return strings.TrimPrefix(goTypeText(m.GoFun.Type()), "func")
}

// packageItems are the exported names of a package.
func packageItems(imp *fast.Import) (items []kernel.CompletionItem) {
	for name, bind := range imp.Binds {
		if token.IsExported(name) {
			items = append(items, bindItem(imp.Path, name, bind))
		}
	}
	for name, t := range imp.Types {
		if token.IsExported(name) {
			items = append(items, kernel.CompletionItem{Text: name, Type: typeType, Signature: underlying(t)})
		}
	}
	return items
}

// bindItem is what stands for a bound name; path is its package's, "" for the
// cell's own.
func bindItem(path, name string, bind *fast.Bind) kernel.CompletionItem {
	item := kernel.CompletionItem{Text: name, Type: bindKind(bind), Signature: typeText(bind.Type)}
	switch item.Type {
	case typePackage:
		item.Signature = bind.Value.(*fast.Import).Path
	case typeFunction:
		item.Signature = strings.TrimPrefix(item.Signature, "func")
		if d, ok := docs()[realPath(path)+"."+name]; ok && path != "" {
			item.Signature = d.signature
		}
		if _, ok := bind.Value.(fast.Builtin); ok {
			item.Signature = ""
		}
	case typeConstant:
		item.Signature = constText(bind)
	}
	return item
}

func bindKind(bind *fast.Bind) string {
	switch bind.Desc.Class() {
	case fast.FuncBind:
		return typeFunction
	case fast.VarBind, fast.IntBind:
		return typeVariable
	}
	switch bind.Value.(type) {
	case *fast.Import:
		return typePackage
	case fast.Builtin, fast.Function, fast.Macro:
		return typeFunction
	}
	return typeConstant
}

// scopeItems are the names that can stand alone in c, the nearest first.
func scopeItems(c *fast.Comp) (items []kernel.CompletionItem) {
	for ; c != nil; c = c.Outer {
		for name, bind := range c.Binds {
			if writable(c, name) {
				items = append(items, bindItem("", name, bind))
			}
		}
		for name, t := range c.Types {
			if writable(c, name) {
				items = append(items, kernel.CompletionItem{Text: name, Type: typeType, Signature: underlying(t)})
			}
		}
	}
	for tok := token.BREAK; tok <= token.VAR; tok++ {
		items = append(items, kernel.CompletionItem{Text: tok.String(), Type: typeKeyword})
	}
	return items
}

// writable reports whether a name in c's scope is for cells: gomacro's outermost
// scope holds Go's predeclared names beside its own.
func writable(c *fast.Comp, name string) bool {
	if c.Outer == nil {
		return gotypes.Universe.Lookup(name) != nil
	}
	return token.IsIdentifier(name) && name != "_"
}

// importPaths are what an import can name.
func importPaths() (items []kernel.CompletionItem) {
	for _, path := range knownPackages() {
		items = append(items, kernel.CompletionItem{Text: path, Type: typePackage})
	}
	return items
}

// typeText is t as cells write it.
func typeText(t xreflect.Type) string {
	if t == nil {
		return ""
	}
	return goTypeText(t.GoType())
}

// plain puts Go's newer names for types in place of gomacro's.
var plain = strings.NewReplacer("interface{}", "any", "interface {}", "any", "[]uint8", "[]byte")

func goTypeText(t types.Type) string {
	return plain.Replace(types.TypeString(t, func(p *types.Package) string {
		if p.Path() == "main" {
			return ""
		}
		return p.Name()
	}))
}

// underlying says what kind of type t is.
func underlying(t xreflect.Type) string {
	switch t.Kind() {
	case reflect.Struct:
		return "struct"
	case reflect.Interface:
		return "interface"
	}
	return goTypeText(t.GoType().Underlying())
}
