package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

// writeData writes the zips of export data and of doc comments, and the Go files
// that embed for each target what it needs.
func writeData(dir string, s *set) error {
	if err := fresh(dir, "*.zip", "*_gen.go"); err != nil {
		return err
	}
	zips := map[string]map[string][]byte{} // group, path
	for _, path := range s.paths {
		if err := s.export(path, zips); err != nil {
			return err
		}
	}
	for name, files := range zips {
		if err := writeZip(filepath.Join(dir, name+".zip"), files); err != nil {
			return err
		}
	}
	docs, err := s.docs()
	if err != nil {
		return err
	}
	if err := writeZip(filepath.Join(dir, "docs.zip"), docs); err != nil {
		return err
	}
	for _, t := range targets {
		if err := writeEmbed(dir, t, zips); err != nil {
			return err
		}
	}
	return nil
}

// export adds a package's export data to the zips of the groups that share it.
// Positions are left out: they name files of the machine that generates.
func (s *set) export(path string, zips map[string]map[string][]byte) error {
	same := map[string][]target{}
	for _, t := range s.on(path) {
		var b bytes.Buffer
		if err := gcexportdata.Write(&b, nil, s.loaded[t][path]); err != nil {
			return fmt.Errorf("write export data of %s for %s: %w", path, t, err)
		}
		same[b.String()] = append(same[b.String()], t)
	}
	for data, have := range same {
		for _, g := range split(have) {
			if zips[g.name] == nil {
				zips[g.name] = map[string][]byte{}
			}
			zips[g.name][path] = []byte(data)
		}
	}
	return nil
}

// writeZip writes files in the order of their names, without times.
func writeZip(name string, files map[string][]byte) error {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, file := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(file)
		if err == nil {
			_, err = w.Write(files[file])
		}
		if err != nil {
			return fmt.Errorf("zip %s: %w", file, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("zip %s: %w", name, err)
	}
	return os.WriteFile(name, b.Bytes(), 0o644)
}

func writeEmbed(dir string, t target, zips map[string]map[string][]byte) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s//go:build %s && %s\n\npackage data\n\nimport _ \"embed\"\n\n", header, t.os, t.arch)
	var names []string
	for _, g := range t.groups() {
		if zips[g.name] != nil {
			fmt.Fprintf(&b, "//go:embed %s.zip\nvar %s string\n\n", g.name, g.camel())
			names = append(names, g.camel())
		}
	}
	fmt.Fprintf(&b, "// Exports are the zips of export data by import path, for this target.\nfunc Exports() []string { return []string{%s} }\n", strings.Join(names, ", "))
	return writeGo(filepath.Join(dir, "embed_"+t.String()+"_gen.go"), b.Bytes())
}
