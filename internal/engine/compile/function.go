package compile

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strconv"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/native"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

var (
	pointerType   = memory.TypeOf(reflect.TypeFor[memory.Ptr]())
	boolType      = memory.TypeOf(reflect.TypeFor[bool]())
	intType       = memory.TypeOf(reflect.TypeFor[int]())
	stringType    = memory.TypeOf(reflect.TypeFor[string]())
	anyType       = memory.TypeOf(reflect.TypeFor[any]())
	errorType     = memory.TypeOf(reflect.TypeFor[error]())
	sliceType     = memory.TypeOf(reflect.TypeFor[[]byte]())
	interfaceType = types.NewInterfaceType(nil, nil)
)

// function is a function that is being compiled.
type function struct {
	*Program
	scope  scope
	code   *run.Code
	layout *memory.Layout
	parent *function // around a function literal

	vars     map[types.Object]ops.Place
	captured []types.Object // variables of parent that the literal uses

	results   []result
	entry     []ops.Stmt // what runs before the body
	exit      []ops.Stmt // what moves boxed results to their places
	labels    map[types.Object]*label
	targets   []leavable // where break and continue go to, the innermost last
	lastLabel run.Control
	literals  *int // function literals so far, for their names
	// replaced are expressions that have a value already: the arguments of a
	// builtin that is called later.
	replaced map[ast.Expr]replacement
}

// replacement is the value that stands for an expression, and its type.
type replacement struct {
	value ops.Value
	typ   types.Type
}

// scope is what the identifiers of a function mean.
type scope struct {
	info  *types.Info
	pkg   *types.Package
	env   *env
	boxed map[types.Object]bool
}

// result is a result of the function: the variable and its place in the frame.
type result struct {
	place ops.Place // the variable
	typ   types.Type
	named bool
}

// maxInFrame is the size of variables that have memory of their own because they
// would make the frame too big.
const maxInFrame = 16 << 10

func (p *Program) newFunction(c *run.Code, s scope, parent *function) *function {
	f := &function{
		Program: p, scope: s, code: c, layout: newLayout(), parent: parent,
		vars: map[types.Object]ops.Place{}, labels: map[types.Object]*label{}, lastLabel: run.FirstLabel,
	}
	if parent != nil {
		f.literals = parent.literals
	} else {
		f.literals = new(int)
	}
	return f
}

// compileFunc compiles the body of a declared function.
func (p *Program) compileFunc(c *run.Code, d *declared, e *env) {
	if d.boxed == nil {
		d.boxed = findBoxed(d.fn.Decl, d.info)
	}
	f := p.newFunction(c, scope{d.info, d.pkg, e, d.boxed}, nil)
	c.Defers = hasDefer(d.fn.Decl.Body)
	f.signature(d.fn.Params, d.fn.Results, d.fn.Recv)
	f.finish(f.block(d.fn.Decl.Body.List))
}

// signature makes parameters, results and receiver variables, in the order in
// which Program.signature placed them. What else the frame holds comes behind.
func (f *function) signature(params, results []*types.Var, recv *types.Var) {
	own := append(append([]*types.Var{}, params...), results...)
	if recv != nil {
		own = append(own, recv)
	}
	places := make([]ops.Place, len(own))
	for i, v := range own {
		t := f.typeOf(f.scope.env.subst(v.Type()))
		places[i] = ops.Place{Kind: ops.InFrame, Off: f.layout.Place(t), Type: t}
	}
	for i, v := range own {
		if i >= len(params) && i < len(params)+len(results) {
			f.result(v, places[i])
		} else {
			f.parameter(v, places[i])
		}
	}
}

func (f *function) parameter(v *types.Var, place ops.Place) {
	if !f.scope.boxed[v] {
		f.vars[v] = place
		return
	}
	box := f.box(place.Type)
	f.vars[v] = box
	f.entry = append(f.entry, f.newBox(box), ops.Store(box, ops.Load(place)))
}

func (f *function) result(v *types.Var, place ops.Place) {
	named := v.Name() != "" && v.Name() != "_"
	if v.Name() != "" && f.scope.boxed[v] {
		box := f.box(place.Type)
		f.entry = append(f.entry, f.newBox(box))
		f.exit = append(f.exit, ops.Store(place, ops.Load(box)))
		place = box
	} else if named || f.code.Defers {
		f.entry = append(f.entry, ops.Zero(place))
	}
	f.vars[v] = place
	f.results = append(f.results, result{place, f.scope.env.subst(v.Type()), named})
}

