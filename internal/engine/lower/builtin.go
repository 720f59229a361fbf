package lower

import (
	"go/ast"
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// builtinName is the name of the builtin function that fun denotes, "" for others.
func (f *function) builtinName(fun ast.Expr) string {
	switch x := ast.Unparen(fun).(type) {
	case *ast.Ident:
		if b, ok := f.scope.Info.Uses[x].(*types.Builtin); ok {
			return b.Name()
		}
	case *ast.SelectorExpr: // of package unsafe
		if b, ok := f.scope.Info.Uses[x.Sel].(*types.Builtin); ok {
			return b.Name()
		}
	}
	return ""
}

// replace makes v, of type t, stand for an expression.
func (f *function) replace(x ast.Expr, v ops.Value, t types.Type) {
	if f.replaced == nil {
		f.replaced = map[ast.Expr]replacement{}
	}
	f.replaced[x] = replacement{v, t}
}

// spread is a call f(g()) of a builtin, where g has several results, as a call
// with an argument for each of them. The statement calls g; it is nil for others.
func (f *function) spread(e *ast.CallExpr) (*ast.CallExpr, ops.Stmt) {
	if len(e.Args) != 1 {
		return e, nil
	}
	t, ok := f.typ(e.Args[0]).(*types.Tuple)
	if !ok {
		return e, nil
	}
	exec, temps := f.tuple(e.Args[0])
	flat := *e
	flat.Args = nil
	for i, temp := range temps {
		arg := &ast.Ident{NamePos: e.Args[0].Pos(), Name: "_"}
		f.replace(arg, ops.Load(temp), t.At(i).Type())
		flat.Args = append(flat.Args, arg)
	}
	return &flat, exec
}

// builtin compiles a call of a builtin function that has a result.
func (f *function) builtin(name string, e *ast.CallExpr) ops.Value {
	if flat, exec := f.spread(e); exec != nil {
		f.replace(flat, ops.Value{}, f.typ(e))
		return f.after(exec, f.builtin(name, flat))
	}
	switch name {
	case "len", "cap":
		return f.length(name, e.Args[0])
	case "append":
		return f.appendCall(e)
	case "copy":
		return f.copyCall(e)
	case "make":
		return f.makeCall(e)
	case "new":
		return f.newCall(e)
	case "complex":
		t := f.typ(e)
		part := types.Typ[types.Float64]
		if f.typeOf(t).Shape == memory.Complex64 {
			part = types.Typ[types.Float32]
		}
		return ops.Complex(f.exprTo(e.Args[0], part), f.exprTo(e.Args[1], part))
	case "real":
		return ops.Real(f.expr(e.Args[0]))
	case "imag":
		return ops.Imag(f.expr(e.Args[0]))
	case "min", "max":
		t := f.typ(e)
		v := f.exprTo(e.Args[0], t)
		for _, x := range e.Args[1:] {
			v = ops.MinMax(name == "min", v, f.exprTo(x, t))
		}
		return v
	case "recover":
		return ops.Make(memory.Iface, func(p memory.Ptr) memory.Interface { return memory.FromAny(run.Recover(p)) })
	}
	return f.unsafeBuiltin(name, e)
}

// builtinStmt compiles a call of a builtin function as a statement.
func (f *function) builtinStmt(name string, e *ast.CallExpr) ops.Stmt {
	if flat, exec := f.spread(e); exec != nil {
		f.replace(flat, ops.Value{}, f.typ(e))
		return ops.Sequence(exec, f.builtinStmt(name, flat))
	}
	switch name {
	case "panic":
		v := ops.Fn[memory.Interface](f.exprTo(e.Args[0], types.NewInterfaceType(nil, nil)))
		pos := e.Pos()
		return func(p memory.Ptr) run.Control {
			x := v(p)
			run.Of(p).Pos = pos
			panic(x.ToAny(false))
		}
	case "print", "println":
		return f.printCall(name, e)
	case "delete":
		u := f.typ(e.Args[0]).Underlying().(*types.Map)
		m := memory.MapOf(f.typeOf(u))
		return ops.DeleteInMap(m, f.expr(e.Args[0]), f.exprTo(e.Args[1], u.Key()), f.temp(m.Key).Off)
	case "clear":
		return f.clearCall(e)
	case "close":
		ch := ops.Fn[memory.Ptr](f.expr(e.Args[0]))
		return func(p memory.Ptr) run.Control { memory.CloseChan(ch(p)); return run.Next }
	}
	return ops.Do(f.builtin(name, e))
}

// length is len or cap.
func (f *function) length(name string, x ast.Expr) ops.Value {
	t := f.typ(x)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return ops.LenString(f.exprTo(x, types.Default(t)))
	case *types.Slice:
		return ops.LenSlice(f.expr(x), name == "cap")
	case *types.Map:
		return ops.LenWord(f.expr(x), memory.MapLen)
	case *types.Chan:
		if name == "cap" {
			return ops.LenWord(f.expr(x), memory.ChanCap)
		}
		return ops.LenWord(f.expr(x), memory.ChanLen)
	case *types.Array:
		return f.after(ops.Do(f.expr(x)), ops.Constant(memory.Int64, u.Len()))
	case *types.Pointer:
		n := u.Elem().Underlying().(*types.Array).Len()
		return f.after(ops.Do(f.expr(x)), ops.Constant(memory.Int64, n))
	}
	panic("compile: len of " + t.String())
}

