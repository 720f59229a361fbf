package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
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

// The same for the standard library, whose API changes with Go's version: with
// another one than the file was generated with there is nothing to compare.
func TestStdlibIsUpToDate(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join(root, stdlibFile))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(have), "\n")
	if stamp := " with " + goVersion() + ". "; !strings.Contains(first, stamp) {
		t.Skipf("this is %s, and %s says %q: go generate ./internal/interp with %[1]s", goVersion(), stdlibFile, first)
	}
	want, err := generateStdlib(root)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("%s is not up to date: go run ./internal/interp/gen", stdlibFile)
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
