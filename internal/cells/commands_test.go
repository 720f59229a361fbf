package cells_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
)

// printed is what f writes to os.Stdout. Tests that use it are not parallel.
func printed(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = old }()
	all := make(chan []byte)
	go func() {
		b, _ := io.ReadAll(r)
		all <- b
	}()
	f()
	w.Close()
	return string(bytes.TrimRight(<-all, "\n"))
}

func TestCommands(t *testing.T) { eachEngine(t, testCommands) }

func testCommands(t *testing.T, o cells.Options) {
	if runtime.GOOS == "windows" {
		t.Skip("runs programs of Unix")
	}
	home, folder := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Chdir(folder)
	if err := os.Mkdir("a folder", 0o755); err != nil {
		t.Fatal(err)
	}
	const none = "CommandError: cell 1:1: there is no command %foo, only %cd, %engine, %go111module, %help and $command"
	undefined := want{"CompileError: cell 1:2:2: undefined: nothing", "CompileError: cell 1:2:2: undefined identifier: nothing"}.of(o.Engine)
	for _, tc := range []struct{ name, code, shows, prints, folder string }{
		{"cd", "%cd a folder", "", "", filepath.Join(folder, "a folder")},
		{"cd to absolute", "%cd " + home, "", "", home},
		{"cd home", "%cd", "", "", home},
		{"cd tilde", "%cd ~", "", "", home},
		{"cd nowhere", "%cd nowhere", "CommandError: cell 1:1: %cd: chdir nowhere: no such file or directory", "", folder},
		{"cd, then code", "%cd a folder\n\nimport `os`\nw, _ := os.Getwd()\nw", filepath.Join(folder, "a folder"), "", filepath.Join(folder, "a folder")},
		{"go111module on", "%go111module on", "", "", folder},
		{"go111module off", "%go111module off\n1", "1", "", folder},
		{"go111module alone", "%go111module", `CommandError: cell 1:1: %go111module takes on or off, not ""`, "", folder},
		{"unknown", "%foo 1", none, "", folder},
		{"unknown after blank lines", "\n\n%help2", "CommandError: cell 1:3: there is no command %help2, only %cd, %engine, %go111module, %help and $command", "", folder},
		{"program", "$echo a  b", "", "a b", folder},
		{"program, then code", "$echo a\n  $echo b\n1 + 1", "2", "a\nb", folder},
		{"no shell", "$echo a | cat $HOME", "", "a | cat $HOME", folder},
		{"nothing", "$", "", "", folder},
		{"program that reads", "$cat", "", "", folder},
		{"program that fails", "$false\n1", "CommandError: cell 1:1: $false ended with exit status 1", "", folder},
		{"no such program", "$no-such-program x", `CommandError: cell 1:1: $no-such-program: exec: "no-such-program": executable file not found in $PATH`, "", folder},
		{"the first failure counts", "$echo a\n$false\n$echo b", "CommandError: cell 1:2: $false ended with exit status 1", "a", folder},
		{"not after code", "1\n%cd x", "CompileError: cell 1:2:1: expected statement, found '%'", "", folder},
		{"error position below commands", "%cd .\n\tnothing", undefined, "", folder},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Chdir(folder)
			s := newSession(t, o)
			var got string
			out := printed(t, func() { got = s.shows(tc.code) })
			if got != tc.shows {
				t.Errorf("shows %q, want %q", got, tc.shows)
			}
			if out != tc.prints {
				t.Errorf("prints %q, want %q", out, tc.prints)
			}
			if at, _ := os.Getwd(); at != tc.folder {
				t.Errorf("the folder is %s, want %s", at, tc.folder)
			}
		})
	}
}

func TestHelp(t *testing.T) { eachEngine(t, testHelp) }

func testHelp(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	want := "Commands, each on a line of its own before the cell's code:\n" +
		"%cd [folder]            change the working folder; without one, to your home\n" +
		"%go111module {on|off}   allow third-party imports, built with the go tool, or not\n" +
		"%engine [go|gomacro]    run this cell and later ones with that engine; without one, tell which\n" +
		"%help                   this list\n" +
		"$command [arguments]    run a program; arguments are split at blanks, there is no shell"
	if got := printed(t, func() { s.must(t, "%help") }); got != want {
		t.Errorf("prints\n%s", got)
	}
}

func TestInterruptProgram(t *testing.T) { eachEngine(t, testInterruptProgram) }

func testInterruptProgram(t *testing.T, o cells.Options) {
	if runtime.GOOS == "windows" {
		t.Skip("runs programs of Unix")
	}
	s := newSession(t, o)
	// The shell's child holds the output open until it ends, too.
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("echo started\nsleep 600\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = old; w.Close(); r.Close() }()
	go func() {
		r.Read(make([]byte, 1))
		s.interpreter.Interrupt()
	}()
	ctx, cancel := context.WithTimeoutCause(context.Background(), 30*time.Second, cell.ErrInterrupted)
	defer cancel()
	s.do(func() { _, err = s.interpreter.Execute(kernel.Cell{Code: "$sh " + script, Count: 1, Context: ctx}) })
	var failure *kernel.CellError
	if !errors.As(err, &failure) || failure.Name != "Interrupted" || failure.Message != "the cell was interrupted" {
		t.Errorf("got %v", err)
	}
}
