//go:build unix

package kernel

import (
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"

	"github.com/ipyauth/ipyauth/kernel/cell"
)

// Handing the file to a child process may make it blocking; then no deadline
// frees its reader.
func TestInputMadeBlocking(t *testing.T) {
	in := startInput(t, cell.ErrInterrupted, "x")
	in.begin()
	if err := syscall.SetNonblock(int(os.Stdin.Fd()), false); err != nil {
		t.Fatal(err)
	}
	if n, err := os.Stdin.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("read %d, %v; want EOF", n, err)
	}
	in.end()
	in.begin()
	var s string
	if _, err := fmt.Scanln(&s); s != "x" || err != nil {
		t.Errorf("read %q, %v", s, err)
	}
	in.end()
}
