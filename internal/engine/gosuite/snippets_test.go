package gosuite_test

import (
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
)

var update = flag.Bool("update", false, "write what compiled programs print into snippets-expected.txt")

const (
	snippetsFile = "../testdata/snippets.txt"
	expectedFile = "../testdata/snippets-expected.txt"
)

// TestSnippets runs each snippet in a session of its own: it prints what the
// compiled program prints, and a session what stands beside it.
func TestSnippets(t *testing.T) {
	text, err := os.ReadFile(snippetsFile)
	if err != nil {
		t.Fatal(err)
	}
	snippets, err := gosuite.ReadSnippets(string(text))
	if err != nil {
		t.Fatal(err)
	}
	s := newSuite(t, "")
	if *update {
		outputs, err := s.RecordOutputs(t.Context(), snippets)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(expectedFile, []byte(outputs), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	outputs, err := os.ReadFile(expectedFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := gosuite.Expect(snippets, string(outputs)); err != nil {
		t.Fatal(err)
	}
	table, err := s.RunSnippets(t.Context(), snippets)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range table {
		t.Run(row.Path, func(t *testing.T) {
			if row.Reason != "" {
				t.Error(row.Reason)
			}
		})
	}
	if len(table) != len(snippets) {
		t.Errorf("%d snippets ran, want %d", len(table), len(snippets))
	}
}

func TestReadSnippets(t *testing.T) {
	const text = "=== one\nimport \"fmt\"\n---\nx := 1\nfmt.Println(x)\n=== two\nx := 1\n---\nx := 2\n--- out\na\nb\n"
	snippets, err := gosuite.ReadSnippets(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := gosuite.Expect(snippets, "=== one\n1\n"); err != nil {
		t.Fatal(err)
	}
	want := []gosuite.Snippet{
		{Name: "one", Cells: []string{`import "fmt"`, "x := 1\nfmt.Println(x)"}, Output: "1\n"},
		{Name: "two", Cells: []string{"x := 1", "x := 2"}, Output: "a\nb\n", Session: true},
	}
	if !reflect.DeepEqual(snippets, want) {
		t.Errorf("snippets %#v, want %#v", snippets, want)
	}
	program := "package main\nimport \"fmt\"\nfunc main() {\nx := 1\nfmt.Println(x)\n}\n"
	if got := snippets[0].Program(); got != program {
		t.Errorf("program %q, want %q", got, program)
	}
}

func TestSnippetsRefuse(t *testing.T) {
	if _, err := gosuite.ReadSnippets("=== a\nx\n=== a\ny\n"); err == nil || !strings.Contains(err.Error(), "two are named a") {
		t.Errorf("two of a name: %v", err)
	}
	if _, err := gosuite.ReadSnippets("text\n"); err == nil {
		t.Error("no snippet: no error")
	}
	if err := gosuite.Expect([]gosuite.Snippet{{Name: "a"}}, "=== b\n"); err == nil {
		t.Error("no expected output: no error")
	}
}
