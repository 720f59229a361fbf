package difftest

import "fmt"

// ordered writes statements whose operands are all calls, which print that they
// are evaluated: their order is fixed by the language.
func (g *generator) ordered() {
	g.uses("order of evaluation")
	t := pick(g, intType, stringType, pick(g, integers...))
	switch g.below(9) {
	case 0, 1:
		g.line("fmt.Println(%s)", g.tracedSum(t, 3))
	case 2:
		g.uses("short circuit")
		g.line("fmt.Println(%s)", g.tracedCondition(3))
	case 3:
		g.uses("order in literals")
		g.line("fmt.Println([]%s{%s, %s}, [3]%s{2: %s, 0: %s}, struct{ a, b %s }{b: %s, a: %s})", t, g.traced(t), g.traced(t), t, g.traced(t), g.traced(t), t, g.traced(t), g.traced(t))
	case 4:
		list := g.name("list")
		g.uses("order of assignments")
		g.line("%s := []%s{%s, %s, %s}", list, t, g.traced(t), g.traced(t), g.traced(t))
		g.line("%s[%s], %s[%s] = %s, %s", list, g.tracedIndex(), list, g.tracedIndex(), g.traced(t), g.traced(t))
		g.line("%s[%s] += %s", list, g.tracedIndex(), g.traced(t))
		g.line("fmt.Println(%s)", list)
	case 5:
		g.uses("order in map literals")
		g.line("fmt.Println(map[int]%s{%s: %s, 9 + %s: %s})", t, g.tracedIndex(), g.traced(t), g.tracedIndex(), g.traced(t))
	case 6:
		g.uses("arguments of defer")
		g.line("func() {")
		g.apart(func() {
			g.line("defer fmt.Println(%s, %s)", g.traced(t), g.tracedSum(t, 2))
			g.line("defer func(x %s) { fmt.Println(x) }(%s)", t, g.traced(t))
			g.line("for i := range %d { defer func() { fmt.Println(\"deferred\", i) }() }", g.between(1, 3))
			g.line("fmt.Println(%s)", g.traced(t))
		})
		g.line("}()")
	case 7:
		g.uses("order of a call")
		g.line("trace(%q, func(a, b %s) { fmt.Println(a, b) })(%s, %s)", g.name("t"), t, g.traced(t), g.traced(t))
		g.line("fmt.Println(trace(%q, strings.NewReplacer(\"a\", \"b\")).Replace(trace(%q, \"banana\")))", g.name("t"), g.name("t"))
	default:
		g.line("fmt.Println(append(trace(%q, []%s{}), %s, %s), min(%s, %s))", g.name("t"), t, g.traced(t), g.traced(t), g.traced(t), g.traced(t))
	}
}

// traced is a call that prints its name and returns a value.
func (g *generator) traced(t *typ) string {
	return fmt.Sprintf("trace(%q, %s)", g.name("t"), g.literal(t, 0))
}

func (g *generator) tracedIndex() string {
	return fmt.Sprintf("trace(%q, %d)", g.name("t"), g.below(3))
}

func (g *generator) tracedSum(t *typ, depth int) string {
	if depth == 0 || g.chance(20) {
		return g.traced(t)
	}
	operator := "+"
	if t.kind == integer {
		operator = pick(g, "+", "-", "*", "|", "&^")
	}
	return fmt.Sprintf("(%s %s %s)", g.tracedSum(t, depth-1), operator, g.tracedSum(t, depth-1))
}

func (g *generator) tracedCondition(depth int) string {
	if depth == 0 {
		return g.traced(boolType)
	}
	return fmt.Sprintf("(%s %s %s)", g.tracedCondition(depth-1), pick(g, "&&", "||", "==", "!="), g.tracedCondition(depth-1))
}

