package difftest

import (
	"fmt"
	"strings"
)

type kind int

const (
	boolean kind = iota
	integer
	float
	complexNumber
	text
	array
	slice
	mapping
	structure
	pointer
	funcs
	contract // an interface
)

// typ is a type of a program. Composite types without a name are spelled out.
type typ struct {
	kind    kind
	name    string // of basic and named types
	size    int    // bits of a number, length of an array
	signed  bool
	elem    *typ // also the result of a function
	key     *typ
	fields  []variable
	params  []*typ
	methods []*function // of a named type or an interface; pure, the receiver is a value
	embeds  *typ        // of a struct: the named type that its first field embeds
	setter  string      // a method of the pointer that changes the receiver
	setArg  *typ
	shown   bool // has a String method of its own
}

func (t *typ) String() string {
	if t.name != "" {
		return t.name
	}
	switch t.kind {
	case array:
		return fmt.Sprintf("[%d]%s", t.size, t.elem)
	case slice:
		return "[]" + t.elem.String()
	case mapping:
		return fmt.Sprintf("map[%s]%s", t.key, t.elem)
	case pointer:
		return "*" + t.elem.String()
	case funcs:
		return "func" + signature(t.params, t.elem)
	case structure:
		var fields []string
		for i, f := range t.fields {
			if i == 0 && t.embeds != nil {
				fields = append(fields, f.name)
				continue
			}
			fields = append(fields, f.name+" "+f.t.String())
		}
		return "struct{ " + strings.Join(fields, "; ") + " }"
	}
	return "any"
}

func signature(params []*typ, result *typ) string {
	list := make([]string, len(params))
	for i, p := range params {
		list[i] = p.String()
	}
	return "(" + strings.Join(list, ", ") + ") " + result.String()
}

var (
	boolType    = &typ{kind: boolean, name: "bool"}
	intType     = &typ{kind: integer, name: "int", size: 64, signed: true}
	runeType    = &typ{kind: integer, name: "rune", size: 32, signed: true}
	byteType    = &typ{kind: integer, name: "byte", size: 8}
	floatType   = &typ{kind: float, name: "float64", size: 64}
	complexType = &typ{kind: complexNumber, name: "complex128"}
	stringType  = &typ{kind: text, name: "string"}
	anyType     = &typ{kind: contract}
	integers    = []*typ{
		intType, byteType, runeType,
		{kind: integer, name: "int8", size: 8, signed: true},
		{kind: integer, name: "int16", size: 16, signed: true},
		{kind: integer, name: "int32", size: 32, signed: true},
		{kind: integer, name: "int64", size: 64, signed: true},
		{kind: integer, name: "uint", size: 64},
		{kind: integer, name: "uint8", size: 8},
		{kind: integer, name: "uint16", size: 16},
		{kind: integer, name: "uint32", size: 32},
		{kind: integer, name: "uint64", size: 64},
		{kind: integer, name: "uintptr", size: 64},
	}
	floats = []*typ{floatType, {kind: float, name: "float32", size: 32}}
)

// same tells whether two types are identical.
func same(a, b *typ) bool {
	return a == b || spelling(a) == spelling(b)
}

func spelling(t *typ) string {
	switch s := t.String(); s {
	case "byte":
		return "uint8"
	case "rune":
		return "int32"
	default:
		return strings.ReplaceAll(strings.ReplaceAll(s, "byte", "uint8"), "rune", "int32")
	}
}

// basic returns a type that is a number, a text or a truth value.
func (g *generator) basic() *typ {
	switch n := g.below(20); {
	case n < 4:
		return intType
	case n < 12:
		return pick(g, integers...)
	case n < 14:
		return pick(g, floats...)
	case n < 15:
		return complexType
	case n < 18:
		return stringType
	default:
		return boolType
	}
}

// value returns a type whose values may be stored and compared by printing
// them, with so many levels at most.
func (g *generator) value(depth int) *typ {
	if depth == 0 || g.chance(40) {
		return g.basic()
	}
	if len(g.named) > 0 && g.chance(45) {
		return pick(g, g.named...)
	}
	switch g.below(7) {
	case 0, 1:
		g.uses("array")
		return &typ{kind: array, size: g.between(1, 4), elem: g.value(depth - 1)}
	case 2, 3:
		g.uses("slice")
		return &typ{kind: slice, elem: g.value(depth - 1)}
	case 4, 5:
		g.uses("map")
		return &typ{kind: mapping, key: g.keyType(), elem: g.value(depth - 1)}
	default:
		g.uses("anonymous struct")
		return &typ{kind: structure, fields: g.fields(depth - 1)}
	}
}

func (g *generator) fields(depth int) []variable {
	fields := make([]variable, g.between(1, 4))
	for i := range fields {
		// Half of the names are exported, so that fmt and reflect treat them both ways.
		fields[i] = variable{name: fmt.Sprintf("%c%d", "fF"[i%2], i), t: g.value(depth)}
	}
	return fields
}

func (g *generator) keyType() *typ {
	if g.chance(15) {
		g.uses("array key")
		return &typ{kind: array, size: 2, elem: pick(g, integers...)}
	}
	for range 4 {
		if len(g.named) == 0 {
			break
		}
		if t := pick(g, g.named...); t.kind == structure && t.comparable() && !t.contains(float) && !t.contains(complexNumber) {
			g.uses("struct key")
			return t
		}
	}
	return pick(g, append([]*typ{stringType, stringType, boolType}, integers...)...)
}

// comparable tells whether == compares two values.
func (t *typ) comparable() bool {
	return !t.contains(slice) && !t.contains(mapping) && !t.contains(funcs)
}

// contains tells whether values hold parts of a kind.
func (t *typ) contains(k kind) bool {
	if t.kind == k {
		return true
	}
	switch t.kind {
	case array, slice:
		return t.elem.contains(k)
	case mapping:
		return t.key.contains(k) || t.elem.contains(k)
	case structure:
		for _, f := range t.fields {
			if f.t.contains(k) {
				return true
			}
		}
	}
	return false
}

// printable tells whether fmt prints the same for equal values: there is no
// address in them.
func (t *typ) printable() bool {
	return !t.contains(pointer) && !t.contains(funcs) && !t.contains(contract)
}
