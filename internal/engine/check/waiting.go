package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// waiter is a function that was kept although it uses names that no cell has
// declared yet.
type waiter struct {
	decl  *ast.FuncDecl
	named *types.Named // of a method, its receiver's type
	names []string
	wrong bool // it has found its names, but what they mean does not fit
}

// functionName is what a function is called in the session: f or T.f.
func functionName(f *ast.FuncDecl) string {
	if f.Recv != nil {
		return receiver(f) + "." + f.Name.Name
	}
	return f.Name.Name
}

// resume adds the functions of earlier cells that wait for a name of this cell,
// when nothing else is missing.
func (k *checking) resume() {
	if len(k.s.waiting) == 0 {
		return
	}
	named := maps.Clone(k.declared)
	if k.cell.Body != nil {
		for _, d := range definitions(k.cell.Body.Body.List) {
			for _, id := range d.names {
				named[id.Name] = id.Pos()
			}
		}
	}
	redeclared := map[string]bool{}
	methods := false
	for _, d := range k.own {
		if f, ok := d.(*ast.FuncDecl); ok {
			redeclared[functionName(f)] = true
			methods = methods || f.Recv != nil
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.s.waiting)) {
		w := k.s.waiting[name]
		if _, ok := named[name]; ok || redeclared[name] || !k.found(w, named, methods) {
			continue
		}
		k.resumed = append(k.resumed, w)
		k.own = append(k.own, w.decl)
		mention(w.decl, k.mentions)
		mention(w.decl.Body, k.inFuncs)
	}
}

// found reports whether w waits for one of the cell's names, or for methods, and
// finds all others.
func (k *checking) found(w *waiter, named map[string]token.Pos, methods bool) bool {
	if w.named != nil && k.typeNamed(receiver(w.decl)) != w.named {
		return false
	}
	now := w.wrong && methods
	for _, name := range w.names {
		if _, ok := named[name]; ok || k.imports[name] != nil || lookupDot(k.dots, name) != nil {
			now = true
			continue
		}
		if k.lookup(name) == nil {
			return false
		}
	}
	return now
}

// leave takes functions of earlier cells out of the check again that have
// errors: they are not this cell's fault. Those that still miss names go on
// waiting, of the others a note says what is wrong.
func (k *checking) leave() (done bool) {
	for _, w := range k.resumed {
		i := slices.IndexFunc(k.errs, func(e types.Error) bool { return contains(w.decl, e.Pos) })
		if i < 0 {
			continue
		}
		if _, undefined := undefinedName(k.errs[i]); !undefined {
			k.notes = append(k.notes, functionName(w.decl)+" cannot run: "+k.explain(k.errs[i]))
			k.broken = append(k.broken, w)
		}
		k.own = slices.DeleteFunc(k.own, func(d ast.Decl) bool { return d == ast.Decl(w.decl) })
		k.methods = slices.DeleteFunc(k.methods, func(m *method) bool { return m.decl == w.decl })
		done = true
	}
	return done
}

// settle looks at what is left of errors. Functions that only miss names wait
// for them, if the cell has only declarations.
func (k *checking) settle() {
	waits := map[*ast.FuncDecl]*waiter{}
	for _, e := range k.errs {
		name, undefined := undefinedName(e)
		f := k.bodyAt(e.Pos)
		if k.s.opts.Strict || !undefined || f == nil || isInit(f) || k.cell.Body != nil {
			return
		}
		if waits[f] == nil {
			waits[f] = &waiter{decl: f}
			k.waits = append(k.waits, waits[f])
		}
		if !slices.Contains(waits[f].names, name) {
			waits[f].names = append(waits[f].names, name)
		}
	}
	k.errs = nil
	k.compareMethods()
	if k.s.opts.Strict {
		k.unusedImports()
	}
}

// undefinedName is the name that e says is not declared.
func undefinedName(e types.Error) (string, bool) {
	name, ok := strings.CutPrefix(e.Msg, "undefined: ")
	return name, ok && token.IsIdentifier(name)
}

func contains(n ast.Node, pos token.Pos) bool { return n.Pos() <= pos && pos < n.End() }

// bodyAt is the function of the cell in whose body pos is.
func (k *checking) bodyAt(pos token.Pos) *ast.FuncDecl {
	for _, d := range k.decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil && contains(f.Body, pos) {
			return f
		}
	}
	return nil
}

// isWaiting reports whether f is not to run yet.
func (k *checking) isWaiting(f *ast.FuncDecl) bool {
	return slices.ContainsFunc(k.waits, func(w *waiter) bool { return w.decl == f })
}
