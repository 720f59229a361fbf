package native

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// values are some values for each letter of a shape. Numbers of all sizes have the
// same letter.
var values = map[byte][]any{
	'p': {&pointed[0], &pointed[1], &pointed[2]},
	'w': {int64(-1), uint8(200), true, int16(-300), uint32(1 << 31), false, 7},
	'i': {uint32(1 << 31), int32(-5)},
	'h': {int16(-300), uint16(40000)},
	'b': {uint8(200), true, int8(-7), false},
	'd': {1.5, -2.25},
	'f': {float32(0.5), float32(-8)},
}

var pointed [3]int

// wide are values for w where letters are exact.
var wide = []any{int64(-1), 7, ^uint(0), uintptr(1) << 40}

// sample are values for the letters, one by one; shift makes others of them.
func sample(letters string, shift int, exact bool) []reflect.Value {
	var list []reflect.Value
	for i := range len(letters) {
		of := values[letters[i]]
		if exact && letters[i] == 'w' {
			of = wide
		}
		list = append(list, reflect.ValueOf(of[(i+shift)%len(of)]))
	}
	return list
}

func typesOf(list []reflect.Value) []reflect.Type {
	var types []reflect.Type
	for _, v := range list {
		types = append(types, v.Type())
	}
	return types
}

// planOf plans the frame of a function.
func planOf(in, out []reflect.Type) *run.Signature {
	l, s := run.NewLayout(), &run.Signature{}
	for _, t := range in {
		mt := memory.TypeOf(t)
		s.Params = append(s.Params, run.Place{Type: mt, Off: l.Place(mt)})
	}
	for _, t := range out {
		mt := memory.TypeOf(t)
		s.Results = append(s.Results, run.Place{Type: mt, Off: l.Place(mt)})
	}
	return s
}

func set(q Ptr, places []run.Place, list []reflect.Value) {
	for i, p := range places {
		p.Type.Value(memory.Add(q, p.Off)).Set(list[i])
	}
}

func get(q Ptr, places []run.Place) []reflect.Value {
	var list []reflect.Value
	for _, p := range places {
		list = append(list, p.Type.Value(p.Type.Copy(memory.Add(q, p.Off))))
	}
	return list
}

func text(list []reflect.Value) string {
	var b strings.Builder
	for _, v := range list {
		fmt.Fprintf(&b, "%v ", v)
	}
	return b.String()
}

// TestCallers calls a function of each shape that has a row.
func TestCallers(t *testing.T) {
	for _, sh := range callerShapes {
		in, out, _ := strings.Cut(sh, ":")
		for shift := range 3 {
			args, results := sample(in, shift, false), sample(out, shift+1, false)
			var got []reflect.Value
			fn := reflect.MakeFunc(reflect.FuncOf(typesOf(args), typesOf(results), false), func(args []reflect.Value) []reflect.Value {
				got = args
				return results
			})
			plan := planOf(typesOf(args), typesOf(results))
			q := plan.Layout().Finish(run.HeaderSize).New()
			run.Of(q).Thread = run.NewThread("test")
			set(q, plan.Params, args)
			c := NewCaller(Places(plan.Params), Places(plan.Results))
			if c == nil {
				t.Fatalf("%s: no caller", sh)
			}
			c.Call(memory.FuncWord(fn), q)
			if text(got) != text(args) {
				t.Errorf("%s: called with %s, want %s", sh, text(got), text(args))
			}
			if returned := get(q, plan.Results); text(returned) != text(results) {
				t.Errorf("%s: returned %s, want %s", sh, text(returned), text(results))
			}
		}
	}
}

// TestClosures has compiled code call a closure of each shape that has a row.
func TestClosures(t *testing.T) {
	for _, sh := range calleeShapes {
		in, out, _ := strings.Cut(sh, ":")
		for shift := range 3 {
			args, results := sample(in, shift, true), sample(out, shift+1, false)
			plan := planOf(typesOf(args), typesOf(results))
			var got []reflect.Value
			code := run.NewCode("f", plan, func(c *run.Code) {
				c.Frame = plan.Layout().Finish(run.HeaderSize)
				c.Body = func(q Ptr) run.Control {
					got = get(q, plan.Params)
					set(q, plan.Results, results)
					return run.Return
				}
			})
			ft := reflect.FuncOf(typesOf(args), typesOf(results), false)
			word := NewClosure(ft, &run.Closure{Code: code})
			known, _ := calleeTypes.Load(ft)
			if known.(*calleeType).word == nil {
				t.Fatalf("%s: no row", sh)
			}
			returned := memory.TypeOf(ft).Value(memory.AddressOf(&word)).Call(args)
			if text(got) != text(args) {
				t.Errorf("%s: called with %s, want %s", sh, text(got), text(args))
			}
			if text(returned) != text(results) {
				t.Errorf("%s: returned %s, want %s", sh, text(returned), text(results))
			}
		}
	}
}

func TestShape(t *testing.T) {
	type pair struct {
		text string
		ok   bool
	}
	rows := []struct {
		value any
		want  string // "" when it does not go into registers
	}{
		{"a", "pw"}, {[]int{}, "pww"}, {struct{ e error }{}, "pp"}, {1i, "dd"}, {complex64(1), "ff"},
		{pair{}, "pww"}, {[1]pair{}, "pww"}, {[2]int{}, ""}, {[0]string{}, ":"}, {map[int]int{}, "p"},
		{int8(1), "w"}, {uintptr(1), "w"}, {float32(1), "f"}, {[1][1]func(){}, "p"}, {struct{ a, b, c [1]pair }{}, "pwwpwwpww"},
		{struct {
			a int8
			b [0]int
		}{}, ""},
		{struct {
			a, b, c [1]pair
			d       bool
		}{}, ""},
	}
	for _, r := range rows {
		_, sh, ok := layOut([]Place{{Type: reflect.TypeOf(r.value)}}, nil, false)
		if want := strings.TrimSuffix(r.want, ":") + ":"; r.want == "" && ok || r.want != "" && sh != want {
			t.Errorf("%T: %q, %v, want %q", r.value, sh, ok, r.want)
		}
	}
}

// TestPanicInForeignGoroutine: what a closure returns there is zero.
func TestPanicInForeignGoroutine(t *testing.T) {
	before := run.ReportGoroutine
	defer func() { run.ReportGoroutine = before }()
	var reported any
	run.ReportGoroutine = func(f *run.Failure) { reported = f.Value }
	plan := planOf(nil, []reflect.Type{reflect.TypeFor[int]()})
	code := run.NewCode("f", plan, func(c *run.Code) {
		c.Frame = plan.Layout().Finish(run.HeaderSize)
		c.Body = func(Ptr) run.Control { panic("no") }
	})
	word := NewClosure(reflect.TypeFor[func() int](), &run.Closure{Code: code})
	done := make(chan int)
	go func() { done <- memory.Cast[func() int](word)() }()
	if got := <-done; got != 0 || reported != "no" {
		t.Errorf("returned %d and reported %v, want 0 and no", got, reported)
	}
}
