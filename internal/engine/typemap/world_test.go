package typemap_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/rtype"
	"github.com/ipyauth/ipyauth/internal/engine/typemap"
)

// std reads the export data of the standard library once.
var std = importer.Default()

// world is a checked package main, with the map of its types and Go functions for its methods.
type world struct {
	t      *testing.T
	pkg    *types.Package
	m      *typemap.Map
	bodies map[string]body
	failed []string
}

// body is what a method does. Receiver and arguments are as rtype.Body has them.
type body func(recv reflect.Value, args []reflect.Value) []any

// compiled are the types that the map is told of as compiled.
var compiled = map[string]reflect.Type{}

func compile[T any]() struct{} {
	t := reflect.TypeFor[T]()
	compiled[t.PkgPath()+"."+t.Name()] = t
	return struct{}{}
}

var importing sync.Mutex

// check checks the declarations and makes a map. Bodies have keys like "T.String".
func check(t *testing.T, source string, bodies map[string]body) *world {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "main.go", "package main\n"+source, 0)
	if err != nil {
		t.Fatal(err)
	}
	importing.Lock()
	defer importing.Unlock()
	conf := types.Config{Importer: std, Error: func(err error) {
		if !strings.Contains(err.Error(), "imported and not used") {
			t.Error(err)
		}
	}}
	pkg, _ := conf.Check("main", fset, []*ast.File{f}, nil)
	w := &world{t: t, pkg: pkg, bodies: bodies}
	w.m = typemap.New(typemap.Hooks{
		Compiled: func(named *types.Named) reflect.Type {
			obj := named.Obj()
			if obj.Pkg() == pkg || named.TypeArgs().Len() > 0 {
				return nil
			}
			return compiled[obj.Pkg().Path()+"."+obj.Name()]
		},
		Method: func(recv *types.Named, sel *types.Selection) rtype.Body { return w.body(recv, sel) },
		Failed: func(typ types.Type, err error) { w.failed = append(w.failed, fmt.Sprint(typ, ": ", err)) },
	})
	return w
}

// call makes a body a rtype.Body.
type call struct {
	sel  *types.Selection
	want *types.Signature
	f    body
	m    *typemap.Map
}

func (c call) Call(recv reflect.Value, args []reflect.Value) []reflect.Value {
	var out []reflect.Value
	for i, v := range c.f(recv, args) {
		if v == nil {
			out = append(out, reflect.Zero(c.m.Of(c.want.Results().At(i).Type())))
		} else if rv, ok := v.(reflect.Value); ok {
			out = append(out, rv)
		} else {
			out = append(out, reflect.ValueOf(v))
		}
	}
	return out
}

// body finds an own method by its name, and a promoted one by the path to it.
func (w *world) body(recv *types.Named, sel *types.Selection) rtype.Body {
	c := call{sel: sel, want: sel.Type().(*types.Signature), m: w.m}
	if len(sel.Index()) == 1 {
		name := recv.Obj().Name() + "." + sel.Obj().Name()
		c.f = func(recv reflect.Value, args []reflect.Value) []any {
			f := w.bodies[name]
			if f == nil {
				panic("no body for " + name)
			}
			return f(recv, args)
		}
		return c
	}
	c.f = func(recv reflect.Value, args []reflect.Value) []any {
		v := recv
		for _, i := range sel.Index()[:len(sel.Index())-1] {
			v = reflect.Indirect(v).Field(i)
		}
		method := v.MethodByName(sel.Obj().Name())
		if !method.IsValid() {
			method = v.Addr().MethodByName(sel.Obj().Name())
		}
		results := method.Call
		if c.want.Variadic() {
			results = method.CallSlice
		}
		var out []any
		for _, r := range results(args) {
			out = append(out, r)
		}
		return out
	}
	return c
}

// of is the reflect type of a declared name or of a type written as Go.
func (w *world) of(expr string) reflect.Type {
	w.t.Helper()
	return w.m.Of(w.typ(expr))
}

func (w *world) typ(expr string) types.Type {
	w.t.Helper()
	tv, err := types.Eval(token.NewFileSet(), w.pkg, token.NoPos, expr)
	if err != nil {
		w.t.Fatal(err)
	}
	return tv.Type
}

func (w *world) named(name string) *types.Named {
	return w.pkg.Scope().Lookup(name).Type().(*types.Named)
}

// zero is an addressable value of a type.
func (w *world) zero(expr string) reflect.Value {
	w.t.Helper()
	return reflect.New(w.of(expr)).Elem()
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}
