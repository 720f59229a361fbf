// Command gen writes two files of internal/interp: symbols_gen.go, what cells
// see of this module's packages, and stdlib_gen.go, what the standard library
// has that gophernotes' table lacks. Run it from anywhere in the module:
//
//	go run ./internal/interp/gen
//
// The output depends on nothing but what the packages export, and, for the
// standard library, on Go's version, which stdlib_gen.go names.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// What is generated, from the module's root.
var (
	symbolsFile = filepath.Join("internal", "interp", "symbols_gen.go")
	stdlibFile  = filepath.Join("internal", "interp", "stdlib_gen.go")
)

func run() error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	source, err := generate(root, exposed)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, symbolsFile), source, 0o644); err != nil {
		return err
	}
	if source, err = generateStdlib(root); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, stdlibFile), source, 0o644)
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find module: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}
