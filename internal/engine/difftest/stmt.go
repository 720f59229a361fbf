package difftest

import (
	"fmt"
	"strings"
)

// quiet writes a statement that changes nothing but what the function owns.
func (g *generator) quiet(depth int) {
	g.cost += g.times
	if g.cost+g.times > maxCost || depth == 0 {
		g.assign()
		return
	}
	g.choose(
		option{6, g.declareLocal},
		option{6, g.assign},
		option{3, func() { g.conditional(depth) }},
		option{4, func() { g.repeat(depth) }},
		option{3, func() { g.switches(depth) }},
		option{2, g.swap},
		option{2, g.declareCounter},
		option{2 + 3*min(len(g.loops), 2), g.jump},
		option{1, func() { g.nested(depth) }},
	)
}

// loudly writes a statement of a function that prints what happens.
func (g *generator) loudly(depth int) {
	g.loud = true
	defer func() { g.loud = false }()
	g.choose(
		option{10, func() { g.quiet(depth) }},
		option{4, g.printSome},
		option{4, func() { g.recovered(depth) }},
		option{3, g.ordered},
		option{3, g.concurrent},
		option{2, g.copies},
		option{2, g.sharedSlices},
		option{2, g.methodValues},
		option{2, g.assertions},
		option{1, g.genericType},
		option{1, g.linked},
		option{2, g.captured},
		option{2, g.changedResult},
		option{2, g.twoResults},
		option{2, func() { g.shadowed(depth) }},
	)
}

// statement is loudly or quiet, as the function is.
func (g *generator) statement(depth int) {
	if g.loud && g.times < 20 {
		g.loudly(depth)
		g.loud = true
		return
	}
	g.quiet(depth)
}

// declareLocal declares a variable.
func (g *generator) declareLocal() {
	t := g.value(2)
	switch g.below(10) {
	case 0:
		g.uses("pointer")
		if v, ok := g.variableOf(func(v variable) bool { return !v.fixed && v.t.kind != funcs }); ok && g.chance(60) {
			g.declare(&typ{kind: pointer, elem: v.t}, "&"+v.name)
			return
		}
		t = &typ{kind: pointer, elem: t}
	case 1:
		g.uses("closure")
		t = &typ{kind: funcs, params: []*typ{g.basic(), g.value(1)}[:g.between(1, 2)], elem: g.value(1)}
	case 2:
		if i := pick(g, g.interfaces...); len(g.implementers(i)) > 0 {
			g.uses("interface")
			t = i
		}
	case 3:
		g.uses("any")
		t = anyType
	case 4:
		g.uses("zero value")
		if v := (variable{name: g.name("x"), t: t}); !t.contains(mapping) {
			g.line("var %s %s", v.name, t)
			g.line("_ = %s", v.name)
			g.scope = append(g.scope, v)
			return
		}
	}
	g.declare(t, g.pure(t, 3))
}

func (g *generator) declare(t *typ, value string) variable {
	v := variable{name: g.name("x"), t: t, fixed: t.kind == funcs}
	g.line("var %s %s = %s", v.name, t, value)
	g.line("_ = %s", v.name)
	g.scope = append(g.scope, v)
	return v
}

func (g *generator) variableOf(wanted func(variable) bool) (variable, bool) {
	var found []variable
	for _, v := range g.scope {
		if wanted(v) {
			found = append(found, v)
		}
	}
	if len(found) == 0 {
		return variable{}, false
	}
	return pick(g, found...), true
}

// assign changes a variable or a part of one.
func (g *generator) assign() {
	if len(g.counters) > 0 && g.chance(25) {
		c := pick(g, g.counters...)
		g.uses("counter")
		if v, ok := g.variableOf(func(v variable) bool { return !v.fixed && same(v.t, c.t) }); ok {
			g.line("%s = %s(%s)", v.name, c.name, g.pure(c.t, 1))
			return
		}
		g.line("%s(%s)", c.name, g.pure(c.t, 1))
		return
	}
	v, ok := g.variableOf(func(v variable) bool { return !v.fixed })
	if !ok {
		g.declareLocal()
		return
	}
	g.change(v.name, v.t, v.t.kind != contract)
}

// change writes a statement that changes what the code denotes. Only slices
// that are variables grow and get new elements.
func (g *generator) change(code string, t *typ, direct bool) {
	switch t.kind {
	case structure:
		if t.setter != "" && direct && g.chance(25) {
			g.uses("pointer method")
			g.line("%s.%s(%s)", code, t.setter, g.pure(t.setArg, 2))
			return
		}
		if g.chance(60) {
			f := pick(g, t.fields...)
			g.change(code+"."+f.name, f.t, false)
			return
		}
	case array:
		if g.chance(60) {
			g.change(fmt.Sprintf("%s[%s]", code, g.index(t.size)), t.elem, false)
			return
		}
	case slice:
		if direct && g.chance(70) {
			g.changeSlice(code, t)
			return
		}
	case mapping:
		if direct {
			g.changeMap(code, t)
			return
		}
	case pointer:
		if g.chance(70) && t.elem.kind != slice && t.elem.kind != mapping {
			g.uses("store through a pointer")
			g.change("(*"+code+")", t.elem, false)
			return
		}
	case integer, float, text:
		if g.changeBasic(code, t) {
			return
		}
	}
	g.line("%s = %s", code, g.pure(t, 3))
}

