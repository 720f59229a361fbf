// Command gen writes what package stdlib holds: tables/ (symbols as Go source),
// data/ (export data and doc comments, zipped), the generated files of shadow/
// (source of generic names) and missing.txt. Run it from anywhere in the module:
//
//	go run ./internal/engine/stdlib/gen
//
// It compiles the standard library for every target once, which takes some
// minutes when Go's cache is empty. The output depends on Go's release, on the
// module's own exports, and on nothing else.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	root, err := moduleRoot()
	if err == nil {
		err = generate(root, filepath.Join(root, "internal", "engine", "stdlib"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// generate writes everything below out, from the module at root.
func generate(root, out string) error {
	set, err := load(root)
	if err != nil {
		return err
	}
	shadows, err := writeShadows(root, filepath.Join(out, "shadow"), set)
	if err != nil {
		return err
	}
	if err := writeTables(filepath.Join(out, "tables"), set); err != nil {
		return err
	}
	if err := writeData(filepath.Join(out, "data"), set); err != nil {
		return err
	}
	return writeMissing(filepath.Join(out, "missing.txt"), set, shadows)
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find module: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

// fresh empties dir of the files that an earlier run generated.
func fresh(dir string, patterns ...string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, pattern := range patterns {
		old, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err
		}
		for _, file := range old {
			if err := os.Remove(file); err != nil {
				return err
			}
		}
	}
	return nil
}
