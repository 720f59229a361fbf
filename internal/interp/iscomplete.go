package interp

import (
	"errors"
	"go/token"
	"strings"

	"github.com/cosmos72/gomacro/go/etoken"
	"github.com/cosmos72/gomacro/go/parser"
	"github.com/cosmos72/gomacro/go/scanner"
)

// The values of status in Jupyter's is_complete_reply.
const (
	codeComplete   = "complete"
	codeIncomplete = "incomplete"
	codeInvalid    = "invalid"
	codeUnknown    = "unknown"
)

// maxCheckedCode is how much code is looked at, in bytes.
const maxCheckedCode = 1 << 20

// IsComplete reports whether code could be run as a cell ("complete"), needs
// more lines ("incomplete"), or cannot become a cell by adding some
// ("invalid"); of very long code it says "unknown". indent is what the next line of an incomplete cell begins with.
// It may be called on any goroutine.
func (in *interpreter) IsComplete(code string) (status, indent string) {
	if len(code) > maxCheckedCode {
		return codeUnknown, ""
	}
	if tooNested(code) >= 0 {
		return codeInvalid, ""
	}
	at, msg, ok := syntaxError(code, in.dialect)
	if !ok {
		return codeComplete, ""
	}
	end, open, raw := lastToken(code)
	switch {
	case raw && (msg == "raw string literal not terminated" || msg == "comment not terminated"):
		return codeIncomplete, ""
	case at < end:
		return codeInvalid, ""
	}
	return codeIncomplete, indentation(code, open) + "\t"
}

// dialect is how gomacro's parser is set up.
type dialect struct {
	mode  parser.Mode
	macro rune
}

// syntaxError is gomacro's first complaint about code.
func syntaxError(code string, d dialect) (offset int, msg string, found bool) {
	defer func() {
		if p := recover(); p != nil {
			offset, msg, found = 0, "parser error", true
		}
	}()
	var p parser.Parser
	p.Configure(d.mode, d.macro)
	p.Init(etoken.NewFileSet(), "", 0, []byte(code))
	_, err := p.Parse()
	var list scanner.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		return list[0].Pos.Offset, list[0].Msg, true
	}
	return 0, "", false
}

// lastToken is where the last token of code ends, and the offset of the
// innermost bracket that is open there, -1 for none. raw: that token is a raw
// string or a comment without its end.
func lastToken(code string) (end, open int, raw bool) {
	var opened []int
	scan(code, 0, func(offset int, tok token.Token, literal string) bool {
		switch tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			opened = append(opened, offset)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if n := len(opened); n > 0 {
				opened = opened[:n-1]
			}
		case token.SEMICOLON:
			if literal == "\n" {
				return true
			}
		}
		if literal == "" {
			literal = tok.String()
		}
		end = offset + len(literal)
		raw = tok == token.STRING && literal[0] == '`' && (len(literal) == 1 || literal[len(literal)-1] != '`')
		return true
	})
	if strings.Contains(code[min(end, len(code)):], "/*") {
		raw = true
	}
	if n := len(opened); n > 0 {
		return end, opened[n-1], raw
	}
	return end, -1, raw
}

// indentation is what the line of code begins with that offset is in.
func indentation(code string, offset int) string {
	if offset < 0 {
		return ""
	}
	line := code[strings.LastIndexByte(code[:offset], '\n')+1:]
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}
