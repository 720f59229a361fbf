package lower

import (
	"go/ast"
	"go/constant"
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
	if tv := f.scope.Info.Types[x]; tv.Value != nil {
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
	toMem := f.typeOf(to)
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

// constant is a constant as a value of type t.
func (f *function) constant(v constant.Value, t types.Type) ops.Value {
	if types.IsInterface(t) {
		t := types.Default(constantType(v))
		return ops.Box(f.typeOf(t), f.constant(v, t), f.typeOf(t).Raw())
	}
	mt := f.typeOf(types.Default(t))
	c := constantOf(v, mt.Shape)
	if mt.Shape == memory.Pointer { // an unsafe.Pointer or uintptr of a constant
		n, _ := constant.Uint64Val(constant.ToInt(v))
		c = memory.FromWord(n)
	}
	return ops.Constant(mt.Shape, c)
}

func constantType(v constant.Value) types.Type {
	switch v.Kind() {
	case constant.Bool:
		return types.Typ[types.UntypedBool]
	case constant.String:
		return types.Typ[types.UntypedString]
	case constant.Float:
		return types.Typ[types.UntypedFloat]
	case constant.Complex:
		return types.Typ[types.UntypedComplex]
	}
	return types.Typ[types.UntypedInt]
}

// constantOf is a constant as the Go type of a shape.
func constantOf(v constant.Value, shape memory.Shape) any {
	switch shape {
	case memory.Bool:
		return constant.BoolVal(v)
	case memory.String:
		return constant.StringVal(v)
	case memory.Float32:
		x, _ := constant.Float32Val(constant.ToFloat(v))
		return x
	case memory.Float64:
		x, _ := constant.Float64Val(constant.ToFloat(v))
		return x
	case memory.Complex64:
		re, _ := constant.Float32Val(constant.Real(v))
		im, _ := constant.Float32Val(constant.Imag(v))
		return complex(re, im)
	case memory.Complex128:
		re, _ := constant.Float64Val(constant.Real(v))
		im, _ := constant.Float64Val(constant.Imag(v))
		return complex(re, im)
	}
	return integerOf(constant.ToInt(v), shape)
}

func integerOf(v constant.Value, shape memory.Shape) any {
	n, _ := constant.Int64Val(v)
	u, exact := constant.Uint64Val(v)
	if !exact {
		u = uint64(n)
	}
	switch shape {
	case memory.Int8:
		return int8(n)
	case memory.Int16:
		return int16(n)
	case memory.Int32:
		return int32(n)
	case memory.Int64:
		return n
	case memory.Uint8:
		return uint8(u)
	case memory.Uint16:
		return uint16(u)
	case memory.Uint32:
		return uint32(u)
	case memory.Uint64:
		return u
	}
	return nil
}
