package compile

import (
	"go/types"
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/native"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// pointerType is the type of the second word of an interface value.
var pointerType = memory.TypeOf(reflect.TypeFor[memory.Ptr]())

// methodKey is a method of a compiled type.
type methodKey struct {
	typ  reflect.Type
	name string
}

// note tells the type map what a compiled function or variable shows of types that
// have no exported name.
func (p *Program) note(t types.Type, rt reflect.Type) {
	if _, known := p.notes.LoadOrStore(t, true); !known {
		p.types.Note(t, rt)
	}
}

// nativeFunction is a compiled function that cells call.
func (p *Program) nativeFunction(name string, fn reflect.Value, plan *run.Signature) *run.Function {
	return staticNative(name, plan, fn)
}

// staticNative is a compiled function, or a method, whose receiver comes first.
func staticNative(name string, plan *run.Signature, fn reflect.Value) *run.Function {
	word := memory.FuncWord(fn)
	code := nativeCode(name, plan, func(memory.Ptr) reflect.Value { return fn }, func(memory.Ptr) memory.Ptr { return word })
	f := new(run.Function)
	f.Set(code)
	return f
}

// nativeCode is code that calls a compiled function with the frame's parameters, the
// receiver first. Word finds the word of its func value; find finds it for functions
// that only reflection can call, and for all when word is nil.
func nativeCode(name string, plan *run.Signature, find func(q memory.Ptr) reflect.Value, word func(q memory.Ptr) memory.Ptr) *run.Code {
	return run.NewCode(name, plan, func(c *run.Code) {
		c.Frame = plan.Layout().Finish(run.HeaderSize)
		if word != nil {
			if caller := native.NewCaller(inputs(plan), native.Places(plan.Results)); caller != nil {
				c.Body = func(q memory.Ptr) run.Control {
					caller.Call(word(q), q)
					return run.Next
				}
				return
			}
		}
		c.Body = func(q memory.Ptr) run.Control {
			callNative(find(q), plan, q)
			return run.Next
		}
	})
}

// inputs are where a frame has what a compiled function is called with. The method
// of an interface value is called with the value's second word.
func inputs(plan *run.Signature) []native.Place {
	params := native.Places(plan.Params)
	r := plan.Receiver
	switch {
	case r == nil:
		return params
	case bindsReceiver(plan):
		return append([]native.Place{{Type: pointerType.Reflect, Off: r.Off + pointerType.Size}}, params...)
	}
	return append(native.Places([]run.Place{*r}), params...)
}

// callNative calls fn with the parameters in frame q and stores its results there.
func callNative(fn reflect.Value, plan *run.Signature, q memory.Ptr) {
	args := make([]reflect.Value, 0, len(plan.Params)+1)
	if r := plan.Receiver; r != nil && !bindsReceiver(plan) {
		args = append(args, r.Type.Value(memory.Add(q, r.Off)))
	}
	for _, place := range plan.Params {
		args = append(args, place.Type.Value(memory.Add(q, place.Off)))
	}
	var results []reflect.Value
	if plan.Variadic {
		results = fn.CallSlice(args)
	} else {
		results = fn.Call(args)
	}
	for i, place := range plan.Results {
		place.Type.Value(memory.Add(q, place.Off)).Set(results[i])
	}
}

// bindsReceiver reports whether the receiver is an interface value, whose method
// reflection binds by itself.
func bindsReceiver(plan *run.Signature) bool {
	return plan.Receiver.Type.Shape == memory.Iface
}

// nativeCode is the code that calls compiled function values of type t, which are
// in the frame's Vars.
func (p *Program) nativeCode(t reflect.Type) *run.Code {
	if code := p.natives[t]; code != nil {
		return code
	}
	plan := planOf(t, nil)
	mt := memory.TypeOf(t)
	code := nativeCode("func", plan, func(q memory.Ptr) reflect.Value {
		word := run.Of(q).Vars
		memory.CheckNil(word)
		return mt.Value(memory.AddressOf(&word))
	}, func(q memory.Ptr) memory.Ptr {
		word := run.Of(q).Vars
		memory.CheckNil(word)
		return word
	})
	p.natives[t] = code
	return code
}

// planOf plans the frame of a function type.
func planOf(t reflect.Type, recv reflect.Type) *run.Signature {
	l := run.NewLayout()
	s := &run.Signature{Variadic: t.IsVariadic()}
	place := func(t reflect.Type) run.Place {
		mt := memory.TypeOf(t)
		return run.Place{Type: mt, Off: l.Place(mt)}
	}
	for i := range t.NumIn() {
		s.Params = append(s.Params, place(t.In(i)))
	}
	for i := range t.NumOut() {
		s.Results = append(s.Results, place(t.Out(i)))
	}
	if recv != nil {
		r := place(recv)
		s.Receiver = &r
	}
	return s
}

// nativeMethod is the code that calls method i of interface values of type it that
// hold a compiled type.
func (p *Program) nativeMethod(it reflect.Type, i int) *run.Code {
	m := it.Method(i)
	key := methodKey{it, m.PkgPath + "." + m.Name}
	if code := p.methods[key]; code != nil {
		return code
	}
	own := planOf(m.Type, it)
	recv := *own.Receiver
	guarded := p.lib.Guards(m.Name)
	var word func(q memory.Ptr) memory.Ptr
	if !guarded {
		word = func(q memory.Ptr) memory.Ptr { return memory.MethodWord(*memory.At[memory.Ptr](q, recv.Off), i) }
	}
	code := nativeCode(it.String()+"."+m.Name, own, func(q memory.Ptr) reflect.Value {
		if guarded {
			v := recv.Type.Value(memory.Add(q, recv.Off)).Elem()
			if guard := p.lib.Method(v.Type(), m.Name); guard.IsValid() {
				return bound(guard, v)
			}
		}
		return recv.Type.Value(memory.Add(q, recv.Off)).Method(i)
	}, word)
	p.methods[key] = code
	return code
}

// bound is a function with its first parameter given.
func bound(fn, first reflect.Value) reflect.Value {
	t := fn.Type()
	var in, out []reflect.Type
	for i := 1; i < t.NumIn(); i++ {
		in = append(in, t.In(i))
	}
	for i := range t.NumOut() {
		out = append(out, t.Out(i))
	}
	return reflect.MakeFunc(reflect.FuncOf(in, out, t.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		if t.IsVariadic() {
			return fn.CallSlice(append([]reflect.Value{first}, args...))
		}
		return fn.Call(append([]reflect.Value{first}, args...))
	})
}

// compiledMethod is a method of a compiled type.
func (p *Program) compiledMethod(rt reflect.Type, fn *types.Func) *run.Function {
	key := methodKey{rt, fn.Name()}
	if code := p.methods[key]; code != nil {
		f := new(run.Function)
		f.Set(code)
		return f
	}
	m, ok := rt.MethodByName(fn.Name())
	sig := fn.Signature()
	if !ok {
		return p.missing(fn, p.signature(tupleTypes(sig.Params()), tupleTypes(sig.Results()), sig.Recv().Type(), sig.Variadic()))
	}
	p.noteMethod(fn, m.Type)
	l := run.NewLayout()
	plan := &run.Signature{Variadic: m.Type.IsVariadic()}
	place := func(t reflect.Type) run.Place {
		mt := memory.TypeOf(t)
		return run.Place{Type: mt, Off: l.Place(mt)}
	}
	for i := 1; i < m.Type.NumIn(); i++ {
		plan.Params = append(plan.Params, place(m.Type.In(i)))
	}
	for i := range m.Type.NumOut() {
		plan.Results = append(plan.Results, place(m.Type.Out(i)))
	}
	r := place(rt)
	plan.Receiver = &r
	code := m.Func
	if guard := p.lib.Method(rt, fn.Name()); guard.IsValid() {
		code = guard
	}
	f := staticNative(fn.FullName(), plan, code)
	p.methods[key] = f.Code()
	return f
}

// noteMethod is note for a method, whose reflect type has the receiver first.
func (p *Program) noteMethod(fn *types.Func, rt reflect.Type) {
	sig := fn.Signature()
	for i := range sig.Params().Len() {
		p.note(sig.Params().At(i).Type(), rt.In(i+1))
	}
	for i := range sig.Results().Len() {
		p.note(sig.Results().At(i).Type(), rt.Out(i))
	}
}
