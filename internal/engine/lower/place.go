package lower

import (
	"go/ast"
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
)

// place is where the variable that e denotes is. Of a value that is no variable it
// is where the value lies for the moment.
func (f *function) place(e ast.Expr) ops.Place {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.place(e.X)
	case *ast.Ident:
		if v, ok := f.scope.Info.ObjectOf(e).(*types.Var); ok {
			return f.variable(v)
		}
	case *ast.SelectorExpr:
		if sel := f.scope.Info.Selections[e]; sel != nil && sel.Kind() == types.FieldVal {
			return f.field(e.X, f.typ(e.X), f.selection(e, sel).Index())
		}
		if v, ok := f.scope.Info.Uses[e.Sel].(*types.Var); ok && !v.IsField() {
			return f.packageVar(v)
		}
	case *ast.IndexExpr:
		return f.element(e)
	case *ast.StarExpr:
		return f.behind(f.expr(e.X), f.mem(e))
	}
	return f.held(f.expr(e), f.mem(e))
}

// behind is the variable that a pointer points to.
func (f *function) behind(ptr ops.Value, t *memory.Type) ops.Place {
	if ptr.Local {
		return ops.Place{Kind: ops.Through, Slot: ptr.Off, Type: t, Nil: true}
	}
	return ops.Place{Kind: ops.Computed, Fn: ops.Fn[memory.Ptr](ptr), Type: t, Nil: true}
}

// held is the place of a value that is no variable: where a block lies, or a
// temporary.
func (f *function) held(v ops.Value, t *memory.Type) ops.Place {
	if v.Shape == memory.Block {
		if v.Local {
			return ops.Place{Kind: ops.InFrame, Off: v.Off, Type: t}
		}
		return ops.Place{Kind: ops.Computed, Fn: ops.Address(v), Type: t}
	}
	temp := f.temp(t)
	store := ops.Store(temp, v)
	return ops.Place{Kind: ops.Computed, Type: t, Fn: func(p memory.Ptr) memory.Ptr {
		store(p)
		return memory.Add(p, temp.Off)
	}}
}

// field is the field of x that the path index leads to, through embedded fields.
func (f *function) field(x ast.Expr, t types.Type, index []int) ops.Place {
	var place ops.Place
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
		place = f.behind(f.expr(x), f.typeOf(t))
	} else {
		place = f.place(x)
	}
	place, _ = f.path(place, t, index)
	return place
}

// path follows a path of fields from a place of type t. The type of what it finds
// comes with it.
func (f *function) path(place ops.Place, t types.Type, index []int) (ops.Place, types.Type) {
	for _, i := range index {
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t = ptr.Elem()
			place = f.behind(ops.Load(place), f.typeOf(t))
		}
		st := t.Underlying().(*types.Struct)
		off := f.Type(t).Field(i).Offset
		t = st.Field(i).Type()
		place = place.Part(off, f.typeOf(t))
	}
	return place, t
}

// selection is a selection with type arguments in place: its operand's type may
// have been a type parameter.
func (f *function) selection(e *ast.SelectorExpr, sel *types.Selection) pathTo {
	recv := f.scope.Env.Subst(sel.Recv())
	if recv == sel.Recv() {
		return pathTo{sel.Obj(), sel.Index(), recv}
	}
	obj, index, _ := types.LookupFieldOrMethod(recv, true, sel.Obj().Pkg(), sel.Obj().Name())
	return pathTo{obj, index, recv}
}

// pathTo is what a selector finds and the path of fields to it.
type pathTo struct {
	obj   types.Object
	index []int
	recv  types.Type
}

// Index is the path, the last element for the field or method itself.
func (s pathTo) Index() []int { return s.index }

// packageVar is a variable of a package: a compiled one or one of cells.
func (f *function) packageVar(v *types.Var) ops.Place {
	if rv := f.CompiledVar(v); rv.IsValid() {
		return ops.Place{Kind: ops.Fixed, Addr: rv.UnsafePointer(), Type: memory.TypeOf(rv.Type().Elem())}
	}
	return f.variable(v)
}

// selector compiles x.y: a field, a method value, or a name of a package.
func (f *function) selector(e *ast.SelectorExpr) ops.Value {
	sel := f.scope.Info.Selections[e]
	if sel == nil {
		switch obj := f.scope.Info.Uses[e.Sel].(type) {
		case *types.Var:
			return ops.Load(f.packageVar(obj))
		default:
			return f.funcValue(e)
		}
	}
	switch sel.Kind() {
	case types.MethodVal:
		return f.methodValue(e, sel)
	case types.MethodExpr:
		return f.methodExpr(e, sel)
	}
	return ops.Load(f.place(e))
}

