package difftest_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/difftest"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
)

func TestValid(t *testing.T) {
	imp, err := gosuite.Importer()
	if err != nil {
		t.Fatal(err)
	}
	bad, size := 0, 0
	features := map[string]int{}
	for seed := range uint64(1000) {
		p := difftest.New(seed)
		code := difftest.Batch(p)
		size += len(p.Code)
		for f := range p.Features {
			features[f]++
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "p.go", code, parser.SkipObjectResolution)
		if err == nil {
			c := types.Config{Importer: imp}
			_, err = c.Check("main", fset, []*ast.File{file}, nil)
		}
		if err != nil {
			bad++
			if bad < 12 {
				t.Errorf("seed %d: %v", seed, err)
				os.WriteFile(fmt.Sprintf("/tmp/dt_%d.go", seed), []byte(code), 0o644)
			}
		}
	}
	fmt.Println("bad", bad, "size", size/1000)
}
