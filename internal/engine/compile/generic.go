package compile

import (
	"fmt"
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// shadow is the source of a compiled package's generic names.
type shadow struct {
	unit    *check.Unit
	funcs   map[string]*declared
	methods map[string]*declared // by Type.Method
}

// shadowOf is the shadow of a package, nil when it has none.
func (p *Program) shadowOf(path string) *shadow {
	if s, ok := p.shadows[path]; ok {
		return s
	}
	p.shadows[path] = nil
	u, err := p.lib.Generic(path)
	if u == nil || err != nil {
		if err != nil {
			panic(fmt.Errorf("compile: generic names of %s: %w", path, err))
		}
		return nil
	}
	p.declare(u)
	s := &shadow{u, map[string]*declared{}, map[string]*declared{}}
	for _, fn := range u.Funcs {
		d := p.funcs[fn.Obj]
		if fn.Recv == nil {
			s.funcs[fn.Obj.Name()] = d
		} else {
			s.methods[baseName(fn.Recv.Type())+"."+fn.Obj.Name()] = d
		}
	}
	p.shadows[path] = s
	return s
}

func baseName(t types.Type) string {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

// genericType is the type of a shadow for a generic type of a compiled package.
func (p *Program) genericType(obj *types.TypeName) *types.TypeName {
	if obj.Pkg() == nil {
		return nil
	}
	s := p.shadowOf(obj.Pkg().Path())
	if s == nil {
		return nil
	}
	found, _ := s.unit.Pkg.Scope().Lookup(obj.Name()).(*types.TypeName)
	if found == nil || found == obj || found.IsAlias() {
		return nil
	}
	return found
}

func (p *Program) shadowMethod(named *types.Named, name string) *declared {
	if named.Obj().Pkg() == nil {
		return nil
	}
	s := p.shadowOf(named.Obj().Pkg().Path())
	if s == nil {
		return nil
	}
	return s.methods[named.Obj().Name()+"."+name]
}

// genericFunction is an instance of a generic function of a compiled package.
func (p *Program) genericFunction(fn *types.Func, args []types.Type, sig *types.Signature) *run.Function {
	path := fn.Pkg().Path()
	if rv := p.lib.Instance(fn, args); rv.IsValid() {
		p.note(sig, rv.Type())
		return p.nativeFunction(path+"."+fn.Name(), rv, p.funcSignature(sig))
	}
	if s := p.shadowOf(path); s != nil {
		if d := s.funcs[fn.Name()]; d != nil {
			return p.instance(d, args)
		}
	}
	return p.missing(fn, p.funcSignature(sig))
}
