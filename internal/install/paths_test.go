package install

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestUserDataDir(t *testing.T) {
	for _, row := range []struct {
		name, os, home string
		env            map[string]string
		want           string
	}{
		{"linux", "linux", "/home/a", nil, "/home/a/.local/share/jupyter"},
		{"linux, XDG_DATA_HOME", "linux", "/home/a", map[string]string{"XDG_DATA_HOME": "/data"}, "/data/jupyter"},
		{"linux, JUPYTER_DATA_DIR", "linux", "/home/a", map[string]string{"JUPYTER_DATA_DIR": "/j", "XDG_DATA_HOME": "/data"}, "/j"},
		{"linux, platform folders", "linux", "/home/a", map[string]string{"JUPYTER_PLATFORM_DIRS": "1"}, "/home/a/.local/share/jupyter"},
		{"freebsd", "freebsd", "/home/a", nil, "/home/a/.local/share/jupyter"},
		{"macOS", "darwin", "/Users/a", nil, "/Users/a/Library/Jupyter"},
		{"macOS, XDG_DATA_HOME means nothing", "darwin", "/Users/a", map[string]string{"XDG_DATA_HOME": "/data"}, "/Users/a/Library/Jupyter"},
		{"macOS, platform folders", "darwin", "/Users/a", map[string]string{"JUPYTER_PLATFORM_DIRS": "true"}, "/Users/a/Library/Application Support/Jupyter"},
		{"macOS, platform folders off", "darwin", "/Users/a", map[string]string{"JUPYTER_PLATFORM_DIRS": "Off"}, "/Users/a/Library/Jupyter"},
		{"Windows", "windows", `C:\Users\a`, map[string]string{"APPDATA": `C:\Users\a\AppData\Roaming`}, `C:\Users\a\AppData\Roaming\jupyter`},
		{"Windows without APPDATA", "windows", `C:\Users\a`, nil, `C:\Users\a\.jupyter\data`},
		{"Windows without APPDATA, JUPYTER_CONFIG_DIR", "windows", `C:\Users\a`, map[string]string{"JUPYTER_CONFIG_DIR": `D:\c`}, `D:\c\data`},
		{"Windows, platform folders", "windows", `C:\Users\a`, map[string]string{"JUPYTER_PLATFORM_DIRS": "1", "LOCALAPPDATA": `C:\L`, "APPDATA": `C:\R`}, `C:\L\Jupyter`},
		{"no home", "linux", "", map[string]string{"JUPYTER_DATA_DIR": "/j"}, "/j"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := System{OS: row.os, Home: row.home, Getenv: func(name string) string { return row.env[name] }}
			got, err := s.userDataDir()
			if err != nil || got != row.want {
				t.Errorf("got %q, %v; want %q", got, err, row.want)
			}
		})
	}
}

func TestNoHomeToInstallInto(t *testing.T) {
	s := System{OS: "linux", Getenv: func(string) string { return "" }}
	_, err := s.userDataDir()
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Message != "there is no home folder to install into" {
		t.Errorf("got %v", err)
	}
}

func TestPythonsIn(t *testing.T) {
	for _, row := range []struct {
		os, prefix string
		want       []string
	}{
		{"linux", "/v", []string{"/v/bin/python", "/v/bin/python3"}},
		{"darwin", "/v", []string{"/v/bin/python", "/v/bin/python3"}},
		{"windows", `C:\v`, []string{`C:\v\Scripts\python.exe`, `C:\v\python.exe`}},
	} {
		if got := (System{OS: row.os}).pythonsIn(row.prefix); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.os, got, row.want)
		}
	}
}

func TestDir(t *testing.T) {
	for _, row := range []struct{ os, path, want string }{
		{"linux", "/a/b", "/a"},
		{"linux", "/a", "/"},
		{"linux", `/a/b\c`, "/a"},
		{"windows", `C:\v\Scripts\jupyter.exe`, `C:\v\Scripts`},
		{"windows", `C:\v/jupyter.exe`, `C:\v`},
	} {
		if got := (System{OS: row.os}).dir(row.path); got != row.want {
			t.Errorf("%s %s: got %q, want %q", row.os, row.path, got, row.want)
		}
	}
}

