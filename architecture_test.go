package ipyauth_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ipyauth/ipyauth"

// TestImports holds the import table of ARCHITECTURE.md against the code.
func TestImports(t *testing.T) {
	allowed := importTable(t)
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		from := room(fields[0])
		if isTestHelper(from) || strings.HasPrefix(from, "internal/interp/") {
			continue
		}
		for _, path := range fields[1:] {
			if path != module && !strings.HasPrefix(path, module+"/") {
				continue
			}
			to := room(path)
			if !slices.Contains(allowed[from], to) {
				t.Errorf("%s imports %s, which ARCHITECTURE.md does not allow", from, to)
			}
		}
	}
}

func room(path string) string {
	if path == module {
		return "."
	}
	return strings.TrimPrefix(path, module+"/")
}

func isTestHelper(room string) bool {
	return slices.ContainsFunc(strings.Split(room, "/"), func(part string) bool { return strings.HasSuffix(part, "test") })
}

// importTable reads the fenced block "imports" of ARCHITECTURE.md.
func importTable(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```imports\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("ARCHITECTURE.md has no imports table")
	}
	table := map[string][]string{}
	for line := range strings.Lines(block) {
		from, to, ok := strings.Cut(line, "->")
		if !ok {
			t.Fatalf("imports table: no arrow in %q", line)
		}
		table[strings.TrimSpace(from)] = strings.Fields(to)
	}
	return table
}