// element is the element of an array, of a slice, or of an array behind a pointer.
func (f *function) element(e *ast.IndexExpr) ops.Place {
	t := f.typ(e.X)
	elem := f.mem(e)
	switch u := t.Underlying().(type) {
	case *types.Slice:
		s := f.expr(e.X)
		return ops.Place{Kind: ops.Computed, Fn: ops.ElementAddress(s, f.position(e.Index), elem.Size), Type: elem}
	case *types.Pointer:
		if array, ok := u.Elem().Underlying().(*types.Array); ok {
			at := f.behind(f.expr(e.X), f.typeOf(u.Elem())).Address()
			return f.arrayElement(at, e.Index, array.Len(), elem)
		}
	case *types.Array:
		place := f.place(e.X)
		if n, ok := ops.ConstInt(f.position(e.Index)); ok && n < u.Len() {
			return place.Part(uintptr(n)*elem.Size, elem)
		}
		return f.arrayElement(place.Address(), e.Index, u.Len(), elem)
	}
	return f.held(f.expr(e), elem)
}

func (f *function) arrayElement(at func(p memory.Ptr) memory.Ptr, index ast.Expr, n int64, elem *memory.Type) ops.Place {
	return ops.Place{Kind: ops.Computed, Fn: ops.ArrayAddress(at, f.position(index), int(n), elem.Size), Type: elem}
}

// position is an index in 64 bits.
func (f *function) position(e ast.Expr) ops.Value { return ops.Word(f.indexOf(e)) }

// indexOf compiles an index, a length or a bound: an integer of any type.
func (f *function) indexOf(e ast.Expr) ops.Value {
	if tv := f.scope.Info.Types[e]; tv.Value != nil {
		return f.constant(tv.Value, types.Typ[types.Int])
	}
	return f.expr(e)
}

// index compiles x[i]: an element, or an instance of a generic function.
func (f *function) index(e *ast.IndexExpr) ops.Value {
	if _, ok := f.scope.Info.TypeOf(e.X).Underlying().(*types.Signature); ok {
		return f.funcValue(e)
	}
	t := f.typ(e.X)
	switch u := t.Underlying().(type) {
	case *types.Basic: // a string
		s := f.exprTo(e.X, types.Default(t))
		return ops.IndexString(s, f.position(e.Index))
	case *types.Slice:
		elem := f.typeOf(u.Elem())
		return ops.Index(elem.Shape, f.expr(e.X), f.position(e.Index), elem.Size)
	case *types.Map:
		temp := f.temp(f.typeOf(u.Elem()))
		find := f.find(e, u, temp, nil)
		return f.after(find, ops.Load(temp))
	}
	return ops.Load(f.element(e))
}

// after is v, computed after a statement ran.
func (f *function) after(s ops.Stmt, v ops.Value) ops.Value { return ops.After(s, v) }

// find looks up a map: the element comes to dst, whether there is one to ok, if
// that is not nil.
func (f *function) find(e *ast.IndexExpr, u *types.Map, dst ops.Place, ok *ops.Place) ops.Stmt {
	m := memory.MapOf(f.typeOf(u))
	mp := f.expr(e.X)
	key := f.exprTo(e.Index, u.Key())
	okAt := ops.NoPlace
	if ok != nil {
		okAt = ok.Off
	}
	return ops.FindInMap(m, mp, key, f.temp(m.Key).Off, dst.Off, okAt)
}

func (f *function) slice(e *ast.SliceExpr) ops.Value {
	var b ops.Bounds
	bound := func(x ast.Expr) *ops.Value {
		if x == nil {
			return nil
		}
		v := ops.Word(f.indexOf(x))
		return &v
	}
	t := f.typ(e.X)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		s := f.exprTo(e.X, types.Default(t))
		b = ops.Bounds{Low: bound(e.Low), High: bound(e.High)}
		return ops.SliceString(s, b)
	case *types.Slice:
		s := f.expr(e.X)
		b = ops.Bounds{Low: bound(e.Low), High: bound(e.High), Max: bound(e.Max)}
		return ops.SliceSlice(s, b, f.typeOf(u.Elem()).Size)
	case *types.Pointer:
		array := u.Elem().Underlying().(*types.Array)
		a := f.behind(f.expr(e.X), f.typeOf(u.Elem())).Address()
		b = ops.Bounds{Low: bound(e.Low), High: bound(e.High), Max: bound(e.Max)}
		return ops.SliceArray(a, b, int(array.Len()), f.typeOf(array.Elem()).Size)
	case *types.Array:
		a := f.place(e.X).Address()
		b = ops.Bounds{Low: bound(e.Low), High: bound(e.High), Max: bound(e.Max)}
		return ops.SliceArray(a, b, int(u.Len()), f.typeOf(u.Elem()).Size)
	}
	panic("compile: slice of " + t.String())
}
