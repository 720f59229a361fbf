package compile

import (
	"go/ast"
	"go/types"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
)

// conversion compiles T(x).
func (f *function) conversion(x ast.Expr, to types.Type) ops.Value {
	if f.isNil(x) {
		return ops.ZeroValue(f.typeOf(to))
	}
	from := f.typ(x)
	if types.IsInterface(to) {
		return f.exprTo(x, to)
	}
	if tv := f.scope.info.Types[x]; tv.Value != nil {
		if v, ok := f.constantConversion(x, tv, to); ok {
			return v
		}
	}
	from = types.Default(from)
	return f.convert(f.exprTo(x, from), from, to)
}

// constantConversion converts a constant that the type checker left alone, because
// the type was a type parameter.
func (f *function) constantConversion(x ast.Expr, tv types.TypeAndValue, to types.Type) (ops.Value, bool) {
	fromString, toString := isString(f.typ(x)), isString(to)
	if _, basic := to.Underlying().(*types.Basic); !basic || fromString != toString {
		return ops.Value{}, false
	}
	return f.constant(tv.Value, to), true
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// convert converts a value between types that are no interfaces, or the first one.
func (f *function) convert(v ops.Value, from, to types.Type) ops.Value {
	fromMem, toMem := f.typeOf(from), f.typeOf(to)
	switch u := to.Underlying().(type) {
	case *types.Basic:
		return convertToBasic(v, from, u, toMem)
	case *types.Slice:
		if isString(from) {
			if f.typeOf(u.Elem()).Shape == memory.Uint8 {
				return ops.BytesOf(v)
			}
			return ops.RunesOf(v)
		}
	case *types.Array:
		if _, ok := from.Underlying().(*types.Slice); ok {
			return ops.SliceToArray(v, int(u.Len()), false)
		}
	case *types.Pointer:
		if _, ok := from.Underlying().(*types.Slice); ok {
			n := u.Elem().Underlying().(*types.Array).Len()
			return ops.SliceToArray(v, int(n), true)
		}
	}
	_ = fromMem
	return v
}

func convertToBasic(v ops.Value, from types.Type, to *types.Basic, toMem *memory.Type) ops.Value {
	switch {
	case to.Kind() == types.UnsafePointer:
		if v.Shape == memory.Uint64 {
			return ops.WordPointer(v)
		}
		return v
	case to.Info()&types.IsString != 0:
		switch u := from.Underlying().(type) {
		case *types.Slice:
			if b, ok := u.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Byte {
				return ops.StringOfBytes(v)
			}
			return ops.StringOfRunes(v)
		case *types.Basic:
			if u.Info()&types.IsInteger != 0 {
				return ops.RuneString(wide(v, u))
			}
		}
		return v
	case v.Shape == memory.Pointer: // uintptr(unsafe.Pointer)
		return ops.PointerWord(v)
	case to.Info()&types.IsNumeric != 0:
		return ops.Convert(toMem.Shape, v)
	}
	return v
}

// wide is an integer in 64 bits.
func wide(v ops.Value, u *types.Basic) ops.Value {
	if u.Info()&types.IsUnsigned != 0 {
		return ops.Convert(memory.Uint64, v)
	}
	return ops.Convert(memory.Int64, v)
}

// assert compiles x.(T).
func (f *function) assert(e *ast.TypeAssertExpr) ops.Value {
	from, to := f.typ(e.X), f.typ(e)
	v := f.expr(e.X)
	if types.IsInterface(to) {
		return ops.AssertInterface(v, f.typeOf(to), hasMethods(from), hasMethods(to))
	}
	t := f.typeOf(to)
	iface, methods := f.typeOf(from), hasMethods(from)
	return ops.Unbox(t, v, func(i memory.Interface) {
		raw := i.Tab
		if methods {
			raw = memory.TypeInTab(raw)
		}
		if raw != t.Raw() {
			memory.Failed(iface, raw, t)
		}
	})
}

// assertTo compiles v, ok = x.(T) into places of the frame.
func (f *function) assertTo(e *ast.TypeAssertExpr, dst, ok ops.Place, to types.Type) ops.Stmt {
	return f.assertValue(f.expr(e.X), f.typ(e.X), to, dst, ok)
}

func (f *function) assertValue(v ops.Value, from, to types.Type, dst, ok ops.Place) ops.Stmt {
	if types.IsInterface(to) {
		return ops.AssertInterfaceTo(v, f.typeOf(to), hasMethods(from), hasMethods(to), dst.Off, ok.Off)
	}
	t, methods := f.typeOf(to), hasMethods(from)
	return ops.UnboxTo(t, v, dst.Off, ok.Off, func(i memory.Interface) bool {
		if methods {
			return memory.TypeInTab(i.Tab) == t.Raw()
		}
		return i.Tab == t.Raw()
	})
}
