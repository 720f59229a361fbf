package gosuite_test

import (
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
)

func TestErrorcheck(t *testing.T) {
	const wrong = "package p\n\nvar x int = \"\" // ERROR \"cannot use\"\nvar y string = 1 // ERROR \"cannot use\"\n"
	files := map[string]string{
		"good.go":     wrong,
		"unmarked.go": "package p\n\nvar x int = \"\" // ERROR \"cannot use\"\nvar y string = 1\n",
		"off.go":      "package p\n\nvar x int = \"\" //// ERROR \"cannot use\"\n",
		"unused.go":   "package p\n\nimport \"os\" // ERROR \"imported\"\n\nfunc f() { var x int } // ERROR \"declared\"\n",
		"syntax.go":   "package p\n\nfunc f() {\n\tx := := 1 // ERROR \"syntax\"\n\ty := = 2\n}\n",
	}
	want := map[string]string{
		"good.go":     "",
		"unmarked.go": "line 6 is not marked: cannot use 1 (untyped int constant) as string value in variable declaration",
		"off.go":      "line 5 is not marked: cannot use \"\" (untyped string constant) as int value in variable declaration",
		"unused.go":   "",
		"syntax.go":   "",
	}
	all := map[string]string{}
	for name, text := range files {
		all[name] = "// errorcheck\n\n" + text
	}
	s := newSuite(t, write(t, all))
	list, err := gosuite.Programs(s.Root, gosuite.KindErrorcheck)
	if err != nil {
		t.Fatal(err)
	}
	importer, err := gosuite.Importer()
	if err != nil {
		t.Fatal(err)
	}
	table, err := s.RunErrorcheck(t.Context(), list, importer)
	if err != nil {
		t.Fatal(err)
	}
	if len(table) != len(want) {
		t.Fatalf("%d rows, want %d", len(table), len(want))
	}
	for _, row := range table {
		if row.Reason != want[row.Path] {
			t.Errorf("%s: %q, want %q", row.Path, row.Reason, want[row.Path])
		}
	}
}

func TestJudgeErrors(t *testing.T) {
	marked := map[int]bool{3: true, 5: true}
	rows := []struct {
		name               string
		expected, reported gosuite.Lines
		want               string
	}{
		{"all reported", gosuite.Lines{3: "a", 5: "b"}, gosuite.Lines{3: "a", 5: "b"}, ""},
		{"another text", gosuite.Lines{3: "a"}, gosuite.Lines{3: "x"}, ""},
		{"more than go/types", gosuite.Lines{3: "a"}, gosuite.Lines{3: "a", 5: "b"}, ""},
		{"one is missing", gosuite.Lines{3: "a", 5: "b"}, gosuite.Lines{3: "a"}, "line 5 is not reported: b"},
		{"one has no mark", gosuite.Lines{3: "a"}, gosuite.Lines{3: "a", 4: "c"}, "line 4 is not marked: c"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := gosuite.JudgeErrors(marked, row.expected, row.reported); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}
