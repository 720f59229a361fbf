package cells

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/kernel"
)

// The names of errors that are no code's.
const (
	nameCommand     = "CommandError"
	nameInterrupted = "Interrupted"
)

// command is a line like %cd or $ls at the start of a cell.
type command struct {
	line int // counted from 1
	text string
}

// commandHelp is what %help prints: gophernotes' commands, in its order, and ours.
const commandHelp = `Commands, each on a line of its own before the cell's code:
%cd [folder]            change the working folder; without one, to your home
%go111module {on|off}   allow third-party imports, built with the go tool, or not
%engine [go|gomacro]    run this cell and later ones with that engine; without one, tell which
%help                   this list
$command [arguments]    run a program; arguments are split at blanks, there is no shell
`

// commandNames are for completion.
var commandNames = []string{"%cd", "%engine", "%go111module", "%help"}

// split takes the leading command lines out of code. In their place are blanks,
// so that positions stay.
func split(code string) (commands []command, rest string) {
	blanked := 0
	line, start := 0, 0
	for start < len(code) {
		line++
		end := start + strings.IndexByte(code[start:], '\n')
		if end < start {
			end = len(code)
		}
		if text := strings.TrimSpace(code[start:end]); text != "" {
			if text[0] != '%' && text[0] != '$' {
				break
			}
			commands = append(commands, command{line, text})
			blanked = end
		}
		start = end + 1
	}
	return commands, blank(code[:blanked]) + code[blanked:]
}

// blank is s with a blank for every character but line breaks.
func blank(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		if r != '\n' {
			r = ' '
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String()
}

// runCommands runs the commands of a cell until one fails.
func (s *session) runCommands(ctx context.Context, count int, commands []command) error {
	for _, c := range commands {
		err := s.runCommand(ctx, c.text)
		if ctx.Err() != nil {
			return &kernel.CellError{Name: nameInterrupted, Message: "the cell was interrupted"}
		}
		if err != nil {
			e := &kernel.CellError{Name: nameCommand, Message: fmt.Sprintf("cell %d:%d: %v", count, c.line, err)}
			e.Traceback = []string{"\x1b[31m" + e.Name + "\x1b[0m: " + e.Message}
			return e
		}
	}
	return nil
}

func (s *session) runCommand(ctx context.Context, line string) error {
	if program, ok := strings.CutPrefix(line, "$"); ok {
		return runProgram(ctx, strings.Fields(program))
	}
	name, arg, _ := strings.Cut(line, " ")
	arg = strings.TrimSpace(arg)
	switch name {
	case "%cd":
		return changeFolder(arg)
	case "%go111module":
		if arg != "on" && arg != "off" {
			return fmt.Errorf("%%go111module takes on or off, not %q", arg)
		}
		s.allowThirdParty(arg == "on")
		return nil
	case "%engine":
		return s.chooseEngine(arg)
	case "%help":
		_, err := io.WriteString(os.Stdout, commandHelp)
		return err
	}
	return fmt.Errorf("there is no command %s, only %s and $command", name, strings.Join(commandNames, ", "))
}

func changeFolder(folder string) error {
	folder, err := expandHome(folder)
	if err == nil {
		err = os.Chdir(folder)
	}
	if err != nil {
		return fmt.Errorf("%%cd: %w", err)
	}
	return nil
}

// expandHome is folder with the home folder for nothing and for a leading ~.
func expandHome(folder string) (string, error) {
	rest, ok := strings.CutPrefix(folder, "~")
	if folder != "" && (!ok || rest != "" && !os.IsPathSeparator(rest[0])) {
		return folder, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, rest), err
}
