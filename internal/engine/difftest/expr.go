package difftest

import (
	"fmt"
	"strings"
)

// pure writes an expression of a type that has no effects and does not panic,
// so that it does not matter when it is evaluated. It is never a constant: two
// constants might overflow.
func (g *generator) pure(t *typ, depth int) string {
	if code := g.known(t, depth); code != "" && g.chance(70) {
		return code
	}
	if depth <= 0 {
		return g.literal(t, 0)
	}
	if code := g.called(t, depth); code != "" && g.chance(25) {
		return code
	}
	if g.chance(8) {
		g.uses("conditional literal")
		return fmt.Sprintf("func() %s { if %s { return %s }; return %s }()", t, g.condition(depth-1), g.pure(t, depth-1), g.pure(t, depth-1))
	}
	switch t.kind {
	case boolean:
		return convert(t, boolType, g.condition(depth))
	case integer:
		return g.integer(t, depth)
	case float:
		return g.float(t, depth)
	case complexNumber:
		g.uses("complex")
		return fmt.Sprintf("(%s %s %s)", g.pure(t, depth-1), pick(g, "+", "-", "*"), g.pure(t, depth-1))
	case text:
		return g.text(t, depth)
	}
	return g.literal(t, depth)
}

// known returns a variable of a type, or a part of one. Slices are copied:
// whether two of them share their elements after an append is left open. Maps
// are too, so that a function cannot change those of its caller.
func (g *generator) known(t *typ, depth int) string {
	var found []string
	for _, v := range g.scope {
		g.parts(v.name, v.t, t, 2, &found)
	}
	if len(found) == 0 {
		return ""
	}
	return g.copied(t, pick(g, found...))
}

func (g *generator) copied(t *typ, code string) string {
	switch t.kind {
	case slice:
		return "clone(" + code + ")"
	case mapping:
		return "maps.Clone(" + code + ")"
	}
	return code
}

// shares tells whether a plain copy of a variable would share what statements
// change in place.
func (t *typ) shares() bool { return t.kind == slice || t.kind == mapping }

// parts collects what has the type wanted in a value.
func (g *generator) parts(code string, t, wanted *typ, depth int, found *[]string) {
	if same(t, wanted) {
		*found = append(*found, code)
	}
	if depth == 0 {
		return
	}
	switch t.kind {
	case structure:
		for _, f := range t.fields {
			g.parts(code+"."+f.name, f.t, wanted, depth-1, found)
		}
	case array:
		g.parts(fmt.Sprintf("%s[%s]", code, g.index(t.size)), t.elem, wanted, depth-1, found)
	case slice:
		if same(t.elem, wanted) {
			*found = append(*found, fmt.Sprintf("at(%s, %d)", code, g.below(5)))
		}
	case mapping:
		if same(t.elem, wanted) {
			*found = append(*found, fmt.Sprintf("%s[%s]", code, g.literal(t.key, -1)))
		}
	case pointer:
		if same(t.elem, wanted) {
			*found = append(*found, "(*"+code+")")
		}
	}
}

// index returns an index below n; sometimes one that is no constant.
func (g *generator) index(n int) string {
	for _, v := range g.scope {
		if v.t.kind == integer && g.chance(10) {
			return fmt.Sprintf("uint64(%s) %% %d", v.name, n)
		}
	}
	return fmt.Sprint(g.below(n))
}

// called returns a call with this result, if there is a function or a method
// that the cost allows.
func (g *generator) called(t *typ, depth int) string {
	var found []string
	try := func(feature, callee string, f *function) {
		if same(f.result, t) && (f.cost+2)*g.times <= maxCost-g.cost && g.chance(60) {
			g.uses(feature)
			g.cost += (f.cost + 2) * g.times
			found = append(found, callee+g.arguments(f, depth-1))
		}
	}
	for _, f := range g.functions {
		try("call", f.name, f)
	}
	for _, v := range g.scope {
		if v.t.kind == funcs {
			try("call of a value", v.name, &function{params: v.t.params, result: v.t.elem, cost: 30})
		}
		for _, m := range v.t.methods {
			if v.t.kind == contract {
				try("call through an interface", v.name+"."+m.name, &function{params: m.params, result: m.result, cost: 200})
				continue
			}
			try("method call", v.name+"."+m.name, m)
			if same(m.result, t) && len(m.params) == 0 {
				try("method expression", fmt.Sprintf("%s.%s", v.t, m.name), &function{params: []*typ{v.t}, result: m.result, cost: m.cost})
			}
		}
	}
	for _, f := range g.generics {
		if code := g.instance(f, t, depth-1); code != "" {
			found = append(found, code)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return pick(g, found...)
}

func (g *generator) arguments(f *function, depth int) string {
	var list []string
	for i, p := range f.params {
		if f.varargs && i == len(f.params)-1 {
			switch g.below(4) {
			case 0:
				continue
			case 1:
				list = append(list, g.pure(&typ{kind: slice, elem: p}, depth)+"...")
				continue
			case 2:
				list = append(list, g.pure(p, depth))
			}
		}
		list = append(list, g.pure(p, depth))
	}
	return "(" + strings.Join(list, ", ") + ")"
}

// condition writes a truth value of type bool.
func (g *generator) condition(depth int) string {
	if depth <= 0 {
		if code := g.known(boolType, 0); code != "" {
			return code
		}
		return fmt.Sprintf("same(%t)", g.chance(50))
	}
	switch g.below(6) {
	case 0:
		return "!" + g.condition(depth-1)
	case 1:
		return fmt.Sprintf("(%s && %s)", g.condition(depth-1), g.condition(depth-1))
	case 2:
		return fmt.Sprintf("(%s || %s)", g.condition(depth-1), g.condition(depth-1))
	}
	t := g.value(1)
	if !t.comparable() {
		t = g.basic()
	}
	operator := pick(g, "==", "!=")
	switch t.kind {
	case integer, float, text:
		operator = pick(g, "==", "!=", "<", "<=", ">", ">=")
	case structure, array:
		g.uses("comparison of values")
	}
	return fmt.Sprintf("(%s %s %s)", g.pure(t, depth-1), operator, g.pure(t, depth-1))
}

// convert spells a conversion where one is needed.
func convert(to, from *typ, code string) string {
	if same(to, from) {
		return code
	}
	return fmt.Sprintf("%s(%s)", to, code)
}
