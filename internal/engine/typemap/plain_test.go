package typemap_test

import (
	"bytes"
	"go/types"
	"reflect"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/typemap"
)

// TestPlain maps types where none can be made.
func TestPlain(t *testing.T) {
	w := check(t, `
import "bytes"
type Dog struct { Name string; Up *Dog; Kids []Dog; By map[string]Dog; I Iface }
func (d Dog) String() string { panic(0) }
type Iface interface { M(Iface) }
type Emb struct { Dog; *bytes.Buffer }
type Func func(Func)
type Pair[T any] struct { a, b T }
`, nil)
	m := typemap.NewPlain(typemap.Hooks{Compiled: func(t *types.Named) reflect.Type {
		return map[string]reflect.Type{"Buffer": reflect.TypeFor[bytes.Buffer]()}[t.Obj().Name()]
	}})
	for expr, size := range map[string]uintptr{"Dog": 16 + 8 + 24 + 8 + 16, "Emb": 72 + 8, "[2]Dog": 144, "Iface": 16, "Func": 8, "Pair[int8]": 2, "*Emb": 8} {
		rt := m.Of(w.typ(expr))
		equal(t, expr+" size", rt.Size(), size)
		equal(t, expr+" again", m.Of(w.typ(expr)), rt)
	}
	equal(t, "compiled", m.Of(w.typ("Emb")).Field(1).Type, reflect.TypeFor[*bytes.Buffer]())
}
