// Package compile turns checked cells into closures over typed frames.
//
// A [Program] is what the cells of a session have compiled so far. [Program.Unit]
// takes a checked cell and returns what runs it; functions are compiled when they
// are first called, generic ones once for each set of type arguments.
package compile

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"
	"sync"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/memory"
	"github.com/ipyauth/ipyauth/internal/engine/rtype"
	"github.com/ipyauth/ipyauth/internal/engine/run"
	"github.com/ipyauth/ipyauth/internal/engine/typemap"
)

// Library is the compiled code that cells may use.
type Library interface {
	// Func is the function path.name, the zero Value when there is none.
	Func(path, name string) reflect.Value
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
	globals map[*types.Var]*global
	funcs   map[*types.Func]*declared
	shadows map[string]*shadow
	natives map[reflect.Type]*run.Code
	methods map[methodKey]*run.Code
	notes   sync.Map // funcs of compiled packages whose types were noted
}

// global is a package-level variable.
type global struct {
	addr memory.Ptr
	typ  *memory.Type
}

// declared is a function or method that cells declared, and what it was compiled to.
type declared struct {
	fn        *check.Func
	info      *types.Info
	pkg       *types.Package
	boxed     map[types.Object]bool
	instances map[string]*run.Function
}

// New is a program without functions.
func New(lib Library) *Program {
	p := &Program{
		lib:     lib,
		globals: map[*types.Var]*global{},
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
func (p *Program) global(obj *types.Var) *global {
	g := p.globals[obj]
	if g == nil {
		t := p.typeOf(obj.Type())
		g = &global{t.New(), t}
		p.globals[obj] = g
	}
	return g
}

// Value is the variable of obj as reflection sees it.
func (p *Program) Value(obj *types.Var) (reflect.Value, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, ok := p.globals[obj]
	if !ok {
		return reflect.Value{}, false
	}
	return g.typ.Value(g.addr), true
}

// declare makes the functions of a unit known.
func (p *Program) declare(u *check.Unit) {
	for _, fn := range u.Funcs {
		d := &declared{fn: fn, info: u.Info, pkg: u.Pkg, instances: map[string]*run.Function{}}
		if fn.Replaces != nil {
			p.replace(fn, d)
		}
		p.funcs[fn.Obj] = d
	}
}

// replace makes callers of an earlier function call the one that was declared again.
func (p *Program) replace(fn *check.Func, d *declared) {
	old := p.funcs[fn.Replaces]
	if old == nil {
		return
	}
	d.instances = old.instances
	if len(fn.TypeParams) > 0 {
		// Instances are compiled anew when they are next called.
		d.instances = map[string]*run.Function{}
	} else if f := old.instances[""]; f != nil {
		f.Set(p.code(d, nil))
	}
	p.funcs[fn.Replaces] = d
}

// instance is the function d with type arguments.
func (p *Program) instance(d *declared, args []types.Type) *run.Function {
	var key strings.Builder
	for _, t := range args {
		fmt.Fprintf(&key, "%x,", memory.TypeOf(p.types.Of(t)).Raw())
	}
	f := d.instances[key.String()]
	if f == nil {
		f = new(run.Function)
		d.instances[key.String()] = f
		f.Set(p.code(d, args))
	}
	return f
}

// code is the code of d, which is compiled at its first call.
func (p *Program) code(d *declared, args []types.Type) *run.Code {
	e := newEnv(d.fn.TypeParams, args)
	sig := p.signatureOf(d.fn, e)
	return run.NewCode(p.funcName(d.fn), sig, func(c *run.Code) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.compileFunc(c, d, e)
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
