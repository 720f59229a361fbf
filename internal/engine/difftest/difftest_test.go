package difftest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/difftest"
	"github.com/ipyauth/ipyauth/internal/engine/difftest/diff"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
)

// TestValid type-checks programs, all of which must compile, and counts what
// they use.
func TestValid(t *testing.T) {
	importer, err := gosuite.Importer()
	if err != nil {
		t.Fatal(err)
	}
	const programs = 200
	features := map[string]int{}
	for seed := range uint64(programs) {
		p := difftest.New(seed)
		for f := range p.Features {
			features[f]++
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "p.go", difftest.Batch(p), parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		config := types.Config{Importer: importer}
		if _, err := config.Check("main", fset, []*ast.File{file}, nil); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	names := slices.Sorted(maps.Keys(features))
	if len(names) < 129 {
		t.Errorf("%d features are used, want 129: %q", len(names), names)
	}
	for _, name := range names {
		if features[name] < programs/50 {
			t.Errorf("%s: in %d of %d programs, want %d", name, features[name], programs, programs/50)
		}
	}
}

// TestSame makes each program twice.
func TestSame(t *testing.T) {
	for seed := range uint64(20) {
		if difftest.New(seed).Code != difftest.New(seed).Code {
			t.Errorf("seed %d makes two programs", seed)
		}
	}
	if difftest.New(1).Code == difftest.New(2).Code {
		t.Error("two seeds make the same program")
	}
}

// TestDeterministic runs a batch compiled with optimization and without: they
// order what the language leaves open in different ways. As a control, + is made
// - in the second one.
func TestDeterministic(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles programs")
	}
	var batch []difftest.Program
	for seed := range uint64(6) {
		batch = append(batch, difftest.New(1000+seed))
	}
	code := difftest.Batch(batch...)
	optimized, kind, err := diff.Compiled(t.TempDir(), time.Minute)(t.Context(), code)
	if err != nil || kind != "" {
		t.Fatalf("%s, %v\n%s", kind, err, optimized)
	}
	plain, kind, err := diff.Compiled(t.TempDir(), time.Minute, "-gcflags=-N -l")(t.Context(), code)
	if err != nil || kind != "" {
		t.Fatalf("not optimized: %s, %v\n%s", kind, err, plain)
	}
	if optimized != plain {
		t.Error("the programs print something else when they are not optimized")
	}
	if lines := strings.Count(optimized, "\n"); lines < 20*len(batch) {
		t.Errorf("%d programs print %d lines: there is little to compare", len(batch), lines)
	}
	importer, err := gosuite.Importer()
	if err != nil {
		t.Fatal(err)
	}
	changed, n := gosuite.MinusForPlus(code, importer)
	// A loop that counts down has no end: a short time is enough.
	wrong, _, err := diff.Compiled(t.TempDir(), 2*time.Second)(t.Context(), changed)
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 || wrong == optimized {
		t.Errorf("%d sums became differences, and nothing else was printed", n)
	}
}
