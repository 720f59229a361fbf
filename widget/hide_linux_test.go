package widget_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestNothingOutsideTheProcess: no secret is given to a child process, in its arguments or
// its environment, or is in a file, unless the cell puts it there.
func TestNothingOutsideTheProcess(t *testing.T) {
	t.Attr("attack", "E79")
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	l := startLive(t)
	delete(l.secrets.values, "client secret") // the person put it into the environment
	l.signIn()
	l.run("a.Wait()\na.Show()")
	x := l.run("out, err := exec.Command(`sh`, `-c`, `cat /proc/$$/environ /proc/$PPID/environ /proc/$$/cmdline /proc/$PPID/cmdline`).CombinedOutput()\n" +
		"fmt.Println(err)\nfmt.Println(len(out) > 100)\nos.WriteFile(`children`, out, 0600)")
	if got := x.Stream("stdout"); got != "<nil>\ntrue\n" {
		t.Fatalf("the child says %q", got)
	}
	seen := 0
	for _, folder := range []string{".", tmp, filepath.Dir(l.client.File)} {
		err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			seen++
			data, err := os.ReadFile(path)
			if found := l.secrets.in(string(data)); found != nil {
				t.Errorf("%v in %s", found, path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if seen < 2 || len(l.secrets.values) != 4 { // children, connection file; code and tokens
		t.Errorf("%d files searched for %d secrets", seen, len(l.secrets.values))
	}
}
