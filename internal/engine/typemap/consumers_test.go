package typemap_test

import (
	"bytes"
	"container/heap"
	"database/sql/driver"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"
	"text/template"
)

var _ = []struct{}{
	compile[bytes.Buffer](), compile[slog.Value](), compile[driver.Value](), compile[http.ResponseWriter](), compile[fmt.Stringer](),
	compile[ast.Expr](), compile[ast.Node](), compile[http.Header](), compile[sync.Mutex](), compile[sync.Once](), compile[testing.TB](), compile[reflect.Type](), compile[sort.Interface](),
}

const consumers = `
import ("bytes"; "database/sql/driver"; "go/ast"; "log/slog"; "net/http"; "reflect"; "sort"; "sync"; "testing")
type Dog struct { Name string ` + "`json:\"name\" xml:\"name,attr\"`" + `; Age int; secret *Dog }
func (d Dog) String() string { panic(0) }
func (d *Dog) Rename(string) { panic(0) }
func (d Dog) Label(prefix string, rest ...int) string { panic(0) }
type Kennel struct { Dogs []Dog; Best *Dog ` + "`json:\",omitempty\"`" + `; By map[Level]Dog }
type Level int
func (l Level) MarshalText() ([]byte, error) { panic(0) }
func (l *Level) UnmarshalText([]byte) error { panic(0) }
func (l Level) LogValue() slog.Value { panic(0) }
func (l Level) Value() (driver.Value, error) { panic(0) }
func (l *Level) Set(string) error { panic(0) }
func (l Level) String() string { panic(0) }
type Err struct { Code int }
func (e *Err) Error() string { panic(0) }
type Ints []int
func (s Ints) Len() int { panic(0) }
func (s Ints) Less(i, j int) bool { panic(0) }
func (s Ints) Swap(i, j int) { panic(0) }
func (s *Ints) Push(any) { panic(0) }
func (s *Ints) Pop() any { panic(0) }
type Handler func(http.ResponseWriter, *http.Request)
func (h Handler) ServeHTTP(http.ResponseWriter, *http.Request) { panic(0) }
type Puppy struct { Dog; *bytes.Buffer; sync.Mutex; Toy string }
type Sorted struct { sort.Interface }
func (s Sorted) Less(i, j int) bool { panic(0) }
type Expr struct { ast.Expr }
type Bench struct { testing.TB; n int }
type Header struct { http.Header }
type Type struct { reflect.Type }
type TypeI interface { reflect.Type }
var anonymous struct { *Dog; Level }
`

func consumerBodies() map[string]body {
	ints := func(r reflect.Value) reflect.Value { return reflect.Indirect(r) }
	return map[string]body{
		"Dog.String": func(r reflect.Value, _ []reflect.Value) []any {
			runtime.GC()
			return []any{"dog " + r.Field(0).String()}
		},
		"Dog.Rename": func(r reflect.Value, a []reflect.Value) []any { r.Elem().Field(0).Set(a[0]); return nil },
		"Dog.Label": func(r reflect.Value, a []reflect.Value) []any {
			return []any{fmt.Sprint(a[0], r.Field(0), a[1])}
		},
		"Level.MarshalText": func(r reflect.Value, _ []reflect.Value) []any {
			return []any{[]byte(fmt.Sprint("level", r.Int())), nil}
		},
		"Level.UnmarshalText": func(r reflect.Value, a []reflect.Value) []any {
			var n int64
			_, err := fmt.Sscanf(string(a[0].Bytes()), "level%d", &n)
			r.Elem().SetInt(n)
			return []any{err}
		},
		"Level.LogValue": func(r reflect.Value, _ []reflect.Value) []any {
			return []any{slog.StringValue(fmt.Sprint("log", r.Int()))}
		},
		"Level.Value": func(r reflect.Value, _ []reflect.Value) []any {
			return []any{reflect.ValueOf([]any{r.Int()}).Index(0), nil}
		},
		"Level.Set": func(r reflect.Value, a []reflect.Value) []any {
			r.Elem().SetInt(int64(len(a[0].String())))
			return []any{nil}
		},
		"Level.String": func(r reflect.Value, _ []reflect.Value) []any { return []any{strings.Repeat("*", int(r.Int()))} },
		"Err.Error":    func(r reflect.Value, _ []reflect.Value) []any { return []any{fmt.Sprint("code ", r.Elem().Field(0))} },
		"Ints.Len":     func(r reflect.Value, _ []reflect.Value) []any { return []any{r.Len()} },
		"Ints.Less": func(r reflect.Value, a []reflect.Value) []any {
			return []any{r.Index(int(a[0].Int())).Int() < r.Index(int(a[1].Int())).Int()}
		},
		"Ints.Swap": func(r reflect.Value, a []reflect.Value) []any {
			reflect.Swapper(r.Convert(reflect.TypeFor[[]int]()).Interface())(int(a[0].Int()), int(a[1].Int()))
			return nil
		},
		"Ints.Push": func(r reflect.Value, a []reflect.Value) []any {
			ints(r).Set(reflect.Append(ints(r), a[0].Elem()))
			return nil
		},
		"Ints.Pop": func(r reflect.Value, a []reflect.Value) []any {
			n := ints(r).Len() - 1
			last := reflect.New(reflect.TypeFor[any]()).Elem()
			last.Set(ints(r).Index(n))
			ints(r).SetLen(n)
			return []any{last}
		},
		"Handler.ServeHTTP": func(r reflect.Value, a []reflect.Value) []any {
			r.Call(a)
			return nil
		},
		"Sorted.Less": func(r reflect.Value, a []reflect.Value) []any {
			return []any{r.Field(0).Interface().(sort.Interface).Less(int(a[1].Int()), int(a[0].Int()))}
		},
	}
}

