package rtype

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"unsafe"
)

// SelfTest reports whether types made here are what this release of Go expects. The
// error says in one sentence what is not. When there is one, nothing else of this
// package may be called. It tests once.
func SelfTest() error { return selfTest() }

var selfTest = sync.OnceValue(func() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("types made in memory do not work with %s: %v", runtime.Version(), r)
		}
	}()
	// The layouts come first: making types of a wrong layout can end the process.
	for _, check := range []func() error{checkLayouts, checkStructType, checkInterfaceType, checkEmbedding, checkClosure} {
		if err := check(); err != nil {
			return fmt.Errorf("types made in memory do not work with %s: %w", runtime.Version(), err)
		}
	}
	return nil
})

// Compiled types of every kind that have an uncommon part, and what is known of them.
type (
	sampleStruct struct {
		A int `a:"b"`
		b string
	}
	sampleFunc  func(int, ...string) error
	sampleMap   map[string]int
	sampleSlice []string
	sampleArray [3]int
	sampleChan  <-chan int
	sampleInt   int
	sampleIface interface {
		First(int) string
		Second()
	}
)

func (s sampleStruct) First(int) string { return s.b }
func (sampleFunc) First(int) string     { return "" }
func (sampleMap) First(int) string      { return "" }
func (sampleSlice) First(int) string    { return "" }
func (sampleArray) First(int) string    { return "" }
func (sampleChan) First(int) string     { return "" }
func (sampleInt) First(int) string      { return "" }

// checkLayouts reads compiled types the way they are written here.
func checkLayouts() error {
	for _, t := range []reflect.Type{
		reflect.TypeFor[sampleStruct](), reflect.TypeFor[sampleFunc](), reflect.TypeFor[sampleMap](), reflect.TypeFor[sampleSlice](),
		reflect.TypeFor[sampleArray](), reflect.TypeFor[sampleChan](), reflect.TypeFor[sampleInt](), reflect.TypeFor[*sampleInt](),
	} {
		r := ptrOf(t)
		if r.size != t.Size() || int(r.align) != t.Align() || int(r.fieldAlign) != t.FieldAlign() || reflect.Kind(r.kind) != t.Kind() ||
			(r.tflag&flagNamed != 0) != (t.Name() != "") || (r.equal != nil) != t.Comparable() {
			return fmt.Errorf("the head of %s is laid out otherwise", t.Kind())
		}
		direct := t.Kind() == reflect.Func || t.Kind() == reflect.Map || t.Kind() == reflect.Chan || t.Kind() == reflect.Pointer
		if (r.tflag&flagDirect != 0) != direct {
			return fmt.Errorf("the flags of %s are others", t.Kind())
		}
		u := r.uncommon()
		if u == nil || int(u.xcount) != t.NumMethod() || u.mcount != 1 || u.moff == 0 || u.moff > 1<<12 {
			return fmt.Errorf("the methods of %s lie elsewhere", t.Kind())
		}
	}
	return errors.Join(checkHeads(), checkNames())
}

// checkHeads reads the parts that depend on the kind.
func checkHeads() error {
	is := func(r *rtype, t reflect.Type) bool { return r == ptrOf(t) }
	text, number := reflect.TypeFor[string](), reflect.TypeFor[int]()
	array := (*view[arrayHead])(unsafe.Pointer(ptrOf(reflect.TypeFor[sampleArray]()))).head
	channel := (*view[chanHead])(unsafe.Pointer(ptrOf(reflect.TypeFor[sampleChan]()))).head
	table := (*view[mapHead])(unsafe.Pointer(ptrOf(reflect.TypeFor[sampleMap]()))).head
	inter := (*view[ifaceHead])(unsafe.Pointer(ptrOf(reflect.TypeFor[sampleIface]()))).head
	function := (*cell[funcHead])(unsafe.Pointer(ptrOf(reflect.TypeFor[sampleFunc]())))
	params := (*[3]*rtype)(unsafe.Add(unsafe.Pointer(&function.u), unsafe.Sizeof(function.u)))
	for kind, ok := range map[reflect.Kind]bool{
		reflect.Array:     is(array.elem, number) && array.len == 3,
		reflect.Chan:      is(channel.elem, number) && reflect.ChanDir(channel.dir) == reflect.RecvDir,
		reflect.Map:       is(table.key, text) && is(table.elem, number) && table.hasher != nil,
		reflect.Slice:     is((*view[elemHead])(unsafe.Pointer(ptrOf(reflect.TypeFor[sampleSlice]()))).head.elem, text),
		reflect.Interface: len(inter.methods) == 2,
		reflect.Func: function.head.in == 2 && function.head.out == 1|1<<15 && is(params[0], number) &&
			is(params[1], reflect.TypeFor[[]string]()) && is(params[2], reflect.TypeFor[error]()),
	} {
		if !ok {
			return fmt.Errorf("the part of %s types is laid out otherwise", kind)
		}
	}
	return nil
}

