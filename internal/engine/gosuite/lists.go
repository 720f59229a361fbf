package gosuite

import (
	_ "embed" // the lists are in files, so that they can be read and counted
	"slices"
	"strings"
)

//go:embed known.txt
var knownRun string

//go:embed known-errors.txt
var knownErrors string

//go:embed excluded.txt
var excluded string

// KnownFailures is the programs of a kind that cannot pass.
func KnownFailures(kind string) (Known, error) {
	if kind == KindErrorcheck {
		return ReadKnown(strings.NewReader(knownErrors))
	}
	return ReadKnown(strings.NewReader(knownRun))
}

// Judgeable leaves out the errorcheck programs that the tests of go/types leave
// out.
func Judgeable(programs []Program) ([]Program, error) {
	list, err := ReadKnown(strings.NewReader(excluded))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(programs), func(p Program) bool { return list[p.Path] != "" }), nil
}
