package difftest

import (
	"fmt"
	"slices"
	"strings"
)

// declareTypes declares interfaces, and named types that implement some.
func (g *generator) declareTypes() {
	for range g.between(1, 2) {
		i := &typ{kind: contract, name: g.global("I")}
		m := &function{name: g.name("M"), result: g.basic(), cost: 10}
		for range g.below(3) {
			m.params = append(m.params, g.basic())
		}
		i.methods = []*function{m}
		g.line("type %s interface { %s%s }", i.name, m.name, signature(m.params, m.result))
		g.interfaces = append(g.interfaces, i)
	}
	for range g.between(2, 4) {
		g.declareType()
	}
}

func (g *generator) declareType() {
	t := &typ{name: g.global("T")}
	under := g.underlying()
	t.kind, t.size, t.signed, t.elem, t.key = under.kind, under.size, under.signed, under.elem, under.key
	t.fields, t.embeds = under.fields, under.embeds
	g.line("type %s %s", t.name, under)
	for _, i := range g.interfaces {
		if g.chance(60 - 30*len(t.promoted())) {
			g.declareMethod(t, i.methods[0])
		}
	}
	if g.chance(50) {
		m := &function{name: g.name("M"), params: []*typ{g.basic()}, result: g.value(1)}
		g.declareMethod(t, m)
	}
	if g.chance(60) {
		g.declareSetter(t)
	}
	if g.chance(35) {
		g.declareString(t)
	}
	for _, m := range t.promoted() {
		if !t.hasMethod(m.name) {
			g.uses("promoted method")
			t.methods = append(t.methods, m)
		}
	}
	if t.embeds != nil && t.setter == "" && t.embeds.setter != "" {
		g.uses("promoted pointer method")
		t.setter, t.setArg = t.embeds.setter, t.embeds.setArg
	}
	g.named = append(g.named, t)
}

// promoted is the methods of what a struct embeds.
func (t *typ) promoted() []*function {
	if t.embeds == nil {
		return nil
	}
	return t.embeds.methods
}

func (t *typ) hasMethod(name string) bool {
	return slices.ContainsFunc(t.methods, func(m *function) bool { return m.name == name })
}

// underlying makes the type that a new named type is made of. A struct may
// embed a named type that was declared before.
func (g *generator) underlying() *typ {
	switch g.below(7) {
	case 0:
		return g.basic()
	case 1, 2:
		if len(g.named) == 0 {
			break
		}
		g.uses("embedded field")
		t := pick(g, g.named...)
		fields := append([]variable{{name: t.name, t: t}}, g.fields(1)...)
		return &typ{kind: structure, fields: fields, embeds: t}
	case 3:
		return &typ{kind: pick(g, array, slice), size: g.between(1, 3), elem: g.value(1)}
	}
	return &typ{kind: structure, fields: g.fields(2)}
}

// declareMethod declares a method with a value receiver whose result depends on
// the receiver and the arguments alone.
func (g *generator) declareMethod(t *typ, like *function) {
	m := &function{name: like.name, params: like.params, result: like.result}
	g.function("func (r "+t.name+") "+m.name, m, variable{name: "r", t: t, fixed: true})
	t.methods = append(t.methods, m)
}

// declareSetter declares a method that changes what its pointer receiver
// points to.
func (g *generator) declareSetter(t *typ) {
	t.setter = g.name("Set")
	g.uses("pointer method")
	switch t.kind {
	case structure:
		f := pick(g, t.fields...)
		t.setArg = f.t
		g.line("func (r *%s) %s(a %s) { r.%s = a }", t.name, t.setter, t.setArg, f.name)
	default:
		t.setArg = t
		g.line("func (r *%s) %s(a %s) { *r = a }", t.name, t.setter, t.setArg)
	}
}

// declareString gives a type a method that fmt calls.
func (g *generator) declareString(t *typ) {
	g.uses("String method")
	t.shown = true
	var part string
	switch t.kind {
	case structure:
		part = fmt.Sprintf("%q", t.fields[0].name)
		for _, f := range t.fields {
			if f.t.kind == integer {
				part = "strconv.Itoa(int(r." + f.name + "))"
			}
		}
	case integer:
		part = "strconv.Itoa(int(r))"
	case text:
		part = "string(r)"
	case array, slice, mapping:
		part = "strconv.Itoa(len(r))"
	default:
		part = `"?"`
	}
	receiver := pick(g, "", "", "*")
	if receiver == "*" {
		part = strings.ReplaceAll(part, "(r)", "(*r)") // a pointer has no length, but to an array
	}
	g.line(`func (r %s%s) String() string { return "<" + %s + ">" }`, receiver, t.name, part)
}

