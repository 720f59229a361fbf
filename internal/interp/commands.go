package interp

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/ipyauth/ipyauth/kernel"
)

// nameCommand is the name of a failed command's error.
const nameCommand = "CommandError"

// command is a line like %cd or $ls at the start of a cell.
type command struct {
	line int // counted from 1
	text string
}

// commandHelp is what %help prints: gophernotes' commands, in its order.
const commandHelp = `Commands, each on a line of its own before the cell's code:
%cd [folder]            change the working folder; without one, to your home
%go111module {on|off}   allow third-party imports, built with the go tool, or not
%help                   this list
$command [arguments]    run a program; arguments are split at blanks, there is no shell
`

// commandNames are for completion.
var commandNames = []string{"%cd", "%go111module", "%help"}

// splitCommands takes the leading command lines out of code. In their place
// are blanks, so that positions stay.
func splitCommands(code string) (commands []command, rest string) {
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

// blank is s with blanks for everything but line breaks.
func blank(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c != '\n' {
			b[i] = ' '
		}
	}
	return string(b)
}

// runCommands runs the commands of a cell until one fails.
func (in *interpreter) runCommands(x *execution, commands []command) {
	for _, c := range commands {
		err := in.runCommand(x, c.text)
		if x.interrupted.Load() {
			panic(&kernel.CellError{Name: nameInterrupted, Message: "the cell was interrupted"})
		}
		if err != nil {
			panic(&kernel.CellError{Name: nameCommand, Message: fmt.Sprintf("%s:%d: %v", x.source.name(), c.line, err)})
		}
	}
}

func (in *interpreter) runCommand(x *execution, line string) error {
	if program, ok := strings.CutPrefix(line, "$"); ok {
		return runProgram(x, strings.Fields(program))
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
		in.thirdParty = arg == "on"
		return nil
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

// outputDelay is how long after a program's end its output is waited for,
// which children of it may keep open.
const outputDelay = time.Second

// runProgram runs a program until it or the cell ends. It reads nothing.
func runProgram(x *execution, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd := exec.CommandContext(x.ctx, args[0], args[1:]...)
	// Behind another type, so that the program gets a pipe of its own and not
	// the kernel's, which would stay open as long as any child of it.
	cmd.Stdout, cmd.Stderr = stream{os.Stdout}, stream{os.Stderr}
	cmd.WaitDelay = outputDelay
	endWithChildren(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("$%s ended with %v", args[0], exit)
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("$%s: %w", args[0], err)
	}
	return nil
}

type stream struct{ io.Writer }
