package compile

import (
	"go/types"
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// names is a program as package lower sees it. Who uses it holds the program's lock.
type names struct{ p *Program }

func (n names) Type(t types.Type) reflect.Type { return n.p.Type(t) }

func (n names) Signature(sig *types.Signature) *run.Signature { return n.p.funcSignature(sig) }

func (n names) Global(v *types.Var) ops.Place { return n.p.global(v) }

func (n names) Promoted(v *types.Var) (ops.Place, bool) {
	place, ok := n.p.globals[v]
	return place, ok
}

func (n names) CompiledVar(v *types.Var) reflect.Value {
	if v.Pkg() == nil {
		return reflect.Value{}
	}
	rv := n.p.lib.Var(v.Pkg().Path(), v.Name())
	if rv.IsValid() {
		n.p.note(v.Type(), rv.Type().Elem())
	}
	return rv
}

func (n names) CompiledFunc(fn *types.Func) reflect.Value {
	if n.p.funcs[fn.Origin()] != nil || fn.Pkg() == nil {
		return reflect.Value{}
	}
	rv := n.p.lib.Func(fn.Pkg().Path(), fn.Name())
	if rv.IsValid() {
		n.p.note(fn.Type(), rv.Type())
	}
	return rv
}

func (n names) Func(fn *types.Func, args []types.Type, sig *types.Signature) *run.Function {
	return n.p.functionFor(fn, args, sig)
}

func (n names) Method(named *types.Named, fn *types.Func, pointer bool) *run.Function {
	return n.p.methodFunction(named, fn, pointer)
}

func (n names) Wrapper(recv types.Type, fn *types.Func, index []int) *run.Function {
	return n.p.wrapper(recv, fn, index, true)
}

func (n names) NativeFunc(t reflect.Type) *run.Code { return n.p.nativeCode(t) }

func (n names) NativeMethod(it reflect.Type, i int) *run.Code { return n.p.nativeMethod(it, i) }
