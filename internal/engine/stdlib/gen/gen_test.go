package main

import (
	"archive/zip"
	"bytes"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib/data"
	"github.com/ipyauth/ipyauth/internal/engine/stdlib/tables"
)

// host loads the packages for the system that runs the test. The committed files are
// of one release of Go: with another there is nothing to compare.
func host(t *testing.T) (string, *set) {
	t.Helper()
	if runtime.Version() != tables.Go {
		t.Skipf("this is %s, and the files are of %s: go generate ./internal/engine/stdlib with it", runtime.Version(), tables.Go)
	}
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	s := &set{dirs: map[string]string{}, loaded: map[target]map[string]*types.Package{}}
	own := target{runtime.GOOS, runtime.GOARCH}
	listed, err := list(root, own)
	if err != nil {
		t.Fatal(err)
	}
	if s.loaded[own], err = s.read(listed); err != nil {
		t.Fatal(err)
	}
	slices.Sort(s.paths)
	return root, s
}

func TestExportDataIsUpToDate(t *testing.T) {
	_, s := host(t)
	have := map[string][]byte{}
	for _, text := range data.Exports() {
		z, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range z.File {
			r, err := file.Open()
			if err != nil {
				t.Fatal(err)
			}
			if have[file.Name], err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(have) != len(s.paths) {
		t.Errorf("export data of %d packages, want %d", len(have), len(s.paths))
	}
	for _, path := range s.paths {
		var want bytes.Buffer
		if err := gcexportdata.Write(&want, nil, s.loaded[target{runtime.GOOS, runtime.GOARCH}][path]); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have[path], want.Bytes()) {
			t.Errorf("export data of %s is not up to date: go generate ./internal/engine/stdlib", path)
		}
	}
}

func TestShadowsAreUpToDate(t *testing.T) {
	root, s := host(t)
	committed := os.DirFS(filepath.Join(root, "internal", "engine", "stdlib", "shadow"))
	made := t.TempDir()
	if err := os.CopyFS(made, committed); err != nil {
		t.Fatal(err)
	}
	if _, err := writeShadows(root, made, s); err != nil {
		t.Fatal(err)
	}
	if got, want := contents(t, made), contents(t, filepath.Join(root, "internal", "engine", "stdlib", "shadow")); got != want {
		t.Error("the shadows are not up to date: go generate ./internal/engine/stdlib")
	}
}

// contents is every file below dir, with its name.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		b.WriteString(strings.TrimPrefix(path, dir) + "\n" + string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSplit(t *testing.T) {
	amd, arm := target{"linux", "amd64"}, target{"linux", "arm64"}
	mac, win := target{"darwin", "arm64"}, target{"windows", "amd64"}
	for _, row := range []struct {
		have []target
		want string
	}{
		{targets, "all"},
		{targets[:4], "unix"},
		{[]target{amd, arm}, "linux"},
		{[]target{amd, arm, mac, win}, "linux darwin_arm64 windows_amd64"},
		{[]target{arm}, "linux_arm64"},
		{nil, ""},
	} {
		var names []string
		for _, g := range split(row.have) {
			names = append(names, g.name)
		}
		if got := strings.Join(names, " "); got != row.want {
			t.Errorf("split(%v) is %q, want %q", row.have, got, row.want)
		}
	}
}

func TestReadComments(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.go":         "// Package p is it.\npackage p\n\nimport q \"example/other\"\n\n// T is a type.\ntype T struct {\n\t// F is a field.\n\tF int\n\tG int // beside\n}\n\n// M is a method.\nfunc (t *T) M() {}\n\n// hidden is not shown.\nfunc hidden() {}\n\nvar E = q.E\n",
		"b_windows.go": "package p\n\n// W is on Windows.\nfunc W() {}\n\n// T is another type.\ntype T int\n",
		"c_test.go":    "package p\n\n// C is a test's.\nfunc C() {}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, names, err := readComments(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := comments{"": "Package p is it.", "T": "T is a type.", "T.F": "F is a field.", "T.G": "beside", "T.M": "M is a method.", "W": "W is on Windows."}
	if len(got) != len(want) {
		t.Errorf("got %d comments, want %d", len(got), len(want))
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%q: got %q, want %q", name, got[name], text)
		}
	}
	if names["E"] != (origin{"example/other", "E"}) {
		t.Errorf("E is %v", names["E"])
	}
}
