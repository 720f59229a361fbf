//go:build unix

package params_test

import (
	"errors"
	"path/filepath"
	"runtime"
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
	files := map[string]string{"FIFO": fifo, "device": "/dev/zero"}
	if runtime.GOOS == "linux" {
		files["reading fails"] = "/proc/self/mem"
	}
	for name, path := range files {
		t.Run("F83 "+name, func(t *testing.T) {
			_, err := params.ParamsSgConnect{DotenvFile: path}.Resolve()
			if !errors.Is(err, &params.Error{Code: params.CodeDotenvUnreadable}) {
				t.Errorf("got %v; want %s", err, params.CodeDotenvUnreadable)
			}
		})
	}
}
