package kernel

import (
	"crypto/sha256"
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
				h := newHidden()
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

// keyLines is something like a private key in PEM form: 28 lines of 64
// characters, each of which is hidden.
func keyLines(number int) []string {
	lines := make([]string, 28)
	for i := range lines {
		lines[i] = fmt.Sprintf("%x", sha256.Sum256([]byte{byte(number), byte(i)}))
	}
	return lines
}

// A cell that is run again makes its widget again, and the one before lives on:
// their secrets are hidden once, until the last widget is gone.
func TestTheSameSecretIsHiddenOnce(t *testing.T) {
	t.Attr("attack", "E74")
	h := newHidden()
	h.begin()
	line := keyLines(1)[0]
	shown := func(want string) {
		t.Helper()
		if got := h.text(line); got != want {
			t.Errorf("shown as %q, want %q", got, want)
		}
	}
	cellEnds := func() { h.end(); h.begin() }
	var forget []func()
	for i := range 60 {
		made := h.mask()
		for _, line := range keyLines(1) {
			forget = append(forget, h.hide(line, "key", ""))
		}
		if again := i > 0; (h.mask() == made) != again {
			t.Fatalf("the mask was made anew for widget %d", i)
		}
	}
	for _, f := range forget[28:] {
		f()
		f()
	}
	cellEnds()
	shown("[key hidden]")
	for _, f := range forget[:28] {
		f()
	}
	shown("[key hidden]")
	cellEnds()
	shown(line)
	if len(h.secrets) != 0 {
		t.Errorf("%d secrets are left", len(h.secrets))
	}
}

// Each row hides one secret in some way, all within a cell, and says how it is
// shown before the cell's end and after it.
func TestHidingASecretTwice(t *testing.T) {
	const secret = "the secret"
	for _, row := range []struct {
		name          string
		do            func(hide func(what string) (forget func()))
		before, after string
	}{
		{"once", func(hide func(string) func()) { hide("key") }, "[key hidden]", "[key hidden]"},
		{"forgotten", func(hide func(string) func()) { hide("key")() }, "[key hidden]", secret},
		{"twice, the first forgotten", func(hide func(string) func()) { forget := hide("key"); hide("key"); forget() }, "[key hidden]", "[key hidden]"},
		{"twice, the second forgotten", func(hide func(string) func()) { hide("key"); hide("key")() }, "[key hidden]", "[key hidden]"},
		{"forgotten, then hidden again", func(hide func(string) func()) { hide("key")(); hide("key") }, "[key hidden]", "[key hidden]"},
		{"forgotten again and again", func(hide func(string) func()) {
			for range 2 * mostForgotten {
				hide("key")()
			}
		}, "[key hidden]", secret},
		{"under two names", func(hide func(string) func()) { hide("key"); hide("token") }, "[key hidden]", "[key hidden]"},
		{"under two names, the first forgotten", func(hide func(string) func()) { forget := hide("key"); hide("token"); forget() }, "[key hidden]", "[token hidden]"},
		{"under two names, the second forgotten", func(hide func(string) func()) { hide("key"); hide("token")() }, "[key hidden]", "[key hidden]"},
	} {
		t.Run("E74 "+row.name, func(t *testing.T) {
			h := newHidden()
			h.begin()
			h.hide("another secret", "other", "")() // forgotten too, and not pushed out by the one of the row
			row.do(func(what string) func() { return h.hide(secret, what, "") })
			if got, want := h.text(secret+", another secret"), row.before+", [other hidden]"; got != want {
				t.Errorf("in the cell %q is shown, want %q", got, want)
			}
			h.end()
			if got, want := h.text(secret+", another secret"), row.after+", another secret"; got != want {
				t.Errorf("after the cell %q is shown, want %q", got, want)
			}
		})
	}
}

// Secrets come and go while others print: what is hidden is hidden from the
// next text on, whoever makes the mask.
func TestSecretsComeAndGoWhilePrinting(t *testing.T) {
	t.Attr("attack", "E74")
	synctest.Test(t, func(t *testing.T) {
		h := newHidden()
		for i := range 4 {
			go func() {
				for _, secret := range append(keyLines(i), keyLines(i%2)...) { // some at once with another
					forget := h.hide(secret, "key", "")
					if got := h.text(secret); got != "[key hidden]" {
						t.Errorf("shown as %q", got)
					}
					forget()
				}
			}()
		}
		synctest.Wait()
		if len(h.secrets) != 0 || h.mask() != nil {
			t.Errorf("%d secrets are left", len(h.secrets))
		}
	})
}

// Hiding a key costs the same however many there are: the mask is made when
// something is published, not for each of its lines.
func TestHidingDoesNotMakeMasks(t *testing.T) {
	cost := func(keys int) float64 {
		h := newHidden()
		h.begin()
		hide := func(lines []string) (forget []func()) {
			for _, line := range lines {
				forget = append(forget, h.hide(line, "key", ""))
			}
			return forget
		}
		for i := range keys {
			hide(keyLines(i))
		}
		last := keyLines(keys)
		return testing.AllocsPerRun(5, func() {
			for _, forget := range hide(last) {
				forget()
			}
			h.end()
			h.begin()
		})
	}
	if one, many := cost(1), cost(60); many > one*1.5 {
		t.Errorf("%v allocations after one key, %v after 60", one, many)
	}
}

// What it costs to hide the key of a widget, and to print a line then, when
// there are 60 widgets already.
func BenchmarkHide(b *testing.B) {
	for name, key := range map[string]func(i int) []string{
		"the same key": func(int) []string { return keyLines(1) },
		"other keys":   keyLines,
	} {
		b.Run(name, func(b *testing.B) {
			h := newHidden()
			h.begin()
			hide := func(lines []string) (forget []func()) {
				for _, line := range lines {
					forget = append(forget, h.hide(line, "private key", ""))
				}
				h.text("a line")
				return forget
			}
			for i := range 59 {
				hide(key(i))
			}
			last := key(59)
			for b.Loop() {
				for _, forget := range hide(last) {
					forget()
				}
				h.end()
				h.begin()
			}
		})
	}
}
