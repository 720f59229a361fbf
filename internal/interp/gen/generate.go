package main

import (
	"bytes"
	"cmp"
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
	{module + "/sgid", []string{"ipyauth/sgid"}},
	{module + "/kernel/cell", []string{"ipyauth/cell"}},
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
	g := &generator{imports: map[string]string{"reflect": "reflect", "sync": "sync", "github.com/gopherdata/gophernotes/imports": "imports"}}
	var all []*types.Package
	for _, e := range exposed {
		if byPath[e.path] == nil {
			return nil, fmt.Errorf("load %s: no such package", e.path)
		}
		g.known = append(g.known, e.path)
		all = append(all, byPath[e.path])
	}
	for _, e := range exposed {
		g.pkg(byPath[e.path], append([]string{e.path}, e.names...))
		for _, name := range e.names {
			g.shortPaths = append(g.shortPaths, symbol{strconv.Quote(name), strconv.Quote(e.path)})
		}
	}
	if err := g.document(dir, all); err != nil {
		return nil, err
	}
	g.writeDocs()
	return g.file()
}

// generator collects the parts of the file.
type generator struct {
	known   []string          // the packages a proxy may mention, beside the standard library
	imports map[string]string // import path -> name
	table   bytes.Buffer      // the body of symbols
	proxies bytes.Buffer
	// proxyPrefix keeps the proxies of two files apart.
	proxyPrefix string

	shortPaths []symbol // cells' import paths and the packages' own
	docs       map[string]documentation
	docTable   bytes.Buffer
}

// symbol is one line of a map: key and value, both Go source.
type symbol struct{ key, value string }

// symbols are the parts of an imports.Package.
type symbols struct{ binds, types, proxies, untypeds []symbol }

// collect is what cells may use of pkg, of the names that are wanted.
func (g *generator) collect(pkg *types.Package, wanted func(string) bool) (s symbols) {
	scope := pkg.Scope()
	for _, n := range scope.Names() {
		obj := scope.Lookup(n)
		if !obj.Exported() || !wanted(n) {
			continue
		}
		key := strconv.Quote(n)
		switch obj := obj.(type) {
		case *types.Func:
			if obj.Signature().TypeParams() == nil {
				s.binds = append(s.binds, symbol{key, "reflect.ValueOf(" + g.name(pkg) + "." + n + ")"})
			}
		case *types.Var:
			s.binds = append(s.binds, symbol{key, "reflect.ValueOf(&" + g.name(pkg) + "." + n + ").Elem()"})
		case *types.Const:
			s.binds = append(s.binds, symbol{key, "reflect.ValueOf(" + constSource(obj, g.name(pkg)+"."+n) + ")"})
			if basic, ok := obj.Type().(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
				literal := untyped.Marshal(untyped.GoUntypedToKind(basic.Kind()), obj.Val())
				s.untypeds = append(s.untypeds, symbol{key, strconv.Quote(literal)})
			}
		case *types.TypeName:
			if generic(obj.Type()) || constraint(obj.Type()) {
				continue
			}
			s.types = append(s.types, symbol{key, "reflect.TypeFor[" + g.name(pkg) + "." + n + "]()"})
			if proxy := g.proxy(g.name(pkg), obj); proxy != "" {
				s.proxies = append(s.proxies, symbol{key, "reflect.TypeFor[" + proxy + "]()"})
			}
		}
	}
	return s
}

func (s symbols) empty() bool { return len(s.binds)+len(s.types) == 0 }

// write writes the fields of an imports.Package.
func (s symbols) write(b *bytes.Buffer) {
	writeMap(b, "Binds", "reflect.Value", s.binds)
	writeMap(b, "Types", "reflect.Type", s.types)
	writeMap(b, "Proxies", "reflect.Type", s.proxies)
	writeMap(b, "Untypeds", "string", s.untypeds)
}

func (g *generator) pkg(pkg *types.Package, paths []string) {
	s := g.collect(pkg, func(string) bool { return true })
	variable := g.name(pkg) + "Symbols"
	fmt.Fprintf(&g.table, "%s := imports.Package{\n", variable)
	s.write(&g.table)
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
		v, exact := constant.Int64Val(c.Val())
		if !exact {
			return "float64(" + ref + ")"
		}
		if v != int64(int32(v)) {
			return "int64(" + ref + ")"
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
	b.WriteString("// Code generated by internal/interp/gen. DO NOT EDIT.\n\npackage interp\n\n")
	g.writeImports(&b)
	b.WriteString("\n// symbols are this module's packages, by the paths cells import them with.\n")
	b.WriteString("func symbols() map[string]imports.Package {\ntable := map[string]imports.Package{}\n")
	b.Write(g.table.Bytes())
	b.WriteString("return table\n}\n")
	b.Write(g.proxies.Bytes())
	b.WriteString("\n// shortPaths are the packages' own paths, by the shorter ones for cells.\nvar shortPaths = map[string]string{\n")
	for _, s := range g.shortPaths {
		fmt.Fprintf(&b, "%s: %s,\n", s.key, s.value)
	}
	b.WriteString("}\n")
	b.Write(g.docTable.Bytes())
	return format.Source(b.Bytes())
}

func (g *generator) writeImports(b *bytes.Buffer) {
	b.WriteString("import (\n")
	paths := slices.SortedFunc(maps.Keys(g.imports), func(a, b string) int {
		return cmp.Or(strings.Compare(group(a), group(b)), strings.Compare(a, b))
	})
	last := ""
	for _, path := range paths {
		if last != "" && group(path) != last {
			b.WriteString("\n")
		}
		last = group(path)
		name := g.imports[path]
		if path == name || strings.HasSuffix(path, "/"+name) {
			fmt.Fprintf(b, "%q\n", path)
		} else {
			fmt.Fprintf(b, "%s %q\n", name, path)
		}
	}
	b.WriteString(")\n")
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
