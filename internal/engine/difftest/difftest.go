// Package difftest makes Go programs at random: they are valid, end, and print
// the same whenever they run, so that two implementations of Go can be compared
// by what they print. They print a lot on the way, and avoid what the language
// leaves open: the order of variables against calls, of maps, of goroutines, the
// capacity that append chooses, the choice of select.
//
// Start with [New], which makes one program from a seed, and with [Batch], which
// joins many into one file, so that the compiler's start is paid once. Package
// diff runs and compares them.
package difftest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Program is one program: declarations whose names begin with its own prefix,
// and a function without arguments that runs it.
type Program struct {
	Seed  uint64
	Entry string
	Code  string
	// Features counts what the program uses, by names such as "select".
	Features map[string]int
}

// New makes the program of a seed.
func New(seed uint64) Program {
	g := &generator{
		code:     &strings.Builder{},
		random:   rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)),
		prefix:   fmt.Sprintf("p%d", seed),
		features: map[string]int{},
	}
	g.declareTypes()
	g.declareConstants()
	g.declareGlobals()
	for range g.between(2, 5) {
		g.declareFunction()
	}
	if g.chance(50) {
		g.declareRecursive()
	}
	for range g.between(1, 2) {
		g.declareGeneric()
	}
	g.declareEntry()
	return Program{seed, g.prefix, g.code.String(), g.features}
}

// generator writes one program.
type generator struct {
	random   *rand.Rand
	prefix   string
	code     *strings.Builder
	features map[string]int
	names    int // how many names were made
	indent   int

	// What is declared in the package.
	named      []*typ
	interfaces []*typ
	functions  []*function // pure: their result depends on their arguments alone
	generics   []*generic
	globals    []variable

	// What is known in the function that is being written.
	scope    []variable
	counters []counter // closures that change what they captured; called in statements of their own
	times    int       // how often the current statement runs at most
	cost     int       // about how many statements the function runs
	loops    []*loop   // those around the current statement, in the same function
	loud     bool      // the function prints what happens
	results  []*typ    // what return needs; nil in the entry
}

// function is something that can be called in an expression.
type function struct {
	name    string
	params  []*typ
	result  *typ
	cost    int
	varargs bool // the last parameter is variadic: params holds its element type
}

// counter is a closure with a parameter and a result of the same type.
type counter struct {
	name string
	t    *typ
}

// loop is a loop whose label is written when something jumps to it.
type loop struct {
	label string
	used  bool
}

// variable is a name in scope.
type variable struct {
	name  string
	t     *typ
	fixed bool // not to be assigned
}

// maxCost bounds how many statements one function runs, with all it calls.
const maxCost = 4000

func (g *generator) uses(feature string) { g.features[feature]++ }

// below returns a number from 0 to n-1.
func (g *generator) below(n int) int { return g.random.IntN(n) }

func (g *generator) between(low, high int) int { return low + g.below(high-low+1) }

// chance is true in so many of a hundred cases.
func (g *generator) chance(percent int) bool { return g.below(100) < percent }

// name makes a new name, local ones without the program's prefix.
func (g *generator) name(stem string) string {
	g.names++
	return fmt.Sprintf("%s%d", stem, g.names)
}

func (g *generator) global(stem string) string { return g.prefix + "_" + g.name(stem) }

// line writes one line of the program.
func (g *generator) line(format string, args ...any) {
	g.code.WriteString(strings.Repeat("\t", g.indent))
	fmt.Fprintf(g.code, format, args...)
	g.code.WriteByte('\n')
}

// block writes lines that are indented, with what is declared in them unknown
// afterwards.
func (g *generator) block(write func()) {
	scope, counters := len(g.scope), len(g.counters)
	g.indent++
	write()
	g.indent--
	g.scope, g.counters = g.scope[:scope], g.counters[:counters]
}

// pick returns one of the values.
func pick[T any](g *generator, values ...T) T { return values[g.below(len(values))] }

// choose runs one of the options, each as probable as its weight.
func (g *generator) choose(options ...option) {
	total := 0
	for _, o := range options {
		total += o.weight
	}
	n := g.below(total)
	for _, o := range options {
		if n -= o.weight; n < 0 {
			o.write()
			return
		}
	}
}

type option struct {
	weight int
	write  func()
}
