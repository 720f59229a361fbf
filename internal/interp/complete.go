package interp

import (
	"go/ast"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cosmos72/gomacro/fast"
	"github.com/cosmos72/gomacro/gls"
	"github.com/cosmos72/gomacro/xreflect"

	"github.com/ipyauth/ipyauth/kernel"
)

// The types of completions.
const (
	typeFunction = "function"
	typeMethod   = "method"
	typeField    = "field"
	typeVariable = "variable"
	typeConstant = "constant"
	typeType     = "type"
	typePackage  = "package"
	typeKeyword  = "keyword"
)

// Bounds of what one request may cost.
const (
	maxCompleteCode = 1 << 17
	maxCompletions  = 1000
)

// Complete proposes what may stand at the cursor, which counts code points. It
// compiles the cell up to the cursor and runs nothing of it. It belongs on the
// goroutine that made the interpreter, between cells; elsewhere, and when it
// finds nothing, there are no items.
func (in *interpreter) Complete(code string, cursor int) (c kernel.Completion) {
	at := byteOffset(code, cursor)
	c.Start = utf8.RuneCountInString(code[:at])
	c.End = c.Start
	if gls.GoID() != in.owner || at > maxCompleteCode {
		return c
	}
	in.offerDisplay()
	defer func() {
		if recover() != nil {
			c.Items = nil
		}
	}()
	start, items := in.complete(code[:at])
	c.Start = utf8.RuneCountInString(code[:start])
	c.Items = sorted(items, code[start:at])
	return c
}

// byteOffset is where in code the code point with this number begins.
func byteOffset(code string, cursor int) int {
	for at := range code {
		if cursor <= 0 {
			return at
		}
		cursor--
	}
	return len(code)
}

// sorted are the items that begin with word, in the order of their texts; of
// two with the same text the first one.
func sorted(items []kernel.CompletionItem, word string) []kernel.CompletionItem {
	items = slices.DeleteFunc(items, func(i kernel.CompletionItem) bool { return !strings.HasPrefix(i.Text, word) })
	slices.SortStableFunc(items, func(a, b kernel.CompletionItem) int { return strings.Compare(a.Text, b.Text) })
	items = slices.CompactFunc(items, func(a, b kernel.CompletionItem) bool { return a.Text == b.Text })
	return items[:min(len(items), maxCompletions)]
}

// complete is what may stand at the end of code, in place of what begins at start.
func (in *interpreter) complete(code string) (start int, items []kernel.CompletionItem) {
	if tooNested(code) >= 0 {
		return len(code), nil
	}
	before := lex(code)
	if n := len(before.tokens); n > 0 && before.open {
		if last := before.tokens[n-1]; last.tok == token.STRING && before.importing() {
			return last.offset + 1, importPaths()
		}
		return len(code), nil // in a string or a comment
	}
	word := before.cutWord()
	switch before.last() {
	case token.PERIOD:
		return word, in.completeMember(before)
	case token.FUNC, token.VAR, token.CONST, token.TYPE, token.PACKAGE, token.IMPORT, token.INT, token.FLOAT:
		return word, nil // a name of one's own, or a number
	}
	if word == len(code) && !before.inLiteral() {
		return word, nil // nothing to go by
	}
	items = in.completeField(before)
	in.preview(before, before.end(), "", func(c *fast.Comp, _ *ast.CallExpr) {
		if word < len(code) {
			items = append(items, scopeItems(c)...)
		}
	})
	return word, items
}

// completeMember is what may follow the dot that before ends with.
func (in *interpreter) completeMember(before *code) (items []kernel.CompletionItem) {
	start := before.operand(len(before.tokens) - 1)
	if start < 0 {
		return nil
	}
	from := before.tokens[start].offset
	expr := before.text[from:before.tokens[len(before.tokens)-1].offset]
	in.preview(before, from, expr, func(c *fast.Comp, call *ast.CallExpr) {
		e, t := operandOf(c, call.Args[0])
		if t != nil {
			items = memberItems(c, t, methodsOnly)
		} else if e == nil {
			return
		} else if imp, ok := e.Value.(*fast.Import); ok {
			items = packageItems(imp)
		} else if e.Type != nil && !e.Untyped() {
			items = memberItems(c, e.Type, fieldsAndMethods)
		}
	})
	return items
}

// completeField is the fields of the composite literal that before is in, where
// a key may stand.
func (in *interpreter) completeField(before *code) (items []kernel.CompletionItem) {
	if !before.inLiteral() {
		return nil
	}
	open := before.enclosing(len(before.tokens))
	in.literalType(before, open, 0, func(c *fast.Comp, t xreflect.Type) {
		if t.Kind() == reflect.Struct {
			items = memberItems(c, t, fieldsOnly)
		}
	})
	return items
}

// literalType calls see with the type of the composite literal whose brace is
// token open. Where the type is left out, it is the element type of the literal
// around it.
func (in *interpreter) literalType(before *code, open, depth int, see func(*fast.Comp, xreflect.Type)) {
	if open <= 0 || depth > 20 {
		return
	}
	switch before.tokens[open-1].tok {
	case token.LBRACE, token.COMMA, token.COLON:
		in.literalType(before, before.enclosing(open), depth+1, func(c *fast.Comp, t xreflect.Type) {
			switch t.Kind() {
			case reflect.Slice, reflect.Array, reflect.Map:
				t = t.Elem()
				if t.Kind() == reflect.Pointer {
					t = t.Elem()
				}
				see(c, t)
			}
		})
		return
	}
	start := before.operand(open)
	if start < 0 {
		return
	}
	from := before.tokens[start].offset
	in.preview(before, from, before.text[from:before.tokens[open].offset]+"{}", func(c *fast.Comp, call *ast.CallExpr) {
		if e := c.Expr1(call.Args[0], nil); e.Type != nil {
			see(c, e.Type)
		}
	})
}
