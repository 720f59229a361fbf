// Package assist proposes what may stand at a cursor and describes what stands
// there, by the types that go/types finds in code that is being written.
//
//	a := &assist.Assistant{Session: session}
//	completion := a.Complete(`strings.ToU`, 11)
//	data, found := a.Inspect(`strings.ToUpper(`, 16, 0)
//
// A cell with a cursor is seldom a whole one. Its text is mended, so that the
// parser makes something of every part, and checked as a package of its own in a
// scope that holds what it mentions of the session. The session itself is only
// read, and nothing of the cell runs.
package assist

import (
	"go/types"
	"reflect"
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/internal/engine/check"
	"github.com/ipyauth/ipyauth/internal/engine/stdlib"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// Assistant answers what a front end asks about the code of a session. It is used
// on the goroutine that uses the session.
type Assistant struct {
	Session *check.Session
	// Import finds packages for the type checker. nil is [stdlib.Import].
	Import check.Importer
	// Commands are the lines that begin with %. nil is [DefaultCommands].
	Commands []Command
	// Docs is the doc comment of an object that is neither of a cell nor in
	// package stdlib's data, "" for none. nil knows none.
	Docs func(types.Object) string
	// Value is what a variable of the session holds now; ok is false where that
	// cannot be told. It must run nothing. nil shows no values.
	Value func(*types.Var) (v reflect.Value, ok bool)

	comments comments         // of committed cells
	dots     []*types.Package // that cells imported with a dot
}

// maxCode bounds the code that is looked at, in bytes.
const maxCode = 1 << 17

// Complete proposes what may stand at the cursor, which counts code points.
func (a *Assistant) Complete(code string, cursor int) (c kernel.Completion) {
	at := byteOffset(code, cursor)
	c.Start = utf8.RuneCountInString(code[:at])
	c.End = c.Start
	if at > maxCode {
		return c
	}
	defer recoverFrom(func() { c.Items = nil })
	start, items := a.complete(code, at)
	c.Start = utf8.RuneCountInString(code[:start])
	c.Items = sorted(items, code[start:at])
	return c
}

// Inspect describes the name at the cursor, which counts code points, or else the
// function in whose parentheses the cursor is. With detail above 0 a type comes
// with its methods, and a package with all of its comment.
func (a *Assistant) Inspect(code string, cursor, detail int) (data *display.Data, found bool) {
	at := byteOffset(code, cursor)
	if at > maxCode {
		return nil, false
	}
	defer recoverFrom(func() { data, found = nil, false })
	d := a.inspect(code, at, detail)
	if d.declaration == "" {
		return nil, false
	}
	return d.data(), true
}

// recoverFrom ends a panic: the parser and the type checker are made for code, and
// get text.
func recoverFrom(failed func()) {
	if recover() != nil {
		failed()
	}
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

func (a *Assistant) load(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if a.Import != nil {
		return a.Import(path)
	}
	return stdlib.Import(path)
}