func (g *generator) changeSlice(code string, t *typ) {
	switch g.below(4) {
	case 0, 1:
		g.uses("append")
		g.line("if len(%s) < 12 { %s = append(%s, %s) }", code, code, code, strings.Join(g.some(t.elem, 3), ", "))
	case 2:
		g.line("if len(%s) > %d { %s[%d] = %s }", code, 1, code, g.below(2), g.pure(t.elem, 2))
	default:
		g.uses("copy")
		g.line("copy(%s, %s)", code, g.pure(t, 2))
	}
}

func (g *generator) some(t *typ, most int) []string {
	list := make([]string, g.between(1, most))
	for i := range list {
		list[i] = g.pure(t, 2)
	}
	return list
}

func (g *generator) changeMap(code string, t *typ) {
	key := g.pure(t.key, 1)
	switch g.below(6) {
	case 0:
		g.uses("delete")
		g.line("delete(%s, %s)", code, key)
	case 1:
		if t.elem.kind == integer || t.elem.kind == float {
			g.line("if %s != nil { %s[%s] %s %s }", code, code, key, pick(g, "+=", "-=", "*="), g.pure(t.elem, 1))
			return
		}
		fallthrough
	case 2:
		g.uses("comma ok")
		v, ok := g.name("x"), g.name("ok")
		g.line("%s, %s := %s[%s]", v, ok, code, key)
		g.line("_, _ = %s, %s", v, ok)
		g.scope = append(g.scope, variable{v, t.elem, t.elem.shares()}, variable{name: ok, t: boolType})
	default:
		g.line("if %s != nil { %s[%s] = %s }", code, code, key, g.pure(t.elem, 2))
	}
}

// changeBasic writes an assignment with an operation.
func (g *generator) changeBasic(code string, t *typ) bool {
	switch n := g.below(5); {
	case t.kind == text && n < 2:
		g.line("%s += %s", code, g.pure(t, 1))
		g.line("%s = short(%s)", code, code)
	case t.kind == float && n < 2:
		g.line("%s %s %s", code, pick(g, "+=", "-="), g.pure(t, 2))
	case t.kind != integer || n == 4:
		return false
	case n == 0:
		g.uses("++")
		g.line("%s%s", code, pick(g, "++", "--"))
	case n == 1:
		g.line("%s %s (%s | 1)", code, pick(g, "/=", "%="), g.pure(t, 1))
	case n == 2:
		g.line("%s %s (%s & 15)", code, pick(g, "<<=", ">>="), g.pure(pick(g, integers...), 1))
	default:
		g.line("%s %s %s", code, pick(g, "+=", "-=", "*=", "&=", "|=", "^=", "&^="), g.pure(t, 2))
	}
	return true
}

// swap exchanges two variables, or two elements.
func (g *generator) swap() {
	v, ok := g.variableOf(func(v variable) bool { return !v.fixed })
	if !ok {
		return
	}
	w, ok := g.variableOf(func(w variable) bool { return !w.fixed && same(w.t, v.t) && w.name != v.name })
	switch {
	case ok:
		g.uses("swap")
		g.line("%s, %s = %s, %s", v.name, w.name, w.name, v.name)
	case v.t.kind == array:
		g.uses("swap")
		i, j := g.below(v.t.size), g.below(v.t.size)
		g.line("%s[%d], %s[%d] = %s[%d], %s[%d]", v.name, i, v.name, j, v.name, j, v.name, i)
	case v.t.kind == slice:
		g.uses("swap")
		g.line("if n := len(%s); n > 1 { %s[0], %s[n-1] = %s[n-1], %s[0] }", v.name, v.name, v.name, v.name, v.name)
	}
}

// declareCounter declares a closure that changes a variable around it.
func (g *generator) declareCounter() {
	v, ok := g.variableOf(func(v variable) bool { return !v.fixed && (v.t.kind == integer || v.t.kind == text) })
	if !ok || strings.HasPrefix(v.name, g.prefix) {
		return
	}
	g.uses("closure that counts")
	c := counter{g.name("count"), v.t}
	change := v.name + " += by"
	if v.t.kind == text {
		change = fmt.Sprintf("%s = short(%s + by)", v.name, v.name)
	}
	g.line("%s := func(by %s) %s { %s; return %s }", c.name, v.t, v.t, change, v.name)
	g.line("_ = %s", c.name)
	g.counters = append(g.counters, c)
}
