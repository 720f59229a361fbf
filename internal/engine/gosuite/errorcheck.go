package gosuite

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite/child"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite/process"
)

// RunErrorcheck runs programs that must not compile. A program passes when the
// engine reports an error at every line at which go/types reports one, and at
// no line that the program does not mark. Of a program that does not parse only
// the first error counts: the later ones are the parser's guesses.
func (s *Suite) RunErrorcheck(ctx context.Context, programs []Program, importer types.Importer) (Table, error) {
	return s.each(ctx, programs, func(ctx context.Context, p Program) (string, error) {
		file, err := s.write(p.Path, p.Text)
		if err != nil {
			return "", err
		}
		command := process.Command{
			Args:    slices.Concat(s.Child, []string{"-errors", "-memory", strconv.Itoa(s.Memory), file}),
			Folder:  s.Root,
			Timeout: s.Timeout,
			Merged:  true,
		}
		got, err := command.Run(ctx)
		if err != nil {
			return "", err
		}
		switch {
		case got.TimedOut:
			return "no end in time", nil
		case got.Status != child.StatusPassed && got.Status != child.StatusRefused:
			return failure(got), nil
		}
		expected, parses := Expected(p.Path, p.Text, importer)
		lines := reported(got.Stdout)
		if !parses {
			lines = lines.first()
		}
		return JudgeErrors(Marked(p.Text), expected, lines), nil
	})
}

// Lines is the errors of a file by their lines.
type Lines map[int]string

// first keeps the first line.
func (l Lines) first() Lines {
	if len(l) < 2 {
		return l
	}
	n := slices.Min(slices.Collect(maps.Keys(l)))
	return Lines{n: l[n]}
}

// JudgeErrors compares what was reported with the marks and with go/types.
func JudgeErrors(marked map[int]bool, expected, reported Lines) string {
	for _, n := range slices.Sorted(maps.Keys(reported)) {
		if !marked[n] {
			return fmt.Sprintf("line %d is not marked: %s", n, reported[n])
		}
	}
	for _, n := range slices.Sorted(maps.Keys(expected)) {
		if _, ok := reported[n]; !ok {
			return fmt.Sprintf("line %d is not reported: %s", n, expected[n])
		}
	}
	return ""
}

// reported reads what the child prints, LINE:COLUMN: TEXT a line.
func reported(output string) Lines {
	lines := Lines{}
	for line := range strings.Lines(output) {
		number, rest, _ := strings.Cut(line, ":")
		_, text, ok := strings.Cut(rest, ": ")
		if n, err := strconv.Atoi(number); err == nil && ok && strings.TrimSpace(text) != noBody {
			lines[n] = strings.TrimSpace(text)
		}
	}
	return lines
}

// mark is how a program marks a line that must have an error; four slashes
// turn a mark off.
var mark = regexp.MustCompile(`// (GC_)?ERROR(AUTO)? `)

// Marked is the lines that a program marks.
func Marked(text string) map[int]bool {
	marked := map[int]bool{}
	for i, line := range strings.Split(text, "\n") {
		if mark.MatchString(line) && !strings.Contains(line, "////") {
			marked[i+1] = true
		}
	}
	return marked
}

// Expected is what go/types reports with the settings of cells: all errors, but
// not that a variable or an import is unused. Of a program that does not parse
// it is the first error.
func Expected(name, text string, importer types.Importer) (lines Lines, parses bool) {
	lines = Lines{}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path.Base(name), text, parser.AllErrors|parser.SkipObjectResolution)
	if list, ok := errors.AsType[scanner.ErrorList](err); ok {
		list.Sort()
		return Lines{list[0].Pos.Line: list[0].Msg}, false
	}
	config := types.Config{Importer: importer, Error: func(err error) {
		e, ok := errors.AsType[types.Error](err)
		if !ok || unused.MatchString(e.Msg) || strings.HasPrefix(e.Msg, "\t") { // a further line of the error before
			return
		}
		lines[fset.PositionFor(e.Pos, false).Line] = e.Msg
	}}
	_, _ = config.Check(file.Name.Name, fset, []*ast.File{file}, nil) // its errors came one by one
	return lines, true
}

// unused is the errors that cells do not have. A label is not among them.
var unused = regexp.MustCompile(`^declared and not used: |^\S+ declared and not used$|^"[^"]*" imported( as \S+)? and not used`)

// noBody is what the engine says of a function without a body. The go command
// does too, but Go's tests run the compiler alone, which leaves that to it.
const noBody = "missing function body"
