package check

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"fmt"
)

func TestAdhocCorpus(t *testing.T) {
	root := filepath.Join(runtime.GOROOT(), "test")
	n, bad := 0, 0
	filepath.Walk(root, func(p string, fi os.FileInfo, err error) error {
		if err != nil || !strings.HasSuffix(p, ".go") || fi.Size() > 1<<19 { return nil }
		b, _ := os.ReadFile(p)
		if !strings.HasPrefix(string(b), "// run\n") { return nil }
		n++
		s := newSession(Options{})
		u, errs := s.check(string(b))
		if len(errs) > 0 { bad++; fmt.Println(strings.TrimPrefix(p, root), errs); return nil }
		u.Commit()
		if _, errs := s.check("main()"); len(errs) > 0 { bad++; fmt.Println("main", p, errs) }
		// once more: everything is declared again
		s2 := newSession(Options{})
		s2.run(string(b))
		if u, errs := s2.check(string(b)); len(errs) > 0 { bad++; fmt.Println("again", p, errs) } else { for _, n := range u.Notes { fmt.Println(p, n) }; u.Commit() }
		return nil
	})
	fmt.Println(n, "programs", bad, "bad")
}
