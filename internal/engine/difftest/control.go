package difftest

import (
	"fmt"
	"strings"
)

// body writes statements in braces that run so many times as often as those
// around them.
func (g *generator) body(times, depth int) {
	outside := g.times
	g.times *= times
	g.block(func() {
		for range g.between(1, 3) {
			g.statement(depth - 1)
		}
	})
	g.times = outside
}

// apart writes the body of a function literal: no loop around it can be left
// from inside, nor can the function around it return.
func (g *generator) apart(write func()) {
	loops, results := g.loops, g.results
	g.loops, g.results = nil, nil
	g.block(write)
	g.loops, g.results = loops, results
}

func (g *generator) conditional(depth int) {
	g.uses("if")
	if g.chance(30) {
		t := g.basic()
		v := variable{name: g.name("x"), t: t, fixed: true}
		g.line("if %s := %s; %s == %s {", v.name, g.pure(t, 2), v.name, g.pure(t, 1))
	} else {
		g.line("if %s {", g.condition(2))
	}
	g.body(1, depth)
	switch g.below(3) {
	case 0:
		g.line("} else if %s {", g.condition(2))
		g.body(1, depth)
	case 1:
		g.line("} else {")
		g.body(1, depth)
	}
	g.line("}")
}

// repeat writes a loop of one of the forms.
func (g *generator) repeat(depth int) {
	if g.times*4 > 400 {
		g.assign()
		return
	}
	// The label stands in front, and it is known only afterwards whether
	// anything jumps to it.
	l := &loop{label: g.name("L")}
	before := g.code
	g.code = &strings.Builder{}
	g.loops = append(g.loops, l)
	g.block(func() { g.indent--; g.loopForm(depth); g.indent++ })
	g.loops = g.loops[:len(g.loops)-1]
	written := g.code.String()
	g.code = before
	if l.used {
		g.uses("label")
		g.line("%s:", l.label)
	}
	g.code.WriteString(written)
}

func (g *generator) loopForm(depth int) {
	i := variable{name: g.name("i"), t: intType, fixed: true}
	v := variable{name: g.name("x")}
	times := g.between(1, 4)
	switch g.below(9) {
	case 0:
		g.uses("for with three clauses")
		g.line("for %s := %d; %s < %d; %s++ {", i.name, 0, i.name, times, i.name)
	case 1:
		g.uses("for with two variables")
		v.t, v.fixed = intType, true
		g.line("for %s, %s := 0, %d; %s < %s; %s, %s = %s+1, %s-1 {", i.name, v.name, times, i.name, v.name, i.name, v.name, i.name, v.name)
	case 2:
		g.uses("for with a condition")
		g.line("for %s := %d; %s > 0; {", i.name, times, i.name)
		g.line("\t%s--", i.name)
	case 3:
		g.uses("range over an integer")
		i.t = pick(g, integers...)
		i.fixed = false
		g.line("for %s := range %s(%d) {", i.name, i.t, times)
	case 4:
		g.uses("range over a list")
		v.t = g.value(1)
		of := pick(g, &typ{kind: slice, elem: v.t}, &typ{kind: array, size: times, elem: v.t})
		g.line("for %s, %s := range %s {", i.name, v.name, g.pure(of, 2))
		g.line("\t_ = %s", v.name)
		times = 12
	case 5:
		g.uses("range over a string")
		v.t = runeType
		g.line("for %s, %s := range part(%s, 0, 4) {", i.name, v.name, g.pure(stringType, 2))
		g.line("\t_ = %s", v.name)
		times = 4
	case 6:
		g.uses("range over sorted keys")
		of := &typ{kind: mapping, key: pick(g, stringType, intType), elem: g.value(1)}
		i.t = of.key
		g.line("for _, %s := range keys(%s) {", i.name, g.pure(of, 2))
		times = 12
	case 7:
		g.uses("range over a function")
		g.line("for %s := range upTo(%d) {", i.name, times)
	default:
		g.uses("range over a function with two values")
		v.t = g.value(1)
		g.line("for %s, %s := range each(%s) {", i.name, v.name, g.pure(&typ{kind: slice, elem: v.t}, 2))
		g.line("\t_ = %s", v.name)
		times = 12
	}
	g.line("\t_ = %s", i.name)
	g.scope = append(g.scope, i)
	if v.t != nil {
		v.fixed = v.fixed || v.t.shares()
		g.scope = append(g.scope, v)
	}
	g.body(times, depth)
	g.line("}")
}

