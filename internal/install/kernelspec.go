package install

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// KernelName is the kernelspec's folder, and what notebooks call the kernel.
const KernelName = "ipyauth"

// kernelspec is kernel.json (jupyter_client, "Making kernels for Jupyter", Kernel specs).
type kernelspec struct {
	Argv          []string       `json:"argv"`
	DisplayName   string         `json:"display_name"`
	Language      string         `json:"language"`
	InterruptMode string         `json:"interrupt_mode"`
	Metadata      map[string]any `json:"metadata"`
}

//go:embed logo-svg.svg
var logo []byte

// specFile is one file of the kernelspec's folder.
type specFile struct {
	name string
	data []byte
}

// kernelspecFiles are the files for a kernel started by binary, with the engine that Target names;
// kernel.json, which makes the folder a kernelspec, comes last.
func kernelspecFiles(binary, engine string) ([]specFile, error) {
	argv := []string{binary, "kernel", "{connection_file}"}
	if engine != "" {
		argv = slices.Insert(argv, 2, "--engine", engine)
	}
	var spec bytes.Buffer
	e := json.NewEncoder(&spec)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err := e.Encode(kernelspec{
		Argv:        argv,
		DisplayName: "Go (ipyauth)",
		Language:    "go",
		// By message, not by signal: it works on every system and reaches only this kernel.
		InterruptMode: "message",
		Metadata:      map[string]any{"debugger": false},
	})
	if err != nil {
		return nil, fmt.Errorf("kernelspec: %w", err)
	}
	return []specFile{{"logo-svg.svg", logo}, {"kernel.json", spec.Bytes()}}, nil
}

// installKernelspec writes the kernelspec below the Jupyter data folder, file by file and only where
// something differs.
func (s System) installKernelspec(data, engine string) error {
	dir := filepath.Join(data, "kernels", KernelName)
	files, err := kernelspecFiles(s.Binary, engine)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return kernelspecError(dir, err)
	}
	changed := 0
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, f.data) {
			continue
		}
		if err := writeFile(path, f.data); err != nil {
			return kernelspecError(dir, err)
		}
		changed++
	}
	if changed == 0 {
		s.Progress("kernelspec: already up to date in %s", dir)
	} else {
		s.Progress("kernelspec: written to %s", dir)
	}
	return nil
}

// removeKernelspec removes the files installKernelspec writes, and their folder when nothing else is
// in it. kernel.json goes first: from then on the folder is no kernelspec.
func (s System) removeKernelspec(data string) error {
	dir := filepath.Join(data, "kernels", KernelName)
	files, err := kernelspecFiles(s.Binary, "")
	if err != nil {
		return err
	}
	for i := len(files) - 1; i >= 0; i-- {
		err := os.Remove(filepath.Join(dir, files[i].name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return kernelspecError(dir, err)
		}
	}
	rest, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.Progress("kernelspec: not installed in %s", dir)
		return nil
	case len(rest) > 0:
		s.Progress("kernelspec: left %s, which has files that ipyauth did not write", dir)
		return nil
	}
	if err := os.Remove(dir); err != nil {
		return kernelspecError(dir, err)
	}
	s.Progress("kernelspec: removed from %s", dir)
	return nil
}

func kernelspecError(dir string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return &Error{
			Message: fmt.Sprintf("no right to write the kernelspec to %s", dir),
			Hint:    "use --user, or --prefix with a folder of your own",
			Err:     ErrNotWritable,
		}
	}
	return fmt.Errorf("kernelspec: %w", err)
}

// writeFile replaces path as a whole: whoever reads it sees the old or the new content.
func writeFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
