//go:build unix

package params_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/ipyauth/ipyauth/params"
)

// Opening a FIFO would wait for ever: nobody writes to it. Reading /dev/zero
// would not end.
func TestDotenvSpecialFiles(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "f.env")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	// The last can be opened and not read, by root too.
	for name, path := range map[string]string{"FIFO": fifo, "device": "/dev/zero", "reading fails": "/proc/self/mem"} {
		t.Run("83 "+name, func(t *testing.T) {
			if _, err := os.Stat(path); err != nil {
				t.Skip(err)
			}
			_, err := params.ParamsSgConnect{DotenvFile: path}.Resolve()
			if !errors.Is(err, &params.Error{Code: params.CodeDotenvUnreadable}) {
				t.Errorf("got %v; want %s", err, params.CodeDotenvUnreadable)
			}
		})
	}
}
