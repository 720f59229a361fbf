// Package source takes the text of a notebook's cells apart.
//
// A cell is a mixture that no Go parser reads: command lines, imports,
// declarations and statements in any order. [Sources.Parse] sorts it into the
// text of one Go file and parses that; [Sources.Position] says which cell, line
// and column a position of the syntax tree means.
package source

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// Cell is a parsed cell.
type Cell struct {
	Name     string // what errors call it: cell 3
	Text     string
	Commands []Command
	// Fset is a file set of its own. The cell's file begins where that of the
	// cell before ended, so that a position alone says which cell it is in;
	// another file stands for all earlier cells.
	Fset *token.FileSet
	// File has the imports, the declarations and, last, Body. The order of its
	// positions is not that of the cell: compare what Offset says.
	File *ast.File
	// Body is the function around the cell's statements, nil when it has none.
	// The variables that a cell with statements declares are among them, those
	// of a cell without are declarations.
	Body *ast.FuncDecl
	// Program reports that the cell is a whole program: it has a package clause
	// and a function main.
	Program bool

	layout *layout
	base   int
}

// Offset is where in the cell's text pos is, -1 for a position elsewhere.
func (c *Cell) Offset(pos token.Pos) int {
	at := int(pos) - c.base
	if at < 0 || at > len(c.layout.text) {
		return -1
	}
	return c.layout.offset(at)
}

// Error is what is wrong with a cell, and where.
type Error struct {
	Pos token.Pos
	Msg string
}

// Error is the message, without the position.
func (e Error) Error() string { return e.Msg }

// EarlierCells is the name of the file in a cell's file set that stands for the
// cells before.
const EarlierCells = "earlier cells"

// maxErrors is how many errors of a cell are told.
const maxErrors = 10

const parseMode = parser.SkipObjectResolution | parser.ParseComments

// Parse parses a cell. name is what errors call it. The cell is nil when there
// are errors; they are sorted by their position, 10 at most.
func (s *Sources) Parse(name, code string) (*Cell, []Error) {
	c := &Cell{Name: name, Text: code}
	commands, rest := splitCommands(code)
	c.Commands = commands
	pieces, open, faults := pieces(rest)
	c.layout = arrange(rest, pieces)
	c.base = s.add(name, code, c.layout)
	if len(faults) == 0 {
		c.Fset, c.File, faults = parse(rest, pieces, open, c.base)
	}
	if len(faults) > 0 {
		s.flatten(c.base)
		return nil, c.errors(faults, cmp.Or(s.MaxErrors, maxErrors))
	}
	c.nameLines()
	if c.layout.statements {
		c.Body = c.File.Decls[len(c.File.Decls)-1].(*ast.FuncDecl)
	}
	c.Program = c.layout.clause && slices.ContainsFunc(c.File.Decls, isMain)
	return c, nil
}

func isMain(d ast.Decl) bool {
	f, ok := d.(*ast.FuncDecl)
	return ok && f.Recv == nil && f.Name.Name == "main"
}

// nameLines makes the file set tell the cell's lines, for messages of the type
// checker that name a place.
func (c *Cell) nameLines() {
	file := c.Fset.File(c.File.Package)
	for _, s := range c.layout.segments {
		p := placeIn(c.Text, s.from)
		file.AddLineColumnInfo(s.at, c.Name, p.Line, p.Column)
	}
}

// errors are faults as the session tells them.
func (c *Cell) errors(faults []fault, most int) []Error {
	faults = faults[:min(len(faults), most)]
	errs := make([]Error, len(faults))
	for i, f := range faults {
		errs[i] = Error{token.Pos(c.base + f.offset), Hint(lineAt(c.Text, f.offset), f.msg)}
	}
	return errs
}

// Hint is what is wrong with a line, with a word for those who take ! for the sign
// of a command.
func Hint(line, msg string) string {
	if command, ok := strings.CutPrefix(strings.TrimSpace(line), "!"); ok {
		return msg + ": a program is run by $" + strings.TrimSpace(command) + " before the code"
	}
	return msg
}

// fault is a syntax error at an offset of the cell.
type fault struct {
	offset int
	msg    string
}

// pieces cuts code without commands into pieces. open: the last one has a
// bracket without its end.
func pieces(code string) (pieces []piece, open bool, faults []fault) {
	if at := tooNested(code); at >= 0 {
		return nil, false, []fault{{at, "this nests too deep"}}
	}
	return split(code)
}

// parse parses code that is cut into pieces. The positions begin at base. Code
// with an open bracket is not parsed as a whole: what the layout adds behind it
// would be taken for its content.
func parse(code string, pieces []piece, open bool, base int) (*token.FileSet, *ast.File, []fault) {
	if open {
		faults := faultsOf(code, pieces)
		if len(faults) == 0 { // in the package clause, which is not parsed
			faults = []fault{{pieces[len(pieces)-1].tail, "expected closing bracket, found the end of the cell"}}
		}
		return nil, nil, faults
	}
	set := token.NewFileSet()
	// The type checker looks up the files of earlier positions, too.
	set.AddFile(EarlierCells, 1, base-2)
	l := arrange(code, pieces)
	file, err := parser.ParseFile(set, "", l.text, parseMode)
	if err == nil {
		return set, file, nil
	}
	faults := faultsOf(code, pieces)
	if len(faults) == 0 {
		faults = []fault{l.fault(err)}
	}
	return nil, nil, faults
}

// faultsOf parses each piece by itself and tells its first fault: the parser's
// next ones are mostly due to it.
func faultsOf(code string, pieces []piece) []fault {
	var faults []fault
	for i := range pieces {
		l := arrange(code, pieces[i:i+1])
		if _, err := parser.ParseFile(token.NewFileSet(), "", l.text, parseMode); err != nil {
			faults = append(faults, l.fault(err))
		}
		if len(faults) == maxErrors {
			break
		}
	}
	return faults
}
