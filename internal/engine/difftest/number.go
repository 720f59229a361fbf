package difftest

import (
	"fmt"
	"strings"
)

// integer writes an expression of an integer type. Divisors are never 0, and
// counts of shifts never negative; Go defines the rest, overflow among it.
func (g *generator) integer(t *typ, depth int) string {
	x := g.pure(t, depth-1)
	switch g.below(12) {
	case 0, 1, 2:
		return fmt.Sprintf("(%s %s %s)", x, pick(g, "+", "-", "*"), g.pure(t, depth-1))
	case 3:
		return fmt.Sprintf("(%s %s %s)", x, pick(g, "&", "|", "^", "&^"), g.pure(t, depth-1))
	case 4:
		return fmt.Sprintf("(%s %s (%s | 1))", x, pick(g, "/", "%"), g.pure(t, depth-1))
	case 5:
		g.uses("shift")
		count := pick(g, integers...)
		return fmt.Sprintf("(%s %s (%s & %d))", x, pick(g, "<<", ">>"), g.pure(count, depth-1), pick(g, 3, 7, 31, 127))
	case 6:
		return fmt.Sprintf("(%s%s)", pick(g, "-", "^", "+"), x)
	case 7, 8:
		g.uses("integer conversion")
		from := pick(g, integers...)
		return fmt.Sprintf("%s(%s)", t, g.pure(from, depth-1))
	case 9:
		g.uses("length")
		of := pick(g, stringType, &typ{kind: slice, elem: g.basic()}, &typ{kind: mapping, key: intType, elem: g.basic()})
		return fmt.Sprintf("%s(len(%s))", t, g.pure(of, depth-1))
	case 10:
		g.uses("min and max")
		return fmt.Sprintf("%s(%s, %s, %s)", pick(g, "min", "max"), x, g.pure(t, depth-1), g.literal(t, 0))
	default:
		g.uses("float to integer")
		return fmt.Sprintf("%s(bounded(float64(%s)))", t, g.pure(pick(g, floats...), depth-1))
	}
}

// float writes an expression of a floating-point type. Products are converted,
// so that no processor may fuse them with a sum.
func (g *generator) float(t *typ, depth int) string {
	x := g.pure(t, depth-1)
	switch g.below(6) {
	case 0, 1:
		return fmt.Sprintf("(%s %s %s)", x, pick(g, "+", "-"), g.pure(t, depth-1))
	case 2:
		return fmt.Sprintf("%s(%s %s %s)", t, x, pick(g, "*", "/"), g.pure(t, depth-1))
	case 3:
		g.uses("integer to float")
		return fmt.Sprintf("%s(%s)", t, g.pure(pick(g, integers...), depth-1))
	case 4:
		return fmt.Sprintf("(-%s)", x)
	default:
		return fmt.Sprintf("%s(%s)", t, g.pure(pick(g, floats...), depth-1))
	}
}

// text writes an expression of a string type, which stays short.
func (g *generator) text(t *typ, depth int) string {
	x := g.pure(t, depth-1)
	switch g.below(8) {
	case 0, 1:
		return fmt.Sprintf("short(%s + %s)", x, g.pure(t, depth-1))
	case 2:
		g.uses("substring")
		return fmt.Sprintf("part(%s, %s, %s)", x, g.pure(intType, 0), g.pure(intType, 0))
	case 3:
		g.uses("string of a rune")
		return fmt.Sprintf("%s(rune(%s))", t, g.pure(runeType, depth-1))
	case 4:
		g.uses("string of bytes")
		return fmt.Sprintf("%s([]%s(%s))", t, pick(g, "byte", "rune"), x)
	case 5:
		return convert(t, stringType, fmt.Sprintf("strconv.Itoa(int(%s))", g.pure(pick(g, integers...), depth-1)))
	case 6:
		of := g.value(1)
		if !of.printable() {
			of = g.basic()
		}
		return convert(t, stringType, fmt.Sprintf("short(fmt.Sprint(%s))", g.pure(of, depth-1)))
	default:
		return fmt.Sprintf("%s(strings.%s(string(%s)))", t, pick(g, "ToUpper", "TrimSpace", "ToTitle"), x)
	}
}

// literal writes a value of a type. Its parts are literals too, or expressions
// of this depth. Numbers go through a function, so that they are no constants.
func (g *generator) literal(t *typ, depth int) string {
	switch t.kind {
	case boolean:
		return fmt.Sprintf("same[%s](%t)", t, g.chance(50))
	case integer:
		return fmt.Sprintf("same[%s](%s)", t, g.whole(t))
	case float:
		return fmt.Sprintf("same[%s](%s)", t, pick(g, "0", "1", "0.5", "-2.25", "1e3", "0x1p-3", "-7", "3"))
	case complexNumber:
		return fmt.Sprintf("same[%s](%d + %di)", t, g.between(-3, 3), g.below(4))
	case text:
		return fmt.Sprintf("same[%s](%s)", t, pick(g, `""`, `"a"`, `"héllo"`, `"x y"`, "`q\"`", `"世"`, `"\xff\x00"`, `"zz"`))
	case pointer:
		if t.elem.kind == structure && g.chance(60) {
			return "&" + g.literal(t.elem, depth)
		}
		g.uses("new with a value")
		return fmt.Sprintf("new(%s)", g.pure(t.elem, depth-1))
	case funcs:
		return g.closure(t)
	case contract:
		return g.implementation(t, depth)
	}
	if depth < 0 {
		return t.String() + "{}"
	}
	return t.String() + "{" + g.elements(t, depth) + "}"
}

// whole writes a constant that the type has room for; often one at its border.
func (g *generator) whole(t *typ) string {
	if g.chance(60) {
		return fmt.Sprint(g.below(10))
	}
	if t.signed {
		border := int64(1)<<(t.size-1) - 1
		return fmt.Sprint(pick(g, border, -border-1, -border, -1, -2, border/2, 100))
	}
	border := ^uint64(0) >> (64 - t.size)
	return fmt.Sprint(pick(g, border, border-1, border/2, border/2+1, 200))
}

// elements writes what stands in the braces of a composite literal.
func (g *generator) elements(t *typ, depth int) string {
	var list []string
	value := func(of *typ) string { return g.pure(of, depth-1) }
	switch t.kind {
	case array:
		for range g.below(t.size + 1) {
			list = append(list, value(t.elem))
		}
		if len(list) < t.size && g.chance(50) {
			g.uses("indexed element")
			list = append(list, fmt.Sprintf("%d: %s", t.size-1, value(t.elem)))
		}
	case slice:
		for range g.below(4) {
			list = append(list, value(t.elem))
		}
	case mapping:
		for i := range g.below(4) {
			if key := g.key(t.key, i); key != "" {
				list = append(list, key+": "+value(t.elem))
			}
		}
	case structure:
		keyed := g.chance(60)
		for _, f := range t.fields {
			switch {
			case !keyed:
				list = append(list, value(f.t))
			case g.chance(70):
				list = append(list, f.name+": "+value(f.t))
			}
		}
	}
	return strings.Join(list, ", ")
}

// key writes the constant key of this number in a literal, where all must
// differ; "" when there are not so many.
func (g *generator) key(t *typ, i int) string {
	switch t.kind {
	case boolean:
		if i > 1 {
			return ""
		}
		return fmt.Sprint(i == 0)
	case text:
		return fmt.Sprintf("%q", string(rune('a'+i)))
	case integer:
		return fmt.Sprint(i * 7)
	case array:
		return fmt.Sprintf("{%d, %d}", i, 9-i)
	}
	if i > 0 {
		return ""
	}
	return g.literal(t, 0)
}
