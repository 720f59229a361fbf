package interp_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/interp"
)

// A package outside of the table is built as a plugin once the cell before says
// so. The module is a folder here, so that nothing is fetched.
func TestThirdParty(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("builds a plugin")
	}
	folder, temp := filepath.Join(t.TempDir(), "things"), t.TempDir()
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temp)
	t.Setenv("GOPROXY", "off")
	for name, text := range map[string]string{
		"go.mod":    "module example.com/things\n\ngo 1.21\n",
		"things.go": "package things\n\ntype T struct{ A int }\n\nfunc (t T) Twice() int { return 2 * t.A }\n\nfunc New(a int) *T { return &T{a} }\n\nconst Word = \"w\"\n\nvar Changed = 1\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := newSession(t, interp.Options{})
	wanted := `CompileError: cell 1:1:8: package "` + folder + `" is not available: there are the standard library and ipyauth, and third-party packages need the line %go111module on`
	if got := s.shows("import `" + folder + "`"); got != wanted {
		t.Errorf("off: shows %q", got)
	}
	allow := func(on bool) {
		s.do(func() { s.interpreter.(interface{ AllowThirdParty(bool) }).AllowThirdParty(on) })
	}
	allow(true)
	got := s.shows("import `" + folder + "`\nthings.Changed++\nthings.New(4).Twice() + things.T{A: things.Changed}.Twice()")
	if strings.Contains(got, "plugin: not implemented") {
		t.Skip("built without cgo: there are no plugins")
	}
	if got != "12" {
		t.Errorf("shows %q", got)
	}
	t.Chdir(folder)
	if got := s.shows("import x `./`\nx.Word"); !strings.Contains(got, "w") {
		t.Errorf("a relative path: shows %q", got)
	}
	if got, want := s.shows("import `example.com/nothing`"), `CompileError: cell 4:1:8: import "example.com/nothing": example.com/nothing: module lookup disabled by GOPROXY=off`; got != want {
		t.Errorf("unknown: shows %q, want %q", got, want)
	}
	if got := s.shows("import `slices`"); !strings.Contains(got, `package "slices" is not available`) {
		t.Errorf("generic package: shows %q", got)
	}
	allow(false)
	if got := s.shows("import `example.com/nothing`"); !strings.Contains(got, "%go111module on") {
		t.Errorf("off again: shows %q", got)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
