package rtype

import (
	"cmp"
	"fmt"
	"go/token"
	"reflect"
	"runtime"
	"slices"
	"strings"
)

// Body is the code of a method as compiled callers reach it.
//
// Recv has the declared receiver type, T or *T, and args are as [reflect.MakeFunc]
// has them: the last one of a variadic method is a slice. Recv may share memory
// with the value that an interface holds, so a body copies it before it stores to it.
type Body interface {
	Call(recv reflect.Value, args []reflect.Value) []reflect.Value
}

// Method is one method of a type that is being made.
type Method struct {
	Name string
	Pkg  string       // path of the package of an unexported name; that of the type when empty
	Type reflect.Type // without the receiver
	Body Body         // nil in an interface
}

func (m Method) member() memberName { return memberName{m.Name, m.Pkg} }

// compareMethods is the order in which the runtime walks methods: exported ones
// first, then by name, then by package.
func compareMethods(a, b Method) int {
	if x := token.IsExported(a.Name); x != token.IsExported(b.Name) {
		if x {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Pkg, b.Pkg))
}

// qualify gives unexported names their package, and no other.
func qualify(ms []Method, pkg string) []Method {
	out := slices.Clone(ms)
	for i := range out {
		if token.IsExported(out[i].Name) {
			out[i].Pkg = ""
		} else if out[i].Pkg == "" {
			out[i].Pkg = pkg
		}
	}
	return out
}

// stubKey names the stubs of a method of T and *T. The receiver and the type of the
// method are part of it, as they are fixed in the stub.
type stubKey struct {
	memberName
	typ       reflect.Type
	onPointer bool
}

// methodStubs are the stubs of one declared method.
type methodStubs struct {
	viaPointer stub // called with a pointer to T
	byValue    stub // called with a T
}

// Methods gives T and *T their methods: those declared on T, or promoted to it, and
// those that only *T has. Promoted methods are given like declared ones.
//
// It may be called again. A method that the type had keeps its stubs and gets its
// new body at once, also where compiled code has looked it up before.
//
// When there are too few stubs the methods stay what they were and the error is
// [ErrNoStubs].
func (n *Named) Methods(onValue, onPointer []Method) error {
	mu.Lock()
	defer mu.Unlock()
	onValue, onPointer = qualify(onValue, n.pkg), qualify(onPointer, n.pkg)
	if all := len(onValue) + len(onPointer); all > len(n.ptr.room.methods) {
		return fmt.Errorf("make methods: %s was declared with fewer than %d", n.Type(), all)
	}
	if n.stubsFor(onValue, false)+n.stubsFor(onPointer, true) > stubCount-taken {
		return ErrNoStubs
	}
	var ofValue, ofPointer []tableRow
	for _, m := range onValue {
		s := n.valueStubs(m)
		word := s.viaPointer // an interface holds a pointer to the value
		if n.typ.tflag&flagDirect != 0 {
			word = s.byValue // or the value itself
			word.entry().Store(&Entry{m.Body, ValueWord})
		}
		s.viaPointer.entry().Store(&Entry{m.Body, PointsToValue})
		ofValue = append(ofValue, tableRow{m, word, s.byValue})
		ofPointer = append(ofPointer, tableRow{m, s.viaPointer, s.viaPointer})
	}
	for _, m := range onPointer {
		s := n.pointerStubs(m)
		s.viaPointer.entry().Store(&Entry{m.Body, PointerWord})
		ofPointer = append(ofPointer, tableRow{m, s.viaPointer, s.viaPointer})
	}
	n.setTable(ofValue)
	n.ptr.setTable(ofPointer)
	return nil
}

// stubsFor counts the stubs that methods without any need.
func (n *Named) stubsFor(ms []Method, onPointer bool) int {
	each := 2
	if onPointer {
		each = 1
	}
	need := 0
	for _, m := range ms {
		if _, ok := n.stubs[stubKey{m.member(), m.Type, onPointer}]; !ok {
			need += each
		}
	}
	return need
}

// valueStubs returns the stubs of a method of T. The stub that takes a T by value
// runs the entry of the other one.
func (n *Named) valueStubs(m Method) methodStubs {
	return n.stubsOf(stubKey{m.member(), m.Type, false}, func() methodStubs {
		var s methodStubs
		where, name := n.Type(), m.Name
		s.viaPointer = newStub(reflect.MakeFunc(withReceiver(n.ptr.Type(), m.Type), func(a []reflect.Value) []reflect.Value {
			if a[0].IsNil() {
				panic(NilReceiver(where, name))
			}
			return s.viaPointer.entry().Load().Body.Call(a[0].Elem(), a[1:])
		}))
		s.byValue = newStub(reflect.MakeFunc(withReceiver(n.Type(), m.Type), func(a []reflect.Value) []reflect.Value {
			return s.viaPointer.entry().Load().Body.Call(a[0], a[1:])
		}))
		return s
	})
}

// pointerStubs returns the stub of a method of *T.
func (n *Named) pointerStubs(m Method) methodStubs {
	return n.stubsOf(stubKey{m.member(), m.Type, true}, func() methodStubs {
		var s methodStubs
		s.viaPointer = newStub(reflect.MakeFunc(withReceiver(n.ptr.Type(), m.Type), func(a []reflect.Value) []reflect.Value {
			return s.viaPointer.entry().Load().Body.Call(a[0], a[1:])
		}))
		return s
	})
}

func (n *Named) stubsOf(k stubKey, take func() methodStubs) methodStubs {
	s, ok := n.stubs[k]
	if !ok {
		s = take()
		if n.stubs == nil {
			n.stubs = map[stubKey]methodStubs{}
		}
		n.stubs[k] = s
	}
	return s
}

// tableRow is a method with its code: word is called with the data word of an
// interface, value with the receiver.
type tableRow struct {
	Method
	word, value stub
}

// setTable writes the method table, unless it is there already: compiled code may be reading it.
func (n *Named) setTable(rows []tableRow) {
	slices.SortFunc(rows, func(a, b tableRow) int { return compareMethods(a.Method, b.Method) })
	table, exported := make([]method, len(rows)), 0
	for i, r := range rows {
		if token.IsExported(r.Name) {
			exported++
		}
		table[i] = method{methodOff(r.member()), typeOff(ptrOf(r.Type)), r.word.off(), r.value.off()}
	}
	if int(n.u.mcount) == len(rows) && slices.Equal(table, n.room.methods[:len(rows)]) {
		return
	}
	copy(n.room.methods, table)
	n.u.mcount, n.u.xcount = uint16(len(rows)), uint16(exported)
}

// withReceiver is the type of a method whose first parameter is the receiver.
func withReceiver(recv, t reflect.Type) reflect.Type {
	in := []reflect.Type{recv}
	for i := range t.NumIn() {
		in = append(in, t.In(i))
	}
	var out []reflect.Type
	for i := range t.NumOut() {
		out = append(out, t.Out(i))
	}
	return reflect.FuncOf(in, out, t.IsVariadic())
}

// NilReceiver is what Go panics with when a method of t is called through a nil *t.
func NilReceiver(t reflect.Type, method string) runtime.Error {
	return nilReceiver{t.String(), strings.TrimPrefix(t.String(), strings.Split(t.String(), ".")[0]+"."), method}
}

type nilReceiver struct{ typ, name, method string }

// RuntimeError makes it a runtime.Error.
func (nilReceiver) RuntimeError() {}

// Error has the words of the Go runtime.
func (e nilReceiver) Error() string {
	return "value method " + e.typ + "." + e.method + " called using nil *" + e.name + " pointer"
}