// checkNames compares encoded names with the compiler's.
func checkNames() error {
	fields := (*view[structHead])(unsafe.Pointer(ptrOf(reflect.TypeFor[sampleStruct]()))).head.fields
	if len(fields) != 2 || fields[0].off != 0 || fields[1].off != unsafe.Sizeof(int(0)) {
		return errors.New("the fields of struct types lie elsewhere")
	}
	mu.Lock()
	defer mu.Unlock()
	for i, want := range []*byte{encodeName("A", nameExported, `a:"b"`, ""), encodeName("b", 0, "", "")} {
		n := []int{8, 3}[i]
		if string(unsafe.Slice(fields[i].name, n)) != string(unsafe.Slice(want, n)) {
			return errors.New("names are encoded otherwise")
		}
	}
	return nil
}

// bodyFunc is a body for tests.
type bodyFunc func(recv reflect.Value, args []reflect.Value) []reflect.Value

func (f bodyFunc) Call(recv reflect.Value, args []reflect.Value) []reflect.Value {
	return f(recv, args)
}

// sampleNamed makes struct{ Text string } with a method Error of the value and Set of the pointer.
func sampleNamed() (*Named, error) {
	n := Declare(Spec{Kind: reflect.Struct, PkgPath: "sample", PkgName: "sample", Name: "Made", Methods: 2})
	n.Under(reflect.StructOf([]reflect.StructField{{Name: "Text", Type: reflect.TypeFor[string]()}}))
	return n, n.Methods([]Method{{Name: "Error", Type: reflect.TypeFor[func() string](), Body: bodyFunc(func(recv reflect.Value, _ []reflect.Value) []reflect.Value {
		return []reflect.Value{recv.Field(0)}
	})}}, []Method{{Name: "Set", Type: reflect.TypeFor[func(string)](), Body: bodyFunc(func(recv reflect.Value, args []reflect.Value) []reflect.Value {
		recv.Elem().Field(0).Set(args[0])
		return nil
	})}})
}

func checkStructType() error {
	n, err := sampleNamed()
	if err != nil {
		return err
	}
	p := reflect.New(n.Type())
	set, ok := p.Interface().(interface{ Set(string) })
	if !ok || n.Type().String() != "sample.Made" || n.Type().PkgPath() != "sample" || p.Type() != reflect.PointerTo(n.Type()) {
		return errors.New("a made struct is not seen as one with its name and methods")
	}
	set.Set("text")
	made, ok := p.Elem().Interface().(error)
	if !ok || made.Error() != "text" || fmt.Sprint(p.Elem()) != "text" || n.Type().Method(0).Func.Call([]reflect.Value{p.Elem()})[0].String() != "text" {
		return errors.New("methods of a made struct do not run")
	}
	if e := EntryAt(firstMethod(&made)); e == nil || e.Recv != PointsToValue {
		return errors.New("the code of a made method is not found again")
	}
	compiled := errors.New("compiled")
	if EntryAt(firstMethod(&compiled)) != nil {
		return errors.New("the code of a compiled method is taken for a made one")
	}
	return nil
}

// firstMethod is the address of the code of Error.
func firstMethod(err *error) uintptr { return (*(**itab)(unsafe.Pointer(err))).fun[0] }

func checkInterfaceType() error {
	made := Declare(Spec{Kind: reflect.Interface, PkgPath: "sample", PkgName: "sample", Name: "Failer"})
	made.Interface([]Method{{Name: "private", Type: reflect.TypeFor[func()]()}}, reflect.TypeFor[error]())
	plain := InterfaceOf("sample", nil, reflect.TypeFor[error]())
	v := reflect.New(plain).Elem()
	v.Set(reflect.ValueOf(errors.New("compiled")))
	if made.Type().NumMethod() != 2 || !made.Type().Implements(plain) || plain.Implements(made.Type()) ||
		InterfaceOf("sample", nil, plain) != plain || v.Method(0).Call(nil)[0].String() != "compiled" {
		return errors.New("made interfaces are not implemented as they should be")
	}
	return nil
}

func checkEmbedding() error {
	inner, err := sampleNamed()
	if err != nil {
		return err
	}
	t := StructOf("sample", []reflect.StructField{{Name: "Made", Type: inner.Type(), Anonymous: true}, {Name: "n", Type: reflect.TypeFor[int]()}})
	if f := t.Field(0); !f.Anonymous || t.Field(1).PkgPath != "sample" || t.String() != "struct { sample.Made; n int }" {
		return errors.New("embedded fields are not seen as such")
	}
	return nil
}

func checkClosure() error {
	word := NewClosure(reflect.TypeFor[func(int, string) string](), "code", func(args []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(fmt.Sprint(args[0], args[1]))}
	})
	f := *(*func(int, string) string)(unsafe.Pointer(&word))
	compiled := func() {}
	if f(1, "a") != "1 a" || ClosureAt(word).Code != "code" || ClosureAt(*(*unsafe.Pointer)(unsafe.Pointer(&compiled))) != nil {
		return errors.New("made func values do not run")
	}
	if G() == 0 || G() != G() {
		return errors.New("goroutines are not told apart")
	}
	return nil
}
