package gosuite_test

import (
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
)

func TestTable(t *testing.T) {
	table := gosuite.Table{{"a.go", ""}, {"b.go", "line 3: \"x\""}, {"c.go", "line 14: \"y\""}, {"d.go", "other"}}
	var rows, groups strings.Builder
	table.Print(&rows)
	table.Groups(&groups)
	if want := "ok   a.go\nFAIL b.go  line 3: \"x\"\nFAIL c.go  line 14: \"y\"\nFAIL d.go  other\n"; rows.String() != want {
		t.Errorf("rows %q, want %q", rows.String(), want)
	}
	if want := "   2  line …: …\n      b.go c.go\n   1  other\n      d.go\n"; groups.String() != want {
		t.Errorf("groups %q, want %q", groups.String(), want)
	}
	if got := table.Summary(); got != "1 of 4 passed" {
		t.Errorf("summary %q", got)
	}
}

func TestKnown(t *testing.T) {
	known, err := gosuite.ReadKnown(strings.NewReader("# why\n\na.go  needs cgo\nb.go reads the stack\nd.go takes longer than the time limit: it adds\n"))
	if err != nil {
		t.Fatal(err)
	}
	table := gosuite.Table{{"a.go", "status 1"}, {"b.go", ""}, {"c.go", "status 2"}, {"d.go", ""}}
	var got strings.Builder
	known.Unexpected(table).Print(&got)
	want := "FAIL b.go  passes, but is listed as known to fail: reads the stack\nFAIL c.go  status 2\n"
	if got.String() != want {
		t.Errorf("unexpected %q, want %q", got.String(), want)
	}
}

func TestReadKnownRefuses(t *testing.T) {
	rows := []struct{ name, text, want string }{
		{"no reason", "# x\na.go\n", "known failures, line 2: a.go has no reason"},
		{"twice", "a.go x\na.go y\n", "known failures, line 2: a.go stands there twice"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if _, err := gosuite.ReadKnown(strings.NewReader(row.text)); err == nil || err.Error() != row.want {
				t.Errorf("error %v, want %s", err, row.want)
			}
		})
	}
}

// TestLists reads the lists of the repository, which may not grow.
func TestLists(t *testing.T) {
	for _, kind := range []string{gosuite.KindRun, gosuite.KindErrorcheck} {
		known, err := gosuite.KnownFailures(kind)
		if err != nil {
			t.Error(err)
		}
		if len(known) > 50 {
			t.Errorf("%s: %d known failures, at most 50 are allowed", kind, len(known))
		}
	}
	left, err := gosuite.Judgeable([]gosuite.Program{{Path: "directive.go"}, {Path: "method.go"}})
	if err != nil || len(left) != 1 || left[0].Path != "method.go" {
		t.Errorf("judgeable: %v, %v", left, err)
	}
}
