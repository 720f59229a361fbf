package interp

import (
	"fmt"
	"go/ast"
	"reflect"
	"slices"
	"strings"

	gomacro "github.com/cosmos72/gomacro/base/reflect"
	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/xreflect"

	"github.com/ipyauth/ipyauth/internal/cells/show"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// value is one value of a cell's last expression. Interpreted types exist for
// gomacro only; reflection sees the type they are made of.
type value struct {
	v any
	t xreflect.Type
}

// shown is how values are displayed, nil for not at all: in rich form when one
// of them has one and the others are nil, else as text, with blanks between.
func (in *interpreter) shown(values []xreflect.Value, types []xreflect.Type) *display.Data {
	var all, rest []value
	for i, v := range values {
		one := value{v: gomacro.ValueInterface(v)}
		if i < len(types) {
			one.t = types[i]
		}
		all = append(all, one)
		if one.v != nil {
			rest = append(rest, one)
		}
	}
	if len(rest) == 0 {
		return nil
	}
	if len(rest) == 1 {
		if d, ok := in.rich(rest[0]); ok {
			return &d
		}
	}
	var texts []string
	for _, one := range all {
		texts = append(texts, in.text(one))
	}
	return &display.Data{Data: display.MIMEMap{display.MIMETypeText: strings.Join(texts, " ")}}
}

// compiledData is how Display shows v.
func (in *interpreter) compiledData(v any) display.Data {
	if d, ok := in.rich(value{v: v}); ok {
		return d
	}
	return display.Data{Data: display.MIMEMap{display.MIMETypeText: in.text(value{v: v})}}
}

// rich is the form that the methods of a value give it.
func (in *interpreter) rich(one value) (display.Data, bool) {
	if v := reflect.ValueOf(one.v); v.Kind() == reflect.Pointer && v.IsNil() {
		return display.Data{}, false
	}
	if d, ok := display.Render(one.v); ok {
		return d, true
	}
	if !interpreted(one.t) {
		return display.Data{}, false
	}
	var d display.Data
	found := false
	for _, as := range in.displayTypes() {
		if x, ok := in.convert(one, as); ok {
			found = true
			addRich(&d, x)
		}
	}
	if found && d.Data[display.MIMETypeText] == nil {
		addTo(&d.Data, display.MIMEMap{display.MIMETypeText: in.text(one)})
	}
	return d, found
}

// addRich adds what x, a proxy with the methods of one display interface, gives.
func addRich(d *display.Data, x any) {
	switch r := x.(type) {
	case display.Renderer:
		own := r.Render()
		addTo(&d.Data, own.Data)
		addTo(&d.Metadata, own.Metadata)
		addTo(&d.Transient, own.Transient)
	case display.SimpleRenderer:
		addTo(&d.Data, r.SimpleRender())
	default:
		own, _ := display.Render(x)
		delete(own.Data, display.MIMETypeText) // the proxy, printed
		addTo(&d.Data, own.Data)
		addTo(&d.Metadata, own.Metadata)
	}
}

func addTo(into *display.MIMEMap, from display.MIMEMap) {
	for k, v := range from {
		if *into == nil {
			*into = display.MIMEMap{}
		}
		(*into)[k] = v
	}
}

// displayTypes are the interfaces of package display. Later ones win.
func (in *interpreter) displayTypes() []xreflect.Type {
	if in.displays != nil {
		return in.displays
	}
	if image := in.known("image"); image != nil {
		in.displays = append(in.displays, image.Types["Image"])
	}
	last := []string{"SimpleRenderer", "Renderer"}
	if d := in.known("display"); d != nil {
		for _, name := range sortedInterfaces(d) {
			if !slices.Contains(last, name) {
				in.displays = append(in.displays, d.Types[name])
			}
		}
		for _, name := range last {
			in.displays = append(in.displays, d.Types[name])
		}
	}
	return in.displays
}

func sortedInterfaces(imp *fast.Import) (names []string) {
	for name, t := range imp.Types {
		if t.Kind() == reflect.Interface {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// known is a package as gomacro imports it, without binding a name to it.
func (in *interpreter) known(path string) *fast.Import {
	available(path)
	imported, err := in.ir.ImportPackagesOrError(map[string]fast.PackageName{path: "_"})
	if err != nil {
		return nil
	}
	return imported[path]
}

// interpreted reports whether t, or what it points to, is a type a cell made.
func interpreted(t xreflect.Type) bool {
	if t == nil {
		return false
	}
	if !t.Named() && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	r := t.ReflectType()
	return t.Named() && (t.Name() != r.Name() || t.PkgPath() != r.PkgPath())
}

// convert makes a compiled value of an interpreted one, by gomacro's proxy for
// the interface as.
func (in *interpreter) convert(one value, as xreflect.Type) (any, bool) {
	if as == nil || !one.t.Implements(as) {
		return nil, false
	}
	if p := reflect.ValueOf(one.v); p.Kind() == reflect.Pointer {
		if p.IsNil() {
			return nil, false
		}
		// gomacro's proxy for a pointer passes it to methods of the value.
		if elem := one.t.Elem(); elem.Implements(as) {
			one = value{p.Elem().Interface(), elem}
		}
	}
	conv := in.comp.Converter(one.t, as)
	if conv == nil {
		return one.v, true
	}
	x := gomacro.ValueInterface(conv(xreflect.ValueOf(one.v)))
	return x, x != nil
}

// text is the value as fmt prints it. For interpreted types, whose methods fmt
// does not see, Error and String are called here.
func (in *interpreter) text(one value) string {
	if imp, ok := one.v.(*fast.Import); ok {
		return fmt.Sprintf("package %s %q", imp.Name, imp.Path)
	}
	if interpreted(one.t) {
		if x, ok := in.convert(one, in.comp.TypeOfError()); ok {
			return x.(error).Error()
		}
		if in.stringer == nil {
			in.stringer = in.known("fmt").Types["Stringer"]
		}
		if x, ok := in.convert(one, in.stringer); ok {
			return x.(fmt.Stringer).String()
		}
	}
	return show.Text(one.v)
}

// printed reports that a cell ends with a successful fmt.Print or one of its
// kin: what it returns is of no interest below what it printed.
func printed(c *fast.Comp, last []ast.Node, values []xreflect.Value) bool {
	call, ok := last[0].(*ast.CallExpr)
	if !ok || len(values) != 2 || gomacro.ValueInterface(values[1]) != nil {
		return false
	}
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !strings.HasPrefix(fun.Sel.Name, "Print") && !strings.HasPrefix(fun.Sel.Name, "Fprint") {
		return false
	}
	pkg, ok := fun.X.(*ast.Ident)
	return ok && isPackage(c, pkg.Name, "fmt")
}
