package kernel

import (
	"os"
	"regexp"
	"strconv"
	"testing"
)

// The program's pages go, and the program goes on.
func TestDropProgramPages(t *testing.T) {
	before := fileMemory(t)
	if err := dropProgramPages(); err != nil {
		t.Fatal(err)
	}
	after := fileMemory(t)
	t.Logf("%d KiB of files before, %d KiB after", before, after)
	if after >= before {
		t.Errorf("%d KiB of files are mapped, %d before", after, before)
	}
	TestGlob(t)
}

// fileMemory is how much of this process's memory is files.
func fileMemory(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	found := regexp.MustCompile(`RssFile:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		t.Skip("no RssFile")
	}
	n, err := strconv.Atoi(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
