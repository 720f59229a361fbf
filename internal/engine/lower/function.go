package lower

import (
	"go/ast"
	"go/types"
	"reflect"

	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/run"
)

var (
	pointerType = memory.TypeOf(reflect.TypeFor[memory.Ptr]())
	boolType    = memory.TypeOf(reflect.TypeFor[bool]())
	intType     = memory.TypeOf(reflect.TypeFor[int]())
	sliceType   = memory.TypeOf(reflect.TypeFor[[]byte]())
)

// function is a function that is being compiled.
type function struct {
	Program
	scope  Scope
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

// result is a result of the function: the variable and its place in the frame.
type result struct {
	place ops.Place // the variable
	typ   types.Type
	named bool
}

// maxInFrame is the size of variables that have memory of their own because they
// would make the frame too big.
const maxInFrame = 16 << 10

func newFunction(p Program, c *run.Code, s Scope, parent *function) *function {
	f := &function{
		Program: p, scope: s, code: c, layout: run.NewLayout(), parent: parent,
		vars: map[types.Object]ops.Place{}, labels: map[types.Object]*label{}, lastLabel: run.FirstLabel,
	}
	if parent != nil {
		f.literals = parent.literals
	} else {
		f.literals = new(int)
	}
	return f
}

// typeOf is a type as memory sees it.
func (f *function) typeOf(t types.Type) *memory.Type { return memory.TypeOf(f.Type(t)) }

// signature makes parameters, results and receiver variables, in the order in
// which the plan of its calls has them. What else the frame holds comes behind.
func (f *function) signature(params, results []*types.Var, recv *types.Var) {
	own := append(append([]*types.Var{}, params...), results...)
	if recv != nil {
		own = append(own, recv)
	}
	places := make([]ops.Place, len(own))
	for i, v := range own {
		t := f.typeOf(f.scope.Env.Subst(v.Type()))
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
	if !f.scope.Boxed[v] {
		f.vars[v] = place
		return
	}
	box := f.box(place.Type)
	f.vars[v] = box
	f.entry = append(f.entry, f.newBox(box), ops.Store(box, ops.Load(place)))
}

func (f *function) result(v *types.Var, place ops.Place) {
	named := v.Name() != "" && v.Name() != "_"
	if v.Name() != "" && f.scope.Boxed[v] {
		box := f.box(place.Type)
		f.entry = append(f.entry, f.newBox(box))
		f.exit = append(f.exit, ops.Store(place, ops.Load(box)))
		place = box
	} else if named || f.code.Defers {
		f.entry = append(f.entry, ops.Zero(place))
	}
	f.vars[v] = place
	f.results = append(f.results, result{place, f.scope.Env.Subst(v.Type()), named})
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
	t := f.typeOf(f.scope.Env.Subst(v.Type()))
	if f.scope.Boxed[v] || t.Size > maxInFrame {
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
	return f.Global(obj.(*types.Var))
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