func TestInterpreter(t *testing.T) {
	for _, row := range []struct{ name, script, want string }{
		{"path", "#!/opt/v/bin/python3.11\nimport re\n", "/opt/v/bin/python3.11"},
		{"flag", "#!/opt/v/bin/python -E\n", "/opt/v/bin/python"},
		{"env", "#!/usr/bin/env python3\n", "python3"},
		{"space after the mark", "#! /opt/v/bin/python\n", "/opt/v/bin/python"},
		{"path too long for a first line", "#!/bin/sh\n'''exec' /long/bin/python3.11 \"$0\" \"$@\"\n' '''\n", "/long/bin/python3.11"},
		{"path with a space", "#!/bin/sh\n'''exec' \"/my v/bin/python\" \"$0\" \"$@\"\n' '''\n", "/my v/bin/python"},
		{"shell script", "#!/usr/bin/env bash\nset -e\nexec python \"$@\"\n", ""},
		{"program", "\x7fELF\x02\x01", ""},
		{"empty", "", ""},
	} {
		if got := interpreter(row.script); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

// Each row is a machine; {} stands for its root folder.
func TestFindPython(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the machines are made of executable files of Unix")
	}
	const script = "#!/bin/sh\n"
	for _, row := range []struct {
		name   string
		files  map[string]string // executable
		path   []string          // programs found on PATH
		target Target
		want   string
	}{
		{"named", map[string]string{"p/python": script}, nil, Target{Python: "{}/p/python"}, "{}/p/python"},
		{"named, on PATH", map[string]string{"p/python3.12": script}, []string{"p/python3.12"}, Target{Python: "python3.12"}, "{}/p/python3.12"},
		{"in the prefix", map[string]string{"v/bin/python": script, "j/jupyter": "#!{}/j/python\n", "j/python": script}, []string{"j/jupyter"}, Target{Prefix: "{}/v"}, "{}/v/bin/python"},
		{"in the prefix, python3 only", map[string]string{"v/bin/python3": script}, nil, Target{Prefix: "{}/v"}, "{}/v/bin/python3"},
		{"named beats the prefix", map[string]string{"v/bin/python": script, "p/python": script}, nil, Target{Prefix: "{}/v", Python: "{}/p/python"}, "{}/p/python"},
		{"prefix without Python: of jupyter", map[string]string{"j/jupyter": "#!{}/q/python3\n", "q/python3": script}, []string{"j/jupyter"}, Target{Prefix: "{}/v"}, "{}/q/python3"},
		{"of jupyter", map[string]string{"j/jupyter": "#!{}/q/python3\n", "q/python3": script, "p/python3": script}, []string{"j/jupyter", "p/python3"}, Target{User: true}, "{}/q/python3"},
		{"of jupyter, through env", map[string]string{"j/jupyter": "#!/usr/bin/env python3\n", "p/python3": script}, []string{"j/jupyter", "p/python3"}, Target{User: true}, "{}/p/python3"},
		{"beside a jupyter that is no Python script", map[string]string{"j/jupyter": "#!/usr/bin/env bash\n", "j/python3": script, "p/python3": script}, []string{"j/jupyter", "p/python3"}, Target{User: true}, "{}/j/python3"},
		{"jupyter's Python is gone", map[string]string{"j/jupyter": "#!{}/q/python3\n", "p/python3": script}, []string{"j/jupyter", "p/python3"}, Target{User: true}, "{}/p/python3"},
		{"python3 on PATH", map[string]string{"p/python3": script, "p/python": script}, []string{"p/python", "p/python3"}, Target{User: true}, "{}/p/python3"},
		{"only python on PATH", map[string]string{"p/python": script}, []string{"p/python"}, Target{User: true}, "{}/p/python"},
	} {
		t.Run(row.name, func(t *testing.T) {
			root := t.TempDir()
			fill := func(s string) string { return strings.ReplaceAll(s, "{}", root) }
			for name, content := range row.files {
				file := filepath.Join(root, name)
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(fill(content)), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			s := System{OS: "linux", LookPath: func(name string) (string, error) {
				for _, program := range row.path {
					if filepath.Base(program) == name {
						return filepath.Join(root, program), nil
					}
				}
				if filepath.IsAbs(name) {
					return exec.LookPath(name)
				}
				return "", exec.ErrNotFound
			}}
			got, err := s.findPython(Target{Prefix: fill(row.target.Prefix), Python: fill(row.target.Python), User: row.target.User})
			if want := fill(row.want); err != nil || got != want {
				t.Errorf("got %q, %v; want %q", got, err, want)
			}
		})
	}
}

func TestNoPython(t *testing.T) {
	s := System{OS: "linux", LookPath: func(string) (string, error) { return "", exec.ErrNotFound }}
	for _, row := range []struct {
		target Target
		want   string
	}{
		{Target{User: true}, "no Python with Jupyter was found on PATH"},
		{Target{Prefix: "/nonexistent"}, "no Python with Jupyter was found on PATH"},
		{Target{User: true, Python: "python9"}, "there is no Python python9"},
	} {
		_, err := s.findPython(row.target)
		if !errors.Is(err, ErrNoPython) || fmt.Sprint(err) != row.want {
			t.Errorf("%+v: got %v, want %s", row.target, err, row.want)
		}
	}
}
