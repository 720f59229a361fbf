package assist

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/ipyauth/ipyauth/kernel"
)

// Command is a line of a cell that begins with %.
type Command struct {
	Name      string   // with the %
	Arguments []string // that it takes
	Folder    bool     // it takes a folder
}

// DefaultCommands are the commands of every cell.
var DefaultCommands = []Command{
	{Name: "%cd", Folder: true},
	{Name: "%go111module", Arguments: []string{"on", "off"}},
	{Name: "%help"},
}

// maxFiles is how many entries of a folder are looked at.
const maxFiles = 10_000

func isCommand(line string) bool { return line != "" && (line[0] == '%' || line[0] == '$') }

// commandsEnd is where the lines end that code begins with and that are commands
// or blank; the last one may be without its line break.
func commandsEnd(code string) (end int) {
	for start := 0; start < len(code); {
		line, _, more := strings.Cut(code[start:], "\n")
		text := strings.TrimSpace(line)
		if text != "" && !isCommand(text) {
			break
		}
		start += len(line)
		if text != "" {
			end = start
		}
		if more {
			start++
		}
	}
	return end
}

// withoutCommands is code with blanks in place of its commands.
func withoutCommands(code string) string {
	end := commandsEnd(code)
	blank := []byte(code[:end])
	for i, c := range blank {
		if c != '\n' {
			blank[i] = ' '
		}
	}
	return string(blank) + code[end:]
}

// onCommandLine reports whether code ends in a command.
func onCommandLine(code string) bool {
	start := strings.LastIndexByte(code, '\n') + 1
	return isCommand(strings.TrimLeft(code[start:], " \t\r")) && strings.TrimSpace(code[commandsEnd(code):]) == ""
}

// completeCommand completes the command that code ends with.
func (a *Assistant) completeCommand(code string) (start int, items []kernel.CompletionItem) {
	line := strings.TrimLeft(code[strings.LastIndexByte(code, '\n')+1:], " \t\r")
	begin := len(code) - len(line)
	if line[0] == '$' {
		return completeFile(code, begin+strings.LastIndexAny(line, " $")+1, false)
	}
	commands := a.Commands
	if commands == nil {
		commands = DefaultCommands
	}
	name, arg, hasArg := strings.Cut(line, " ")
	argStart := len(code) - len(strings.TrimLeft(arg, " "))
	for _, c := range commands {
		switch {
		case !hasArg:
			items = append(items, kernel.CompletionItem{Text: c.Name, Type: typeKeyword})
		case c.Name != name:
		case c.Folder:
			return completeFile(code, argStart, true)
		default:
			for _, text := range c.Arguments {
				items = append(items, kernel.CompletionItem{Text: text, Type: typeKeyword})
			}
		}
	}
	if !hasArg {
		return begin, items
	}
	return argStart, items
}

// completeFile completes the path that begins at start: its last element.
func completeFile(code string, start int, folders bool) (int, []kernel.CompletionItem) {
	folder, prefix := "", code[start:]
	if i := strings.LastIndexFunc(prefix, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(byte(r)) }); i >= 0 {
		folder, prefix = prefix[:i+1], prefix[i+1:]
	}
	where := folder
	if folder == "" {
		where = "."
	} else if rest, ok := strings.CutPrefix(folder, "~"); ok && os.IsPathSeparator(rest[0]) {
		home, err := os.UserHomeDir()
		if err != nil {
			return start, nil
		}
		where = filepath.Join(home, rest)
	}
	d, err := os.Open(where)
	if err != nil {
		return start, nil
	}
	defer d.Close()
	entries, _ := d.ReadDir(maxFiles) // what was read before an error will do
	var items []kernel.CompletionItem
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, ".") && prefix == "" {
			continue
		}
		info, err := os.Stat(filepath.Join(where, name))
		isFolder := err == nil && info.IsDir()
		if folders && !isFolder {
			continue
		}
		if isFolder {
			name += string(filepath.Separator)
		}
		items = append(items, kernel.CompletionItem{Text: folder + name, Type: typePath})
	}
	return start, items
}
