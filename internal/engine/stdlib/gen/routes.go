package main

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib/instance"
)

// walk looks for types that cells can reach but not name: unexported ones, those
// of internal packages, and instances of generic types. For each it makes the
// expression that leads from an exported name to its reflect.Type.
type walk struct {
	set   *set
	t     target
	seen  map[types.Type]bool
	queue []step
	found []symbol
}

// step is a type that was reached, and how.
type step struct {
	typ  types.Type
	expr string // a reflect.Type
}

func (s *set) routes(t target) []symbol {
	w := &walk{set: s, t: t, seen: map[types.Type]bool{}}
	for _, path := range s.paths {
		if p := s.loaded[t][path]; p != nil && p.Complete() {
			for _, obj := range exported(p) {
				w.start(obj)
			}
		}
	}
	for len(w.queue) > 0 {
		next := w.queue[0]
		w.queue = w.queue[1:]
		w.visit(next)
	}
	return shortest(w.found)
}

// start puts what an exported name leads to into the queue.
func (w *walk) start(obj types.Object) {
	name := ref(obj.Pkg(), obj.Name())
	if generic(obj) {
		return
	}
	switch obj := obj.(type) {
	case *types.Var:
		w.add(obj.Type(), "elem(&"+name+")")
	case *types.Const:
		w.add(obj.Type(), "reflect.TypeOf("+name+")")
	case *types.Func:
		w.signature(obj.Signature(), "reflect.TypeOf("+name+")", 0)
	case *types.TypeName:
		if constraint(obj) {
			return
		}
		if obj.IsAlias() {
			w.add(obj.Type(), "reflect.TypeFor["+name+"]()")
			return
		}
		w.methods(obj.Type().(*types.Named), name)
		w.parts(obj.Type().Underlying(), "reflect.TypeFor["+name+"]()", name)
	}
}

func (w *walk) add(t types.Type, expr string) {
	t = types.Unalias(t)
	if !w.seen[t] {
		w.seen[t] = true
		w.queue = append(w.queue, step{t, expr})
	}
}

func (w *walk) visit(s step) {
	named, ok := s.typ.(*types.Named)
	if !ok {
		w.parts(s.typ, s.expr, "")
		return
	}
	if named.Obj().Pkg() == nil || w.nameable(named) {
		return
	}
	w.found = append(w.found, symbol{named.Obj().Pkg().Path(), instance.Name(named.Obj().Name(), named.TypeArgs()), s.expr})
	if name, isAlias := strings.CutPrefix(s.expr, "reflect.TypeFor["); isAlias {
		w.methods(named, strings.TrimSuffix(name, "]()"))
	} else {
		for m := range named.Methods() {
			if m.Exported() {
				w.signature(m.Signature(), fmt.Sprintf("method(%s, %q)", s.expr, m.Name()), 1)
			}
		}
	}
	w.parts(named.Underlying(), s.expr, "")
}

// nameable reports whether a type has a case of its own.
func (w *walk) nameable(named *types.Named) bool {
	obj := named.Obj()
	p := w.set.loaded[w.t][obj.Pkg().Path()]
	return obj.Exported() && named.TypeArgs() == nil && p != nil && p.Complete() && p.Scope().Lookup(obj.Name()) == obj
}

// methods follows the methods of a type that Go source can name.
func (w *walk) methods(named *types.Named, name string) {
	for m := range named.Methods() {
		if m.Exported() {
			w.signature(m.Signature(), "reflect.TypeOf((*"+name+")."+m.Name()+")", 1)
		}
	}
}

// parts follows what a type literal is made of. name is its own, if it has one.
func (w *walk) parts(t types.Type, expr, name string) {
	switch t := t.(type) {
	case *types.Pointer:
		w.add(t.Elem(), expr+".Elem()")
	case *types.Slice:
		w.add(t.Elem(), expr+".Elem()")
	case *types.Array:
		w.add(t.Elem(), expr+".Elem()")
	case *types.Chan:
		w.add(t.Elem(), expr+".Elem()")
	case *types.Map:
		w.add(t.Key(), expr+".Key()")
		w.add(t.Elem(), expr+".Elem()")
	case *types.Signature:
		w.signature(t, expr, 0)
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() || f.Embedded() {
				w.add(f.Type(), fmt.Sprintf("field(%s, %q)", expr, f.Name()))
			}
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			if !m.Exported() {
				continue
			}
			if name != "" {
				w.signature(m.Signature(), "reflect.TypeOf("+name+"."+m.Name()+")", 1)
			} else {
				w.signature(m.Signature(), fmt.Sprintf("method(%s, %q)", expr, m.Name()), 0)
			}
		}
	}
}

// signature follows parameters and results. receivers is how many parameters of
// the reflect.Type come before them.
func (w *walk) signature(s *types.Signature, expr string, receivers int) {
	for i := range s.Params().Len() {
		w.add(s.Params().At(i).Type(), fmt.Sprintf("%s.In(%d)", expr, i+receivers))
	}
	for i := range s.Results().Len() {
		w.add(s.Results().At(i).Type(), fmt.Sprintf("%s.Out(%d)", expr, i))
	}
}
