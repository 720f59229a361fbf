// Package show makes what a notebook shows of Go values: [Values] of the
// expression at a cell's end, [Value] of one that a cell passes to Display.
//
// It runs the values' methods. A panic in one of them is the caller's.
package show

import (
	"fmt"
	"go/token"
	"reflect"
	"strings"

	"github.com/ipyauth/ipyauth/kernel/display"
)

// Values is how the values of one expression are shown, nil for not at all: in
// rich form when one of them has one and the others are nil, else as text, with
// blanks between.
func Values(all []any) *display.Data {
	var rest []any
	for _, v := range all {
		if v != nil {
			rest = append(rest, v)
		}
	}
	if len(rest) == 0 {
		return nil
	}
	if len(rest) == 1 {
		if d, ok := Rich(rest[0]); ok {
			return &d
		}
	}
	texts := make([]string, len(all))
	for i, v := range all {
		texts[i] = Text(v)
	}
	return &display.Data{Data: display.MIMEMap{display.MIMETypeText: strings.Join(texts, " ")}}
}

// Value is how v is shown when a cell asks for it, nil too.
func Value(v any) display.Data {
	if d, ok := Rich(v); ok {
		return d
	}
	return display.Data{Data: display.MIMEMap{display.MIMETypeText: Text(v)}}
}

// Rich is the form that the methods of v give it. A nil pointer has none, for
// methods expect another.
func Rich(v any) (display.Data, bool) {
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer && p.IsNil() {
		return display.Data{}, false
	}
	return display.Render(v)
}

// Text is v as fmt prints it.
func Text(v any) string {
	switch v.(type) {
	case fmt.Formatter, fmt.Stringer, error:
	default:
		if tooDeep(reflect.ValueOf(v), 0) {
			return fmt.Sprintf("(%T that contains itself)", v)
		}
	}
	return fmt.Sprint(v)
}

// maxDepth is how deep values may nest to be printed. fmt has no limit: a map
// that contains itself would overflow the stack, which ends the process.
const maxDepth = 1000

func tooDeep(v reflect.Value, depth int) bool {
	if depth > maxDepth {
		return true
	}
	switch v.Kind() {
	case reflect.Pointer:
		// fmt follows only the outermost one.
		return depth == 0 && tooDeep(v.Elem(), 1)
	case reflect.Interface:
		return tooDeep(v.Elem(), depth+1)
	case reflect.Map:
		if flat(v.Type().Elem()) {
			return false
		}
		for it := v.MapRange(); it.Next(); {
			if tooDeep(it.Value(), depth+1) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		if flat(v.Type().Elem()) {
			return false
		}
		for i := range v.Len() {
			if tooDeep(v.Index(i), depth+1) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if tooDeep(v.Field(i), depth+1) {
				return true
			}
		}
	}
	return false
}

// flat reports that values of t cannot contain others that fmt would follow.
func flat(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface, reflect.Map, reflect.Slice, reflect.Array, reflect.Struct:
		return false
	}
	return true
}

// ErrorName is an error's type as cells write it, without stars, and "error"
// where that is not exported.
func ErrorName(err error) string {
	t := reflect.TypeOf(err)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if !token.IsExported(t.Name()) {
		return "error"
	}
	return strings.TrimPrefix(t.String(), "main.")
}
