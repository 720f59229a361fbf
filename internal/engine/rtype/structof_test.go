package rtype_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
)

// TestStructOf compares made structs with the compiler's.
func TestStructOf(t *testing.T) {
	type inner struct{ N int }
	type Inner struct{ N int }
	const pkg = "github.com/ipyauth/ipyauth/internal/engine/rtype_test"
	for _, row := range []struct {
		compiled reflect.Type
		fields   []reflect.StructField
		same     bool // the very type
	}{
		{typ[struct{}](), nil, true},
		{typ[struct {
			A int `x:"y"`
			b string
		}](), []reflect.StructField{{Name: "A", Type: typ[int](), Tag: `x:"y"`}, {Name: "b", Type: typ[string]()}}, true},
		{typ[struct {
			Inner
			C []byte
		}](), []reflect.StructField{{Name: "Inner", Type: typ[Inner](), Anonymous: true}, {Name: "C", Type: typ[[]byte]()}}, true},
		{typ[struct {
			inner
			*Inner `k:"v"`
		}](), []reflect.StructField{{Name: "inner", Type: typ[inner](), Anonymous: true}, {Name: "Inner", Type: typ[*Inner](), Anonymous: true, Tag: `k:"v"`}}, false},
		{typ[struct {
			X int
			sync.Locker
			error
		}](), []reflect.StructField{{Name: "X", Type: typ[int]()}, {Name: "Locker", Type: typ[sync.Locker](), Anonymous: true}, {Name: "error", Type: typ[error](), Anonymous: true}}, false},
		{typ[struct {
			A int
			sync.Mutex
			*sync.Once
		}](), []reflect.StructField{{Name: "A", Type: typ[int]()}, {Name: "Mutex", Type: typ[sync.Mutex](), Anonymous: true}, {Name: "Once", Type: typ[*sync.Once](), Anonymous: true}}, false},
	} {
		got := rtype.StructOf(pkg, row.fields)
		if (got == row.compiled) != row.same {
			t.Errorf("%v: identity with the compiled type: want %v", row.compiled, row.same)
		}
		if again := rtype.StructOf(pkg, row.fields); again != got {
			t.Errorf("%v: made twice", got)
		}
		if got.String() != row.compiled.String() || got.Size() != row.compiled.Size() || got.Comparable() != row.compiled.Comparable() {
			t.Errorf("got %v of %d bytes, want %v of %d", got, got.Size(), row.compiled, row.compiled.Size())
		}
		for i := range got.NumField() {
			a, b := got.Field(i), row.compiled.Field(i)
			if fmt.Sprint(a) != fmt.Sprint(b) {
				t.Errorf("%v: field %d: got %+v, want %+v", got, i, a, b)
			}
		}
		if !got.ConvertibleTo(row.compiled) {
			t.Errorf("%v cannot be converted", got)
		}
	}
}

func TestSeedStruct(t *testing.T) {
	compiled := typ[struct {
		B int
		sync.Locker
	}]()
	rtype.Seed(compiled)
	if got := rtype.StructOf("", []reflect.StructField{{Name: "B", Type: typ[int]()}, {Name: "Locker", Type: typ[sync.Locker](), Anonymous: true}}); got != compiled {
		t.Errorf("got another %v", got)
	}
}

func TestPromoting(t *testing.T) {
	n := rtype.Promoting("main", []reflect.StructField{{Name: "Locker", Type: typ[sync.Locker](), Anonymous: true}}, 2)
	locked := 0
	lock := method[func()]("Lock", func(reflect.Value, []reflect.Value) []any { locked++; return nil })
	unlock := method[func()]("Unlock", func(reflect.Value, []reflect.Value) []any { locked--; return nil })
	give(t, n, []rtype.Method{lock, unlock}, nil)
	v := reflect.New(n.Type()).Elem().Interface().(sync.Locker)
	v.Lock()
	if locked != 1 || n.Type().Name() != "" || n.Type().String() != "struct { sync.Locker }" {
		t.Errorf("got %d, %q", locked, n.Type())
	}
	v.Unlock()
}

func TestEmbed(t *testing.T) {
	n := declare(reflect.Struct, "Outer", 0)
	p := reflect.PointerTo(n.Type())
	n.Under(rtype.StructOf("example.com/main", []reflect.StructField{{Name: "Outer", Type: p}, {Name: "Stringer", Type: typ[fmt.Stringer](), Tag: `a:"b"`}, {Name: "X", Type: typ[int]()}}))
	n.Embed(0, 1)
	f, ok := n.Type().FieldByName("Stringer")
	if !ok || !f.Anonymous || f.Tag != `a:"b"` || !n.Type().Field(0).Anonymous || n.Type().Field(0).Type != p || n.Type().Field(2).Anonymous {
		t.Errorf("got %+v", f)
	}
}