func dog(w *world, name string) reflect.Value {
	d := w.zero("Dog")
	d.Field(0).SetString(name)
	return d
}

func TestFmtAndTemplate(t *testing.T) {
	w := check(t, consumers, consumerBodies())
	d := dog(w, "Rex")
	k := w.zero("Kennel")
	k.Field(0).Set(reflect.Append(k.Field(0), d))
	equal(t, "fmt", fmt.Sprintf("%v %s %T %+v", d, d.Addr(), d.Interface(), k), "dog Rex dog Rex main.Dog {Dogs:[dog Rex] Best:<nil> By:map[]}")
	var b strings.Builder
	text := template.Must(template.New("").Parse(`{{range .Dogs}}{{.Name}} {{.Label "a" 1 2}} {{.}}{{end}}`))
	if err := text.Execute(&b, k.Interface()); err != nil {
		t.Error(err)
	}
	equal(t, "template", b.String(), "Rex a Rex [1 2] dog Rex")
	d.Addr().Interface().(interface{ Rename(string) }).Rename("Max")
	equal(t, "renamed", fmt.Sprint(d), "dog Max")
}

func TestEncodings(t *testing.T) {
	w := check(t, consumers, consumerBodies())
	k := w.zero("Kennel")
	k.Field(0).Set(reflect.Append(k.Field(0), dog(w, "Rex")))
	k.Field(2).Set(reflect.MakeMap(k.Field(2).Type()))
	k.Field(2).SetMapIndex(reflect.ValueOf(3).Convert(w.of("Level")), dog(w, "Max"))
	out, err := json.Marshal(k.Interface())
	want := `{"Dogs":[{"name":"Rex","Age":0}],"By":{"level3":{"name":"Max","Age":0}}}`
	equal(t, "json", fmt.Sprint(string(out), err), want+"<nil>")
	back := reflect.New(k.Type())
	equal(t, "json back", json.Unmarshal(out, back.Interface()), nil)
	equal(t, "the same", reflect.DeepEqual(back.Elem().Interface(), k.Interface()), true)
	x, err := xml.Marshal(dog(w, "Rex").Interface())
	equal(t, "xml", fmt.Sprint(string(x), err), `<Dog name="Rex"><Age>0</Age></Dog><nil>`)
	x, err = xml.Marshal(reflect.ValueOf(2).Convert(w.of("Level")).Interface())
	equal(t, "xml text", fmt.Sprint(string(x), err), `<Level>level2</Level><nil>`)
}

