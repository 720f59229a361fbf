package gosuite_test

import (
	"os"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite/child"
)

// TestMain lets the test binary be the child that the suites start.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "run" {
		os.Exit(child.Main(os.Args[2:], os.Stderr))
	}
	os.Exit(m.Run())
}

// newSuite is a suite that runs programs of a folder with the engine.
func newSuite(t *testing.T, root string) *gosuite.Suite {
	t.Helper()
	return &gosuite.Suite{
		Root: root, Child: []string{os.Args[0], "run"}, Work: t.TempDir(), Timeout: 20 * time.Second, Memory: 1024,
	}
}
