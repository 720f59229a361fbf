// Package preview shows values in short.
//
//	text := preview.Text(reflect.ValueOf(x))
//
// It calls none of a value's methods, so that it can show values nobody asked to
// run anything for.
package preview

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// Bounds of what is shown.
const (
	maxDepth    = 3
	maxElements = 8
	maxText     = 200
)

// Text is v in short, on one line, "" for the zero Value. It goes through no map: a
// goroutine may be writing it, which ends the process.
func Text(v reflect.Value) string {
	p := &printer{}
	p.print(v, 0)
	text := p.b.String()
	if len(text) > maxText {
		cut := maxText
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "…"
	}
	return text
}

type printer struct{ b strings.Builder }

func (p *printer) full() bool { return p.b.Len() > maxText }

func (p *printer) print(v reflect.Value, depth int) {
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
		fmt.Fprintf(&p.b, "%q", text[:min(len(text), maxText)])
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		p.printReference(v, depth)
	case reflect.Array:
		p.printElements(v, depth)
	case reflect.Struct:
		p.printStruct(v, depth)
	}
}

func (p *printer) printReference(v reflect.Value, depth int) {
	if v.IsNil() {
		p.b.WriteString("nil")
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		p.print(v.Elem(), depth)
	case reflect.Pointer:
		if v.Elem().Kind() != reflect.Struct || depth >= maxDepth {
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

func (p *printer) printElements(v reflect.Value, depth int) {
	n := v.Len()
	if depth >= maxDepth {
		fmt.Fprintf(&p.b, "{… %d in all}", n)
		return
	}
	p.b.WriteString("{")
	for i := range n {
		if i > 0 {
			p.b.WriteString(", ")
		}
		if i == maxElements || p.full() {
			fmt.Fprintf(&p.b, "… %d in all", n)
			break
		}
		p.print(v.Index(i), depth+1)
	}
	p.b.WriteString("}")
}

func (p *printer) printStruct(v reflect.Value, depth int) {
	if depth >= maxDepth {
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
