package callback

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/install/installtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestWheelListing(t *testing.T) {
	name, data := Wheel()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	fmt.Fprintln(&got, name)
	for _, f := range r.File {
		fmt.Fprintln(&got, f.Mode(), f.Modified.UTC().Format("2006-01-02"), f.Name)
	}
	golden(t, "testdata/wheel.golden", got.String())
}

func TestWheelIsTheSameEachTime(t *testing.T) {
	_, first := Wheel()
	_, second := Wheel()
	if !bytes.Equal(first, second) {
		t.Error("two wheels differ")
	}
}

func TestRecordNamesEveryFile(t *testing.T) {
	_, data := Wheel()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	last := r.File[len(r.File)-1]
	if !strings.HasSuffix(last.Name, ".dist-info/RECORD") {
		t.Fatalf("the last file is %s, want RECORD", last.Name)
	}
	got := read(t, last)
	var files []File
	for _, f := range r.File[:len(r.File)-1] {
		files = append(files, File{f.Name, read(t, f)})
	}
	if want := string(record(files, last.Name)); string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// pyproject.toml is for people who build the wheel with Python: it must promise the same.
func TestMetadataIsThatOfPyproject(t *testing.T) {
	project, err := os.ReadFile("pyproject.toml")
	if err != nil {
		t.Fatal(err)
	}
	value := func(name string) string {
		for _, line := range strings.Split(metadata, "\n") {
			if v, ok := strings.CutPrefix(line, name+": "); ok {
				return v
			}
		}
		t.Fatalf("METADATA has no %s", name)
		return ""
	}
	var requires []string
	for _, line := range strings.Split(metadata, "\n") {
		if v, ok := strings.CutPrefix(line, "Requires-Dist: "); ok {
			requires = append(requires, `"`+v+`"`)
		}
	}
	for _, want := range []string{
		`name = "` + value("Name") + `"`,
		`version = "` + value("Version") + `"`,
		`description = "` + value("Summary") + `"`,
		`requires-python = "` + value("Requires-Python") + `"`,
		`license = "` + value("License") + `"`,
		`dependencies = [` + strings.Join(requires, ", ") + `]`,
	} {
		if !strings.Contains(string(project), want+"\n") {
			t.Errorf("pyproject.toml has no line %s", want)
		}
	}
}

func TestPipTakesTheWheel(t *testing.T) {
	dir, python := installtest.Venv(t)
	wheel := writeWheel(t)
	pip(t, python, "install", "--no-deps", "--no-index", "--quiet", wheel)
	pip(t, python, "check")
	for _, f := range []string{"etc/jupyter/jupyter_server_config.d/ipyauth_callback.json"} {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(f))); err != nil {
			t.Error(err)
		}
	}
	pip(t, python, "uninstall", "--yes", "--quiet", Distribution)
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if strings.Contains(path, Distribution) {
			t.Errorf("left after uninstall: %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func writeWheel(t *testing.T) string {
	t.Helper()
	name, data := Wheel()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func pip(t *testing.T, python string, args ...string) {
	t.Helper()
	out, err := exec.Command(python, append([]string{"-m", "pip"}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("pip %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func read(t *testing.T, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
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
