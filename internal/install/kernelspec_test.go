package install

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestKernelJSON(t *testing.T) {
	for _, row := range []struct{ name, binary, engine string }{
		{"unix", "/opt/ipyauth/bin/ipyauth", ""},
		{"windows", `C:\Program Files\ipyauth\ipyauth.exe`, ""},
		{"engine", "/opt/ipyauth/bin/ipyauth", "go"},
	} {
		t.Run(row.name, func(t *testing.T) {
			files, err := kernelspecFiles(row.binary, row.engine)
			if err != nil {
				t.Fatal(err)
			}
			last := files[len(files)-1]
			if last.name != "kernel.json" {
				t.Fatalf("the last file is %s, want kernel.json", last.name)
			}
			golden(t, "testdata/kernel-"+row.name+".golden", string(last.data))
		})
	}
}

func TestInstallKernelspecTwice(t *testing.T) {
	m := newMachine(t)
	for _, want := range []string{
		"kernelspec: written to {}/data/kernels/ipyauth",
		"kernelspec: already up to date in {}/data/kernels/ipyauth",
	} {
		before := m.tree()
		if err := m.system().installKernelspec(m.path("data"), ""); err != nil {
			t.Fatal(err)
		}
		m.wantProgress(want)
		if len(before) > 0 && m.tree() != before {
			t.Errorf("the second run changed files:\n%s\nto\n%s", before, m.tree())
		}
	}
	wantFiles(t, m.path("data/kernels/ipyauth"), "kernel.json", "logo-svg.svg")
}

func TestInstallKernelspecRepairs(t *testing.T) {
	m := newMachine(t)
	path := m.path("data/kernels/ipyauth/kernel.json")
	m.write("data/kernels/ipyauth/kernel.json", `{"argv": ["/old/ipyauth"]}`)
	if err := m.system().installKernelspec(m.path("data"), ""); err != nil {
		t.Fatal(err)
	}
	files, err := kernelspecFiles(m.binary(), "")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != string(files[1].data) {
		t.Errorf("got %s, %v", got, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("got mode %v, want everybody to read it", info.Mode())
	}
}

func TestRemoveKernelspec(t *testing.T) {
	for _, row := range []struct {
		name  string
		files []string // below data/kernels/ipyauth before
		want  string   // progress
		left  []string // in data/kernels after
	}{
		{"baseline", []string{"kernel.json", "logo-svg.svg"}, "kernelspec: removed from {}/data/kernels/ipyauth", nil},
		{"without logo", []string{"kernel.json"}, "kernelspec: removed from {}/data/kernels/ipyauth", nil},
		{"not there", nil, "kernelspec: not installed in {}/data/kernels/ipyauth", nil},
		{"somebody's file", []string{"kernel.json", "logo-svg.svg", "notes.txt"}, "kernelspec: left {}/data/kernels/ipyauth, which has files that ipyauth did not write", []string{"ipyauth/notes.txt"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			m := newMachine(t)
			if err := os.MkdirAll(m.path("data/kernels"), 0o755); err != nil {
				t.Fatal(err)
			}
			for _, name := range row.files {
				m.write("data/kernels/ipyauth/"+name, "{}")
			}
			if err := m.system().removeKernelspec(m.path("data")); err != nil {
				t.Fatal(err)
			}
			m.wantProgress(row.want)
			wantFiles(t, m.path("data/kernels"), row.left...)
		})
	}
}

func TestKernelspecCannotBeWritten(t *testing.T) {
	m := newMachine(t)
	m.write("data", "a file where the folder should be")
	var pathErr *fs.PathError
	if err := m.system().installKernelspec(m.path("data"), ""); !errors.As(err, &pathErr) {
		t.Errorf("got %v, want a *fs.PathError", err)
	}
	// The one error with advice; as root no folder refuses.
	err := kernelspecError("/usr/share/jupyter/kernels/ipyauth", &fs.PathError{Op: "mkdir", Path: "/usr", Err: fs.ErrPermission})
	if !errors.Is(err, ErrNotWritable) || err.Error() != "no right to write the kernelspec to /usr/share/jupyter/kernels/ipyauth" {
		t.Errorf("got %v", err)
	}
}

func TestWriteFileLeavesTheOldOneWhenItFails(t *testing.T) {
	m := newMachine(t)
	m.write("kernel.json/in the way", "")
	if err := writeFile(m.path("kernel.json"), []byte("new")); err == nil {
		t.Fatal("a file replaced a folder that is not empty")
	}
	wantFiles(t, m.path("."), "kernel.json/in the way")
}

// wantFiles compares the files below dir.
func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	var got []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(dir, path)
			got = append(got, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("got files %q, want %q", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("got files %q, want %q", got, want)
		}
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got\n%s", path, got)
	}
}
