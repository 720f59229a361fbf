package source

import "strings"

// Command is a line like %cd or $ls at the start of a cell.
type Command struct {
	Line int // counted from 1
	Text string
}

// splitCommands takes the leading command lines out of code. In their place
// are blanks, so that positions stay.
func splitCommands(code string) (commands []Command, rest string) {
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
			commands = append(commands, Command{line, text})
			blanked = end
		}
		start = end + 1
	}
	if blanked == 0 {
		return nil, code
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
