package assist

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// Bounds of what is shown of a value.
const (
	maxValueDepth    = 3
	maxValueElements = 8
	maxValueText     = 200
)

// valueText is a value in short, "" where there is nothing to show. It calls none
// of the value's methods, and goes through no map: a goroutine may be writing it,
// which ends the process.
func valueText(v reflect.Value) string {
	p := &valuePrinter{}
	p.print(v, 0)
	text := p.b.String()
	if len(text) > maxValueText {
		cut := maxValueText
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "…"
	}
	return text
}

type valuePrinter struct{ b strings.Builder }

func (p *valuePrinter) full() bool { return p.b.Len() > maxValueText }

func (p *valuePrinter) print(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Bool:
		fmt.Fprint(&p.b, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		fmt.Fprint(&p.b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		fmt.Fprint(&p.b, v.Uint())
	case reflect.Float32, reflect.Float64:
		fmt.Fprint(&p.b, v.Float())
	case reflect.Complex64, reflect.Complex128:
		fmt.Fprint(&p.b, v.Complex())
	case reflect.String:
		text := v.String()
		fmt.Fprintf(&p.b, "%q", text[:min(len(text), maxValueText)])
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		p.printReference(v, depth)
	case reflect.Array:
		p.printElements(v, depth)
	case reflect.Struct:
		p.printStruct(v, depth)
	}
}

func (p *valuePrinter) printReference(v reflect.Value, depth int) {
	if v.IsNil() {
		p.b.WriteString("nil")
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		p.print(v.Elem(), depth)
	case reflect.Pointer:
		if v.Elem().Kind() != reflect.Struct || depth >= maxValueDepth {
			p.b.WriteString("…")
			return
		}
		p.b.WriteString("&")
		p.print(v.Elem(), depth)
	case reflect.Slice:
		p.printElements(v, depth)
	case reflect.Map:
		fmt.Fprintf(&p.b, "{… %d in all}", v.Len())
	default:
		p.b.WriteString("…")
	}
}

func (p *valuePrinter) printElements(v reflect.Value, depth int) {
	n := v.Len()
	if depth >= maxValueDepth {
		fmt.Fprintf(&p.b, "{… %d in all}", n)
		return
	}
	p.b.WriteString("{")
	for i := range n {
		if i > 0 {
			p.b.WriteString(", ")
		}
		if i == maxValueElements || p.full() {
			fmt.Fprintf(&p.b, "… %d in all", n)
			break
		}
		p.print(v.Index(i), depth+1)
	}
	p.b.WriteString("}")
}

func (p *valuePrinter) printStruct(v reflect.Value, depth int) {
	if depth >= maxValueDepth {
		p.b.WriteString("{…}")
		return
	}
	p.b.WriteString("{")
	for i := range v.NumField() {
		if i > 0 {
			p.b.WriteString(", ")
		}
		if p.full() {
			p.b.WriteString("…")
			break
		}
		p.b.WriteString(v.Type().Field(i).Name + ": ")
		p.print(v.Field(i), depth+1)
	}
	p.b.WriteString("}")
}
