package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/native"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// composite is a composite literal as a value.
func (f *function) composite(e *ast.CompositeLit) ops.Value {
	t := f.typ(e)
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return f.sliceLiteral(e, u)
	case *types.Map:
		return f.mapLiteral(e, u)
	case *types.Pointer: // an elided &T in another literal
		return ops.Make(memory.Pointer, f.newComposite(e))
	}
	mt := f.typeOf(t)
	if mt.Size > maxInFrame {
		return ops.Value{Shape: memory.Block, Fn: f.newComposite(e)}
	}
	temp := f.temp(mt)
	fill := f.fill(e, t, temp)
	return ops.Value{Shape: memory.Block, Fn: func(p memory.Ptr) memory.Ptr {
		at := memory.Add(p, temp.Off)
		mt.Clear(at)
		fill(p)
		return at
	}}
}

// newComposite computes the address of a new variable with the literal's value.
func (f *function) newComposite(e *ast.CompositeLit) func(p memory.Ptr) memory.Ptr {
	t := f.typ(e)
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	mt := f.typeOf(t)
	slot := f.temp(pointerType).Off
	var fill ops.Stmt
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		fill = f.fill(e, t, ops.Place{Kind: ops.Through, Slot: slot, Type: mt})
	default:
		fill = ops.Store(ops.Place{Kind: ops.Through, Slot: slot, Type: mt}, f.composite(e))
	}
	return func(p memory.Ptr) memory.Ptr {
		at := mt.New()
		before := *memory.At[memory.Ptr](p, slot)
		*memory.At[memory.Ptr](p, slot) = at
		fill(p)
		*memory.At[memory.Ptr](p, slot) = before
		return at
	}
}

// fill sets the fields or elements of a literal in place, which is zero.
func (f *function) fill(e *ast.CompositeLit, t types.Type, place ops.Place) ops.Stmt {
	var list []ops.Stmt
	switch u := t.Underlying().(type) {
	case *types.Struct:
		rt := f.Type(t)
		for i, x := range e.Elts {
			if kv, ok := x.(*ast.KeyValueExpr); ok {
				i, x = fieldIndex(u, kv.Key.(*ast.Ident).Name), kv.Value
			}
			ft := u.Field(i).Type()
			if u.Field(i).Name() == "_" { // computed, but not kept: the field stays zero
				list = append(list, ops.Do(f.exprTo(x, ft)))
				continue
			}
			list = append(list, f.fillPart(x, ft, place.Part(rt.Field(i).Offset, f.typeOf(ft))))
		}
	case *types.Array:
		elem := f.typeOf(u.Elem())
		f.elements(e, func(i int64, x ast.Expr) {
			list = append(list, f.fillPart(x, u.Elem(), place.Part(uintptr(i)*elem.Size, elem)))
		})
	}
	return ops.Sequence(list...)
}

// fillPart sets one field or element. A literal in a literal is made in place.
func (f *function) fillPart(x ast.Expr, t types.Type, place ops.Place) ops.Stmt {
	if lit, ok := x.(*ast.CompositeLit); ok && place.Type.Shape == memory.Block && !types.IsInterface(t) {
		return f.fill(lit, t, place)
	}
	return ops.Store(place, f.exprTo(x, t))
}

func fieldIndex(u *types.Struct, name string) int {
	for i := range u.NumFields() {
		if u.Field(i).Name() == name {
			return i
		}
	}
	return -1
}

// elements calls do for each element of an array or slice literal with its index,
// and is one more than the largest index.
func (f *function) elements(e *ast.CompositeLit, do func(i int64, x ast.Expr)) (n int64) {
	i := int64(0)
	for _, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			i, _ = constant.Int64Val(constant.ToInt(f.scope.Info.Types[kv.Key].Value))
			x = kv.Value
		}
		do(i, x)
		i++
		n = max(n, i)
	}
	return n
}

func (f *function) sliceLiteral(e *ast.CompositeLit, u *types.Slice) ops.Value {
	elem := f.typeOf(u.Elem())
	slot := f.temp(pointerType).Off
	place := ops.Place{Kind: ops.Through, Slot: slot, Type: elem}
	var list []ops.Stmt
	n := int(f.elements(e, func(i int64, x ast.Expr) {
		list = append(list, f.fillPart(x, u.Elem(), place.Part(uintptr(i)*elem.Size, elem)))
	}))
	fill := ops.Sequence(list...)
	return ops.Make(memory.SliceOf, func(p memory.Ptr) memory.Slice {
		at := elem.NewArray(n)
		before := *memory.At[memory.Ptr](p, slot)
		*memory.At[memory.Ptr](p, slot) = at
		fill(p)
		*memory.At[memory.Ptr](p, slot) = before
		return memory.Slice{Data: at, Len: n, Cap: n}
	})
}