// declareConstants declares a list of constants that count.
func (g *generator) declareConstants() {
	g.uses("iota")
	t := pick(g, integers...)
	pattern := pick(g, "iota + 1", "3 - iota/2", "1 << iota", "iota * iota", "(iota + 7) % 5", "9 &^ iota")
	g.line("const (")
	for i := range g.between(2, 4) {
		c := variable{name: g.global("c"), t: t, fixed: true}
		if i == 0 {
			g.line("\t%s %s = %s", c.name, t, pattern)
		} else if g.chance(20) {
			g.line("\t_")
			continue
		} else {
			g.line("\t%s", c.name)
		}
		g.globals = append(g.globals, variable{name: "same(" + c.name + ")", t: t, fixed: true})
	}
	g.line(")")
}

// declareGlobals declares variables that need each other, in an order that is
// not the one of their values.
func (g *generator) declareGlobals() {
	g.uses("package variables")
	first := variable{name: g.global("v"), t: g.basic()}
	second := variable{name: g.global("v"), t: g.value(2)}
	value := g.pure(first.t, 2)
	g.scope = []variable{first}
	dependent := g.pure(second.t, 3)
	g.scope = nil
	g.line("var %s %s = %s", second.name, second.t, dependent)
	g.line("var %s %s = %s", first.name, first.t, value)
	g.globals = append(g.globals, first, second)
}

// declareFunction declares a function that later ones may call.
func (g *generator) declareFunction() {
	f := &function{name: g.global("f"), result: g.value(2)}
	for range g.below(4) {
		f.params = append(f.params, g.value(2))
	}
	if len(f.params) > 0 && g.chance(25) {
		g.uses("variadic")
		f.varargs = true
	}
	g.function("func "+f.name, f)
	g.functions = append(g.functions, f)
}

// declareRecursive declares a function that calls itself, a few times deep.
func (g *generator) declareRecursive() {
	g.uses("recursion")
	t := g.value(1)
	name := g.global("f")
	g.scope = []variable{{name: "n", t: intType, fixed: true}, {name: "x", t: t, fixed: true}}
	g.cost, g.times, g.loops, g.results = 1, 10, nil, nil
	g.line("func %s(n int, x %s) %s {", name, t, t)
	g.line("\tif n = max(0, min(n, 8)); n == 0 { return %s }", g.pure(t, 2))
	g.line("\tif rest := %s(n-1, %s); %s { return rest }", name, g.pure(t, 2), g.condition(2))
	g.line("\treturn %s", g.pure(t, 2))
	g.line("}")
	g.functions = append(g.functions, &function{name: name, params: []*typ{intType, t}, result: t, cost: 8 * g.cost})
	g.scope = nil
}

// function writes a function, with these further names in its scope.
func (g *generator) function(head string, f *function, more ...variable) {
	g.scope = append([]variable(nil), more...)
	var params []string
	for i, p := range f.params {
		v := variable{name: fmt.Sprint("a", i), t: p}
		spelled := p.String()
		if f.varargs && i == len(f.params)-1 {
			v.t, spelled = &typ{kind: slice, elem: p}, "..."+spelled
			v.fixed = true
		}
		params = append(params, v.name+" "+spelled)
		g.scope = append(g.scope, v)
	}
	result := f.result.String()
	if g.chance(30) {
		g.uses("named result")
		g.scope = append(g.scope, variable{name: "result", t: f.result})
		result = "(result " + result + ")"
	}
	g.cost, g.times, g.loops, g.results = 1, 1, nil, []*typ{f.result}
	g.line("%s(%s) %s {", head, strings.Join(params, ", "), result)
	g.block(func() {
		for range g.between(1, 4) {
			g.quiet(2)
		}
		g.line("return %s", g.pure(f.result, 2))
	})
	g.line("}")
	f.cost = g.cost
	g.scope, g.results = nil, nil
}

// declareEntry declares the function that runs the program: it prints what
// happens.
func (g *generator) declareEntry() {
	g.cost, g.times, g.loops, g.results = 1, 1, nil, nil
	g.scope = append([]variable(nil), g.globals...)
	g.line("func %s() {", g.prefix)
	g.block(func() {
		for range g.between(3, 5) {
			g.declareLocal()
		}
		for range g.between(8, 16) {
			g.loudly(3)
		}
		for _, v := range g.scope {
			if v.t.printable() {
				g.print(v.name, v.t)
			}
		}
	})
	g.line("}")
}
