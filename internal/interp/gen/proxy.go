package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// proxy writes the type by which gomacro lets interpreted types implement an
// interface, and is its name; "" when obj is no interface or cells cannot
// implement it. gomacro prescribes the form: the object, one function for each
// method in the order of their names, and the methods.
func (g *generator) proxy(pkg string, obj *types.TypeName) string {
	iface, ok := obj.Type().Underlying().(*types.Interface)
	if !ok || iface.NumMethods() == 0 || !g.open(iface) {
		return ""
	}
	var methods []*types.Func
	for m := range iface.Methods() {
		methods = append(methods, m)
	}
	slices.SortFunc(methods, func(a, b *types.Func) int { return strings.Compare(a.Name(), b.Name()) })
	name := g.proxyPrefix + "proxy" + strings.ToUpper(pkg[:1]) + pkg[1:] + obj.Name()
	var fields, funcs strings.Builder
	for _, m := range methods {
		sig := m.Signature()
		params, args := g.params(sig)
		results := g.results(sig)
		fmt.Fprintf(&fields, "\t%s_ func(%s) %s\n", m.Name(), strings.Join(append([]string{"object any"}, params...), ", "), results)
		fmt.Fprintf(&funcs, "\nfunc (p *%s) %s(%s) %s {\n\t", name, m.Name(), strings.Join(params, ", "), results)
		if sig.Results().Len() > 0 {
			funcs.WriteString("return ")
		}
		fmt.Fprintf(&funcs, "p.%s_(%s)\n}\n", m.Name(), strings.Join(append([]string{"p.Object"}, args...), ", "))
	}
	fmt.Fprintf(&g.proxies, "\ntype %s struct {\n\tObject any\n%s}\n%s", name, fields.String(), funcs.String())
	return name
}

func (g *generator) params(sig *types.Signature) (params, args []string) {
	for i := range sig.Params().Len() {
		t := sig.Params().At(i).Type()
		arg := fmt.Sprintf("a%d", i)
		if sig.Variadic() && i == sig.Params().Len()-1 {
			params = append(params, arg+" ..."+g.typ(t.(*types.Slice).Elem()))
			arg += "..."
		} else {
			params = append(params, arg+" "+g.typ(t))
		}
		args = append(args, arg)
	}
	return params, args
}

func (g *generator) results(sig *types.Signature) string {
	var results []string
	for v := range sig.Results().Variables() {
		results = append(results, g.typ(v.Type()))
	}
	return "(" + strings.Join(results, ", ") + ")"
}

func (g *generator) typ(t types.Type) string { return types.TypeString(t, g.name) }

// open reports whether cells can implement iface: all its methods are exported
// and so are the types they mention, which this file may import.
func (g *generator) open(iface *types.Interface) bool {
	for m := range iface.Methods() {
		if !m.Exported() || !g.nameable(m.Signature()) {
			return false
		}
	}
	return true
}

func (g *generator) nameable(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		return true
	case *types.Interface:
		return t.Empty()
	case *types.Alias:
		return g.exported(t.Obj())
	case *types.Named:
		return t.TypeArgs() == nil && g.exported(t.Obj())
	case *types.Map:
		return g.nameable(t.Key()) && g.nameable(t.Elem())
	case interface{ Elem() types.Type }: // pointer, slice, array, channel
		return g.nameable(t.Elem())
	case *types.Signature:
		return g.allNameable(t.Params()) && g.allNameable(t.Results())
	}
	return false
}

func (g *generator) allNameable(vars *types.Tuple) bool {
	for v := range vars.Variables() {
		if !g.nameable(v.Type()) {
			return false
		}
	}
	return true
}

func (g *generator) exported(obj *types.TypeName) bool {
	pkg := obj.Pkg()
	if pkg == nil {
		return true // error, any
	}
	if slices.Contains(strings.Split(pkg.Path(), "/"), "internal") && !slices.Contains(g.known, pkg.Path()) {
		return false
	}
	ours := pkg.Path() == module || strings.HasPrefix(pkg.Path(), module+"/")
	return obj.Exported() && (!ours || slices.Contains(g.known, pkg.Path()))
}
