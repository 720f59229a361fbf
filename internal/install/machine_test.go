package install

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/install/installtest"
)

// machine is a baseline on which everything works, below one folder, which texts call {}: a home, an
// environment venv with the fake Python, and a program.
type machine struct {
	t        *testing.T
	root     string
	python   *installtest.Fake
	onPath   map[string]string
	env      map[string]string
	now      time.Time
	versions map[string]string // what other programs answer to version
	progress []string
}

func newMachine(t *testing.T) *machine {
	root := t.TempDir()
	m := &machine{
		t:      t,
		root:   root,
		python: installtest.NewFake(filepath.Join(root, "venv")),
		env:    map[string]string{},
		now:    time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC),
	}
	m.onPath = map[string]string{"python3": m.path("venv/bin/python"), m.binary(): m.binary()}
	return m
}

func (m *machine) path(name string) string { return filepath.Join(m.root, filepath.FromSlash(name)) }

func (m *machine) binary() string { return m.path("bin/ipyauth") }

// target is the baseline's: the environment, by its Python.
func (m *machine) target() Target { return Target{Prefix: m.path("venv")} }

func (m *machine) write(name, content string) {
	m.t.Helper()
	if err := os.MkdirAll(filepath.Dir(m.path(name)), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(m.path(name), []byte(content), 0o644); err != nil {
		m.t.Fatal(err)
	}
}

func (m *machine) system() System {
	return System{
		OS:     "linux",
		Home:   m.path("home"),
		Binary: m.binary(),
		Getenv: func(name string) string { return m.env[name] },
		LookPath: func(name string) (string, error) {
			if path := m.onPath[name]; path != "" {
				return path, nil
			}
			return "", exec.ErrNotFound
		},
		Run: func(_ context.Context, name string, args ...string) (string, string, error) {
			if name == m.path("venv/bin/python") {
				return m.python.Run(args)
			}
			if version, ok := m.versions[name]; ok {
				return version, "", nil
			}
			return "", "", &fs.PathError{Op: "exec", Path: name, Err: fs.ErrNotExist}
		},
		Now:      func() time.Time { return m.now },
		Progress: func(format string, a ...any) { m.progress = append(m.progress, fmt.Sprintf(format, a...)) },
	}.withDefaults()
}

// short writes {} for the machine's folder.
func (m *machine) short(s string) string { return strings.ReplaceAll(s, m.root, "{}") }

// wantProgress compares, and forgets, what was told.
func (m *machine) wantProgress(want ...string) {
	m.t.Helper()
	got := m.short(strings.Join(m.progress, "\n"))
	if got != strings.Join(want, "\n") {
		m.t.Errorf("told\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	m.progress = nil
}

// tree describes every file, with the time it was written.
func (m *machine) tree() string {
	m.t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(m.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && !entry.IsDir() {
			fmt.Fprintln(&b, m.short(path), info.Size(), info.ModTime().UnixNano())
		}
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return b.String()
}
