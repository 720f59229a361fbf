// Package things exports one of each kind.
package things

import (
	"io"
	"time"
)

const (
	Word       = "a \"word\""
	Small      = 3
	Large      = 1 << 70
	Half       = 0.5
	Letter     = 'x'
	Yes        = true
	Typed  Day = 2
	hidden     = 1
)

var Variable = hidden

type (
	Day    int
	Struct struct {
		Field int // Field has a comment
	}
	Alias       = Struct
	List[T any] struct{ items []T }
	IntList     = List[int]
)

// Function is documented.
//
// seed: a line for another tool
func Function(int) string { return "" }

func Generic[T any](x T) T                { return x }
func (d Day) String() string              { return "" }
func unexported(s Struct, l List[string]) {}

// Doer can be implemented by cells.
type Doer interface {
	Wait(d time.Duration) error
	Do(w io.Writer, words ...string) (n int, err error)
	Done()
}

// Cells cannot implement Sealed and Leaky, need no help for Empty, and cannot
// use Constraint at all.
type (
	Constraint interface{ ~int | ~string }
	Sealed     interface {
		Do()
		sealed()
	}
	Leaky interface{ Do(secret) }
	Empty interface{}
)

type secret struct{}