// box is the place of a variable with memory of its own, whose address the frame
// keeps.
func (f *function) box(t *memory.Type) ops.Place {
	return ops.Place{Kind: ops.Through, Slot: f.layout.Place(pointerType), Type: t}
}

// newBox makes the memory of such a variable.
func (f *function) newBox(box ops.Place) ops.Stmt {
	t, slot := box.Type, box.Slot
	return func(p memory.Ptr) run.Control {
		*memory.At[memory.Ptr](p, slot) = t.New()
		return run.Next
	}
}

// temp is a place in the frame for a value of type t.
func (f *function) temp(t *memory.Type) ops.Place {
	return ops.Place{Kind: ops.InFrame, Off: f.layout.Place(t), Type: t}
}

// declare makes a variable. The statement that declare returns gives it memory
// each time it runs, nil where the frame is its memory; it does not make it zero
// when it lies in the frame.
func (f *function) declare(v *types.Var) (ops.Place, ops.Stmt) {
	t := f.typeOf(f.scope.env.subst(v.Type()))
	if f.scope.boxed[v] || t.Size > maxInFrame {
		box := f.box(t)
		f.vars[v] = box
		return box, f.newBox(box)
	}
	place := f.temp(t)
	f.vars[v] = place
	return place, nil
}

// finish makes the frame and the body of the code.
func (f *function) finish(body ops.Stmt) {
	c := f.code
	if len(f.entry) > 0 {
		body = ops.Sequence(append(f.entry, body)...)
	}
	c.Body = body
	if len(f.exit) > 0 {
		exit := ops.Sequence(f.exit...)
		c.Epilogue = func(p memory.Ptr) { exit(p) }
	}
	c.Frame = f.layout.Finish(run.HeaderSize)
}

// variable is where the variable obj is, in the frame of f.
func (f *function) variable(obj types.Object) ops.Place {
	if place, ok := f.vars[obj]; ok {
		return place
	}
	if f.parent != nil {
		if outer := f.parent.lookup(obj); outer != nil {
			place := ops.Place{Kind: ops.Captured, Slot: uintptr(len(f.captured)), Type: outer.Type}
			f.captured = append(f.captured, obj)
			f.vars[obj] = place
			return place
		}
	}
	g := f.global(obj.(*types.Var))
	return ops.Place{Kind: ops.Fixed, Addr: g.addr, Type: g.typ}
}

// lookup is the place of a variable of f or of what is around it, nil for globals.
func (f *function) lookup(obj types.Object) *ops.Place {
	if place, ok := f.vars[obj]; ok {
		return &place
	}
	if f.parent == nil || f.parent.lookup(obj) == nil {
		return nil
	}
	place := f.variable(obj)
	return &place
}

// literal is a function literal: a new closure each time it is computed.
func (f *function) literal(lit *ast.FuncLit) ops.Value {
	sig := f.typ(lit).Underlying().(*types.Signature)
	*f.literals++
	code := run.NewCode(f.code.Name+".func"+strconv.Itoa(*f.literals), f.funcSignature(sig), func(*run.Code) {})
	inner := f.newFunction(code, f.scope, f)
	code.Defers = hasDefer(lit.Body)
	inner.signature(fieldVars(f.scope.info, lit.Type.Params), fieldVars(f.scope.info, lit.Type.Results), nil)
	inner.finish(inner.block(lit.Body.List))
	return f.closure(f.typeOf(f.typ(lit)), code, inner.captured)
}

// closure makes function values of code with the variables that it captured.
func (f *function) closure(t *memory.Type, code *run.Code, captured []types.Object) ops.Value {
	if len(captured) == 0 {
		word := newClosure(t.Reflect, &run.Closure{Code: code})
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
		return newClosure(t.Reflect, &run.Closure{Code: code, Vars: memory.AddressOf(&vars[0])})
	})
}

func newClosure(t reflect.Type, c *run.Closure) memory.Ptr { return native.NewClosure(t, c) }

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

// hasDefer reports whether a function has defer statements of its own.
func hasDefer(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			found = true
		}
		return !found
	})
	return found
}