// jump leaves or continues a loop, or returns.
func (g *generator) jump() {
	if len(g.loops) == 0 {
		if g.results != nil && g.chance(50) {
			g.uses("return in a branch")
			g.line("if %s { return %s }", g.condition(2), g.pure(g.results[0], 2))
			return
		}
		g.assign()
		return
	}
	l := pick(g, g.loops...)
	word := pick(g, "break", "continue")
	switch g.below(3) {
	case 0:
		if g.results != nil {
			g.uses("return in a loop")
			g.line("if %s { return %s }", g.condition(2), g.pure(g.results[0], 2))
			return
		}
		fallthrough
	case 1:
		l.used = true
		g.uses(word + " with a label")
		g.line("if %s { %s %s }", g.condition(2), word, l.label)
	default:
		g.uses(word)
		g.line("if %s { %s }", g.condition(2), word)
	}
}

// switches writes a switch with or without a value, or one over types.
func (g *generator) switches(depth int) {
	if g.chance(30) {
		g.typeSwitch(depth)
		return
	}
	t := pick(g, intType, stringType, g.basic())
	constants := t.kind == integer || t.kind == text
	if constants {
		g.uses("switch")
		g.line("switch %s {", g.pure(t, 2))
	} else {
		g.uses("switch without a value")
		g.line("switch {")
	}
	n := g.between(1, 4)
	fallen := g.below(n + 1)
	for i := range n {
		if i == fallen && i < n-1 {
			g.uses("default")
			g.line("default:")
		} else if constants {
			g.line("case %s, %s:", g.key(t, 2*i), g.key(t, 2*i+1))
		} else {
			g.line("case %s:", g.condition(2))
		}
		g.body(1, depth)
		if i < n-1 && g.chance(25) {
			g.uses("fallthrough")
			g.line("\tfallthrough")
		}
	}
	g.line("}")
}

func (g *generator) typeSwitch(depth int) {
	g.uses("type switch")
	v := variable{name: g.name("x")}
	g.line("switch %s := %s.(type) {", v.name, g.operand())
	seen := map[string]bool{}
	for range g.between(1, 4) {
		t := g.value(1)
		if seen[spelling(t)] {
			continue
		}
		seen[spelling(t)] = true
		g.line("case %s:", t)
		g.block(func() {
			g.indent--
			g.line("\t_ = %s", v.name)
			g.scope = append(g.scope, variable{v.name, t, t.shares()})
			g.body(1, depth)
			g.indent++
		})
	}
	if g.chance(50) {
		g.line("case nil, error, func():")
		g.line("\t_ = %s", v.name)
		g.body(1, depth)
	}
	g.line("default:")
	g.line("\t_ = %s", v.name)
	g.body(1, depth)
	g.line("}")
}

// operand is an interface value: a variable, or a value in parentheses.
func (g *generator) operand() string {
	if v, ok := g.variableOf(func(v variable) bool { return v.t.kind == contract }); ok && g.chance(60) {
		return "any(" + v.name + ")"
	}
	return fmt.Sprintf("any(%s)", g.pure(g.value(1), 2))
}

// nested writes a function literal that is called at once.
func (g *generator) nested(depth int) {
	g.uses("function literal")
	g.line("func() {")
	g.apart(func() { g.indent--; g.body(1, depth); g.indent++ })
	g.line("}()")
}
