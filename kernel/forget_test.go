package kernel

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"unsafe"
	"weak"
)

// hideNew hides a secret that nobody else holds, and says whether it is gone.
func hideNew(h *hidden, number int) (forget func(), gone func() bool) {
	s := strings.Repeat("secret", 4) + fmt.Sprint(number)
	kept := weak.Make(unsafe.StringData(s))
	return h.hide(s, "token", ""), func() bool {
		runtime.GC()
		return kept.Value() == nil
	}
}

// A secret that is forgotten is in none of the kernel's memory: at once between
// cells, at its end if a cell runs. The rows that keep it show that the check
// can tell.
func TestForgottenSecretsAreDropped(t *testing.T) {
	for _, row := range []struct {
		name string
		do   func(h *hidden, forget func())
		gone bool
	}{
		{"not forgotten", func(*hidden, func()) {}, false},
		{"forgotten between cells", func(_ *hidden, forget func()) { forget() }, true},
		{"forgotten twice", func(_ *hidden, forget func()) { forget(); forget() }, true},
		{"forgotten in a cell that runs", func(h *hidden, forget func()) { h.begin(); forget() }, false},
		{"forgotten in a cell that has ended", func(h *hidden, forget func()) { h.begin(); forget(); h.end() }, true},
		{"forgotten in a cell that replaces it for ever", func(h *hidden, forget func()) {
			h.begin()
			forget()
			for i := range mostForgotten {
				another, _ := hideNew(h, i+2)
				another()
			}
		}, true},
	} {
		t.Run("E81 "+row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hidden{settle: func() {}}
				forget, gone := hideNew(h, 1)
				row.do(h, forget)
				synctest.Wait() // between cells it is dropped by a goroutine
				if got := gone(); got != row.gone {
					t.Errorf("gone: %v, want %v", got, row.gone)
				}
				runtime.KeepAlive(h)
			})
		})
	}
}