func TestInterfacesOfPackages(t *testing.T) {
	w := check(t, consumers, consumerBodies())
	level := reflect.New(w.of("Level"))
	set := flag.NewFlagSet("", flag.ContinueOnError)
	set.Var(level.Interface().(flag.Value), "level", "")
	equal(t, "flag", fmt.Sprint(set.Parse([]string{"-level", "abc"}), level.Elem().Int()), "<nil> 3")
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})).Info("m", "v", level.Elem().Interface())
	equal(t, "slog", b.String(), "level=INFO msg=m v=log3\n")
	v, err := driver.DefaultParameterConverter.ConvertValue(level.Elem().Interface())
	equal(t, "driver.Valuer", fmt.Sprint(v, err), "3 <nil>")

	e := reflect.New(w.of("Err"))
	e.Elem().Field(0).SetInt(4)
	target := reflect.New(e.Type())
	wrapped := fmt.Errorf("w: %w", e.Interface().(error))
	equal(t, "errors.As", errors.As(wrapped, target.Interface()) && target.Elem().Pointer() == e.Pointer(), true)
	equal(t, "error", wrapped.Error(), "w: code 4")

	s := reflect.New(w.of("Ints"))
	s.Elem().Set(reflect.ValueOf([]int{3, 1, 2}).Convert(s.Type().Elem()))
	sort.Sort(s.Elem().Interface().(sort.Interface))
	heap.Push(s.Interface().(heap.Interface), 0)
	equal(t, "sort and heap", fmt.Sprint(heap.Pop(s.Interface().(heap.Interface)), s.Elem()), "0 [1 2 3]")
	sorted := w.zero("Sorted")
	sorted.Field(0).Set(s)
	sort.Sort(sorted.Interface().(sort.Interface))
	equal(t, "embedded sort.Interface", fmt.Sprint(s.Elem()), "[3 2 1]")

	h := reflect.ValueOf(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL) }).Convert(w.of("Handler"))
	rec := httptest.NewRecorder()
	h.Interface().(http.Handler).ServeHTTP(rec, httptest.NewRequest("GET", "/x", nil))
	equal(t, "http.Handler", rec.Body.String(), "/x")
}

func TestPromoted(t *testing.T) {
	w := check(t, consumers, consumerBodies())
	p := w.zero("Puppy")
	p.Field(0).Set(dog(w, "Pup"))
	p.Field(1).Set(reflect.ValueOf(bytes.NewBufferString("")))
	p.Addr().Interface().(interface{ Rename(string) }).Rename("Bo")
	p.Addr().Interface().(sync.Locker).Lock()
	_, hasLock := p.Interface().(sync.Locker)
	n, err := fmt.Fprint(p.Interface().(io.Writer), "woof")
	equal(t, "promoted", fmt.Sprint(p.Field(0), n, err, hasLock, p.Field(1)), "dog Bo 4 <nil> false woof")
	if _, ok := p.Interface().(fmt.Stringer); ok {
		t.Error("String is ambiguous, yet there")
	}
	expr := w.zero("Expr")
	expr.Field(0).Set(reflect.ValueOf(&ast.Ident{Name: "x", NamePos: 7}))
	equal(t, "unexported method of another package", int(expr.Interface().(ast.Expr).Pos()), 7)
	rt := w.zero("Type")
	rt.Field(0).Set(reflect.ValueOf(reflect.TypeFor[int]()))
	equal(t, "unexported types in an interface", rt.Interface().(reflect.Type).Kind(), reflect.Int)
	equal(t, "and in a made one", reflect.TypeOf(reflect.TypeFor[int]()).Implements(w.of("TypeI")), true)
	bench := w.zero("Bench")
	bench.Field(0).Set(reflect.ValueOf(t))
	equal(t, "testing.TB", bench.Interface().(testing.TB).Name(), "TestPromoted")
	header := w.zero("Header")
	header.Field(0).Set(reflect.ValueOf(http.Header{}))
	header.Interface().(interface{ Set(k, v string) }).Set("a", "b")
	equal(t, "map", fmt.Sprint(header.Field(0)), "map[A:[b]]")

	a := reflect.New(w.of("anonymous")).Elem()
	a.Field(0).Set(dog(w, "Any").Addr())
	a.Field(1).SetInt(2)
	equal(t, "struct without a name", a.Interface().(interface{ Label(string, ...int) string }).Label("x", 5), "x Any [5]")
	a.Addr().Interface().(interface{ Set(string) error }).Set("12345")
	equal(t, "its pointer", a.Field(1).Int(), int64(5))
	equal(t, "its name", a.Type().String(), "struct { *main.Dog; main.Level }")
}

// TestConcurrent has types made while others are used.
func TestConcurrent(t *testing.T) {
	w := check(t, consumers, consumerBodies())
	names := w.pkg.Scope().Names()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range names {
				w.m.Of(w.pkg.Scope().Lookup(names[(i+g)%len(names)]).Type())
				d := dog(w, "x")
				if fmt.Sprint(d) != "dog x" {
					t.Error("wrong text")
				}
			}
		})
	}
	wg.Wait()
}
