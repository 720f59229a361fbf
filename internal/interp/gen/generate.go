package main

import (
	"bytes"
	"fmt"
	"go/constant"
	"go/format"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cosmos72/gomacro/base/untyped"
	"golang.org/x/tools/go/packages"
)

const module = "github.com/ipyauth/ipyauth"

// exposure is a package and the import paths cells reach it by, its own left out.
type exposure struct {
	path  string
	names []string
}

// exposed are the packages of this module that cells can import.
var exposed = []exposure{
	{module, []string{"ipyauth"}},
	{module + "/params", []string{"ipyauth/params"}},
	{module + "/kernel/display", []string{"display", "github.com/gopherdata/gophernotes"}},
}

// generate is the source of symbols_gen.go.
func generate(dir string, exposed []exposure) ([]byte, error) {
	config := &packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps, Dir: dir}
	var paths []string
	for _, e := range exposed {
		paths = append(paths, e.path)
	}
	loaded, err := packages.Load(config, paths...)
	if err != nil {
		return nil, fmt.Errorf("load packages: %w", err)
	}
	byPath := map[string]*types.Package{}
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("load %s: %w", p.PkgPath, p.Errors[0])
		}
		byPath[p.PkgPath] = p.Types
	}
	g := &generator{imports: map[string]string{"reflect": "reflect", "github.com/gopherdata/gophernotes/imports": "imports"}}
	for _, e := range exposed {
		if byPath[e.path] == nil {
			return nil, fmt.Errorf("load %s: no such package", e.path)
		}
		g.known = append(g.known, e.path)
	}
	for _, e := range exposed {
		g.pkg(byPath[e.path], append([]string{e.path}, e.names...))
	}
	return g.file()
}

// generator collects the parts of the file.
type generator struct {
	known   []string          // the packages a proxy may mention, beside the standard library
	imports map[string]string // import path -> name
	table   bytes.Buffer      // the body of symbols
	proxies bytes.Buffer
}

// symbol is one line of a map: key and value, both Go source.
type symbol struct{ key, value string }

func (g *generator) pkg(pkg *types.Package, paths []string) {
	name := g.name(pkg)
	var binds, typs, proxies, untypeds []symbol
	scope := pkg.Scope()
	for _, n := range scope.Names() {
		obj := scope.Lookup(n)
		if !obj.Exported() {
			continue
		}
		key, ref := strconv.Quote(n), name+"."+n
		switch obj := obj.(type) {
		case *types.Func:
			if obj.Signature().TypeParams() == nil {
				binds = append(binds, symbol{key, "reflect.ValueOf(" + ref + ")"})
			}
		case *types.Var:
			binds = append(binds, symbol{key, "reflect.ValueOf(&" + ref + ").Elem()"})
		case *types.Const:
			binds = append(binds, symbol{key, "reflect.ValueOf(" + constSource(obj, ref) + ")"})
			if basic, ok := obj.Type().(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
				literal := untyped.Marshal(untyped.GoUntypedToKind(basic.Kind()), obj.Val())
				untypeds = append(untypeds, symbol{key, strconv.Quote(literal)})
			}
		case *types.TypeName:
			if generic(obj.Type()) || constraint(obj.Type()) {
				continue
			}
			typs = append(typs, symbol{key, "reflect.TypeFor[" + ref + "]()"})
			if proxy := g.proxy(name, obj); proxy != "" {
				proxies = append(proxies, symbol{key, "reflect.TypeFor[" + proxy + "]()"})
			}
		}
	}
	variable := name + "Symbols"
	fmt.Fprintf(&g.table, "%s := imports.Package{\n", variable)
	writeMap(&g.table, "Binds", "reflect.Value", binds)
	writeMap(&g.table, "Types", "reflect.Type", typs)
	writeMap(&g.table, "Proxies", "reflect.Type", proxies)
	writeMap(&g.table, "Untypeds", "string", untypeds)
	g.table.WriteString("}\n")
	for _, path := range paths {
		fmt.Fprintf(&g.table, "table[%q] = %s\n", path, variable)
	}
}

func writeMap(b *bytes.Buffer, field, elem string, symbols []symbol) {
	if len(symbols) == 0 {
		return
	}
	fmt.Fprintf(b, "%s: map[string]%s{\n", field, elem)
	for _, s := range symbols {
		fmt.Fprintf(b, "%s: %s,\n", s.key, s.value)
	}
	b.WriteString("},\n")
}

// constSource is ref, converted where the default type of an untyped constant
// is too small. gomacro takes the value from the literal beside it.
func constSource(c *types.Const, ref string) string {
	if c.Val().Kind() == constant.Int && c.Type() == types.Typ[types.UntypedInt] {
		if _, exact := constant.Int64Val(c.Val()); !exact {
			return "float64(" + ref + ")"
		}
	}
	return ref
}

// generic reports whether t has type parameters that are not filled in.
func generic(t types.Type) bool {
	switch t := t.(type) {
	case *types.Named:
		return t.TypeParams().Len() > t.TypeArgs().Len()
	case *types.Alias:
		return t.TypeParams().Len() > t.TypeArgs().Len()
	}
	return false
}

// constraint reports whether t is an interface that only type parameters may use.
func constraint(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	return ok && !iface.IsMethodSet()
}

// name is the name by which the file imports pkg.
func (g *generator) name(pkg *types.Package) string {
	if name, ok := g.imports[pkg.Path()]; ok {
		return name
	}
	name := pkg.Name()
	for n := 2; slices.Contains(slices.Collect(maps.Values(g.imports)), name); n++ {
		name = pkg.Name() + strconv.Itoa(n)
	}
	g.imports[pkg.Path()] = name
	return name
}

func (g *generator) file() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("// Code generated by internal/interp/gen. DO NOT EDIT.\n\npackage interp\n\nimport (\n")
	paths := slices.SortedFunc(maps.Keys(g.imports), func(a, b string) int {
		if d := strings.Compare(group(a), group(b)); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	last := ""
	for _, path := range paths {
		if last != "" && group(path) != last {
			b.WriteString("\n")
		}
		last = group(path)
		name := g.imports[path]
		if path == name || strings.HasSuffix(path, "/"+name) {
			fmt.Fprintf(&b, "%q\n", path)
		} else {
			fmt.Fprintf(&b, "%s %q\n", name, path)
		}
	}
	b.WriteString(")\n\n// symbols are this module's packages, by the paths cells import them with.\n")
	b.WriteString("func symbols() map[string]imports.Package {\ntable := map[string]imports.Package{}\n")
	b.Write(g.table.Bytes())
	b.WriteString("return table\n}\n")
	b.Write(g.proxies.Bytes())
	return format.Source(b.Bytes())
}

// group orders imports: standard library, others, this module.
func group(path string) string {
	switch {
	case path == module || strings.HasPrefix(path, module+"/"):
		return "3"
	case strings.Contains(strings.Split(path, "/")[0], "."):
		return "2"
	}
	return "1"
}
