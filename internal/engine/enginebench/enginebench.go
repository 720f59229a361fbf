// Package enginebench measures the engine: the same programs with the engine, with
// gomacro, and compiled into this package.
//
//	rows, err := enginebench.Measure(3)
//	enginebench.Print(os.Stdout, rows)
package enginebench

import (
	"context"
	_ "embed"
	"fmt"
	"reflect"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine"
	"github.com/ipyauth/ipyauth/internal/interp"
	"github.com/ipyauth/ipyauth/kernel"
)

// program is a function that is measured.
type program struct {
	name     string
	n        int // how much it has to do
	small    int // enough to see whether it is right
	compiled func(n int) int
	// most is how much of gomacro's time the engine may take, 0 for no bound.
	most float64
}

var programs = []program{
	{"fib", 30, 15, fib, 0.6},
	{"loop", 10_000_000, 1000, loop, 0.6},
	{"sieve", 1_000_000, 1000, sieve, 1},
	{"steps", 1_000_000, 5000, steps, 0.2},
	{"toUpper", 100_000, 100, toUpper, 0},
	{"sprint", 100_000, 100, sprint, 0},
	{"sortInts", 100_000, 1000, sortInts, 0},
	{"appendInts", 1_000_000, 1000, appendInts, 0},
	{"build", 200_000, 100, build, 0},
	{"closures", 1_000_000, 1000, closures, 0},
	{"methods", 1_000_000, 1000, methods, 0},
	{"compiledMethods", 200_000, 100, compiledMethods, 0},
	{"pingPong", 50_000, 100, pingPong, 0},
	{"start", 20_000, 100, start, 0},
	{"matrix", 120, 10, matrix, 0},
	{"words", 20_000, 10, words, 0},
	{"operators", 100_000, 1000, operators, 0},
}

//go:embed programs.go
var programsText string

// imports and declarations are the two cells that programs.go becomes.
func cells() (imports, declarations string) {
	_, text, _ := strings.Cut(programsText, "import (")
	list, rest, _ := strings.Cut(text, ")\n")
	return "import (" + list + ")", rest
}

// cell is a session that runs cells and returns what the last expression is.
type cell interface {
	run(code string) (any, error)
}

// engineCell is the engine.
type engineCell struct{ session *engine.Session }

func (c engineCell) run(code string) (any, error) {
	r, err := c.session.Run(context.Background(), "cell", code)
	if err != nil || len(r.Values) == 0 {
		return nil, err
	}
	return first(r.Values), nil
}

func first(values []reflect.Value) any { return values[0].Interface() }

// gomacroCell is gomacro. It wants to be used by one goroutine only.
type gomacroCell struct{ in kernel.Interpreter }

func (c gomacroCell) run(code string) (any, error) {
	data, err := c.in.Execute(kernel.Cell{Code: code, Count: 1})
	if err != nil || data == nil {
		return nil, err
	}
	return data.Data["text/plain"], nil
}

// newEngine and newGomacro are sessions that know the programs.
func newEngine() (cell, error) { return prepared(engineCell{engine.NewSession()}) }

func newGomacro() (cell, error) {
	in, err := interp.New(interp.Options{})
	if err != nil {
		return nil, err
	}
	return prepared(gomacroCell{in})
}

func prepared(c cell) (cell, error) {
	imports, declarations := cells()
	for _, code := range []string{imports, declarations} {
		if _, err := c.run(code); err != nil {
			return nil, fmt.Errorf("prepare programs: %w", err)
		}
	}
	return c, nil
}

// call is the cell that runs a program.
func (p program) call(n int) string { return fmt.Sprintf("%s(%d)", p.name, n) }
