package rtype_test

import (
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
)

func TestInterfaces(t *testing.T) {
	I := declare(reflect.Interface, "Shape", 0)
	I.Interface([]rtype.Method{{Name: "Area", Type: typ[func() float64]()}, {Name: "secret", Type: typ[func() int]()}}, typ[io.Reader](), typ[error]())
	it := I.Type()
	var names []string
	for i := range it.NumMethod() {
		names = append(names, it.Method(i).Name+it.Method(i).PkgPath)
	}
	if got := strings.Join(names, " "); got != "Area Error Read secretexample.com/main" {
		t.Errorf("methods: got %s", got)
	}
	S := declare(reflect.Struct, "Square", 4)
	S.Under(typ[struct{ Side float64 }]())
	give(t, S, []rtype.Method{
		method[func() float64]("Area", func(r reflect.Value, _ []reflect.Value) []any { return []any{r.Field(0).Float() * r.Field(0).Float()} }),
		method[func() string]("Error", func(r reflect.Value, _ []reflect.Value) []any { return []any{"square"} }),
		method[func() int]("secret", func(r reflect.Value, _ []reflect.Value) []any { return []any{5} }),
	}, []rtype.Method{method[func([]byte) (int, error)]("Read", func(r reflect.Value, a []reflect.Value) []any {
		return []any{reflect.Copy(a[0], reflect.ValueOf([]byte("xyz"))), io.EOF}
	})})
	pt := reflect.PointerTo(S.Type())
	foreign := rtype.InterfaceOf("other", []rtype.Method{{Name: "secret", Type: typ[func() int]()}})
	own := rtype.InterfaceOf("example.com/main", []rtype.Method{{Name: "secret", Type: typ[func() int]()}})
	lener := declare(reflect.Interface, "Lener", 0)
	lener.Interface([]rtype.Method{{Name: "Len", Type: typ[func() int]()}}, typ[io.ReadWriter]())
	for _, row := range []struct {
		t, i reflect.Type
		want bool
	}{
		{pt, it, true}, {S.Type(), it, false}, {pt, typ[io.Reader](), true}, {S.Type(), typ[error](), true},
		{it, typ[error](), true}, {it, typ[io.Writer](), false}, {pt, own, true}, {pt, foreign, false}, {it, own, true}, {it, foreign, false},
		{typ[*bytes.Buffer](), lener.Type(), true}, {typ[bytes.Buffer](), lener.Type(), false}, {lener.Type(), typ[io.Writer](), true},
	} {
		if row.t.Implements(row.i) != row.want || row.t.ConvertibleTo(row.i) != row.want {
			t.Errorf("%v implements %v: want %v", row.t, row.i, row.want)
		}
	}
	v := reflect.New(it).Elem()
	p := reflect.New(S.Type())
	p.Elem().Field(0).SetFloat(3)
	v.Set(p)
	all, err := io.ReadAll(v.Interface().(io.Reader))
	if v.Method(0).Call(nil)[0].Float() != 9 || string(all) != "xyz" || err != nil {
		t.Errorf("got %v, %s, %v", v.Method(0).Call(nil)[0], all, err)
	}
}

func TestInterfaceIdentity(t *testing.T) {
	foo, bar := rtype.Method{Name: "Foo", Type: typ[func() int]()}, rtype.Method{Name: "bar", Type: typ[func()]()}
	a := rtype.InterfaceOf("main", []rtype.Method{foo, bar})
	closer := reflect.TypeOf(func(interface{ Close() error }) {}).In(0)
	rtype.Seed(closer)
	for _, row := range []struct {
		name string
		got  reflect.Type
		want reflect.Type
		same bool
	}{
		{"other order", rtype.InterfaceOf("main", []rtype.Method{bar, foo}), a, true},
		{"other package", rtype.InterfaceOf("other", []rtype.Method{foo, bar}), a, false},
		{"empty", rtype.InterfaceOf("main", nil), typ[any](), true},
		{"seeded", rtype.InterfaceOf("main", []rtype.Method{{Name: "Close", Type: typ[func() error]()}}), closer, true},
		{"seeded, embedding", rtype.InterfaceOf("main", nil, typ[io.Closer]()), closer, true},
		{"unnamed is not named", rtype.InterfaceOf("main", nil, typ[io.Reader]()), typ[io.Reader](), false},
	} {
		if (row.got == row.want) != row.same {
			t.Errorf("%s: got %v and %v", row.name, row.got, row.want)
		}
	}
	if a.String() != "interface { Foo() int; main.bar() }" {
		t.Errorf("got %q", a)
	}
	if got, want := panicOf(func() {
		rtype.InterfaceOf("main", []rtype.Method{{Name: "Close", Type: typ[func()]()}}, typ[io.Closer]())
	}), "rtype: duplicate method Close"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
