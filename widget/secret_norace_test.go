//go:build !race

package widget_test

import (
	"fmt"
	"reflect"

	"github.com/davecgh/go-spew/spew"
)

// These printers read all memory they can reach, whoever writes it at the moment; the race
// detector is right to object.
func init() {
	printers["reflection"] = func(v any) (string, error) { return reachable(v), nil }
	printers["spew without methods"] = func(v any) (string, error) {
		return (&spew.ConfigState{DisableMethods: true}).Sdump(v), nil
	}
	printers["fmt of a copy"] = func(v any) (string, error) {
		c := reflect.ValueOf(v).Elem()
		return fmt.Sprintf("%v %+v %#v %s %q %x", c, c, c, c, c, c), nil
	}
}
