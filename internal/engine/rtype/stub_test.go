package rtype

import (
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"unsafe"
)

// again runs tests of this binary in another process.
func again(t *testing.T, run string, env ...string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run="+run, "-test.v")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// TestEntryAt looks up the code of made and compiled methods.
func TestEntryAt(t *testing.T) {
	body := bodyFunc(func(reflect.Value, []reflect.Value) []reflect.Value { return []reflect.Value{reflect.ValueOf("made")} })
	text := []Method{{Name: "Error", Type: reflect.TypeFor[func() string](), Body: body}}
	for _, row := range []struct {
		name        string
		base        reflect.Type
		onPointer   bool
		takePointer bool
		want        RecvMode
	}{
		{"value", reflect.TypeFor[int](), false, false, PointsToValue},
		{"value by pointer", reflect.TypeFor[int](), false, true, PointsToValue},
		{"pointer", reflect.TypeFor[int](), true, true, PointerWord},
		{"pointer-shaped value", reflect.TypeFor[map[int]int](), false, false, ValueWord},
		{"pointer-shaped value by pointer", reflect.TypeFor[map[int]int](), false, true, PointsToValue},
		{"pointer to pointer-shaped", reflect.TypeFor[struct{ P *int }](), true, true, PointerWord},
	} {
		n := Declare(Spec{Kind: row.base.Kind(), PkgPath: "main", PkgName: "main", Name: "E", Methods: 1})
		n.Under(row.base)
		var err error
		if row.onPointer {
			err = n.Methods(nil, text)
		} else {
			err = n.Methods(text, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		v := reflect.New(n.Type())
		if !row.takePointer {
			v = v.Elem()
		}
		made := v.Interface().(error)
		e := EntryAt(firstMethod(&made))
		if e == nil || e.Recv != row.want || e.Body.Call(v, nil)[0].String() != "made" || made.Error() != "made" {
			t.Errorf("%s: got %+v", row.name, e)
		}
	}
	for _, pc := range []uintptr{0, stubBase - 1, stubBase + stubCount*stubStep, closureCode, ^uintptr(0)} {
		if EntryAt(pc) != nil {
			t.Errorf("an entry at %x", pc)
		}
	}
}

// TestStubsLaidOut runs the last stub and reads the numbers in all of them.
func TestStubsLaidOut(t *testing.T) {
	for i := range stubCount {
		code := (*[stubStep]byte)(codePointer(stubBase + uintptr(i)*stubStep))
		if got := stubNumber(code); got != i {
			t.Fatalf("stub %d has number %d", i, got)
		}
	}
}

// TestExhausted declares a type with two methods 100,000 times.
func TestExhausted(t *testing.T) {
	if os.Getenv("RTYPE_EXHAUST") == "" {
		if out := again(t, "^TestExhausted$", "RTYPE_EXHAUST=1"); !strings.Contains(out, "without methods from") {
			t.Errorf("got %s", out)
		}
		return
	}
	first := -1
	var last *Named
	for i := range 100_000 {
		n, err := sampleNamed()
		if err != nil && err != ErrNoStubs {
			t.Fatal(err)
		}
		if err != nil && first < 0 {
			first = i
			t.Log("without methods from", i)
		}
		if err == nil {
			last = n
		} else if n.Type().NumMethod() != 0 {
			t.Fatal("a type has methods without stubs")
		}
		v := reflect.New(n.Type()).Elem()
		v.Field(0).SetString("x")
		if _, ok := v.Interface().(error); ok != (err == nil) || v.Field(0).String() != "x" {
			t.Fatalf("type %d is wrong", i)
		}
	}
	if first != stubCount/3 {
		t.Errorf("stubs lasted for %d types, want %d", first, stubCount/3)
	}
	v := reflect.New(last.Type()).Elem()
	v.Field(0).SetString("last")
	if got := fmt.Sprint(v); got != "last" {
		t.Errorf("got %q", got)
	}
}

// TestUnderStress runs the other tests with memory that is freed early and overwritten.
func TestUnderStress(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	again(t, "^Test(Kinds|Methods|Comp|Interface|Closure|StructOf|Promoting|Entry|Self)", "GOGC=1", "GODEBUG=clobberfree=1,invalidptr=1")
}

func BenchmarkDeclare(b *testing.B) {
	for b.Loop() {
		n := Declare(Spec{Kind: reflect.Struct, PkgPath: "main", PkgName: "main", Name: "T", Methods: 2})
		n.Under(reflect.TypeFor[struct{ A int }]())
	}
}

func BenchmarkCallThroughStub(b *testing.B) {
	n, err := sampleNamed()
	if err != nil {
		b.Fatal(err)
	}
	e := reflect.New(n.Type()).Interface().(error)
	for b.Loop() {
		_ = e.Error()
	}
}

func BenchmarkEntryAt(b *testing.B) {
	n, err := sampleNamed()
	if err != nil {
		b.Fatal(err)
	}
	e := reflect.New(n.Type()).Interface().(error)
	pc := (*(**itab)(unsafe.Pointer(&e))).fun[0]
	for b.Loop() {
		EntryAt(pc)
	}
}
