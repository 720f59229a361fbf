package interp

import (
	"go/ast"
	"maps"
	"reflect"

	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/xreflect"
)

// markName is the builtin that stands for the cursor. It is a name that Go
// allows, for the parser, and that nobody writes.
const markName = "\u01c3cursor"

// mark is what the compiler does when it meets the cursor.
type mark struct {
	see     func(*fast.Comp, *ast.CallExpr)
	reached bool
}

// markReached ends a preview.
type markReached struct{}

// compileMark compiles the builtin: it shows the scope of the cursor.
func (in *interpreter) compileMark(c *fast.Comp, _ fast.Symbol, call *ast.CallExpr) *fast.Call {
	if m := in.cursor; m != nil && !m.reached {
		m.reached = true
		m.see(c, call)
	}
	panic(markReached{})
}

// preview compiles a cell as it would be with a call of the mark at offset,
// and expr as its argument; see gets the scope there and the call. Of what is
// compiled nothing is run, and nothing of it is left. When the cell cannot be
// compiled up to the cursor, its statement is left out.
func (in *interpreter) preview(before *code, offset int, expr string, see func(*fast.Comp, *ast.CallExpr)) {
	m := &mark{see: see}
	in.cursor = m
	defer func() { in.cursor = nil }()
	call := markName + "(" + expr + ")"
	in.previewCell(m, before.text[:offset]+" "+call+before.closers(offset))
	if !m.reached {
		start := before.statement(offset)
		in.previewCell(m, before.text[:start]+"\n"+call)
	}
	if !m.reached {
		in.previewCell(m, call)
	}
}

// previewCell compiles text until the mark is reached.
func (in *interpreter) previewCell(m *mark, text string) {
	x := &execution{source: &source{text: text, base: in.sources.next}}
	c := in.comp
	binds, types, slots := c.Binds, c.Types, in.mark()
	c.Binds, c.Types = maps.Clone(binds), maps.Clone(types)
	defer func() {
		recover()
		c.Binds, c.Types = binds, types
		in.resetTo(slots)
		in.resetRun()
	}()
	nodes, specs := splitImports(in.parse(x))
	in.previewImports(specs)
	nodes = previewDeclarations(c, nodes)
	for len(nodes) > 0 && !m.reached {
		n := max(declarations(nodes), 1)
		in.previewStep(x, nodes[:n])
		if n > 1 && !m.reached {
			// One of them does not compile: the others may.
			for _, node := range nodes[:n] {
				in.previewStep(x, []ast.Node{node})
			}
		}
		nodes = nodes[n:]
	}
}

// previewStep compiles one step, whether it succeeds or not.
func (in *interpreter) previewStep(x *execution, nodes []ast.Node) {
	defer func() {
		recover()
		in.comp.Code.Clear()
	}()
	for _, node := range nodes {
		rewriteCalls(node)
	}
	in.compileStep(x, &step{nodes: nodes})
}

// previewImports binds the packages of the table. The values that a dot import
// copies are left alone: their slots may hold the cells' own variables.
func (in *interpreter) previewImports(specs []importSpec) {
	for _, s := range specs {
		if s.name != "_" && available(s.path) {
			in.comp.ImportPackagesOrError(map[string]fast.PackageName{s.path: fast.PackageName(s.name)})
			in.comp.Code.Clear()
		}
	}
}

// previewDeclarations leaves out declarations that would change types there
// are: gomacro changes them in place, and what the cells before made of them
// would change with them.
func previewDeclarations(c *fast.Comp, nodes []ast.Node) (kept []ast.Node) {
	for _, node := range nodes {
		switch n := node.(type) {
		case *ast.GenDecl:
			specs := n.Specs[:0:0]
			for _, spec := range n.Specs {
				if s, ok := spec.(*ast.TypeSpec); !ok || c.Types[s.Name.Name] == nil {
					specs = append(specs, spec)
				}
			}
			if len(specs) == 0 {
				continue
			}
			n.Specs = specs
		case *ast.FuncDecl:
			if n.Recv != nil && receives(c, n.Recv) {
				methodAsFunc(n)
			}
		}
		kept = append(kept, node)
	}
	return kept
}

// operandOf compiles an expression or a type, nil and nil where Go allows
// neither in front of a dot. gomacro takes the first of several values, and says
// so on the standard output: such calls are found before it does.
func operandOf(c *fast.Comp, x ast.Expr) (*fast.Expr, xreflect.Type) {
	for inner := x; inner != nil; {
		switch n := inner.(type) {
		case *ast.ParenExpr:
			inner = n.X
		case *ast.SelectorExpr:
			inner = n.X
		case *ast.IndexExpr:
			inner = n.X
		case *ast.SliceExpr:
			inner = n.X
		case *ast.StarExpr:
			inner = n.X
		case *ast.TypeAssertExpr:
			inner = n.X
		case *ast.CallExpr:
			if e, _ := operandOf(c, n.Fun); e != nil && e.Type != nil && e.Type.Kind() == reflect.Func && e.Type.NumOut() != 1 {
				return nil, nil
			}
			inner = nil
		default:
			inner = nil
		}
	}
	return c.Expr1OrType(x)
}

// receives reports whether the receiver's type is there already.
func receives(c *fast.Comp, recv *ast.FieldList) bool {
	if len(recv.List) != 1 {
		return false
	}
	t := recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	name, ok := t.(*ast.Ident)
	return ok && c.TryResolveType(name.Name) != nil
}

// methodAsFunc makes a function of a method, with the receiver as its first
// parameter: the same names mean the same in its body.
func methodAsFunc(f *ast.FuncDecl) {
	params := f.Type.Params
	f.Type.Params = &ast.FieldList{Opening: params.Opening, List: append(f.Recv.List[:1:1], params.List...), Closing: params.Closing}
	f.Recv = nil
	f.Name = &ast.Ident{NamePos: f.Name.NamePos, Name: "_"}
}