func (f *function) appendCall(e *ast.CallExpr) ops.Value {
	t := f.typ(e)
	st := t.Underlying().(*types.Slice)
	elem := f.typeOf(st.Elem())
	s := f.exprTo(e.Args[0], t)
	if e.Ellipsis.IsValid() {
		more := e.Args[1]
		if b, ok := f.typ(more).Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
			return ops.AppendString(s, f.exprTo(more, types.Typ[types.String]))
		}
		return ops.AppendSlice(elem, s, f.exprTo(more, t))
	}
	var values []ops.Value
	for _, x := range e.Args[1:] {
		values = append(values, f.exprTo(x, st.Elem()))
	}
	switch len(values) {
	case 0:
		return s
	case 1:
		if elem.Shape != memory.Block {
			return ops.AppendOne(elem, s, values[0])
		}
	}
	return ops.AppendSlice(elem, s, f.sliceOf(st, values))
}

func (f *function) copyCall(e *ast.CallExpr) ops.Value {
	dst := f.expr(e.Args[0])
	elem := f.typeOf(f.typ(e.Args[0]).Underlying().(*types.Slice).Elem())
	if b, ok := f.typ(e.Args[1]).Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
		return ops.CopyString(dst, f.exprTo(e.Args[1], types.Typ[types.String]))
	}
	return ops.CopySlice(elem, dst, f.expr(e.Args[1]))
}

func (f *function) makeCall(e *ast.CallExpr) ops.Value {
	t := f.typ(e)
	var sizes []ops.Value
	for _, x := range e.Args[1:] {
		sizes = append(sizes, ops.Word(f.indexOf(x)))
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return ops.MakeSlice(f.typeOf(u.Elem()), sizes)
	case *types.Map:
		return ops.MakeMap(memory.MapOf(f.typeOf(u)), sizes)
	}
	return ops.MakeChan(f.typeOf(t.Underlying()), sizes)
}

// newCall is new(T) or new(value).
func (f *function) newCall(e *ast.CallExpr) ops.Value {
	elem := f.typ(e).Underlying().(*types.Pointer).Elem()
	t := f.typeOf(elem)
	if f.scope.Info.Types[e.Args[0]].IsType() {
		return ops.Make(memory.Pointer, func(memory.Ptr) memory.Ptr { return t.New() })
	}
	slot := f.temp(pointerType).Off
	fill := ops.Store(ops.Place{Kind: ops.Through, Slot: slot, Type: t}, f.exprTo(e.Args[0], elem))
	return ops.NewVariable(t, slot, fill)
}

func (f *function) clearCall(e *ast.CallExpr) ops.Stmt {
	switch u := f.typ(e.Args[0]).Underlying().(type) {
	case *types.Map:
		m := memory.MapOf(f.typeOf(u))
		mp := ops.Fn[memory.Ptr](f.expr(e.Args[0]))
		return func(p memory.Ptr) run.Control { m.Clear(mp(p)); return run.Next }
	case *types.Slice:
		elem := f.typeOf(u.Elem())
		s := ops.Fn[memory.Slice](f.expr(e.Args[0]))
		return func(p memory.Ptr) run.Control { memory.ClearSlice(elem, s(p)); return run.Next }
	}
	panic("compile: clear of " + f.typ(e.Args[0]).String())
}

func (f *function) printCall(name string, e *ast.CallExpr) ops.Stmt {
	var args []ops.Value
	for _, x := range e.Args {
		t := types.Default(f.typ(x))
		args = append(args, f.exprTo(x, t))
	}
	return ops.Print(name == "println", args)
}

// unsafeBuiltin compiles the functions of package unsafe whose results are no
// constants.
func (f *function) unsafeBuiltin(name string, e *ast.CallExpr) ops.Value {
	switch name {
	case "Add":
		return ops.AddPointer(f.exprTo(e.Args[0], types.Typ[types.UnsafePointer]), ops.Word(f.indexOf(e.Args[1])))
	case "Slice":
		elem := f.typ(e.Args[0]).Underlying().(*types.Pointer).Elem()
		return ops.SliceAt(f.typeOf(elem).Size, f.expr(e.Args[0]), ops.Word(f.indexOf(e.Args[1])))
	case "SliceData":
		return ops.SliceData(f.expr(e.Args[0]))
	case "String":
		return ops.StringAt(f.exprTo(e.Args[0], types.NewPointer(types.Typ[types.Byte])), ops.Word(f.indexOf(e.Args[1])))
	case "StringData":
		return ops.StringData(f.exprTo(e.Args[0], types.Typ[types.String]))
	case "Sizeof":
		return ops.Constant(memory.Uint64, uint64(f.mem(e.Args[0]).Size))
	case "Alignof":
		return ops.Constant(memory.Uint64, uint64(f.mem(e.Args[0]).Align))
	case "Offsetof":
		sel := ast.Unparen(e.Args[0]).(*ast.SelectorExpr)
		t := f.typ(sel.X)
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t = ptr.Elem()
		}
		place, _ := f.path(ops.Place{}, t, f.selection(sel, f.scope.Info.Selections[sel]).index)
		return ops.Constant(memory.Uint64, uint64(place.Off))
	}
	panic("compile: builtin " + name)
}
