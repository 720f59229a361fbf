// Package compile turns checked cells into what runs them.
//
// A [Program] is what the cells of a session have compiled so far. [Program.Unit]
// takes a checked cell and returns what runs it; functions are compiled when they
// are first called, generic ones once for each set of type arguments. How one
// function becomes closures over its frame is up to package lower.
package compile

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"
	"sync"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/escape"
	"github.com/ipyauth/ipyauth/internal/engine/generics"
	"github.com/ipyauth/ipyauth/internal/engine/lower"
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/ops"
	"github.com/ipyauth/ipyauth/internal/engine/rtype"
	"github.com/ipyauth/ipyauth/internal/engine/run"
	"github.com/ipyauth/ipyauth/internal/engine/typemap"
)

// Library is the compiled code that cells may use.
type Library interface {
	// Func is the function path.name, the zero Value when there is none.
	Func(path, name string) reflect.Value
	// Method is what is called in place of a method of a compiled type, with the
	// receiver first; the zero Value for the method itself.
	Method(recv reflect.Type, name string) reflect.Value
	// Guards reports whether Method replaces methods of that name.
	Guards(method string) bool
	// Var is a pointer to the variable path.name.
	Var(path, name string) reflect.Value
	// Type is the compiled type of a named type, nil when it has none.
	Type(t *types.Named) reflect.Type
	// Instance is the compiled instance of a generic function.
	Instance(fn *types.Func, args []types.Type) reflect.Value
	// Generic are the functions of a package's generic names, checked from source;
	// nil when the package has none.
	Generic(path string) (*check.Unit, error)
}

// Program is the compiled code of a session. Its methods may be called from any
// goroutine.
type Program struct {
	lib   Library
	types *typemap.Map

	mu      sync.Mutex // guards what follows, and compiling
	globals map[*types.Var]ops.Place
	funcs   map[*types.Func]*declared
	shadows map[string]*shadow
	natives map[reflect.Type]*run.Code
	methods map[methodKey]*run.Code
	notes   sync.Map // funcs of compiled packages whose types were noted
}

// declared is a function or method that cells declared, and what it was compiled
// to. When a later cell declares it again it gets another content: callers that are
// compiled later find it under the object that they know.
type declared struct {
	fn        *check.Func    // nil as long as the function waits
	waiting   *check.Waiting // what it waits for
	info      *types.Info
	boxed     map[types.Object]bool
	instances map[string]*instance
}

// instance is a function with type arguments, none for one that is not generic.
type instance struct {
	function *run.Function
	args     []types.Type
}

// New is a program without functions.
func New(lib Library) *Program {
	p := &Program{
		lib:     lib,
		globals: map[*types.Var]ops.Place{},
		funcs:   map[*types.Func]*declared{},
		shadows: map[string]*shadow{},
		natives: map[reflect.Type]*run.Code{},
		methods: map[methodKey]*run.Code{},
	}
	p.types = typemap.New(typemap.Hooks{Compiled: lib.Type, Generic: p.genericType, Method: p.methodBody})
	return p
}

// methodBody is the body of a method of a type that cells declared. It is compiled
// when it is first called.
func (p *Program) methodBody(recv *types.Named, sel *types.Selection) rtype.Body {
	return &run.Method{Find: sync.OnceValue(func() *run.Function {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.methodFor(sel)
	})}
}

// Type is the reflect type of t.
func (p *Program) Type(t types.Type) reflect.Type { return p.types.Of(t) }

// typeOf is the type as memory sees it.
func (p *Program) typeOf(t types.Type) *memory.Type { return memory.TypeOf(p.types.Of(t)) }

// global is the variable of obj, made when it is first asked for.
func (p *Program) global(obj *types.Var) ops.Place {
	place, ok := p.globals[obj]
	if !ok {
		t := p.typeOf(obj.Type())
		place = ops.Place{Kind: ops.Fixed, Addr: t.New(), Type: t}
		p.globals[obj] = place
	}
	return place
}

