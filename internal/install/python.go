package install

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// Runner runs a program to its end and returns what it printed.
type Runner func(ctx context.Context, name string, args ...string) (stdout, stderr string, err error)

// Exec is the [Runner] that really runs programs, without standard input.
func Exec(ctx context.Context, name string, args ...string) (string, string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	return stdout.String(), stderr.String(), err
}

// probe asks a Python about itself and answers in JSON; "doctor" as its argument asks for more.
//
//go:embed probe.py
var probe string

// python is a Python's answer to probe.
type python struct {
	Path        string            `json:"-"` // how it is called
	Prefix      string            `json:"prefix"`
	Version     string            `json:"version"`
	Supported   bool              `json:"supported"`    // new enough for the callback page
	Packages    map[string]string `json:"packages"`     // version of what is installed
	Callback    map[string]string `json:"callback"`     // SHA-256 of the installed callback's files by base name; null: not installed
	JupyterPath []string          `json:"jupyter_path"` // where its Jupyter looks for kernelspecs; empty without jupyter_core

	// Only when the doctor asks.
	Enabled     bool     `json:"enabled"`      // Jupyter Server's configuration enables the callback
	ImportError string   `json:"import_error"` // "" when the callback's module can be imported
	Servers     []server `json:"servers"`
}

// server is a running Jupyter server as its runtime file tells, without the token.
type server struct {
	URL    string `json:"url"`
	Socket string `json:"sock"`
}

// looksIn tells whether p's Jupyter finds kernels in the data folder. A Python without Jupyter
// cannot tell, and is believed.
func (p *python) looksIn(s System, data string) bool {
	if len(p.JupyterPath) == 0 {
		return true
	}
	for _, dir := range p.JupyterPath {
		if s.samePath(dir, data) {
			return true
		}
	}
	return false
}

// askPython finds the Python for t and asks it about itself. The result is never nil.
func (s System) askPython(ctx context.Context, t Target, questions ...string) (*python, error) {
	path, err := s.findPython(t)
	if err != nil {
		return &python{}, err
	}
	return s.ask(ctx, path, questions...)
}

// ask asks the Python at path about itself. The result is never nil.
func (s System) ask(ctx context.Context, path string, questions ...string) (*python, error) {
	p := &python{Path: path}
	stdout, stderr, err := s.Run(ctx, path, append([]string{"-c", probe}, questions...)...)
	if err != nil {
		return p, &Error{
			Message: fmt.Sprintf("%s does not run as a Python: %s", path, reason(stderr, err)),
			Hint:    "name the Python that Jupyter runs on with --python",
			Err:     ErrPython,
		}
	}
	// Whatever a sitecustomize printed comes first.
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), p); err != nil || p.Prefix == "" {
		return p, &Error{
			Message: fmt.Sprintf("%s does not answer as a Python does", path),
			Hint:    "name the Python that Jupyter runs on with --python",
			Err:     ErrPython,
		}
	}
	return p, nil
}

// findPython returns the Python that Jupyter runs on: the one t names, else the one in t's prefix,
// else that of the jupyter command on PATH, else python3 on PATH.
func (s System) findPython(t Target) (string, error) {
	if t.Python != "" {
		path, err := s.LookPath(t.Python)
		if err != nil {
			return "", &Error{
				Message: fmt.Sprintf("there is no Python %s", t.Python),
				Hint:    "give --python the path of the Python that Jupyter runs on",
				Err:     ErrNoPython,
			}
		}
		return filepath.Abs(path)
	}
	if t.Prefix != "" {
		prefix, err := filepath.Abs(t.Prefix)
		if err != nil {
			return "", fmt.Errorf("prefix: %w", err)
		}
		if path := firstFile(s.pythonsIn(prefix)); path != "" {
			return path, nil
		}
	}
	if jupyter, err := s.LookPath("jupyter"); err == nil {
		if path := s.pythonOf(jupyter); path != "" {
			return path, nil
		}
	}
	for _, name := range []string{"python3", "python"} {
		if path, err := s.LookPath(name); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", &Error{
		Message: "no Python with Jupyter was found on PATH",
		Hint:    "name the Python that Jupyter runs on with --python",
		Err:     ErrNoPython,
	}
}

// pythonsIn lists where an environment below prefix has its Python.
func (s System) pythonsIn(prefix string) []string {
	if s.OS == "windows" {
		return []string{s.join(prefix, "Scripts", "python.exe"), s.join(prefix, "python.exe")}
	}
	return []string{s.join(prefix, "bin", "python"), s.join(prefix, "bin", "python3")}
}

// pythonOf returns the Python the command at path starts, "" when it cannot be told.
func (s System) pythonOf(path string) string {
	if f, err := os.Open(path); err == nil {
		head, _ := io.ReadAll(io.LimitReader(f, 4096)) // what was read so far will do
		f.Close()
		name := interpreter(string(head))
		if found, err := s.LookPath(name); name != "" && err == nil {
			return found
		}
	}
	// A launcher that is no Python script (Windows, pyenv) stands beside its Python.
	dir := s.dir(path)
	if s.OS == "windows" {
		return firstFile([]string{s.join(dir, "python.exe"), s.join(s.dir(dir), "python.exe")})
	}
	return firstFile([]string{s.join(dir, "python"), s.join(dir, "python3")})
}

var (
	shebang = regexp.MustCompile(`^#!\s*(?:/\S*/env\s+)?(\S*python[0-9.]*)\s`)
	// What installers write when the path is too long for a first line, or has a space in it.
	shellShebang = regexp.MustCompile(`^#!/bin/sh\n'''exec' ("?)([^"\n]*python[0-9.]*)("?) "\$0"`)
)

// interpreter returns the Python that a script names in its first lines, "" when it names none.
func interpreter(script string) string {
	if m := shebang.FindStringSubmatch(script); m != nil {
		return m[1]
	}
	if m := shellShebang.FindStringSubmatch(script); m != nil && m[1] == m[3] {
		return m[2]
	}
	return ""
}

// firstFile returns the first of paths that is a file, "" when none is.
func firstFile(paths []string) string {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path
		}
	}
	return ""
}

// reason is the last thing a program said before it failed, in one line.
func reason(stderr string, err error) string {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return strings.TrimSuffix(strings.TrimPrefix(last, "ERROR: "), ".")
	}
	var pathErr *os.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	return err.Error()
}
