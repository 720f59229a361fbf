package kernel

import (
	"context"

	"github.com/ipyauth/ipyauth/kernel/display"
)

// Interpreter runs the cells. All calls of Execute come from the goroutine that
// ran NewInterpreter, one at a time.
type Interpreter interface {
	// Language describes what it runs; called once, after NewInterpreter.
	Language() Language
	// Execute runs one cell. The result is what to show as the cell's value,
	// nil for nothing. An error that is a [*CellError] is shown as it says,
	// any other as its text. A panic is caught and shown like an error.
	Execute(c Cell) (*display.Data, error)
	// Interrupt makes Execute return soon, where it can: with an error when it
	// stopped something. It is called on any goroutine while Execute runs, and
	// more than once when the user is impatient, and must not wait for
	// Execute. The context of the cell has been cancelled before.
	Interrupt()
}

// Cell is one execute_request, as the interpreter sees it.
type Cell struct {
	Code string
	// Count is the number in front of the cell, for file names in errors. It
	// does not grow with cells that leave no trace (store_history false).
	Count int
	// Silent cells show neither input nor result.
	Silent bool
	// Context ends when the user interrupts (its cause is then
	// cell.ErrInterrupted), when the kernel shuts down, and when Execute
	// returns. It is what cell.Context gives to libraries.
	Context context.Context
}

// CellError says how a failed cell is shown.
type CellError struct {
	Name    string // the kind of error, "ename" in the specification
	Message string // one sentence
	// Traceback is what the notebook prints, line by line, with ANSI colours
	// if wanted. nil prints Name and Message.
	Traceback []string
}

// Error is the message.
func (e *CellError) Error() string { return e.Message }

// Completer is an [Interpreter] that proposes what may stand at the cursor.
// Complete is called on the goroutine that runs cells, between cells; while one
// runs, the kernel answers that there is nothing to propose. The cursor counts
// code points, and is never outside the code.
type Completer interface {
	Complete(code string, cursor int) Completion
}

// Completion is what may replace the code points from Start to End.
type Completion struct {
	Start, End int
	Items      []CompletionItem
}

// CompletionItem is one proposal.
type CompletionItem struct {
	Text string
	// Type is function, method, field, variable, constant, type, package,
	// keyword or path; front ends show it beside the text. "" is not shown.
	Type string
	// Signature is shown beside a function, "" is not.
	Signature string
}

// Inspector is an [Interpreter] that tells about the name at the cursor, which
// counts as in [Completer]; detail 1 asks for more than detail 0. Inspect is
// called on the goroutine that runs cells, between cells.
//
// A cell that is a name and a question mark asks too, as in IPython: the answer
// then comes up in the pager.
type Inspector interface {
	Inspect(code string, cursor, detail int) (data *display.Data, found bool)
}

// Checker is an [Interpreter] that tells whether code can run as it is: status
// is complete, incomplete, invalid or unknown, and indent what the next line of
// incomplete code begins with. IsComplete is called on any goroutine, while
// cells run too, so that it looks at nothing but the code.
type Checker interface {
	IsComplete(code string) (status, indent string)
}

// Language is the language_info of kernel_info_reply, and what goes with it.
type Language struct {
	Name              string // go
	Version           string
	MIMEType          string // text/x-go
	FileExtension     string // .go
	PygmentsLexer     string // "" where it is Name
	CodeMirrorMode    string // "" where it is Name
	NBConvertExporter string
	Banner            string // what a console prints first
	HelpLinks         []HelpLink
}

// HelpLink is an entry of the front end's Help menu.
type HelpLink struct{ Text, URL string }
