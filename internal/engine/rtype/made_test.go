package rtype_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
)

type bodyFunc func(recv reflect.Value, args []reflect.Value) []reflect.Value

func (f bodyFunc) Call(recv reflect.Value, args []reflect.Value) []reflect.Value {
	return f(recv, args)
}

func typ[T any]() reflect.Type { return reflect.TypeFor[T]() }

// method is a method whose body returns what f does.
func method[F any](name string, f func(recv reflect.Value, args []reflect.Value) []any) rtype.Method {
	t := typ[F]()
	return rtype.Method{Name: name, Type: t, Body: bodyFunc(func(recv reflect.Value, args []reflect.Value) []reflect.Value {
		var out []reflect.Value
		for i, v := range f(recv, args) {
			if v == nil {
				out = append(out, reflect.Zero(t.Out(i)))
			} else {
				out = append(out, reflect.ValueOf(v))
			}
		}
		return out
	})}
}

// text is a String method that returns what f does.
func text(f func(recv reflect.Value) string) rtype.Method {
	return method[func() string]("String", func(recv reflect.Value, _ []reflect.Value) []any { return []any{f(recv)} })
}

func constant(s string) rtype.Method { return text(func(reflect.Value) string { return s }) }

func declare(kind reflect.Kind, name string, methods int) *rtype.Named {
	return rtype.Declare(rtype.Spec{Kind: kind, PkgPath: "example.com/main", PkgName: "main", Name: name, Methods: methods, Params: 8})
}

func give(t *testing.T, n *rtype.Named, onValue, onPointer []rtype.Method) {
	t.Helper()
	if err := n.Methods(onValue, onPointer); err != nil {
		t.Fatal(err)
	}
}

func panicOf(f func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	f()
	return
}

func TestSelf(t *testing.T) {
	if err := rtype.SelfTest(); err != nil {
		t.Fatal(err)
	}
}

// TestKinds makes a type with methods of every kind that can have them.
func TestKinds(t *testing.T) {
	for _, base := range []any{
		true, 1, int8(1), int64(1), uint16(1), uintptr(1), 1.5, float32(1.5), complex(1, 2), "text",
		[]int{1}, [3]int{1, 2, 3}, [1]*int{}, [0]int{}, [200]string{}, [20000]*int{}, map[string]int{"a": 1}, make(chan int), make(<-chan string), new(int),
		func(int, ...string) (error, bool) { return nil, true }, struct{}{}, struct{ A, B string }{"a", "b"}, struct{ P *int }{}, struct{ F float64 }{1}, struct {
			A [20000]*int
			S string
		}{},
	} {
		bt := reflect.TypeOf(base)
		t.Run(bt.String(), func(t *testing.T) {
			n := declare(bt.Kind(), "Made", 2)
			n.Under(bt)
			give(t, n, []rtype.Method{text(func(recv reflect.Value) string {
				runtime.GC()
				return fmt.Sprintf("%v %v", recv.Type(), recv.Convert(bt).Kind())
			})}, []rtype.Method{method[func()]("Reset", func(recv reflect.Value, _ []reflect.Value) []any {
				recv.Elem().SetZero()
				return nil
			})})
			mt := n.Type()
			v := reflect.New(mt)
			v.Elem().Set(reflect.ValueOf(base).Convert(mt))
			want := "main.Made " + bt.Kind().String()
			for how, got := range map[string]string{
				"value":   fmt.Sprint(v.Elem()),
				"pointer": v.Interface().(fmt.Stringer).String(),
				"Func":    mt.Method(0).Func.Call([]reflect.Value{v.Elem()})[0].String(),
				"Method":  v.Elem().Method(0).Call(nil)[0].String(),
			} {
				if got != want {
					t.Errorf("%s: got %q, want %q", how, got, want)
				}
			}
			if mt.Kind() != bt.Kind() || mt.Name() != "Made" || mt.PkgPath() != "example.com/main" || mt.Size() != bt.Size() ||
				mt.Comparable() != bt.Comparable() || reflect.PointerTo(mt).NumMethod() != 2 || reflect.PointerTo(mt) != v.Type() {
				t.Errorf("wrong description: %v %q %q", mt.Kind(), mt.Name(), mt.PkgPath())
			}
			v.Interface().(interface{ Reset() }).Reset()
			if !v.Elem().IsZero() {
				t.Error("Reset changed a copy")
			}
		})
	}
}

func TestCompare(t *testing.T) {
	n := declare(reflect.Slice, "Slice", 0)
	n.Under(typ[[]int]())
	uncomparable := reflect.MakeSlice(n.Type(), 1, 1).Interface()
	if got, want := panicOf(func() { _ = uncomparable == uncomparable }), "runtime error: comparing uncomparable type main.Slice"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := panicOf(func() { _ = map[any]int{uncomparable: 1} }), "runtime error: hash of unhashable type main.Slice"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	blank := declare(reflect.Struct, "Blank", 0)
	blank.Under(rtype.StructOf("example.com/main", []reflect.StructField{{Name: "A", Type: typ[int]()}, {Name: "_", Type: typ[int]()}}))
	a, b := reflect.New(blank.Type()).Elem(), reflect.New(blank.Type()).Elem()
	*(*int)(a.Field(1).Addr().UnsafePointer()) = 5
	if a.Interface() != b.Interface() {
		t.Error("a blank field was compared")
	}
	keys := map[any]int{a.Interface(): 1}
	if keys[b.Interface()] != 1 {
		t.Error("a blank field was hashed")
	}
	b.Field(0).SetInt(1)
	if a.Interface() == b.Interface() {
		t.Error("a field was not compared")
	}
}

