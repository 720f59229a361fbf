package difftest

import (
	"fmt"
	"strings"
)

// closure writes a function literal whose result depends on its arguments and
// on what it captured.
func (g *generator) closure(t *typ) string {
	scope, times := len(g.scope), g.times
	var params []string
	for _, p := range t.params {
		v := variable{name: g.name("b"), t: p, fixed: true}
		params = append(params, v.name+" "+p.String())
		g.scope = append(g.scope, v)
	}
	g.times *= 20 // nobody counts how often it is called
	code := fmt.Sprintf("func(%s) %s { return %s }", strings.Join(params, ", "), t.elem, g.pure(t.elem, 2))
	g.scope, g.times = g.scope[:scope], times
	return code
}

// captured makes closures in a loop, of which each has loop variables of its
// own, and calls them twice.
func (g *generator) captured() {
	g.uses("captured loop variables")
	list, i, f := g.name("list"), g.name("i"), g.name("f")
	t := pick(g, integers...)
	g.line("var %s []func() %s", list, t)
	times := g.between(2, 4)
	switch g.below(3) {
	case 0:
		g.line("for %s := %s(0); %s < %d; %s++ {", i, t, i, times, i)
	case 1:
		g.line("for %s := range %s(%d) {", i, t, times)
	default:
		g.line("for _, %s := range []%s{%s} {", i, t, strings.Join(g.some(t, 3), ", "))
	}
	g.block(func() {
		g.line("%s = append(%s, func() %s { %s *= 3; return %s })", list, list, t, i, i)
		if g.chance(40) {
			g.scope = append(g.scope, variable{name: i, t: t, fixed: true})
			g.line("defer fmt.Println(%q, %s)", g.name("deferred"), i)
			g.line("if %s { continue }", g.condition(1))
		}
		g.line("%s = append(%s, func() %s { %s++; return %s })", list, list, t, i, i)
		if g.chance(40) {
			g.line("%s += %s", i, "same["+t.String()+"](1)")
		}
	})
	g.line("}")
	g.line("for _, %s := range %s { fmt.Print(%s(), \" \", %s(), \"; \") }", f, list, f, f)
	g.line("fmt.Println()")
}

// changedResult changes a result in a deferred call, after the return or after
// a panic.
func (g *generator) changedResult() {
	g.uses("result changed by defer")
	t := g.basic()
	g.line("fmt.Println(func() (result %s, err error) {", t)
	g.apart(func() {
		g.line("defer func() {")
		g.line("\tif r := recover(); r != nil { err = fmt.Errorf(\"caught %%v\", r) }")
		g.scope = append(g.scope, variable{name: "result", t: t})
		g.line("\tresult = %s", g.pure(t, 2))
		g.line("}()")
		if g.chance(50) {
			g.panics()
		}
		g.line("return %s, nil", g.pure(t, 2))
	})
	g.line("}())")
}

// twoResults passes on the results of a function all at once.
func (g *generator) twoResults() {
	g.uses("several results")
	t, u := g.value(1), g.basic()
	pair, x, y := g.name("pair"), g.name("x"), g.name("x")
	g.line("%s := func(n int) (%s, %s) { return %s, %s }", pair, t, u, g.pure(t, 2), g.pure(u, 2))
	g.line("%s, %s := %s(1)", x, y, pair)
	g.scope = append(g.scope, variable{name: x, t: t}, variable{name: y, t: u})
	g.line("_, %s = %s(2)", y, pair)
	g.line("fmt.Println(%s(3))", pair)
	g.line("func(a %s, more ...%s) { fmt.Println(a, len(more), more[0]) }(%s(4))", t, u, pair)
	g.line("_, _ = %s, %s", x, y)
}

// shadowed declares a name again in a block.
func (g *generator) shadowed(depth int) {
	v, ok := g.variableOf(func(v variable) bool {
		return !strings.Contains(v.name, "(") && v.t.kind != funcs && v.t.kind != pointer
	})
	if !ok {
		g.printSome()
		return
	}
	g.uses("shadowed name")
	g.line("{")
	g.block(func() {
		g.line("%s := %s", v.name, g.pure(v.t, 2))
		g.indent--
		g.body(1, depth)
		g.indent++
		g.print(v.name, v.t)
	})
	g.line("}")
	g.print(v.name, v.t)
}
