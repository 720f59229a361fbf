package interp

import (
	"context"
	"go/ast"
	"go/token"
	"strings"
	"sync/atomic"

	"github.com/cosmos72/gomacro/ast2"
	"github.com/cosmos72/gomacro/base"
	gomacro "github.com/cosmos72/gomacro/base/reflect"
	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/go/parser"
	"github.com/cosmos72/gomacro/xreflect"

	"github.com/ipyauth/ipyauth/kernel/display"
)

// execution is one run of a cell.
type execution struct {
	source      *source
	ctx         context.Context // ends on interrupt and with the cell
	cancel      context.CancelCauseFunc
	interrupted atomic.Bool

	running bool      // false while parsing and compiling
	at      token.Pos // the statement that runs
	undo    undo
}

// step is a piece of a cell that runs on its own: a statement, or declarations
// that stand together.
type step struct {
	nodes []ast.Node
	eval  func(*fast.Env) (xreflect.Value, []xreflect.Value) // nil: nothing to run
	expr  *fast.Expr

	// What to take back when it fails: its part of the undo list, its slots.
	undone, undoneAfter int
	slots               slots
}

// execute parses, imports, compiles and runs.
func (in *interpreter) execute(x *execution) (data *display.Data, err error) {
	defer func() {
		if p := recover(); p != nil {
			data, err = nil, in.failure(x, p)
		}
	}()
	nodes := in.parse(x)
	nodes, specs := splitImports(nodes)
	if strings.Contains(x.source.text, "display") {
		in.offerDisplay()
	}
	in.importAll(specs)
	for _, node := range nodes {
		rewriteCalls(node)
		checkDepth(node)
	}
	steps := in.compile(x, nodes)
	values, types := in.runSteps(x, steps)
	if len(values) == 0 || printed(in.comp, steps[len(steps)-1].nodes, values) {
		return nil, nil
	}
	return in.shown(values, types), nil
}

// parse sets up gomacro to name this cell in its errors and parses it. The set
// of files is new each time: gomacro would keep every cell's line table.
func (in *interpreter) parse(x *execution) []ast.Node {
	if at := tooNested(x.source.text); at >= 0 {
		panic(compileError{token.Pos(x.source.base + 1 + at), "this nests too deep for the interpreter"})
	}
	g := in.comp.CompGlobals
	g.Fileset = x.source.fileSet()
	g.Filepath = x.source.name()
	g.Line = 0
	g.Pos = token.NoPos
	var p parser.Parser
	p.Configure(in.dialect.mode, in.dialect.macro)
	p.Init(g.Fileset, g.Filepath, 0, []byte(x.source.text))
	nodes, err := p.Parse()
	if err != nil {
		panic(err)
	}
	return nodes
}

// compile compiles the cell. When that fails, every name is bound to what it
// was bound to before.
func (in *interpreter) compile(x *execution, nodes []ast.Node) (steps []*step) {
	mark := in.mark()
	defer func() {
		if p := recover(); p != nil {
			msg := in.clearer(p, x, steps)
			x.undo.revert(in.comp, 0)
			in.resetTo(mark)
			panic(msg)
		}
	}()
	for len(nodes) > 0 {
		n := declarations(nodes)
		s := &step{nodes: nodes[:max(n, 1)], undone: len(x.undo), slots: in.mark()}
		nodes = nodes[len(s.nodes):]
		steps = append(steps, s)
		in.compileStep(x, s)
	}
	return steps
}

// declarations is how many declarations nodes begins with.
func declarations(nodes []ast.Node) int {
	for i, node := range nodes {
		if _, ok := node.(ast.Decl); !ok {
			return i
		}
	}
	return len(nodes)
}

// compileStep compiles one step. Of declarations that stand together, types
// come first; then functions and methods are announced, so that each may call
// every other; the order of the rest is gomacro's, by dependency.
func (in *interpreter) compileStep(x *execution, s *step) {
	for _, node := range s.nodes {
		x.undo.note(in.comp, node)
	}
	s.undoneAfter = len(x.undo)
	rest := s.nodes
	if len(rest) > 1 {
		var types []ast.Node
		types, rest = splitTypes(rest)
		if len(types) > 0 {
			in.ir.CompileAst(ast2.NodeSlice{X: types})
			in.comp.Code.Clear()
		}
		in.announce(rest)
	}
	if len(rest) == 0 {
		return
	}
	if len(rest) == 1 {
		s.expr = in.ir.CompileNode(rest[0])
	} else {
		s.expr = in.ir.CompileAst(ast2.NodeSlice{X: rest})
	}
	if s.expr != nil {
		s.eval = s.expr.AsXV(fast.COptKeepUntyped)
	}
}

func splitTypes(nodes []ast.Node) (types, rest []ast.Node) {
	for _, node := range nodes {
		if d, ok := node.(*ast.GenDecl); ok && (d.Tok == token.TYPE || d.Tok == token.CONST) {
			types = append(types, node)
		} else {
			rest = append(rest, node)
		}
	}
	return types, rest
}

// announce declares the names and types of functions and methods.
func (in *interpreter) announce(nodes []ast.Node) {
	for _, node := range nodes {
		f, ok := node.(*ast.FuncDecl)
		if !ok {
			continue
		}
		in.comp.Pos = f.Pos()
		if f.Recv == nil {
			t, _, _ := in.comp.TypeFunction(f.Type)
			in.comp.NewFuncBind(f.Name.Name, t)
		} else if len(f.Recv.List) == 1 {
			t, _, _ := in.comp.TypeFunctionOrMethod(f.Recv.List[0], f.Type)
			receiver := t.In(0)
			if receiver.Kind() == xreflect.Ptr && !receiver.Named() {
				receiver = receiver.Elem()
			}
			receiver.AddMethod(f.Name.Name, t)
		}
	}
}

// runSteps runs what was compiled and returns the values of the last step. When
// a step panics, what it and later steps would have declared is undone.
func (in *interpreter) runSteps(x *execution, steps []*step) (values []xreflect.Value, types []xreflect.Type) {
	var current *step
	defer func() {
		if p := recover(); p != nil {
			x.undo.revertRun(in, in.ir.PrepareEnv(), current)
			panic(p)
		}
	}()
	x.running = true
	for i, s := range steps {
		current = s
		x.at = s.nodes[0].Pos()
		if s.eval == nil {
			continue
		}
		v, vs := in.eval(x, s)
		if _, ok := s.nodes[0].(ast.Expr); ok && i == len(steps)-1 {
			values = gomacro.PackValues(v, vs)
			types = gomacro.PackTypes(s.expr.Type, s.expr.Types)
		}
	}
	return values, types
}

// eval is gomacro's Interp.RunExpr, with a look at the interrupt between
// PrepareEnv, which forgets a pending one, and the run.
func (in *interpreter) eval(x *execution, s *step) (xreflect.Value, []xreflect.Value) {
	env := in.ir.PrepareEnv()
	if x.interrupted.Load() {
		panic(base.SigInterrupt)
	}
	in.run.CurrEnv = env
	return s.eval(env)
}