func (f *function) mapLiteral(e *ast.CompositeLit, u *types.Map) ops.Value {
	m := memory.MapOf(f.typeOf(u))
	slot := f.temp(pointerType)
	mp := ops.Load(slot)
	keep, elem := f.temp(m.Key).Off, f.temp(m.Elem).Off
	var list []ops.Stmt
	for _, x := range e.Elts {
		kv := x.(*ast.KeyValueExpr)
		list = append(list, ops.SetInMap(m, mp, f.exprTo(kv.Key, u.Key()), f.exprTo(kv.Value, u.Elem()), keep, elem))
	}
	fill := ops.Sequence(list...)
	n := len(e.Elts)
	return ops.Make(memory.Pointer, func(p memory.Ptr) memory.Ptr {
		made := m.Make(n)
		*memory.At[memory.Ptr](p, slot.Off) = made
		fill(p)
		return made
	})
}

// literal is a function literal: a new closure each time it is computed.
func (f *function) literal(lit *ast.FuncLit) ops.Value {
	sig := f.typ(lit).Underlying().(*types.Signature)
	*f.literals++
	code := run.NewCode(f.code.Name+".func"+strconv.Itoa(*f.literals), f.Signature(sig), func(*run.Code) {})
	inner := newFunction(f.Program, code, f.scope, f)
	code.Defers = hasDefer(lit.Body)
	inner.signature(fieldVars(f.scope.Info, lit.Type.Params), fieldVars(f.scope.Info, lit.Type.Results), nil)
	inner.finish(inner.block(lit.Body.List))
	return f.closure(f.typeOf(f.typ(lit)), code, inner.captured)
}

// closure makes function values of code with the variables that it captured.
func (f *function) closure(t *memory.Type, code *run.Code, captured []types.Object) ops.Value {
	if len(captured) == 0 {
		word := native.NewClosure(t.Reflect, &run.Closure{Code: code})
		return ops.Constant(memory.Pointer, word)
	}
	addresses := make([]func(p memory.Ptr) memory.Ptr, len(captured))
	for i, obj := range captured {
		addresses[i] = f.variable(obj).Address()
	}
	return ops.Make(memory.Pointer, func(p memory.Ptr) memory.Ptr {
		vars := make([]memory.Ptr, len(addresses))
		for i, address := range addresses {
			vars[i] = address(p)
		}
		return native.NewClosure(t.Reflect, &run.Closure{Code: code, Vars: memory.AddressOf(&vars[0])})
	})
}

// fieldVars are the variables that a parameter list declares, nameless ones too.
func fieldVars(info *types.Info, list *ast.FieldList) []*types.Var {
	var vars []*types.Var
	if list == nil {
		return nil
	}
	for _, field := range list.List {
		if len(field.Names) == 0 {
			t := info.TypeOf(field.Type)
			if e, ok := field.Type.(*ast.Ellipsis); ok {
				t = types.NewSlice(info.TypeOf(e.Elt))
			}
			vars = append(vars, types.NewVar(token.NoPos, nil, "", t))
		}
		for _, name := range field.Names {
			if v, ok := info.Defs[name].(*types.Var); ok {
				vars = append(vars, v)
			}
		}
	}
	return vars
}

// methodValue is x.M as a function: the receiver is computed now.
func (f *function) methodValue(e *ast.SelectorExpr, sel *types.Selection) ops.Value {
	t := f.method(e, sel)
	ft := f.mem(e).Reflect
	if t.call.Func != nil {
		find := t.call.Func
		return ops.Make(memory.Pointer, func(p memory.Ptr) memory.Ptr {
			tg := find(p)
			return native.NewClosure(ft, &run.Closure{Code: tg.Code, Bound: tg.Bound()})
		})
	}
	callee := t.call.Static
	r := callee.Code().Shape.Receiver
	receive := ops.Argument(r.Type, *t.recv, 0)
	return ops.Make(memory.Pointer, func(p memory.Ptr) memory.Ptr {
		bound := r.Type.New()
		receive(p, bound)
		return native.NewClosure(ft, &run.Closure{Code: callee.Code(), Bound: bound})
	})
}

// methodExpr is T.M as a function, whose first parameter is the receiver.
func (f *function) methodExpr(e *ast.SelectorExpr, sel *types.Selection) ops.Value {
	s := f.selection(e, sel)
	fn := f.Wrapper(s.recv, s.obj.(*types.Func), s.index)
	return ops.Constant(memory.Pointer, native.NewClosure(f.mem(e).Reflect, &run.Closure{Code: fn.Code()}))
}

// funcValue is a declared function as a value.
func (f *function) funcValue(e ast.Expr) ops.Value {
	x := ast.Unparen(e)
	switch i := x.(type) {
	case *ast.IndexExpr:
		x = i.X
	case *ast.IndexListExpr:
		x = i.X
	}
	id := funcIdent(x)
	fn, ok := f.scope.Info.Uses[id].(*types.Func)
	if !ok {
		return ops.Load(f.element(e.(*ast.IndexExpr)))
	}
	t := f.mem(e)
	if len(f.typeArgs(id)) == 0 {
		if rv := f.CompiledFunc(fn); rv.IsValid() {
			return ops.Constant(memory.Pointer, memory.FuncWord(rv))
		}
	}
	sig := f.typ(e).Underlying().(*types.Signature)
	callee := f.Func(fn, f.typeArgs(id), sig)
	return ops.Make(memory.Pointer, func(memory.Ptr) memory.Ptr {
		return native.NewClosure(t.Reflect, &run.Closure{Code: callee.Code()})
	})
}