func TestMethods(t *testing.T) {
	n := declare(reflect.Int, "Many", 300)
	n.Under(typ[int]())
	var onValue, onPointer []rtype.Method
	for i := range 200 {
		m := method[func(int) int](fmt.Sprintf("M%03d", i), func(recv reflect.Value, args []reflect.Value) []any {
			return []any{int(reflect.Indirect(recv).Int()) + i + int(args[0].Int())}
		})
		if i%2 == 0 {
			onValue = append(onValue, m)
		} else {
			onPointer = append(onPointer, m)
		}
	}
	give(t, n, onValue, onPointer)
	v := reflect.New(n.Type())
	v.Elem().SetInt(1000)
	if n.Type().NumMethod() != 100 || v.NumMethod() != 200 {
		t.Fatalf("got %d and %d methods", n.Type().NumMethod(), v.NumMethod())
	}
	for i := range 200 {
		if got := v.Method(i).Call([]reflect.Value{reflect.ValueOf(5)})[0].Int(); got != int64(1005+i) {
			t.Errorf("method %d: got %d", i, got)
		}
	}
	if err := n.Methods(append(onValue, make([]rtype.Method, 600)...), nil); err == nil {
		t.Error("more methods than declared were taken")
	}
}

func TestNewBody(t *testing.T) {
	n := declare(reflect.Int, "Changing", 2)
	n.Under(typ[int]())
	give(t, n, []rtype.Method{constant("old")}, nil)
	v := reflect.New(n.Type())
	held := v.Elem().Interface().(fmt.Stringer)
	before := held.String() + fmt.Sprint(v)
	give(t, n, []rtype.Method{constant("new")}, nil)
	if got := before + held.String() + fmt.Sprint(v); got != "oldoldnewnew" {
		t.Errorf("got %q", got)
	}
}

func TestNilReceiver(t *testing.T) {
	n := declare(reflect.Int, "Int", 1)
	n.Under(typ[int]())
	give(t, n, []rtype.Method{constant("")}, nil)
	defer func() {
		err, ok := recover().(runtime.Error)
		if want := "value method main.Int.String called using nil *Int pointer"; !ok || err.Error() != want {
			t.Errorf("got %v, want %q", err, want)
		}
	}()
	_ = reflect.Zero(reflect.PointerTo(n.Type())).Interface().(fmt.Stringer).String()
}

func TestVariadicAndManyResults(t *testing.T) {
	n := declare(reflect.String, "S", 1)
	n.Under(typ[string]())
	give(t, n, []rtype.Method{method[func(float64, [3]int, ...string) (string, error, float64)]("Join", func(recv reflect.Value, args []reflect.Value) []any {
		return []any{fmt.Sprint(recv.String(), args[0], args[1], args[2]), io.EOF, 2.5}
	})}, nil)
	v := reflect.ValueOf("r").Convert(n.Type()).Interface().(interface {
		Join(float64, [3]int, ...string) (string, error, float64)
	})
	text, err, f := v.Join(1.5, [3]int{1, 2, 3}, "a", "b")
	if text != "r1.5 [1 2 3] [a b]" || err != io.EOF || f != 2.5 {
		t.Errorf("got %q, %v, %v", text, err, f)
	}
}

func TestCompiledConsumers(t *testing.T) {
	n := declare(reflect.Struct, "Problem", 4)
	n.Under(rtype.StructOf("example.com/main", []reflect.StructField{
		{Name: "Code", Type: typ[int](), Tag: `json:"code"`}, {Name: "hidden", Type: typ[string]()},
	}))
	give(t, n, []rtype.Method{
		method[func() string]("Error", func(recv reflect.Value, _ []reflect.Value) []any {
			return []any{fmt.Sprint("problem ", recv.Field(0).Int())}
		}),
		method[func(error) bool]("Is", func(recv reflect.Value, args []reflect.Value) []any {
			return []any{args[0].Interface() == io.EOF}
		}),
	}, []rtype.Method{method[func([]byte) (int, error)]("Write", func(recv reflect.Value, args []reflect.Value) []any {
		recv.Elem().Field(0).SetInt(int64(args[0].Len()))
		return []any{args[0].Len(), nil}
	})})
	p := reflect.New(n.Type())
	fmt.Fprintf(p.Interface().(io.Writer), "%s", "1234567")
	v := p.Elem().Interface()
	target := reflect.New(n.Type())
	as := errors.As(fmt.Errorf("wrapped: %w", v.(error)), target.Interface())
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	back := reflect.New(n.Type())
	if err := json.Unmarshal([]byte(`{"code":9}`), back.Interface()); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name      string
		got, want any
	}{
		{"fmt", fmt.Sprintf("%v %T", v, v), "problem 7 main.Problem"},
		{"%+v of a slice", fmt.Sprintf("%+v", reflect.MakeSlice(reflect.SliceOf(n.Type()), 1, 1)), "[problem 0]"},
		{"errors.As", as && target.Elem().Interface() == v, true},
		{"errors.Is", errors.Is(v.(error), io.EOF), true},
		{"json", string(encoded), `{"code":7}`},
		{"json back", fmt.Sprint(back.Elem().Field(0)), "9"},
	} {
		if row.got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, row.got, row.want)
		}
	}
}