// recovered writes a function literal that panics, or not, and prints what it
// recovered from.
func (g *generator) recovered(depth int) {
	g.uses("recover")
	g.line("func() {")
	g.apart(func() {
		g.line("defer report()")
		if g.chance(40) {
			g.line("defer fmt.Println(%q, %s)", g.name("deferred"), g.pure(g.basic(), 2))
		}
		if g.chance(20) {
			g.uses("panic in a deferred call")
			g.line("defer func() { panic(fmt.Sprint(\"then \", recover())) }()")
		}
		g.indent--
		g.body(1, depth)
		g.indent++
		g.panics()
		g.line("fmt.Println(\"no panic\")")
	})
	g.line("}()")
}

// panics writes a statement that panics, mostly. Nothing else in it can.
func (g *generator) panics() {
	t := g.basic()
	number := pick(g, integers...)
	x := g.name("x")
	options := []struct{ feature, code string }{
		{"index out of range", fmt.Sprintf("%s := []%s{%s}; use(%s[same(%d)])", x, t, g.pure(t, 1), x, g.below(4))},
		{"index out of range", fmt.Sprintf("%s := %s{}; %s[uint64(%s) %% 5] = %s", x, &typ{kind: array, size: 2, elem: t}, x, g.pure(number, 2), g.pure(t, 1))},
		{"index out of range", fmt.Sprintf("use(%s[same(%d)])", g.pure(stringType, 2), g.between(-1, 3))},
		{"slice out of range", fmt.Sprintf("%s := make([]%s, 3, 5); use(len(%s[same(%d):same(%d)]))", x, t, x, g.below(5), g.below(8))},
		{"slice out of range", fmt.Sprintf("%s := make([]%s, 3, 5); use(len(%s[same(%d):same(%d):same(%d)]))", x, t, x, g.below(5), g.below(6), g.below(7))},
		{"slice out of range", fmt.Sprintf("use(%s[same(%d):])", g.pure(stringType, 2), g.below(4))},
		{"nil map", fmt.Sprintf("var %s map[string]%s; use(%s[\"a\"]); %s[\"a\"] = %s", x, t, x, x, g.pure(t, 1))},
		{"nil pointer", fmt.Sprintf("var %s *struct{ a int; b %s }; %s.b = %s", x, t, x, g.pure(t, 1))},
		{"nil function", fmt.Sprintf("var %s func() %s; use(%s())", x, t, x)},
		{"nil interface", fmt.Sprintf("var %s fmt.Stringer; use(%s.String())", x, x)},
		{"division by zero", fmt.Sprintf("use(%s %s same[%s](0))", g.pure(number, 1), pick(g, "/", "%"), number)},
		{"failed assertion", fmt.Sprintf("use(%s.(%s))", g.operand(), g.value(1))},
		{"failed assertion", fmt.Sprintf("use(%s.(%s))", g.operand(), pick(g, g.interfaces...))},
		{"length out of range", fmt.Sprintf("use(len(make([]%s, same(%d))))", t, g.between(-2, 1))},
		{"slice to array", fmt.Sprintf("use([3]%s(make([]%s, same(%d))))", t, t, g.between(1, 4))},
		{"closed channel", fmt.Sprintf("%s := make(chan %s, 1); close(%s); use(<-%s); %s", x, t, x, x, pick(g, "close("+x+")", x+" <- "+g.pure(t, 1)))},
		{"own panic", fmt.Sprintf("panic(%s)", g.pure(g.value(1), 2))},
		{"own panic", fmt.Sprintf("panic(fmt.Errorf(\"wrapped: %%w\", errors.New(%s)))", g.pure(stringType, 1))},
		{"panic with nil", "panic(any(nil))"},
		{"not comparable", fmt.Sprintf("use(any([]%s{}) == any([]%s{}))", t, t)},
		{"not hashable", fmt.Sprintf("%s := map[any]int{}; %s[%s]++; %s[func() {}]++", x, x, g.pure(intType, 1), x)},
		{"negative shift", fmt.Sprintf("use(%s << same(%d))", g.pure(number, 1), g.between(-2, 2))},
	}
	chosen := pick(g, options...)
	g.uses(chosen.feature)
	g.line("%s", chosen.code)
}
