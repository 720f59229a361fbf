package difftest

import "fmt"

// print writes a line that prints a value; what stands for it is pure.
func (g *generator) print(code string, t *typ) {
	label := g.name("at")
	switch {
	case !t.printable():
		g.line(`fmt.Printf("%s %%T\n", %s)`, label, code)
	case g.chance(60):
		g.line(`fmt.Println(%q, %s)`, label, code)
	default:
		g.uses("Printf")
		g.line(`fmt.Printf("%s %s\n", %s)`, label, pick(g, "%+v", "%#v", "%v", "%T", "%8v", "%x", "%q"), code)
	}
}

func (g *generator) printSome() {
	t := g.value(2)
	g.print(g.pure(t, 3), t)
}

// implementers returns the named types whose values implement an interface.
func (g *generator) implementers(i *typ) []*typ {
	var found []*typ
	for _, t := range g.named {
		for _, m := range t.methods {
			if m.name == i.methods[0].name {
				found = append(found, t)
			}
		}
	}
	return found
}

// implementation writes a value of an interface type.
func (g *generator) implementation(t *typ, depth int) string {
	if t.name == "" {
		return fmt.Sprintf("any(%s)", g.pure(g.value(1), depth-1))
	}
	found := g.implementers(t)
	if len(found) == 0 {
		return t.name + "(nil)"
	}
	of := pick(g, found...)
	if g.chance(30) {
		g.uses("pointer in an interface")
		return fmt.Sprintf("%s(new(%s))", t, g.pure(of, depth-1))
	}
	return fmt.Sprintf("%s(%s)", t, g.pure(of, depth-1))
}

// copies shows that arrays and structs are copied, and that maps are not.
func (g *generator) copies() {
	if v, ok := g.variableOf(func(v variable) bool { return v.t.kind == mapping }); ok && g.chance(40) {
		g.uses("shared map")
		x := g.name("x")
		g.line("%s := %s", x, v.name)
		g.changeMap(x, v.t)
		g.print(v.name, v.t)
		return
	}
	v, ok := g.variableOf(func(v variable) bool { return v.t.kind == array || v.t.kind == structure })
	if !ok {
		g.declareLocal()
		return
	}
	g.uses("copy of a value")
	w := g.declare(v.t, v.name)
	g.change(w.name, w.t, true)
	g.change(w.name, w.t, true)
	g.print(v.name, v.t)
	g.print(w.name, w.t)
	if v.t.comparable() {
		g.line("fmt.Println(%s == %s)", v.name, w.name)
	}
}

// sharedSlices shows slices that share an array, with capacities that are
// known, so that it is certain what append does.
func (g *generator) sharedSlices() {
	g.uses("shared elements")
	t := &typ{kind: slice, elem: g.basic()}
	s, part := g.name("s"), g.name("s")
	low, high := g.below(3), g.between(3, 4)
	g.line("{")
	g.block(func() {
		g.line("%s := make(%s, 5, 6)", s, t)
		g.line("for i := range %s { %s[i] = %s }", s, s, g.pure(t.elem, 1))
		bounds := pick(g, fmt.Sprintf("%d:%d", low, high), fmt.Sprintf("%d:%d:%d", low, high, high), fmt.Sprintf(":%d", high), fmt.Sprintf("%d:", low))
		g.line("%s := %s[%s]", part, s, bounds)
		g.line("%s[1] = %s", part, g.pure(t.elem, 1))
		g.line("%s = append(%s, %s)", part, part, g.pure(t.elem, 1))
		g.line("%s[0] = %s", part, g.pure(t.elem, 1))
		if g.chance(50) {
			g.uses("slice to array")
			g.line("array := [2]%s(%s)", t.elem, s)
			g.line("pointer := (*[2]%s)(%s)", t.elem, s)
			g.line("pointer[1] = %s", g.pure(t.elem, 1))
			g.line("fmt.Println(array, *pointer)")
		}
		if g.chance(30) {
			g.uses("clear")
			g.line("clear(%s[:2])", part)
		}
		g.line("fmt.Println(%s, len(%s), cap(%s[1:3:4]), copy(%s, %s[1:]), %s)", s, part, s, s, s, s)
	})
	g.line("}")
}

// methodValues binds methods to values that change afterwards.
func (g *generator) methodValues() {
	v, ok := g.variableOf(func(v variable) bool {
		return !v.fixed && v.t.kind != contract && !v.t.shares() && len(v.t.methods) > 0
	})
	if !ok {
		g.declareLocal()
		return
	}
	g.uses("method value")
	m := v.t.methods[g.below(len(v.t.methods))]
	bound := g.name("bound")
	g.line("%s := %s.%s", bound, v.name, m.name)
	if v.t.setter != "" {
		set := g.name("set")
		g.line("%s := %s.%s", set, v.name, v.t.setter)
		g.line("%s(%s)", set, g.pure(v.t.setArg, 2))
		g.line("(*%s).%s(&%s, %s)", v.t, v.t.setter, v.name, g.pure(v.t.setArg, 2))
	}
	g.change(v.name, v.t, true)
	arguments := g.arguments(m, 1)
	g.print(bound+arguments, m.result)
	g.print(v.name+"."+m.name+arguments, m.result)
}

// assertions asks an interface value for types.
func (g *generator) assertions() {
	g.uses("assertion")
	x, ok := g.name("x"), g.name("ok")
	t := g.value(1)
	g.line("%s, %s := %s.(%s)", x, ok, g.operand(), t)
	g.print(x, t)
	g.line("fmt.Println(%s)", ok)
	g.scope = append(g.scope, variable{x, t, t.shares()}, variable{name: ok, t: boolType})
	i := pick(g, g.interfaces...)
	y := g.name("x")
	g.line("if %s, ok := %s.(%s); ok { fmt.Printf(\"%%T\\n\", %s) }", y, g.operand(), i, y)
	g.line("fmt.Println(%s == %s)", g.equatable(), g.equatable())
}

// equatable is an interface value that == compares without a panic.
func (g *generator) equatable() string { return fmt.Sprintf("any(%s)", g.pure(g.basic(), 1)) }

// linked builds a list of nodes that point to each other, and walks through it.
func (g *generator) linked() {
	g.uses("recursive type")
	t := g.basic()
	node, head, n := g.name("node"), g.name("head"), g.name("n")
	g.line("type %s struct { value %s; next *%s; more []%s }", node, t, node, node)
	g.line("var %s *%s", head, node)
	g.line("for range %d { %s = &%s{value: %s, next: %s} }", g.between(1, 4), head, node, g.pure(t, 2), head)
	g.line("for %s := %s; %s != nil; %s = %s.next {", n, head, n, n, n)
	g.line("\t%s.more = append(%s.more, %s{value: %s})", n, n, node, g.pure(t, 1))
	g.line("\tfmt.Println(%s.value, %s.more[0].value, len(%s.more))", n, n, n)
	g.line("}")
}