// Value is the variable of obj as reflection sees it.
func (p *Program) Value(obj *types.Var) (reflect.Value, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	place, ok := p.globals[obj]
	if !ok {
		return reflect.Value{}, false
	}
	return place.Type.Value(place.Addr), true
}

// declare makes the functions of a unit known. One that replaces another takes its
// place, so that callers of the earlier one call it.
func (p *Program) declare(u *check.Unit) {
	for _, fn := range u.Funcs {
		d := p.funcs[fn.Replaces]
		if d == nil {
			d = p.funcs[fn.Obj] // it waited for names
		}
		if d == nil {
			d = &declared{instances: map[string]*instance{}}
		}
		d.fn, d.info, d.boxed = fn, u.Info, nil
		p.funcs[fn.Obj] = d
		p.renew(d)
	}
	for _, w := range u.Waiting {
		p.funcs[w.Func] = &declared{waiting: &w, instances: map[string]*instance{}}
	}
}

// renew has what was compiled of d compiled anew at the next call.
func (p *Program) renew(d *declared) {
	for _, i := range d.instances {
		i.function.Set(p.code(d, i.args))
	}
}

// instance is the function d with type arguments.
func (p *Program) instance(d *declared, args []types.Type) *run.Function {
	var key strings.Builder
	for _, t := range args {
		fmt.Fprintf(&key, "%x,", memory.TypeOf(p.types.Of(t)).Raw())
	}
	i := d.instances[key.String()]
	if i == nil {
		i = &instance{new(run.Function), args}
		d.instances[key.String()] = i
		i.function.Set(p.code(d, args))
	}
	return i.function
}

// code is the code of d, which is compiled at its first call.
func (p *Program) code(d *declared, args []types.Type) *run.Code {
	if d.fn == nil {
		return p.waitingCode(d.waiting)
	}
	e := generics.New(d.fn.TypeParams, args)
	sig := p.signatureOf(d.fn, e)
	now := *d // d may be declared again before the code is needed
	return run.NewCode(p.funcName(d.fn), sig, func(c *run.Code) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.compileFunc(c, &now, e)
	})
}

// compileFunc compiles the body of a declared function.
func (p *Program) compileFunc(c *run.Code, d *declared, e *generics.Env) {
	if d.boxed == nil {
		d.boxed = escape.Boxed(d.fn.Decl, d.info)
	}
	lower.Function(names{p}, c, lower.Scope{Info: d.info, Env: e, Boxed: d.boxed}, d.fn)
}

// waitingCode is code of a function that cannot run yet: it says what it waits for.
func (p *Program) waitingCode(w *check.Waiting) *run.Code {
	sig := w.Func.Signature()
	var recv types.Type
	if sig.Recv() != nil {
		recv = sig.Recv().Type()
	}
	plan := p.signature(tupleTypes(sig.Params()), tupleTypes(sig.Results()), recv, sig.Variadic())
	return failing(w.Func.Name(), plan, fmt.Errorf("call %s: no cell has declared %s yet", w.Func.Name(), strings.Join(w.Names, ", ")))
}

// failing is code that panics with an error.
func failing(name string, plan *run.Signature, err error) *run.Code {
	return run.NewCode(name, plan, func(c *run.Code) {
		c.Frame = plan.Layout().Finish(run.HeaderSize)
		c.Body = func(memory.Ptr) run.Control { panic(err) }
	})
}

// funcName is what tracebacks call a function.
func (p *Program) funcName(fn *check.Func) string {
	pkg := "main"
	if fn.Obj.Pkg() != nil {
		pkg = fn.Obj.Pkg().Name()
	}
	if fn.Recv == nil {
		return pkg + "." + fn.Obj.Name()
	}
	t, star := fn.Recv.Type(), ""
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t, star = ptr.Elem(), "*"
	}
	name := "?"
	if n, ok := types.Unalias(t).(*types.Named); ok {
		name = n.Obj().Name()
	}
	if star != "" {
		return pkg + ".(*" + name + ")." + fn.Obj.Name()
	}
	return pkg + "." + name + "." + fn.Obj.Name()
}
