package compile

import (
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/generics"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// signatureOf plans the frame of a declared function or method.
func (p *Program) signatureOf(fn *check.Func, e *generics.Env) *run.Signature {
	var recv types.Type
	if fn.Recv != nil {
		recv = e.Subst(fn.Recv.Type())
	}
	return p.signature(substVars(fn.Params, e), substVars(fn.Results, e), recv, fn.Obj.Signature().Variadic())
}

func substVars(vars []*types.Var, e *generics.Env) []types.Type {
	list := make([]types.Type, len(vars))
	for i, v := range vars {
		list[i] = e.Subst(v.Type())
	}
	return list
}

func tupleTypes(t *types.Tuple) []types.Type {
	list := make([]types.Type, t.Len())
	for i := range list {
		list[i] = t.At(i).Type()
	}
	return list
}

// signature plans the beginning of a frame: parameters, results, receiver. It
// depends on the types only, so that callers know it before the function is
// compiled. The receiver comes last: a caller of an interface's method does not
// know its size.
func (p *Program) signature(params, results []types.Type, recv types.Type, variadic bool) *run.Signature {
	l := run.NewLayout()
	s := &run.Signature{Variadic: variadic}
	place := func(t types.Type) run.Place {
		mt := p.typeOf(t)
		return run.Place{Type: mt, Off: l.Place(mt)}
	}
	for _, t := range params {
		s.Params = append(s.Params, place(t))
	}
	for _, t := range results {
		s.Results = append(s.Results, place(t))
	}
	if recv != nil {
		r := place(recv)
		s.Receiver = &r
	}
	return s
}

// funcSignature is the plan for functions of type sig, without receiver.
func (p *Program) funcSignature(sig *types.Signature) *run.Signature {
	return p.signature(tupleTypes(sig.Params()), tupleTypes(sig.Results()), nil, sig.Variadic())
}
