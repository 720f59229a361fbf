package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// The committed file is what the packages export now, to the byte.
func TestSymbolsAreUpToDate(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate(root, exposed)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join(root, symbolsFile))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("%s is not up to date: go run ./internal/interp/gen", symbolsFile)
	}
}

// The package in testdata exports one of each kind of thing.
func TestGenerate(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	have, err := generate(root, []exposure{{module + "/internal/interp/gen/testdata/things", []string{"things"}}})
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "things.golden")
	if *update {
		if err := os.WriteFile(golden, have, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("got:\n%s", have)
	}
}
